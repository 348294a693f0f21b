// lab tuning: how much a wrong step size costs.
#include "app/cli/commands.h"
#include "app/cli/flag_options.h"
#include "app/cli/lab_commands.h"
#include "app/cli/lab_flags.h"
#include "app/cli/memory.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/analysis/grid_search.h"
#include "core/analysis/tuning.h"
#include "core/run/fields.h"
#include "core/scene/scene_json.h"
#include "core/scene/tuning_scene.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab {
namespace {

struct TuningFlags {
  Flags scene;
  OptionText mode, iterate, suffix, statistic, rhos, fit, form, diameter, gradient_norm, ratios;
  bool slopes = false;
};

// ---- what is asked ----

/// What the flags override where no scene is named: the lab's own problem of this mode.
Scene lab_scene(TuningMode mode) {
  Scene scene;
  scene.lab = {"tuning"};
  scene.title = "How much a wrong step size costs";
  scene.notes = "";
  use_default_problem(scene, mode);
  scene.runs.clear();
  for (const auto& row : default_tuning_rows()) scene.runs.push_back({.rate = row.rate, .optimizer = row.optimizer});
  return scene;
}

/// The scene with the settings of the lab that are flags in place of its own.
Scene with_settings(Scene scene, const TuningFlags& flags) {
  if (scene.lab.id != "tuning") scene.lab = {"tuning"};
  set_from_flag(scene, "mode", flags.mode, "--mode");
  set_from_flag(scene, "iterate", flags.iterate, "--iterate");
  set_from_flag(scene, "statistic", flags.statistic, "--statistic");
  set_from_flag(scene, "form", flags.form, "--form");
  return scene;
}

TuningSpec spec_of(const Scene& scene, const TuningFlags& flags) {
  TuningSpec spec = tuning_spec(scene, "runs[0]");
  if (flags.suffix) spec.suffix = positive(*flags.suffix, "--suffix");
  if (spec.suffix > 1) refuse("--suffix", *flags.suffix, "0 < suffix ≤ 1");
  if (flags.rhos) spec.rho = log_grid(*flags.rhos, "--rhos");
  if (flags.diameter) spec.bound.diameter = positive(*flags.diameter, "--diameter");
  if (flags.gradient_norm) spec.bound.gradient_norm = positive(*flags.gradient_norm, "--gradient-norm");
  if (flags.fit) {
    const auto ends = numbers_in(*flags.fit, ':', "--fit");
    if (ends.size() != 2 || !(ends[0] > 0 && ends[1] > ends[0]))
      refuse("--fit", *flags.fit, "FROM:TO with 0 < FROM < TO");
    spec.fit_from = ends[0];
    spec.fit_to = ends[1];
  }
  return spec;
}

std::vector<double> ratios_of(const TuningFlags& flags, const TuningSpec& spec) {
  if (!flags.ratios) return {};
  auto ratios = numbers_in(*flags.ratios, ',', "--grid");
  for (const double ratio : ratios)
    if (!(ratio >= 1.02 && ratio <= spec.rho.to / spec.rho.from))
      refuse("--grid", to_text(ratio),
             "ratios from 1.02 to that of the ends of ρ, " + to_text(spec.rho.to / spec.rho.from));
  return ratios;
}

/// The flags that this lab answers itself.
void refuse_strangers(const Flags& flags) {
  const std::pair<const char*, bool> given[] = {{"--step-size", flags.step_size.has_value()},
                                                {"--rho", flags.rho.has_value()}};
  for (const auto& [name, is_given] : given)
    if (is_given)
      throw InputError(name,
                       std::string("this lab finds every schedule's own best step size and varies ρ around it; ") +
                           "allowed: --rhos FROM:TO:COUNT");
}

void require_memory_for(const TuningSpec& spec) {
  // The factors of every schedule; of a bound, two more numbers for each.
  const double factors = static_cast<double>(spec.rows.size()) * spec.problem.steps * sizeof(double);
  require_memory(factors * (spec.mode == TuningMode::kBound ? 3 : 1), "--steps", "; fewer steps or schedules");
  if (spec.mode == TuningMode::kBound) return;
  const bool worst = spec.mode == TuningMode::kWorstProblem;
  const double members = worst ? static_cast<double>(spec.family.slopes.size()) : 1;
  const double runs = static_cast<double>(spec.rows.size()) * (spec.rho.count + 1) * spec.problem.seeds;
  RunSpec one = spec.problem;
  one.seeds = 1;
  const double outcome = worst ? 0 : results_bytes({&one, 1}, {});
  require_memory(runs * (members * sizeof(double) + outcome + 64), "--seeds", "; fewer seeds or ρ");
}

// ---- what is answered ----

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) line += (i ? "," : "") + csv_field(fields[i]);
  return line + "\n";
}

std::string curves_csv(const TuningResults& results) {
  std::string text = "schedule,rho," + std::string(results.excess ? "R" : "rise") +
                     ",q10,q90,eta_star,loss_star,error,word,eta_word,judging_seeds,tuning_seeds\n";
  for (std::size_t row = 0; row < results.curves.size(); ++row)
    for (std::size_t i = 0; i < results.rho.size(); ++i) {
      const RobustnessCurve& curve = results.curves[row];
      std::vector<std::string> fields = {curve.label};
      for (const double x : {results.rho[i], cost_of(results, row)[i], curve.q10[i], curve.q90[i],
                             curve.tuned.step_size, curve.tuned.loss})
        fields.push_back(exact_text(x));
      fields.insert(fields.end(),
                    {exact_text(curve.error[i]), is_below(results, row, i) ? "below" : "", words_of(curve.tuned),
                     std::to_string(results.seeds), std::to_string(curve.tuned.seeds)});
      text += csv_line(fields);
    }
  return text;
}

std::string slopes_csv(const TuningResults& results) {
  std::string text = "schedule,slope,predicted,reason\n";
  for (const auto& curve : results.curves)
    text += csv_line(
        {curve.label, exact_text(curve.overshoot.slope), exact_text(curve.predicted.slope), curve.predicted.reason});
  return text;
}

using Texts = std::vector<std::vector<std::string>>;

/// One line for each schedule and ratio. `equal_ratio`: with it the schedule's worst loss is that of the first schedule
/// on the grid of `ratio`; `saved`: share of the trials that this saves.
Texts grid_rows(const TuningResults& results, const std::vector<double>& ratios, std::string (*text)(double)) {
  Texts rows = {{"schedule", "ratio", "expected", "worst", "equal_ratio", "saved"}};
  for (const auto& curve : results.curves) {
    const RobustnessFunction first(results.rho, results.curves.front().R), own(results.rho, curve.R);
    for (const double ratio : ratios) {
      const GridCost cost = grid_cost(own, ratio);
      const double equal = ratio_for(own, grid_cost(first, ratio).worst);
      rows.push_back({curve.label, text(ratio), text(cost.expected), text(cost.worst), text(equal),
                      text(&curve == &results.curves.front() ? 0 : 1 - std::log(ratio) / std::log(equal))});
    }
  }
  return rows;
}

/// What is to be said of every η*, and where R is below 1 by more than its error.
std::string remarks(const TuningResults& results) {
  std::string text;
  for (std::size_t row = 0; row < results.curves.size(); ++row) {
    const RobustnessCurve& curve = results.curves[row];
    if (const std::string words = words_of(curve.tuned); !words.empty())
      text += (curve.tuned.refusal.empty() ? "η* of " : "No numbers for ") + curve.label + ": " + words + ".\n";
    if (!std::isnan(curve.tuned.step_size) && !std::isfinite(curve.tuned.loss))
      text += "η* of " + curve.label + ": a run diverges there among the seeds that judge, so there is no R.\n";
    const auto& cost = cost_of(results, row);
    std::size_t least = cost.size();
    for (std::size_t i = 0; i < cost.size(); ++i)
      if (is_below(results, row, i) && (least == cost.size() || cost[i] < cost[least])) least = i;
    if (least < cost.size())
      text += "v " + curve.label + " is better than at η* by more than the error (±" + short_text(curve.error[least]) +
              ") at ρ = " + short_text(results.rho[least]) + ": other seeds chose η*.\n";
  }
  return text;
}

/// One line for each reason, with the schedules that it keeps from a prediction.
std::string without_prediction(const TuningResults& results) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto& curve : results.curves) {
    if (curve.predicted.known() || !curve.tuned.refusal.empty()) continue;
    const auto same = std::ranges::find(lines, curve.predicted.reason, &std::pair<std::string, std::string>::first);
    if (same == lines.end())
      lines.emplace_back(curve.predicted.reason, curve.label);
    else
      same->second += ", " + curve.label;
  }
  std::string text;
  for (const auto& [reason, labels] : lines) text += "No prediction for " + labels + ": " + reason + ".\n";
  return text;
}

std::string seeds_words(const TuningResults& results) {
  const std::string seeds = std::to_string(results.seeds);
  return seeds + " seeds with common noise; η* was tuned on " + seeds +
         " others (of --seed + 1; four times as many where "
         "curves are close)";
}

std::string explanation(const TuningSpec& spec, const TuningResults& results) {
  std::string text =
      results.excess
          ? "\nR = loss(ρη*)/loss(η*), each schedule at its own tuned η*; slope of log R against log ρ over ρ from " +
                short_text(spec.fit_from) + " to " + short_text(spec.fit_to) + ".\n"
          : "\nrise = loss(ρη*) − loss(η*), each schedule at its own tuned η*. The least value of this landscape is "
            "not "
            "known: losses\nare f itself, and a ratio of them would say nothing.\n";
  if (spec.mode == TuningMode::kOneProblem) {
    text += results.exact ? "Losses are expectations, computed by moments without sampling.\n"
                          : "Losses are " + std::string(spec.statistic == LossStatistic::kMean ? "means" : "medians") +
                                " over " + seeds_words(results) + "; ± is a jackknife.\n";
    if (results.excess)
      text +=
          "predicted: 1/(p + 1), the law of one smooth problem while noise dominates, for a schedule that comes to "
          "zero "
          "as\n"
          "(1 − u)^p. Derived and measured in docs/notes/annealing.md, A5.2; not a statement of the paper, whose law "
          "is\n"
          "the worst problem's.\n";
  } else if (spec.mode == TuningMode::kWorstProblem) {
    text +=
        "Losses are the largest mean over the family ε|x − c|, " + seeds_words(results) +
        "; ± is a jackknife.\n"
        "predicted: 1/(2p + 1), the rate of Attia & Koren 2025 (abstract); the family and its numbers are our own.\n";
  } else {
    text +=
        "Losses are a bound on the point after all T updates, at most D·G: technique and constants for constant and "
        "linear steps\nare Zamani & Glineur's (2023), the extension to any schedule, noise and suffix is ours (proved "
        "in\ndocs/notes/last-iterate-bound.md, A3; the simple form agrees with theorem 10 of Defazio et al. 2023). "
        "predicted:\n1/(2p + 1), the rate of Attia & Koren 2025 (abstract).\n";
  }
  return text;
}

/// " v" where the nearest ρ of the figure is below 1 by more than the error.
std::string mark_at(const TuningResults& results, std::size_t row, double rho) {
  for (std::size_t i = 0; i < results.rho.size(); ++i)
    if (std::abs(std::log(results.rho[i] / rho)) < 1e-6 && is_below(results, row, i)) return " v";
  return "";
}

std::string table(const TuningSpec& spec, const TuningResults& results) {
  Texts rows = {{"schedule", "η*", "loss*"}};
  for (const char* rho : {"(0.1)", "(0.316)", "(3.16)", "(10)", "(31.6)", "(100)"})
    rows[0].push_back((results.excess ? "R" : "rise") + std::string(rho));
  rows[0].insert(rows[0].end(), {"slope", "±", "predicted"});
  for (std::size_t i = 0; i < results.curves.size(); ++i) {
    const RobustnessCurve& curve = results.curves[i];
    std::vector<std::string> row = {curve.label, short_text(curve.tuned.step_size), short_text(curve.tuned.loss)};
    for (const double exponent : {-1.0, -0.5, 0.5, 1.0, 1.5, 2.0}) {
      const double rho = std::pow(10, exponent);
      const bool known = rho * (1 + 1e-9) >= results.rho.front() && rho <= results.rho.back() * (1 + 1e-9);
      row.push_back(known ? short_text(cost_at(results, i, rho)) + mark_at(results, i, rho) : "-");
    }
    for (const double x : {curve.overshoot.slope, curve.slope_error, curve.predicted.slope})
      row.push_back(std::isnan(x) ? "-" : short_text(x));
    rows.push_back(std::move(row));
  }
  return aligned(rows, true) + explanation(spec, results) + without_prediction(results) + remarks(results);
}

std::string answer(const TuningSpec& spec, const TuningFlags& flags, const std::vector<double>& ratios,
                   const TuningResults& results) {
  if (!ratios.empty() && !flags.scene.csv) return aligned(grid_rows(results, ratios, short_text), true);
  if (!ratios.empty()) {
    std::string text;
    for (const auto& row : grid_rows(results, ratios, exact_text)) text += csv_line(row);
    return text;
  }
  if (!flags.scene.csv) return table(spec, results);
  return flags.slopes ? slopes_csv(results) : curves_csv(results);
}

int run_tuning(const TuningFlags& flags, const Session& session) {
  refuse_strangers(flags.scene);
  const TuningMode mode = tuning_mode(with_settings({}, flags));
  const Scene asked = scene_of(flags.scene, lab_scene(mode)), scene = with_settings(asked, flags);
  check_scene(scene, flags.scene);
  tell_left_out(asked, flags.scene, "tuning", false, session);
  TuningSpec spec;
  try {
    spec = spec_of(scene, flags);
    check(spec, "");
  } catch (const InputError& error) {
    refuse_with_blame(error, flags.scene);
  }
  const auto ratios = ratios_of(flags, spec);
  if (!ratios.empty() && !has_ratio(spec))
    refuse("--grid", *flags.ratios,
           "a landscape whose least value is known, as what a grid costs is a ratio of losses");
  require_memory_for(spec);
  if (flags.scene.save) save_scene(scene, *flags.scene.save);
  Output output(flags.scene.csv.value_or("-"), session.out);
  TuningProgress progress;
  Workshop workshop;
  const TuningOptions options{
      .workers = workers_of(scene), .stop = session.stop, .progress = &progress, .workshop = &workshop};
  TuningResults results;
  {
    const ProgressLine line(session, [&progress] { return progress.share(); });
    Tuning tuning = tune(spec, options);
    results = judge(spec, tuning, options);
  }
  if (!results.complete) return kExitInterrupted;
  output.write(answer(spec, flags, ratios, results));
  output.finish();
  return kExitGood;
}

void add_flags(CLI::App& app, TuningFlags& flags) {
  add_scene_flags(app, flags.scene);
  add_text(app, "--mode", flags.mode,
           "one: this problem (law 1/(p+1)); worst: the largest loss over ε|x − c| (law 1/(2p+1)); bound: the last "
           "iterate's bound, no simulation",
           "one|worst|bound");
  add_text(app, "--iterate", flags.iterate, "what a run returns: its last point, the mean of all, or of the last part",
           "last|average|suffix");
  add_text(app, "--suffix", flags.suffix, "share of the run that --iterate suffix takes, 0.5 if not given", "SHARE");
  add_text(app, "--statistic", flags.statistic, "of the seeds' losses", "mean|median");
  add_text(app, "--rhos", flags.rhos, "the ρ, evenly spaced in the logarithm; 0.1:100:49 if not given",
           "FROM:TO:COUNT");
  add_text(app, "--fit", flags.fit, "where slopes are fitted; ρ from 3.16 to 31.6 if not given", "FROM:TO");
  app.add_flag("--slopes", flags.slopes,
               "CSV schedule,slope,predicted,reason instead of the curves; reason: why there is no prediction");
  add_text(app, "--grid", flags.ratios, "what geometric grids of step sizes with these ratios cost", "R,R,...");
  add_text(app, "--form", flags.form, "bound: of the last iterate (tight or simple), or of the weighted average",
           "tight|simple|average");
  add_text(app, "--diameter", flags.diameter, "bound: D, 1 if not given", "NUMBER");
  add_text(app, "--gradient-norm", flags.gradient_norm, "bound: G, 1 if not given", "NUMBER");
  app.footer(
      "How much a wrong step size costs: every schedule gets its own best step size η* by search, then runs at ρη*.\n"
      "Without SCENE, one: a noisy quadratic, T = 1000, 64 seeds, seven schedules; worst: noise ±1, T = 4096, 512 "
      "seeds;\n"
      "bound: T = 10000 (only the schedules and T count). Flags change these.\n"
      "CSV: schedule,rho,R,q10,q90,eta_star,loss_star,error,word,eta_word,judging_seeds,tuning_seeds. R = "
      "loss(ρη*)/loss_star, loss = f − min f. Where min f is not "
      "known\n"
      "the column is rise = loss(ρη*) − loss_star, loss = f, and q10 and q90 are differences too.\n"
      "error: standard error of R, or of the rise, given η*; word: 'below' where it is below 1 (or 0) by more than "
      "that, "
      "as\n"
      "other seeds chose η*; eta_word: what is to be said of η* (on a plateau, one of several, at the edge of the "
      "range); "
      "how\n"
      "many seeds judged, and tuned.\n"
      "The search: 1. eight η a decade from 1e-7 to 1e3 (on to 1e-15 or 1e9 where the best is at an end) at 16 seeds; "
      "2. "
      "16, 32,\n"
      "64 a decade around low points and wherever the loss is below 8, 4, 1.2 times the least, to 1024 where it is "
      "steep; "
      "3. all\n"
      "seeds for what 16 do not rule out (3 standard errors, or 5 %); 4. all seeds 64 a decade around every low point "
      "as "
      "good as\n"
      "the best; 5. four times as many seeds where several low points are left or runs diverge near the best. The "
      "noise of --seed + 1 tunes, that of "
      "--seed\n"
      "judges; η* moves where a ρ of the figure is better for both. Exact means (noisy quadratics) and bounds need no "
      "seeds.\n"
      "predicted: the law's slope where the schedule follows it over the fitted ρ; else none, with the reason.\n"
      "q10, q90: quantiles of single seeds' losses over loss_star (nan for bounds, which have no seeds).\n"
      "Noisy quadratics are computed exactly by their moments; only q10 and q90 are then sampled.\n"
      "What is whose: the rates 1/(2p+1) are Attia & Koren's (2025, abstract). The bound's technique and its constants "
      "for\n"
      "constant and linear steps are Zamani & Glineur's (2023, arXiv 2307.11134), its extension to any schedule, noise "
      "and\n"
      "suffix is ours. The law 1/(p+1) and the family ε|x − c| with its numbers are derived in\n"
      "docs/notes/annealing.md, A5. The constants of Attia & Koren were not available to us.\n"
      "With --grid: schedule,ratio,expected,worst,equal_ratio,saved: the best grid point's R over all offsets; the "
      "ratio at\n"
      "which this schedule's worst equals that of the first schedule listed, and the share of trials that saves.");
}

}  // namespace

LabCommand tuning_lab_command() {
  const auto flags = std::make_shared<TuningFlags>();
  return {.name = "tuning",
          .summary = "how much a wrong step size costs each schedule: R(ρ) and its slopes",
          .add = [flags](CLI::App& app) { add_flags(app, *flags); },
          .run = [flags](const Session& session) { return run_tuning(*flags, session); }};
}

}  // namespace steplab
