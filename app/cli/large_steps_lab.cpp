// lab large-steps: which minimum a step size chooses.
#include "app/cli/commands.h"
#include "app/cli/flag_options.h"
#include "app/cli/lab_commands.h"
#include "app/cli/lab_flags.h"
#include "app/cli/memory.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/run/fields.h"
#include "core/run/sweep.h"
#include "core/scene/large_steps_scene.h"
#include "core/scene/scene_json.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace steplab {
namespace {

struct LargeStepsFlags {
  Flags scene;
  OptionText figure, view, grid, sigmas, substeps, small_step, lengths, nudge, trapped_at, settle_step;
};

const Words<LargeStepsFigure> kFigures = {{"basins", LargeStepsFigure::kBasins},
                                          {"noise", LargeStepsFigure::kNoise},
                                          {"control", LargeStepsFigure::kControl},
                                          {"phase", LargeStepsFigure::kPhase},
                                          {"sweep", LargeStepsFigure::kSweep}};

/// "a,b,c", or a range "from:to:count" or "from:to:count:log" as the axes of a sweep have.
std::vector<double> numbers_of(const std::string& text, const std::string& flag, const ParamSpec& field) {
  const SweepAxis axis = parse_axis("value=" + text, flag);
  std::vector<double> numbers;
  for (const auto& value : axis_values(axis, field)) {
    const double number = parse_number(value, flag);
    if (!(std::isfinite(number) && number >= 0)) refuse(flag, value, "finite numbers ≥ 0");
    numbers.push_back(number);
  }
  return numbers;
}

int whole_of(const std::string& text, const std::string& flag, int most) {
  const double number = parse_number(text, flag);
  if (!(number >= 0 && number <= most && number == std::floor(number)))
    refuse(flag, text, "a whole number from 0 to " + std::to_string(most));
  return static_cast<int>(number);
}

// ---- what is asked ----

/// What the flags override where no scene is named: default_large_steps().
Scene lab_scene(const LargeStepsSpec& defaults) {
  Scene scene;
  scene.title = "Which minimum a step size chooses";
  scene.notes = "";
  scene.landscape = {"sharp_well"};
  scene.oracle = defaults.problem.oracle;
  scene.start.clear();
  scene.steps = defaults.problem.steps;
  scene.seeds = 1;
  scene.reach = defaults.problem.reach;
  scene.runs = {SceneRun{}};
  return scene;
}

/// The flags without the list of step sizes, which is this lab's own; the first of them stands for all.
Flags with_one_step_size(Flags flags) {
  if (flags.step_size)
    flags.step_size = to_text(numbers_of(*flags.step_size, "--step-size", run_field("step_size")).front());
  return flags;
}

Scene scene_for(const LargeStepsFlags& flags, LargeStepsFigure figure) {
  const Flags one = with_one_step_size(flags.scene);
  const Choice landscape = scene_of(one, lab_scene(default_large_steps(figure))).landscape;
  return scene_of(one, lab_scene(default_large_steps(figure, landscape)));
}

void put_view(const std::string& text, StartBox& box) {
  std::vector<double> ends;
  for (const auto& part : split_list(text)) ends.push_back(parse_number(part, "--view"));
  const std::size_t dim = box.low.size();
  if (ends.size() == 2 && dim == 2) ends.insert(ends.end(), {ends[0], ends[1]});
  if (ends.size() != 2 * dim) refuse("--view", text, dim == 1 ? "LO,HI" : "LO,HI (both coordinates) or LO,HI,LO,HI");
  for (std::size_t j = 0; j < dim; ++j) {
    box.low[j] = ends[2 * j];
    box.high[j] = ends[2 * j + 1];
  }
}

void put_flags(const LargeStepsFlags& flags, LargeStepsSpec& spec) {
  const ParamSpec real{.name = "value"};
  if (flags.scene.step_size) spec.step_sizes = numbers_of(*flags.scene.step_size, "--step-size", real);
  if (flags.view) {
    put_view(*flags.view, spec.starts);
    spec.trapped_at = 0;
  }
  if (flags.grid) spec.starts.per_side = whole_of(*flags.grid, "--grid", 10'000'000);
  if (flags.sigmas) spec.sigmas = numbers_of(*flags.sigmas, "--sigma", real);
  if (flags.substeps) spec.substeps = whole_of(*flags.substeps, "--substeps", 1'000'000);
  if (flags.small_step) spec.small_step = numbers_of(*flags.small_step, "--small-step", real).front();
  if (flags.nudge) spec.nudge = numbers_of(*flags.nudge, "--nudge", real).front();
  if (flags.trapped_at) spec.trapped_at = numbers_of(*flags.trapped_at, "--trapped-at", real).front();
  if (flags.settle_step) spec.settle.step_size = numbers_of(*flags.settle_step, "--settle-step", real).front();
  if (flags.lengths) {
    spec.lengths.clear();
    for (const double n : numbers_of(*flags.lengths, "--lengths", {.name = "value", .kind = ParamKind::kInteger}))
      spec.lengths.push_back(whole_of(to_text(n), "--lengths", 1'000'000'000));
  }
}

/// Without a scene file: default_large_steps() with what the flags say, one for each row, as they may differ in
/// schedule, optimizer and step size.
std::vector<NamedLargeSteps> specs_of_flags(const Scene& scene, LargeStepsFigure figure) {
  const auto labels = row_labels(scene);
  std::vector<NamedLargeSteps> specs;
  for (const RunSpec& run : run_specs(scene)) {
    LargeStepsSpec spec = default_large_steps(figure, scene.landscape);
    spec.problem = run;
    spec.problem.start.clear();
    specs.push_back({labels[specs.size()], std::move(spec)});
  }
  return specs;
}

std::vector<NamedLargeSteps> specs_of(const Scene& scene, LargeStepsFigure figure, const LargeStepsFlags& flags) {
  auto specs = flags.scene.scene.empty() ? specs_of_flags(scene, figure) : large_steps_specs(scene, figure);
  for (auto& [label, spec] : specs) {
    if (flags.scene.oracle) spec.problem.oracle = scene.oracle;
    put_flags(flags, spec);
  }
  return specs;
}

void refuse_strangers(const Flags& flags) {
  if (flags.start) throw InputError("--start", "this lab starts on a grid; allowed: --view LO,HI[,LO,HI] and --grid N");
}

/// "view: …" as "--view: …".
std::string with_flag(const std::string& line) {
  const std::pair<const char*, const char*> flags[] = {{"view", "--view"},
                                                       {"step_sizes", "--step-size"},
                                                       {"sigmas", "--sigma"},
                                                       {"lengths", "--lengths"},
                                                       {"substeps", "--substeps"},
                                                       {"small_step", "--small-step"},
                                                       {"nudge", "--nudge"},
                                                       {"trapped_at", "--trapped-at"},
                                                       {"settle_step", "--settle-step"},
                                                       {"landscape", "--landscape"},
                                                       {"oracle", "--oracle"},
                                                       {"schedule", "--schedule"},
                                                       {"rule", "--rule"}};
  for (const auto& [field, flag] : flags)
    if (line.starts_with(std::string(field) + ":")) return flag + line.substr(std::string(field).size());
  return line;
}

void check_specs(const std::vector<NamedLargeSteps>& specs, const Flags& flags) {
  try {
    for (const auto& [label, spec] : specs) check(spec, "");
  } catch (const InputError& error) {
    const std::string line = with_flag(error.what());
    if (!line.starts_with("--")) refuse_with_blame(error, flags);
    const auto colon = line.find(": ");
    throw InputError(line.substr(0, colon), line.substr(colon + 2));
  }
}

double rows_of(const LargeStepsSpec& spec) {
  const auto steps = static_cast<double>(spec.step_sizes.size()), sigmas = static_cast<double>(spec.sigmas.size());
  switch (spec.figure) {
    case LargeStepsFigure::kNoise:
      return 2 * steps * sigmas;
    case LargeStepsFigure::kControl:
      return 4 * steps * sigmas;
    case LargeStepsFigure::kPhase:
      return 2 * steps * static_cast<double>(spec.lengths.size());
    default:
      return steps;
  }
}

void require_memory_for(const LargeStepsSpec& spec) {
  const double starts = std::pow(spec.starts.per_side, static_cast<double>(spec.starts.low.size()));
  require_memory(starts * (rows_of(spec) * spec.problem.seeds * sizeof(StartEnd) + 32), "--grid",
                 "; fewer starts or rows");
}

// ---- what is answered ----

struct Line {
  std::string arm;
  ShareRow row;
};

std::vector<std::vector<std::string>> texts_of(const std::vector<Line>& lines, std::string (*text)(double)) {
  std::vector<std::vector<std::string>> rows = {
      {"eta", "sigma", "arm", "starts", "reached_global", "trapped", "diverged", "wandering", "median_steps"}};
  for (const auto& [arm, row] : lines) {
    const FateShares& s = row.shares;
    rows.push_back({text(row.step_size), text(row.sigma), arm, std::to_string(s.runs), text(s.global), text(s.trapped),
                    text(s.diverged), text(s.wandering), text(s.median_steps)});
  }
  return rows;
}

std::string csv_of(const std::vector<Line>& lines) {
  std::string text;
  for (const auto& row : texts_of(lines, exact_text))
    for (std::size_t i = 0; i < row.size(); ++i) text += csv_field(row[i]) + (i + 1 < row.size() ? "," : "\n");
  return text;
}

std::string explanation(const LargeStepsSpec& spec, const std::vector<Line>& lines) {
  double by_last_bit = 0;
  for (const auto& line : lines) by_last_bit = std::max(by_last_bit, line.row.shares.by_last_bit);
  std::string text = "\nShares of the starts; a run rests within " + short_text(spec.problem.reach) +
                     " of a minimum that its last step size can hold.\n";
  if (spec.trapped_at > 0)
    text += "Starts: those of the view that a step of " + short_text(spec.trapped_at) + " leaves in a local minimum.\n";
  if (by_last_bit > 0)
    text += "Up to " + short_text(by_last_bit) + " of the runs " + std::string(kLastBitWords) +
            "\n--nudge 1e-9 moves every coordinate by up to that much at the switch, openly.\n";
  return text;
}

std::string answer(const LargeStepsSpec& spec, const std::vector<Line>& lines, bool csv) {
  if (csv) return csv_of(lines);
  return aligned(texts_of(lines, short_text), true) + explanation(spec, lines);
}

int run_large_steps(const LargeStepsFlags& flags, const Session& session) {
  refuse_strangers(flags.scene);
  const LargeStepsFigure figure = one_of(flags.figure, kFigures, "--figure");
  const Scene scene = scene_for(flags, figure);
  check_scene(scene, flags.scene);
  tell_left_out(scene, flags.scene, "large_steps", false, session);
  const auto specs = specs_of(scene, figure, flags);
  check_specs(specs, flags.scene);
  for (const auto& [label, spec] : specs) require_memory_for(spec);
  if (flags.scene.save) save_scene(scene, *flags.scene.save);
  Output output(flags.scene.csv.value_or("-"), session.out);
  Progress progress;
  const SimulateOptions options{.workers = workers_of(scene), .stop = session.stop, .progress = &progress};
  std::vector<Line> lines;
  {
    const ProgressLine line(session, [&progress] {
      return progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 0.0;
    });
    for (const auto& [label, spec] : specs) {
      const auto results = large_steps(spec, options);
      if (!results.complete) return kExitInterrupted;
      for (const auto& row : results.rows)
        lines.push_back({specs.size() > 1 && row.arm == "run" ? label : row.arm, row});
    }
  }
  output.write(answer(specs.front().spec, lines, flags.scene.csv.has_value()));
  output.finish();
  return kExitGood;
}

void add_flags(CLI::App& app, LargeStepsFlags& flags) {
  add_scene_flags(app, flags.scene);
  add_text(
      app, "--figure", flags.figure,
      "basins: shares at some step sizes; sweep: at many; noise: step size × σ; control: the same noise in a large "
      "and in small steps; phase: a large step first, or last",
      "basins|noise|control|phase|sweep");
  add_text(app, "--view", flags.view,
           "starts are the cell centres of a grid on this box; the figure's own if not given", "LO,HI[,LO,HI]");
  add_text(app, "--grid", flags.grid,
           "starts a side; basins 20000, sweep 4000 (plane 128 × 128), else 2000 (plane 40 × 40)", "N");
  add_text(app, "--sigma", flags.sigmas, "noise, control: σ of the oracle, a list or range", "S,S,...|A:B:N[:log]");
  add_text(app, "--substeps", flags.substeps, "control: small updates of η/k that share a draw, 10 if not given", "K");
  add_text(app, "--small-step", flags.small_step, "phase: the small step size, min(0.1, 1.2/sharpness) if not given",
           "NUMBER");
  add_text(app, "--lengths", flags.lengths, "phase: lengths of the first phase, in updates", "N,N,...|A:B:N");
  add_text(app, "--nudge", flags.nudge, "phase: at the switch move every coordinate by up to this, at random; 0",
           "NUMBER");
  add_text(app, "--trapped-at", flags.trapped_at,
           "keep only starts that this step size leaves in a local minimum; 0: all", "NUMBER");
  add_text(app, "--settle-step", flags.settle_step,
           "noise, control: the small step with which runs settle once the noise is off; min(0.02, 1/sharpness)",
           "NUMBER");
  app.footer(
      "Which minimum does a step size choose? --step-size takes a list a,b,c or a range from:to:count[:log], one row "
      "each.\n"
      "CSV: eta,sigma,arm,starts,reached_global,trapped,diverged,wandering,median_steps; shares in [0, 1] of the "
      "starts, which\n"
      "are cell centres of an even grid on the view (not random). reached_global: the last iterate is within --reach "
      "(0.1) of a\n"
      "global minimum; trapped: of another known minimum; and nearer to it than to any other, and the last step size "
      "can hold\n"
      "it (η·sharpness ≤ 2, or the gradient is exactly 0). median_steps: of the runs that reach it, until they first "
      "do.\n"
      "Without SCENE: the set-ups of docs/notes/large-steps.md, B4, on the sharp well F1b (m = 2, κ = 12, c = 0.5), "
      "one\n"
      "run from each start (--seeds).\n"
      "  basins   starts U[−3m, 3m], T = 2000, exact gradient. F2 (ring_of_wells): its view U[−4, 4]². F3 "
      "(washboard): ±U[1.7, 6]\n"
      "           by symmetry U[1.7, 6]. quintic_dent: U[−15, 15]. Others: their view. sweep: the same, 81 step "
      "sizes.\n"
      "  noise    starts U[e₀, 3m] beyond the well's left rim; elsewhere those that a step of 0.6/sharpness traps; T = "
      "2000;\n"
      "           Gaussian noise of fixed σ, and annealed (falling to 0 along a line over 80 % of T). Washboard: "
      "--reach 0.2.\n"
      "           trapped: not reached, and with the noise off it falls to a local minimum; wandering: it left, but "
      "noise keeps\n"
      "           it away from the global one.\n"
      "  control  the same starts; noise U[−σ, σ]; L: T = 400 updates of η = 0.5; R: k·T of η/k, k in a row with one "
      "draw of L;\n"
      "           S: k·T of η/k, each with a draw; A: S annealed. Then noise off and small steps, and the basin "
      "counts.\n"
      "  phase    the same starts, exact gradient, T = 400; arm 'large N': η for N updates, then --small-step; 'small "
      "N': the other\n"
      "           way round, median_steps counted from the switch.\n"
      "The claims are those of Mohtashami, Jaggi & Stich 2023 (abstract); the landscapes, proofs, set-ups and numbers\n"
      "are those of docs/notes/large-steps.md, the paper's were not available.");
}

}  // namespace

LabCommand large_steps_lab_command() {
  const auto flags = std::make_shared<LargeStepsFlags>();
  return {.name = "large-steps",
          .summary = "which minimum a step size chooses: shares that reach the global one or are trapped",
          .add = [flags](CLI::App& app) { add_flags(app, *flags); },
          .run = [flags](const Session& session) { return run_large_steps(*flags, session); }};
}

}  // namespace steplab
