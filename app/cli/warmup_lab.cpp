// lab warmup: why a rising step size lets training bear a larger one.
#include "app/cli/commands.h"
#include "app/cli/flag_options.h"
#include "app/cli/lab_commands.h"
#include "app/cli/lab_flags.h"
#include "app/cli/memory.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "app/cli/warmup_tables.h"
#include "core/analysis/stability_edge.h"
#include "core/run/fields.h"
#include "core/run/sweep.h"
#include "core/scene/scene_json.h"
#include "core/scene/warmup_scene.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab {
namespace {

const Words<WarmupFigure> kFigures = {{"strip", WarmupFigure::kStrip},
                                      {"heatmap", WarmupFigure::kHeatmap},
                                      {"eta-init", WarmupFigure::kEtaInit},
                                      {"gi-adam", WarmupFigure::kGiAdam},
                                      {"chaos", WarmupFigure::kChaos}};

struct WarmupFlags {
  Flags scene;
  OptionText figure, share, window, delta, eta0, burn_in, keep;
  std::vector<std::string> over;
  bool summary = false;
};

// ---- what is asked ----

/// What the flags override where no scene is named: the set-ups of docs/notes/warmup.md, 10. Label noise needs a label,
/// and they have it in the plane only; searches and first updates are about the exact gradient.
Scene lab_scene(const Flags& flags, WarmupFigure figure) {
  Scene scene = default_warmup_scene();
  const std::string landscape =
      flags.landscape ? choice_from_text("landscape", *flags.landscape, "--landscape").id : "uv";
  const bool own_place = flags.landscape || std::ranges::any_of(flags.set, [](const std::string& text) {
                           return text.starts_with("landscape.n=");  // wider: another dimension
                         });
  if (own_place) scene.start.clear();
  const bool noisy = figure == WarmupFigure::kStrip || figure == WarmupFigure::kHeatmap;
  if (!noisy || (landscape != "uv" && landscape != "tied_chain")) scene.oracle = {"exact"};
  return scene;
}

/// The axes given by --over: what a figure takes of them.
struct Axes {
  std::vector<double> step_sizes{};
  std::vector<int> warmups{};
  std::vector<Choice> optimizers{};
  std::vector<std::string> given{};
  bool has(std::string_view name) const { return std::ranges::find(given, name) != given.end(); }
};

Axes axes_of(const std::vector<std::string>& texts) {
  constexpr double kMost = 1e9;
  const ParamSpec step_size{.name = "step_size", .min = 0, .max = 1e12, .min_open = true};
  const ParamSpec warmup{.name = "warmup", .kind = ParamKind::kInteger, .min = 1, .max = kMost};
  Axes axes;
  for (const auto& text : texts) {
    SweepAxis axis = parse_axis(text, "--over");
    axis.name = field_name(axis.name);
    if (axes.has(axis.name)) refuse("--over", text, "every axis once");
    axes.given.push_back(axis.name);
    const auto number = [](const ParamSpec& field, const std::string& value) {
      return std::get<double>(checked_value(field, value, "--over"));
    };
    if (axis.name == "step_size")
      for (const auto& value : axis_values(axis, step_size)) axes.step_sizes.push_back(number(step_size, value));
    else if (axis.name == "warmup")
      for (const auto& value : axis_values(axis, warmup))
        axes.warmups.push_back(static_cast<int>(number(warmup, value)));
    else if (axis.name == "optimizer" && !axis.values.empty())
      for (const auto& value : axis.values) axes.optimizers.push_back(choice_from_text("optimizer", value, "--over"));
    else
      refuse("--over", text, "step_size=…, warmup=… (whole updates), optimizer=ID,ID,…");
  }
  return axes;
}

void refuse_axes(const Axes& axes, const std::vector<std::string>& taken, const std::string& allowed) {
  for (const auto& name : axes.given)
    if (std::ranges::find(taken, name) == taken.end()) refuse("--over", name, allowed);
}

/// Flags that a figure would pass over in silence.
void refuse_strangers(const WarmupFlags& flags, WarmupFigure figure) {
  const bool map = figure == WarmupFigure::kHeatmap || figure == WarmupFigure::kGiAdam;
  if ((map || figure == WarmupFigure::kChaos) && (flags.scene.step_size || flags.scene.rho))
    throw InputError(flags.scene.step_size ? "--step-size" : "--rho",
                     "this figure has many step sizes; allowed: --over step_size=…");
  if (figure != WarmupFigure::kStrip && flags.scene.schedules)
    throw InputError("--schedules", "this figure is about one run; allowed: --schedule");
  if (figure != WarmupFigure::kStrip && figure != WarmupFigure::kEtaInit && flags.scene.rule)
    throw InputError("--rule", "this figure sets the step sizes itself; allowed: " +
                                   std::string(map ? "--schedule, for what follows the warm-up" : "none"));
  const std::pair<const OptionText*, std::pair<const char*, bool>> some[] = {
      {&flags.share, {"--share", figure == WarmupFigure::kHeatmap}},
      {&flags.window, {"--window", figure == WarmupFigure::kHeatmap}},
      {&flags.delta, {"--delta", figure == WarmupFigure::kEtaInit || figure == WarmupFigure::kGiAdam}},
      {&flags.eta0, {"--eta0", figure == WarmupFigure::kEtaInit}},
      {&flags.burn_in, {"--burn-in", figure == WarmupFigure::kChaos}},
      {&flags.keep, {"--keep", figure == WarmupFigure::kChaos}}};
  for (const auto& [text, about] : some)
    if (*text && !about.second) throw InputError(about.first, "is not for this figure; allowed: see --help");
  if (flags.summary && figure != WarmupFigure::kEtaInit && figure != WarmupFigure::kGiAdam)
    throw InputError("--summary", "is not for this figure; allowed: eta-init, gi-adam");
}

int whole_of(const std::string& text, const std::string& flag, int least, int most) {
  const double number = parse_number(text, flag);
  if (!(number >= least && number <= most && number == std::floor(number)))
    refuse(flag, text, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return static_cast<int>(number);
}

double not_negative(const std::string& text, const std::string& flag) {
  const double number = parse_number(text, flag);
  if (!(std::isfinite(number) && number >= 0)) refuse(flag, text, "a finite number ≥ 0");
  return number;
}

/// check()'s fields by the names of the flags that set them.
template <class Body>
auto with_blame(const Flags& flags, const Body& body) {
  try {
    return body();
  } catch (const InputError& error) {
    const std::string line = error.what();
    const std::pair<const char*, const char*> names[] = {
        {"landscape: ", "--landscape"}, {"share: ", "--share"},        {"window: ", "--window"},
        {"start: ", "--start"},         {"rule: ", "--rule"},          {"delta: ", "--delta"},
        {"eta0: ", "--eta0"},           {"step_size: ", "--step-size"}};
    for (const auto& [field, flag] : names)
      if (line.starts_with(field)) throw InputError(flag, line.substr(line.find(": ") + 2));
    refuse_with_blame(error, flags);
  }
}

// ---- the figures ----

struct Asked {
  const WarmupFlags& flags;
  Scene scene;
  Axes axes;
  SimulateOptions options;
  NumberText text;
};

/// The most that a figure may print: lines.
void require_lines(double lines) { require_memory(lines * 400, "--over", "; fewer step sizes, warm-ups or steps"); }

TextTable strip(const Asked& asked) {
  refuse_axes(asked.axes, {}, "no axis in this figure: it shows the scene's runs");
  const Recording recording = strip_recording(asked.scene);
  const auto runs = run_specs(asked.scene);
  const double rows = runs.front().steps / static_cast<double>(recording.stride) + 2;
  require_memory(results_bytes(runs, recording), "--steps", "; or a larger --every");
  require_lines(rows * static_cast<double>(runs.size()));
  const Results results = simulate(runs, recording, asked.options);
  TextTable table = strip_header();
  const auto labels = row_labels(asked.scene);
  if (asked.options.stop.stop_requested()) return {};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto landscape = make_choice(landscapes(), runs[i].landscape, "landscape");
    const Trajectory& path = results[i].trajectories.front();
    add_strip(
        labels[i], path,
        warmup_strip(path, results[i].outcomes.front(), *landscape, stability_of(runs[i].optimizer), runs[i].reach),
        asked.text, table);
  }
  return table;
}

/// The optimizers of the axis, with the run's own parameters where they know them.
std::vector<Choice> optimizers_of(const Asked& asked) {
  const Choice own = warmup_maps(asked.scene)[0].spec.problem.optimizer;
  if (asked.axes.optimizers.empty()) return {own};
  std::vector<Choice> all = asked.axes.optimizers;
  for (Choice& optimizer : all)
    for (const ParamSpec& known : family_params("optimizer", optimizer.id, "--over"))
      if (const auto given = own.params.find(known.name); given != own.params.end()) optimizer.params.insert(*given);
  return all;
}

TextTable heatmap(const Asked& asked) {
  WarmupMapSpec spec = warmup_maps(asked.scene)[0].spec;
  if (!asked.axes.step_sizes.empty()) spec.step_sizes = asked.axes.step_sizes;
  if (!asked.axes.warmups.empty()) spec.warmups = asked.axes.warmups;
  if (asked.flags.share) spec.share = not_negative(*asked.flags.share, "--share");
  if (asked.flags.window) spec.window = whole_of(*asked.flags.window, "--window", 1, 1'000'000'000);
  const auto cells = static_cast<double>(spec.step_sizes.size() * spec.warmups.size());
  require_lines(cells * spec.problem.seeds * static_cast<double>(optimizers_of(asked).size()));
  TextTable table = map_header();
  for (const Choice& optimizer : optimizers_of(asked)) {
    spec.problem.optimizer = optimizer;
    const WarmupMap map = warmup_map(spec, asked.options);
    if (!map.complete) return {};
    add_map(optimizer, map, asked.text, table);
  }
  return table;
}

/// A rule that searches has its own δ and η₀.
void take_search_of_rule(EtaInitSpec& spec) {
  const auto& specs = family_params("rule", spec.problem.rate.id, "--rule");
  const auto has = [&](const char* name) { return std::ranges::find(specs, name, &ParamSpec::name) != specs.end(); };
  if (!has("delta") || !has("eta0")) return;
  spec.search = critical_step_options(resolve(specs, spec.problem.rate.params, "--rule"));
}

/// One search for each step size × warm-up asked for.
std::vector<EtaInitSpec> searches_of(const Asked& asked) {
  refuse_axes(asked.axes, {"step_size", "warmup"}, "step_size=…, warmup=… in this figure");
  EtaInitSpec spec = eta_init_spec(asked.scene);
  if (asked.flags.scene.rule) take_search_of_rule(spec);
  if (asked.flags.delta) spec.search.tolerance = not_negative(*asked.flags.delta, "--delta");
  if (asked.flags.eta0) spec.search.first_guess = positive(*asked.flags.eta0, "--eta0");
  std::vector<EtaInitSpec> all;
  for (const double target : asked.axes.has("step_size") ? asked.axes.step_sizes : std::vector{spec.target})
    for (const int warmup : asked.axes.has("warmup") ? asked.axes.warmups : std::vector{spec.warmup}) {
      spec.target = target;
      spec.warmup = warmup;
      all.push_back(spec);
    }
  return all;
}

TextTable eta_init(const Asked& asked) {
  // A person sees what came of each search; a file has its passes, unless it is to have that.
  const bool summary = asked.flags.summary || !asked.flags.scene.csv;
  TextTable table = summary ? eta_init_summary_header() : eta_init_header();
  for (const EtaInitSpec& spec : searches_of(asked)) {
    const EtaInit found = eta_init_search(spec);
    if (summary)
      add_eta_init_summary(spec, found, asked.text, table);
    else
      add_eta_init(spec, found, asked.text, table);
  }
  return table;
}

TextTable gi_adam(const Asked& asked) {
  refuse_axes(asked.axes, {"step_size", "warmup"}, "step_size=…, warmup=… in this figure");
  GiAdamSpec spec = gi_adam_spec(asked.scene);
  if (asked.flags.scene.steps) spec.problem.steps = asked.scene.steps;
  if (asked.axes.has("step_size")) spec.step_sizes = asked.axes.step_sizes;
  if (asked.axes.has("warmup")) spec.warmups = asked.axes.warmups;
  if (asked.flags.delta) spec.tolerance = not_negative(*asked.flags.delta, "--delta");
  require_lines(2 * static_cast<double>(spec.step_sizes.size() * spec.warmups.size()));
  const GiAdamResults results = compare_gi_adam(spec, asked.options);
  if (!results.complete) return {};
  return asked.flags.summary ? gi_adam_summary(results, asked.text) : gi_adam_table(results, asked.text);
}

TextTable chaos(const Asked& asked) {
  refuse_axes(asked.axes, {"step_size"}, "step_size=from:to:count in this figure");
  UvBifurcationSpec spec = bifurcation_spec(asked.scene);
  if (asked.flags.scene.landscape) spec.landscape = asked.scene.landscape;
  if (asked.flags.scene.start) spec.start = asked.scene.start;
  if (asked.axes.has("step_size")) {
    const auto& etas = asked.axes.step_sizes;
    spec.from = etas.front();
    spec.to = etas.back();
    spec.count = static_cast<int>(etas.size());
    for (std::size_t i = 0; i < etas.size(); ++i)
      if (std::abs(etas[i] - (spec.from + (spec.to - spec.from) * static_cast<double>(i) /
                                              std::max(1.0, static_cast<double>(etas.size() - 1)))) > 1e-9 * etas[i])
        refuse("--over", "step_size", "step sizes evenly spaced: step_size=from:to:count");
  }
  if (asked.flags.burn_in) spec.burn_in = whole_of(*asked.flags.burn_in, "--burn-in", 0, 1'000'000'000);
  if (asked.flags.keep) spec.keep = whole_of(*asked.flags.keep, "--keep", 1, 1'000'000);
  require_lines(static_cast<double>(spec.count) * spec.keep);
  const Bifurcation found = bifurcation(spec, asked.options);
  return found.complete ? chaos_table(found, asked.text) : TextTable{};
}

TextTable table_of(WarmupFigure figure, const Asked& asked) {
  switch (figure) {
    case WarmupFigure::kHeatmap:
      return heatmap(asked);
    case WarmupFigure::kEtaInit:
      return eta_init(asked);
    case WarmupFigure::kGiAdam:
      return gi_adam(asked);
    case WarmupFigure::kChaos:
      return chaos(asked);
    default:
      return strip(asked);
  }
}

int run_warmup(const WarmupFlags& flags, const Session& session) {
  const WarmupFigure asked_for = one_of(flags.figure, kFigures, "--figure");
  Scene scene = scene_of(flags.scene, lab_scene(flags.scene, asked_for));
  if (flags.scene.optimizer) scene.lab.params["a_optimizer"] = "run";  // it is said anew
  // A scene of this lab says what it shows.
  const WarmupFigure figure = flags.figure || flags.scene.scene.empty() ? asked_for : warmup_figure(scene);
  refuse_strangers(flags, figure);
  check_scene(scene, flags.scene);
  tell_left_out(scene, flags.scene, "warmup", false, session);
  if (flags.scene.save) save_scene(scene, *flags.scene.save);
  Output output(flags.scene.csv.value_or("-"), session.out);
  Progress progress;
  TextTable table;
  {
    const ProgressLine line(session, [&progress] {
      return static_cast<double>(progress.done) / std::max(1.0, static_cast<double>(progress.total));
    });
    const Asked asked{.flags = flags,
                      .scene = scene,
                      .axes = axes_of(flags.over),
                      .options = {.workers = workers_of(scene), .stop = session.stop, .progress = &progress},
                      .text = flags.scene.csv ? exact_text : short_text};
    table = with_blame(flags.scene, [&] { return table_of(figure, asked); });
  }
  if (table.empty() || session.stop.stop_requested()) return kExitInterrupted;
  output.write(flags.scene.csv ? csv_of(table) : aligned(table, false));
  output.finish();
  return kExitGood;
}

void add_flags(CLI::App& app, WarmupFlags& flags) {
  add_scene_flags(app, flags.scene);
  add_text(app, "--every", flags.scene.every, described(scene_field("every")), "N");
  add_text(app, "--figure", flags.figure,
           "strip: sharpness beside its threshold; heatmap: step size × warm-up; eta-init: where warm-up should begin; "
           "gi-adam: its catapult beside Adam's; chaos: where runs on uv end against η",
           "strip|heatmap|eta-init|gi-adam|chaos");
  add_texts(app, "--over", flags.over,
            "an axis: step_size=A,B,… or step_size=from:to:count[:log] (chaos: evenly spaced), warmup=1,4,16,… "
            "(updates), optimizer=ID,ID "
            "(heatmap)",
            "NAME=VALUES");
  add_text(app, "--share", flags.share, "heatmap: trained below this share of the initial loss; 0.1", "NUMBER");
  add_text(app, "--window", flags.window, "heatmap: the final loss is the mean over so many last states; 256", "N");
  add_text(app, "--delta", flags.delta,
           "rise of the loss that ends the search: eta-init 0.1 (the paper takes 0.01 for Adam), gi-adam 0.01",
           "NUMBER");
  add_text(app, "--eta0", flags.eta0, "eta-init: first guess; 1e-4", "NUMBER");
  add_text(app, "--burn-in", flags.burn_in, "chaos: updates that are not printed; 4000", "N");
  add_text(app, "--keep", flags.keep, "chaos: updates after them whose ends are printed; 96", "N");
  app.add_flag("--summary", flags.summary, "eta-init, gi-adam: what came of it instead of every pass or cell");
  app.footer(warmup_help());
}

}  // namespace

LabCommand warmup_lab_command() {
  const auto flags = std::make_shared<WarmupFlags>();
  return {.name = "warmup",
          .summary = "why a rising step size bears a larger one: sharpness, catapults, heat maps, η_init, chaos",
          .add = [flags](CLI::App& app) { add_flags(app, *flags); },
          .run = [flags](const Session& session) { return run_warmup(*flags, session); }};
}

}  // namespace steplab
