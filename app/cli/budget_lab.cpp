// lab budget: which schedule wins when training is short, and which when it is long.
#include "app/cli/flag_options.h"
#include "app/cli/lab_commands.h"
#include "app/cli/lab_flags.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/analysis/budget.h"
#include "core/base/parallel.h"
#include "core/run/fields.h"
#include "core/run/sweep.h"
#include "core/scene/budget_json.h"
#include "core/scene/budget_scene.h"
#include "core/scene/file.h"
#include "core/scene/scene.h"
#include "core/scene/shipped.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace steplab {
namespace {

enum class Table { kBudget, kSampling };
const Words<Table> kTables = {{"budget", Table::kBudget}, {"sampling", Table::kSampling}};
const Words<BudgetProblem> kProblems = {{"noisy-quadratic", BudgetProblem::kNoisyQuadratic},
                                        {"logistic", BudgetProblem::kLogistic},
                                        {"mlp", BudgetProblem::kNetwork}};
const Words<BudgetOptimizer> kOptimizers = {{"sgdm", BudgetOptimizer::kSgdm}, {"adam", BudgetOptimizer::kAdam}};

struct BudgetFlags {
  OptionText scene, table, problem, optimizer, step_size, steps, budgets, schedules, rates, ratio, curvatures, sigma,
      seeds, seed, tie, workers, results, csv;
};

// ---- what is asked ----

/// Of a run, or of a scene.
const ParamSpec& field_of(std::string_view name) {
  const auto& own = run_fields();
  const auto found = std::ranges::find(own, name, &ParamSpec::name);
  return found == own.end() ? scene_field(name) : *found;
}

int whole(const OptionText& text, const char* field, const char* place, int otherwise) {
  return text ? parse_whole(field_of(field), *text, place) : otherwise;
}

std::uint64_t seed_of(const std::string& text) {
  RunSpec run;
  try {
    set_field_text(run, "seed", text, "");
  } catch (const InputError&) {
    refuse("--seed", text, "a whole number, 0 ≤ seed < 2^64");
  }
  return run.seed;
}

/// A name of the table, or any schedule with its parameters.
BudgetSchedule schedule_of(const std::string& text) {
  for (const auto& list : {budget_schedules(), unranked_budget_schedules()})
    for (auto schedule : list)
      if (schedule.label == text) {
        schedule.ranked = true;
        return schedule;
      }
  return {.label = text, .rate = parse_choice(text, "--schedules")};
}

void put_schedules(const OptionText& text, BudgetSpec& spec) {
  if (!text) return;
  spec.schedules.clear();
  for (const auto& name : split_list(*text)) spec.schedules.push_back(schedule_of(name));
}

void put_rates(const OptionText& text, BudgetSpec& spec) {
  if (!text) return;
  const auto n = numbers_in(*text, ':', "--rates");
  const auto power = [](double k) { return k == static_cast<int>(k) && k >= -20 && k <= 20; };
  if (n.size() != 3 || !(n[0] > 0) || !power(n[1]) || !power(n[2]) || n[1] > n[2])
    refuse("--rates", *text, "ANCHOR:FROM:TO, ANCHOR > 0, whole powers −20 ≤ FROM ≤ TO ≤ 20");
  spec.rates = {
      .anchor = n[0], .from = static_cast<int>(n[1]), .to = static_cast<int>(n[2]), .ratio = spec.rates.ratio};
}

void put_ratio(const OptionText& text, BudgetSpec& spec) {
  if (!text) return;
  const bool finest = *text == "finest";
  spec.tuning = finest ? BudgetTuning::kFinest : BudgetTuning::kGrid;
  if (!finest) spec.rates.ratio = parse_number(*text, "--ratio");
}

/// What the window shows of the scene.
BudgetSpec spec_of_scene(const BudgetFlags& flags) {
  for (const auto& [flag, text] :
       {std::pair{"--table", flags.table}, {"--problem", flags.problem}, {"--optimizer", flags.optimizer}})
    if (text) refuse(flag, *text, "without a scene, which says it");
  const Scene scene = find_scene(*flags.scene);
  if (scene.lab.id != "budget") refuse(*flags.scene + ": lab", scene.lab.id, "budget");
  check(scene, *flags.scene);
  return budget_spec(scene);
}

BudgetSpec first_spec(const BudgetFlags& flags) {
  if (flags.scene) return spec_of_scene(flags);
  const auto problem = one_of(flags.problem, kProblems, "--problem");
  const auto optimizer = one_of(flags.optimizer, kOptimizers, "--optimizer");
  if (one_of(flags.table, kTables, "--table") == Table::kSampling) return sampling_spec(problem, optimizer);
  BudgetSpec spec = default_budget_spec(problem, optimizer);
  if (problem == BudgetProblem::kNoisyQuadratic)
    for (auto& schedule : unranked_budget_schedules()) spec.schedules.push_back(std::move(schedule));
  return spec;
}

BudgetSpec spec_of(const BudgetFlags& flags) {
  BudgetSpec spec = first_spec(flags);
  if (flags.step_size) spec.step_size = positive(*flags.step_size, "--step-size");
  for (const auto& [flag, text] : {std::pair{"--rates", flags.rates}, {"--ratio", flags.ratio}})
    if (text && flags.step_size) refuse(flag, *text, "without --step-size, which fixes it");
  if (flags.rates || flags.ratio) spec.step_size.reset();
  put_rates(flags.rates, spec);
  put_ratio(flags.ratio, spec);
  put_schedules(flags.schedules, spec);
  spec.T_max = whole(flags.steps, "steps", "--steps", spec.T_max);
  spec.seeds = whole(flags.seeds, "seeds", "--seeds", spec.seeds);
  if (flags.seed) spec.seed = seed_of(*flags.seed);
  if (flags.budgets) spec.budgets = numbers_in(*flags.budgets, ',', "--budgets");
  if (spec.problem != BudgetProblem::kNoisyQuadratic && (flags.curvatures || flags.sigma))
    throw InputError(flags.sigma ? "--sigma" : "--curvatures", "is of the noisy quadratic; allowed: with that problem");
  if (flags.curvatures) spec.quadratic.curvatures = numbers_in(*flags.curvatures, ',', "--curvatures");
  if (flags.sigma) spec.quadratic.sigma = parse_number(*flags.sigma, "--sigma");
  if (flags.tie) spec.tie = parse_number(*flags.tie, "--tie");
  return spec;
}

/// check()'s fields by the names of the flags that set them.
[[noreturn]] void refuse_by_flag(const InputError& error) {
  const std::string line = error.what();
  const std::pair<const char*, const char*> names[] = {{"budgets: ", "--budgets"},   {"curvatures: ", "--curvatures"},
                                                       {"sigma: ", "--sigma"},       {"tie: ", "--tie"},
                                                       {"schedules", "--schedules"}, {"T_max: ", "--steps"},
                                                       {"rates.ratio: ", "--ratio"}, {"rates: ", "--rates"}};
  for (const auto& [field, flag] : names)
    if (line.starts_with(field)) throw InputError(flag, line.substr(line.find(": ") + 2));
  throw error;
}

// ---- what is answered ----

using Texts = std::vector<std::vector<std::string>>;
using NumberText = std::string (*)(double);

template <class T>
std::string word_for(T value, const Words<T>& words) {
  return std::ranges::find(words, value, &std::pair<std::string, T>::second)->first;
}

/// Empty where there is none.
std::string rank_field(double rank, NumberText text) { return std::isnan(rank) ? "" : text(rank); }

Texts cell_rows(const BudgetTable& table, NumberText text) {
  const BudgetSpec& spec = table.spec;
  Texts rows = {{"problem", "optimizer", "budget", "schedule", "sampling", "eta_star", "error", "q10", "q90", "rank",
                 "least_rank", "largest_rank"}};
  for (std::size_t b = 0; b < spec.budgets.size(); ++b)
    for (std::size_t s = 0; s < spec.schedules.size(); ++s) {
      const auto& schedule = spec.schedules[s];
      const BudgetCell& cell = table.cell(b, s);
      // In the sampling table the profile alone: its sampling rate has a column.
      const std::string name =
          schedule.group.empty() ? schedule.label : schedule.label.substr(0, schedule.label.find(' '));
      rows.push_back({word_for(spec.problem, kProblems), word_for(spec.optimizer, kOptimizers),
                      to_text(spec.budgets[b]), name, sampling_of(schedule.rate), text(cell.eta_star), text(cell.error),
                      text(cell.q10), text(cell.q90), rank_field(cell.rank, text), rank_field(cell.least_rank, text),
                      rank_field(cell.largest_rank, text)});
    }
  return rows;
}

Texts mean_rows(const BudgetTable& table) {
  Texts rows = {{"schedule", "mean rank"}};
  const auto means = mean_ranks(table);
  for (std::size_t s = 0; s < means.size(); ++s)
    if (table.spec.schedules[s].ranked) rows.push_back({table.spec.schedules[s].label, short_text(means[s])});
  return rows;
}

std::string csv_text(const Texts& rows) {
  std::string csv;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) csv += (i ? "," : "") + csv_field(row[i]);
    csv += "\n";
  }
  return csv;
}

/// What an earlier call left; nothing if there is no such file yet.
BudgetTable earlier_table(const OptionText& file) {
  // What exists and cannot be looked at (a loop of links, a closed folder) is refused by reading it.
  if (std::error_code none;
      !file || std::filesystem::status(*file, none).type() == std::filesystem::file_type::not_found)
    return {};
  return budget_table_from_json(read_file(*file, kLargestSceneFile), *file);
}

void keep_table(const OptionText& file, const BudgetTable& table) {
  if (!file) return;
  FileWriter writer(*file);
  writer.write(to_json(table));
  writer.commit();
}

int run_budget(const BudgetFlags& flags, const Session& session) {
  check_csv_name(flags.csv);
  if (flags.results) check_suffix(*flags.results, {"json"}, "--results");
  const BudgetSpec spec = spec_of(flags);
  const int workers = whole(flags.workers, "workers", "--workers", 0);
  try {
    check(spec, "");
  } catch (const InputError& error) {
    refuse_by_flag(error);
  }
  const BudgetTable before = earlier_table(flags.results);
  Output output(flags.csv.value_or("-"), session.out);
  BudgetProgress progress;
  BudgetTable table;
  if (flags.results && session.keeps) *session.keeps = true;
  {
    const ProgressLine line(session, [&progress] { return progress.share(); });
    table = budget_table(
        spec, {.workers = workers > 0 ? workers : hardware_workers(), .stop = session.stop, .progress = &progress},
        before);
  }
  keep_table(flags.results, table);
  if (!table.complete) return kExitInterrupted;
  if (flags.csv)
    output.write(csv_text(cell_rows(table, exact_text)));
  else
    output.write(aligned(cell_rows(table, short_text), true) + "\n" + aligned(mean_rows(table), true));
  output.finish();
  return kExitGood;
}

void add_flags(CLI::App& app, BudgetFlags& flags) {
  add_text(app, "scene", flags.scene, "a scene of the Budget lab, shipped or a file; the flags below override it",
           "SCENE");
  add_text(app, "--table", flags.table,
           "budget: schedules at six budgets; sampling: profiles at seven sampling rates, at 5, 25, 100 % and one step "
           "size",
           "budget|sampling");
  add_text(app, "--problem", flags.problem, "the problem, noisy-quadratic if not given",
           "noisy-quadratic|logistic|mlp");
  add_text(app, "--optimizer", flags.optimizer, "sgdm: heavy ball with momentum 0.9; adam", "sgdm|adam");
  add_text(app, "--step-size", flags.step_size, "η of all cells instead of tuning it", "NUMBER");
  add_text(app, "--steps", flags.steps, "T_max, the updates of 100 %; 1000 if not given, for mlp 3000", "T");
  add_text(app, "--budgets", flags.budgets, "percentages of T_max, ascending", "B,B,...");
  add_text(app, "--schedules", flags.schedules,
           "names of the table (none, exponential, one_cycle, linear, step, cosine, rex) or schedules with parameters",
           "NAME,NAME(PARAM=VALUE),...");
  add_text(app, "--rates", flags.rates, "the grid: ANCHOR times powers of its ratio, from ANCHOR·3^FROM to ANCHOR·3^TO",
           "ANCHOR:FROM:TO");
  add_text(
      app, "--ratio", flags.ratio,
      "tune on the grid of this ratio alone, 3 in the paper; finest, if not given: every step size where errors are "
      "exact, else the grid of ratio 3 and halfway beside its best",
      "NUMBER|finest");
  add_text(app, "--curvatures", flags.curvatures, "of noisy-quadratic; 1,0.01 if not given", "λ,λ,...");
  add_text(app, "--sigma", flags.sigma, "of noisy-quadratic; 1 if not given", "NUMBER");
  add_text(app, "--seeds", flags.seeds, "runs of a cell and step size; 8 if not given", "COUNT");
  add_text(app, "--seed", flags.seed, "of the first run", "NUMBER");
  add_text(app, "--tie", flags.tie, "standard errors within which two schedules are tied; 1 if not given", "NUMBER");
  add_text(app, "--workers", flags.workers, "threads; 0: all the machine has", "COUNT");
  add_text(app, "--results", flags.results,
           "keeps what was computed, also when interrupted; cells that it has already are not computed again", "FILE");
  add_text(app, "--csv", flags.csv, "results as CSV into a file, - for standard output", "FILE");
  app.footer(
      "You have a share of the full budget: which schedule?\n"
      "CSV: problem,optimizer,budget,schedule,sampling,eta_star,error,q10,q90,rank,least_rank,largest_rank.\n"
      "budget: percent B of T_max. A run has T = max(1, round(B T_max/100)) updates of its own; update t of T uses\n"
      "η h(t/T), t = 0 … T − 1: h(1) is never used. 100 % is T = --steps.\n"
      "Schedules, u = t/T: none 1; exponential e^(−3u); one_cycle 0.1 up to 1 at u = ½ and back to 0.1, momentum (β₁ "
      "of\n"
      "Adam) 0.95 down to 0.85 and back; linear 1 − u; step 1, from u = ½ 0.1, from u = ¾ 0.01; cosine (1 + cos "
      "πu)/2;\n"
      "rex (1 − u)/(1 − u/2). noisy-quadratic has three more, not ranked (rank empty): rex(b=0.9),\n"
      "delayed_linear(hold=0.5) and (hold=0.75). sampling: where the rate is refreshed from the profile, as\n"
      "percentages of T; before the first point it is h(0).\n"
      "eta_star: best step size by mean error, or --step-size. Of which: see --ratio. An exact table looks beyond the\n"
      "grid's ends where the best lies at one.\n"
      "least_rank, largest_rank: over the grid (of ratio 3 unless --ratio says another) moved by any part of its "
      "ratio\n"
      "(exact: 16 of them, else none and half) and the finest tuning. Where they differ from rank, the rank depends "
      "on\n"
      "where the grid of step sizes lies.\n"
      "error: mean over the seeds, inf if a run diverged. noisy-quadratic: loss ½ Σ λ E x² from E x² = 1, gradient\n"
      "noise of variance σ²λ; with sgdm exact by second moments (q10 = q90 = error), with adam sampled. logistic:\n"
      "f − min f, 1000 samples in 10 dimensions, mini-batches of 16. mlp: loss on 600 other points; network "
      "2-24-24-3,\n"
      "ReLU, three spirals of 600 points, mini-batches of 16, every seed from another start.\n"
      "q10, q90: quantiles of the seeds' errors at eta_star. All cells of a seed see the same mini-batches and start.\n"
      "rank: 1 is best; 1 + number of better ones + ½ for each tied one. Tied: the mean errors differ by at most "
      "--tie\n"
      "standard errors of the difference over the seeds (equal to rounding where exact). --table sampling: among the\n"
      "profiles of one sampling rate; step_profile there is e^(−5u), read off the paper's figure.");
}

}  // namespace

LabCommand budget_lab_command() {
  const auto flags = std::make_shared<BudgetFlags>();
  return {.name = "budget",
          .summary = "which schedule wins at which budget: errors and ranks of profiles and sampling rates",
          .add = [flags](CLI::App& app) { add_flags(app, *flags); },
          .run = [flags](const Session& session) { return run_budget(*flags, session); }};
}

}  // namespace steplab
