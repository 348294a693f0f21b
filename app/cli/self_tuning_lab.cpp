// lab self-tuning: which methods survive a wrong first step size.
#include "app/cli/commands.h"
#include "app/cli/flag_options.h"
#include "app/cli/lab_commands.h"
#include "app/cli/lab_flags.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/analysis/self_tuning.h"
#include "core/analysis/self_tuning_rates.h"
#include "core/scene/scene_json.h"
#include "core/scene/self_tuning_scene.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab {
namespace {

enum class Figure { kRobustness, kLipschitz, kRates };
const Words<Figure> kFigures = {
    {"robustness", Figure::kRobustness}, {"lipschitz", Figure::kLipschitz}, {"rates", Figure::kRates}};

struct SelfTuningFlags {
  Flags scene;
  OptionText figure, lipschitz, rate0, rates, flat;
  bool bounds = false;
};

// ---- what is asked ----

/// What the flags override where no scene is named: the set-up of docs/notes/wngrad.md, A.6.
Scene lab_scene(Figure figure) {
  Scene scene = default_self_tuning_scene();
  scene.lab.params["L_count"] = 7.0;  // 1e-2, 1e-1, …, 1e4
  if (figure == Figure::kLipschitz) scene.steps = 2000000;
  return scene;
}

void put_rate0(const OptionText& text, SelfTuningSpec& spec) {
  if (!text) return;
  if (*text == "auto") {
    spec.automatic = true;
  } else if (text->ends_with("/L")) {
    spec.rate_times_L = true;
    spec.rate0 = positive(text->substr(0, text->size() - 2), "--rate0");
  } else {
    spec.rate0 = positive(*text, "--rate0");
  }
}

SelfTuningSpec spec_of(const Scene& scene, const SelfTuningFlags& flags) {
  SelfTuningSpec spec = self_tuning_spec(scene);
  if (flags.rate0) spec.automatic = false;
  put_rate0(flags.rate0, spec);
  if (flags.rates) spec.rates = log_grid(*flags.rates, "--rates");
  if (flags.lipschitz) spec.Ls = numbers_in(*flags.lipschitz, ',', "--lipschitz");
  for (const double L : spec.Ls)
    if (!(L > 0)) refuse("--lipschitz", to_text(L), "numbers > 0");
  if (flags.flat) spec.flat = positive(*flags.flat, "--flat");
  return spec;
}

/// The flags that this lab answers itself.
void refuse_strangers(const Flags& flags) {
  const std::pair<const char*, bool> given[] = {{"--step-size", flags.step_size.has_value()},
                                                {"--rho", flags.rho.has_value()}};
  for (const auto& [name, is_given] : given)
    if (is_given)
      throw InputError(name, "this lab starts every method from the same initial rate; allowed: --rate0, --rates");
}

/// check()'s fields by the names of the flags that set them.
[[noreturn]] void refuse_by_flag(const InputError& error, const Flags& flags) {
  const std::string line = error.what();
  const std::pair<const char*, const char*> names[] = {
      {"Ls: ", "--lipschitz"}, {"rate0: ", "--rate0"}, {"rates.", "--rates"}, {"flat: ", "--flat"}};
  for (const auto& [field, flag] : names)
    if (line.starts_with(field)) throw InputError(flag, line.substr(line.find(": ") + 2));
  refuse_with_blame(error, flags);
}

// ---- what is answered ----

using Texts = std::vector<std::vector<std::string>>;
const std::vector<std::string> kColumns = {"method", "rate0", "L", "steps", "final_loss", "b_final", "status"};
using NumberText = std::string (*)(double);

Texts rows_of(const SelfTuningResults& results, NumberText text) {
  Texts rows;
  for (const auto& curve : results.curves)
    for (const auto& cell : curve.cells) {
      const FlatOutcome& end = cell.outcome;
      rows.push_back({curve.method, text(cell.rate0), text(cell.L), std::to_string(end.steps), text(end.loss),
                      text(end.b), name_of(end.status)});
    }
  return rows;
}

std::string csv_of(const Texts& rows) {
  std::string csv;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) csv += (i ? "," : "") + csv_field(row[i]);
    csv += "\n";
  }
  return csv;
}

Texts cell_table(const SelfTuningResults& results, NumberText text) {
  Texts rows = rows_of(results, text);
  rows.insert(rows.begin(), kColumns);
  return rows;
}

// ---- rates ----

/// What one line of the figure of rates tells. T: gradients that value and bound are about.
struct RateLine {
  std::string setting, method;
  double rate0, L;
  int steps, T;
  double loss, b, b_bound, value, bound;
};

bool is_power_of_ten(int t) {
  while (t % 10 == 0) t /= 10;
  return t == 1;
}

void add_batch_lines(const SelfTuningSpec& spec, const SelfTuningOptions& options, std::vector<RateLine>& lines) {
  for (const auto& run : self_tuning_runs(spec, options).runs) {
    const auto rates = batch_rates(run);
    for (std::size_t r = 0; r < rates.size(); ++r)
      if (run.step[r] >= 10 && (is_power_of_ten(run.step[r]) || r + 1 == rates.size()))
        lines.push_back({"batch", run.method, 1 / run.first.b0, run.L, run.step[r], rates[r].T, run.loss[r], rates[r].b,
                         rates[r].b_bound, rates[r].scaled, rates[r].bound});
  }
}

void add_stochastic_lines(const SelfTuningSpec& spec, const SelfTuningOptions& options, std::vector<RateLine>& lines) {
  for (const auto& rates : stochastic_rates(spec, options).methods)
    for (const auto& row : rates.rows)
      if (row.T >= 10 && (is_power_of_ten(row.T) || &row == &rates.rows.back()))
        lines.push_back({"stochastic", rates.method, rates.rate0, rates.L, row.T, row.T, row.gap, row.b, row.b_bound,
                         row.scaled_gap, row.scaled_bound});
}

/// The methods that keep a b: the others have no rate to compare.
std::vector<SelfTuningMethod> with_divisor(const std::vector<SelfTuningMethod>& methods) {
  std::vector<SelfTuningMethod> kept;
  for (const auto& method : methods)
    if (divisor_of(method) != Divisor::kNone) kept.push_back(method);
  return kept;
}

/// Both settings (docs/notes/wngrad.md, A.4 and A.5) if nothing was named, else the scene's own: batch if its gradients
/// are exact. A scene of this lab has an initial rate of its own.
std::vector<RateLine> rate_lines(SelfTuningSpec spec, const SelfTuningFlags& flags, bool has_rate0,
                                 const SelfTuningOptions& options) {
  const Flags& scene = flags.scene;
  const bool named = !scene.scene.empty() || scene.landscape || scene.oracle || scene.start;
  spec.methods = with_divisor(spec.methods);
  spec.flat = 0;
  if (spec.methods.empty()) throw InputError("--figure rates", "no method keeps a b; allowed: one that does");
  SelfTuningSpec noisy = spec;
  if (!named) {
    noisy.problem = default_stochastic_spec().problem;
    noisy.problem.steps = spec.problem.steps;
    if (scene.seeds) noisy.problem.seeds = spec.problem.seeds;
    noisy.problem.seed = spec.problem.seed;
  }
  std::vector<RateLine> lines;
  for (const double L : flags.lipschitz ? spec.Ls : std::vector{spec.L}) {
    spec.L = noisy.L = L;
    for (const double b0 : has_rate0 ? std::vector{1.0} : std::vector{1.0, 3.0, 10.0}) {
      if (named && spec.problem.oracle.id != "exact") break;
      if (!has_rate0) spec.rate_times_L = true;
      if (!has_rate0) spec.rate0 = 1 / b0;
      add_batch_lines(spec, options, lines);
    }
    for (const double b0 : has_rate0 ? std::vector{1.0} : std::vector{1.0, 100.0}) {
      if (named && spec.problem.oracle.id == "exact") break;
      if (!has_rate0) noisy.rate0 = 1 / b0;
      add_stochastic_lines(noisy, options, lines);
    }
  }
  return lines;
}

Texts rate_table(const std::vector<RateLine>& lines, bool bounds, NumberText text) {
  Texts rows = {kColumns};
  if (bounds) rows = {{"setting", "method", "rate0", "L", "T", "value", "bound", "ratio", "b", "b_bound", "b_ratio"}};
  for (const auto& line : lines) {
    if (bounds)
      rows.push_back({line.setting, line.method, text(line.rate0), text(line.L), std::to_string(line.T),
                      text(line.value), text(line.bound), text(line.value / line.bound), text(line.b),
                      text(line.b_bound), text(line.b / line.b_bound)});
    else
      rows.push_back({line.method, text(line.rate0), text(line.L), std::to_string(line.steps), text(line.loss),
                      text(line.b), name_of(FlatStatus::kCap)});
  }
  return rows;
}

SelfTuningResults results_of(Figure figure, const SelfTuningSpec& spec, const SelfTuningFlags& flags,
                             const SelfTuningOptions& options) {
  if (figure == Figure::kLipschitz) return against_smoothness(spec, options);
  SelfTuningResults all{.complete = true};
  for (const double L : flags.lipschitz ? spec.Ls : std::vector{spec.L}) {
    SelfTuningSpec one = spec;
    one.L = L;
    auto results = against_rate(one, options);
    all.complete = all.complete && results.complete;
    std::ranges::move(results.curves, std::back_inserter(all.curves));
  }
  return all;
}

/// The table asked for; empty if interrupted.
Texts table_of(Figure figure, const SelfTuningSpec& spec, const SelfTuningFlags& flags, bool has_rate0,
               const Session& session, int workers) {
  Progress progress;
  const ProgressLine line(session, [&progress] {
    return static_cast<double>(progress.done) / std::max(1.0, static_cast<double>(progress.total));
  });
  const SelfTuningOptions options{.workers = workers, .stop = session.stop, .progress = &progress};
  const NumberText text = flags.scene.csv ? exact_text : short_text;
  const Texts rows = figure == Figure::kRates ? rate_table(rate_lines(spec, flags, has_rate0, options),
                                                           flags.bounds || !flags.scene.csv, text)
                                              : cell_table(results_of(figure, spec, flags, options), text);
  return session.stop.stop_requested() ? Texts{} : rows;
}

int run_self_tuning(const SelfTuningFlags& flags, const Session& session) {
  refuse_strangers(flags.scene);
  const Figure figure = one_of(flags.figure, kFigures, "--figure");
  if (figure == Figure::kRobustness && flags.rate0)
    refuse("--rate0", *flags.rate0, "with --figure lipschitz or rates; robustness has --rates");
  if (figure != Figure::kRobustness && flags.rates)
    refuse("--rates", *flags.rates, "with --figure robustness; the others have --rate0");
  const Scene scene = scene_of(flags.scene, lab_scene(figure));
  check_scene(scene, flags.scene);
  tell_left_out(scene, flags.scene, "self_tuning", false, session);
  const SelfTuningSpec spec = spec_of(scene, flags);
  try {
    check(spec, "");
  } catch (const InputError& error) {
    refuse_by_flag(error, flags.scene);
  }
  if (flags.scene.save) save_scene(scene, *flags.scene.save);
  Output output(flags.scene.csv.value_or("-"), session.out);
  const bool has_rate0 = flags.rate0 || (!flags.scene.scene.empty() && scene.lab.id == "self_tuning");
  const Texts rows = table_of(figure, spec, flags, has_rate0, session, workers_of(scene));
  if (rows.empty()) return kExitInterrupted;
  output.write(flags.scene.csv ? csv_of(rows) : aligned(rows, true));
  output.finish();
  return kExitGood;
}

void add_flags(CLI::App& app, SelfTuningFlags& flags) {
  add_scene_flags(app, flags.scene);
  add_text(app, "--figure", flags.figure,
           "robustness: updates against the initial rate; lipschitz: against L; rates: T·min‖g‖² and gap·√T",
           "robustness|lipschitz|rates");
  add_text(app, "--lipschitz", flags.lipschitz,
           "smoothness constants that the landscape is scaled to; the scene's, or 1 and for lipschitz 1e-2,1e-1,…,1e4",
           "L,L,...");
  add_text(app, "--rate0", flags.rate0,
           "initial rate η/b₀ (lipschitz, rates), the scene's or 1 if not given; auto: 1 over the automatic b₀; 1/L, "
           "0.5/L, …: in "
           "units of 1/L",
           "NUMBER|auto|NUMBER/L");
  add_text(app, "--rates", flags.rates, "initial rates (robustness), 1e-4:1e4:65 if not given", "FROM:TO:COUNT");
  add_text(app, "--flat", flags.flat, "‖g‖² at which a run has arrived, 1e-6 if not given", "NUMBER");
  app.add_flag("--bounds", flags.bounds, "rates: CSV setting,method,rate0,L,T,value,bound,ratio,b,b_bound,b_ratio");
  app.footer(
      "Start with any step size: which methods still arrive, and after how many updates?\n"
      "Without SCENE: ½(Lx² + (L/10)y²) from (1, 1), exact gradients; fixed step, 1/√t, Nesterov, Adam, WNGrad A and "
      "B,\n"
      "AdaGrad-Norm, WN-Adam. Flags change these. --steps is the cap: 10000, for lipschitz 2000000 if not given.\n"
      "CSV: method,rate0,L,steps,final_loss,b_final,status.\n"
      "method: id of the rule, or of the optimizer, or (sgd under a schedule) of the schedule; a fixed step is sgd.\n"
      "rate0: η/b₀. wngrad_a, wngrad_b, adagrad_norm and wn_adam start with η = 1 and b₀ = 1/rate0 (form A uses b₁ = "
      "1/rate0\n"
      "for its first update); the others with η = rate0.\n"
      "L: the landscape is scaled to this smoothness (at the start point where it has none on the whole space).\n"
      "steps: updates t after which ‖∇f(x_t)‖² ≤ 1e-6 with the exact gradient; 0 if so at the start.\n"
      "status: reached; cap (not within --steps); diverged (a coordinate beyond 1e30), not_a_number (an update\n"
      "0/0, ∞ − ∞ or the like), left_domain (the loss is not a number there): steps, loss and b are of the last good state.\n"
      " b_final: divisor b of the last update; 1/step size of the methods without one.\n"
      "With several --seeds a line is the median run.\n"
      "rates: no stop; lines at powers of ten and at the cap, the methods with a b. Batch: as above, b₀ = 1, "
      "3 and\n"
      "10 times L; final_loss is f after so many updates, b_final the divisor of the next. Stochastic: √(1 + x²) − 1 "
      "from 5, noise N(0, 1), "
      "200\n"
      "seeds, b₀ = 1 and 100; final_loss is the mean of f(x̄_T) − min f, x̄_T the mean of the first T = steps points, "
      "b_final the "
      "mean\n"
      "b_T. A named landscape, oracle or scene replaces both: batch if its gradients are exact.\n"
      "With --bounds: value is T·min‖g‖² (over the first T gradients) or gap·√T. All bounds are proved in\n"
      "docs/notes/wngrad.md, A.4 and A.5, not the paper's.");
}

}  // namespace

LabCommand self_tuning_lab_command() {
  const auto flags = std::make_shared<SelfTuningFlags>();
  return {.name = "self-tuning",
          .summary = "which methods survive a wrong first step size: updates against the initial rate and L",
          .add = [flags](CLI::App& app) { add_flags(app, *flags); },
          .run = [flags](const Session& session) { return run_self_tuning(*flags, session); }};
}

}  // namespace steplab
