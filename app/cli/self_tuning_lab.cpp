// lab self-tuning: which methods survive a wrong first step size.
#include "app/cli/commands.h"
#include "app/cli/flag_options.h"
#include "app/cli/lab_commands.h"
#include "app/cli/lab_flags.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/analysis/self_tuning.h"
#include "core/scene/scene_json.h"

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
};

// ---- what is asked ----

/// What the flags override where no scene is named: the set-up of our notes.
Scene lab_scene(Figure figure) {
  const RunSpec problem = default_self_tuning_problem();
  Scene scene;
  scene.title = "Which methods survive a wrong first step size";
  scene.notes = "";
  scene.landscape = problem.landscape;
  scene.oracle = problem.oracle;
  scene.start = problem.start;
  scene.steps = figure == Figure::kLipschitz ? 2000000 : problem.steps;
  scene.seeds = 1;
  scene.runs.clear();
  for (const auto& method : default_self_tuning_methods())
    scene.runs.push_back({.rate = method.rate, .optimizer = method.optimizer, .step_size = 1});
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
  SelfTuningSpec spec;
  const auto runs = run_specs(scene);
  const auto labels = row_labels(scene);
  spec.problem = runs.front();
  spec.methods.clear();
  for (std::size_t i = 0; i < runs.size(); ++i) spec.methods.push_back({labels[i], runs[i].rate, runs[i].optimizer});
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

// ---- what is answered ----

const char* status_text(FlatStatus status) {
  switch (status) {
    case FlatStatus::kReached: return "reached";
    case FlatStatus::kCap: return "cap";
    case FlatStatus::kDiverged: return "diverged";
    case FlatStatus::kCancelled: break;
  }
  return "cancelled";
}

using Texts = std::vector<std::vector<std::string>>;
using NumberText = std::string (*)(double);

Texts rows_of(const SelfTuningResults& results, NumberText text) {
  Texts rows;
  for (const auto& curve : results.curves)
    for (const auto& cell : curve.cells) {
      const FlatOutcome& end = cell.outcome;
      rows.push_back({curve.method, text(cell.rate0), text(cell.L), std::to_string(end.steps), text(end.loss),
                      text(end.b), status_text(end.status)});
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

SelfTuningResults results_of(Figure figure, const SelfTuningSpec& spec, const SelfTuningFlags& flags,
                             const SelfTuningOptions& options) {
  if (figure == Figure::kLipschitz) return against_smoothness(spec, options);
  SelfTuningResults all{.complete = true};
  for (const double L : flags.lipschitz ? spec.Ls : std::vector{1.0}) {
    SelfTuningSpec one = spec;
    one.L = L;
    auto results = against_rate(one, options);
    all.complete = all.complete && results.complete;
    std::ranges::move(results.curves, std::back_inserter(all.curves));
  }
  return all;
}

int run_self_tuning(const SelfTuningFlags& flags, const Session& session) {
  refuse_strangers(flags.scene);
  const Figure figure = one_of(flags.figure, kFigures, "--figure");
  const Scene scene = scene_of(flags.scene, lab_scene(figure));
  check_scene(scene, flags.scene);
  const SelfTuningSpec spec = spec_of(scene, flags);
  try {
    check(spec, "");
  } catch (const InputError& error) {
    refuse_with_blame(error, flags.scene);
  }
  if (flags.scene.save) save_scene(scene, *flags.scene.save);
  Output output(flags.scene.csv.value_or("-"), session.out);
  Progress progress;
  SelfTuningResults results;
  {
    const ProgressLine line(session, [&progress] {
      return static_cast<double>(progress.done) / std::max<double>(1, static_cast<double>(progress.total));
    });
    results = results_of(figure, spec, flags,
                         {.workers = workers_of(scene), .stop = session.stop, .progress = &progress});
  }
  if (!results.complete) return kExitInterrupted;
  Texts rows = rows_of(results, flags.scene.csv ? exact_text : short_text);
  rows.insert(rows.begin(), {"method", "rate0", "L", "steps", "final_loss", "b_final", "status"});
  output.write(flags.scene.csv ? csv_of(rows) : aligned(rows, true));
  output.finish();
  return kExitGood;
}

void add_flags(CLI::App& app, SelfTuningFlags& flags) {
  add_scene_flags(app, flags.scene);
  add_text(app, "--figure", flags.figure,
           "robustness: updates against the initial rate; lipschitz: against L; rates: T·min‖g‖² and gap·√T",
           "robustness|lipschitz|rates");
  add_text(app, "--lipschitz", flags.lipschitz, "smoothness constants that the landscape is scaled to", "L,L,...");
  add_text(app, "--rate0", flags.rate0,
           "initial rate η/b₀ (lipschitz, rates), 1 if not given; auto: 1 over the automatic b₀; 1/L, 0.5/L, …: in "
           "units of 1/L",
           "NUMBER|auto|NUMBER/L");
  add_text(app, "--rates", flags.rates, "initial rates (robustness), 1e-4:1e4:65 if not given", "FROM:TO:COUNT");
  add_text(app, "--flat", flags.flat, "‖g‖² at which a run has arrived, 1e-6 if not given", "NUMBER");
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
