#include "core/scene/warmup_scene.h"

#include "core/analysis/log_grid.h"
#include "core/analysis/warmup_starts.h"
#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

Params settings_of(const Scene& scene) {
  const auto given = scene.lab.id == "warmup" ? scene.lab.params : std::map<std::string, Value>{};
  return resolve(warmup_lab_entry().params, given, "lab.warmup");
}

LogGrid grid_of(const Params& settings, const std::string& name) {
  const LogGrid grid{settings.real(name + "_from"), settings.real(name + "_to"), settings.integer(name + "_count")};
  if (grid.to < grid.from)
    throw InputError("lab." + name + "_to",
                     "'" + to_text(grid.to) + "' is not allowed; allowed: " + name + "_from to 1e6");
  return grid;
}

RunSpec selected_run(const Scene& scene) { return run_specs(scene)[warmup_run(scene)]; }

Choice after_warmup(const Choice& rate) {
  if (is_rate_rule(rate.id)) return {"constant"};
  Choice after = rate;
  after.params.erase("warmup");
  return after;
}

WarmupMapSpec map_spec(const Scene& scene, const Params& settings, const std::string& optimizer) {
  WarmupMapSpec map;
  map.problem = selected_run(scene);
  map.problem.rate = after_warmup(map.problem.rate);
  map.problem.step_size = map.problem.rho = 1;
  if (optimizer != "run" && optimizer != map.problem.optimizer.id) map.problem.optimizer = {optimizer};
  map.step_sizes = grid_of(settings, "eta").values();
  map.warmups.clear();
  for (int power = 0; power <= settings.integer("warmup_powers"); ++power) map.warmups.push_back(1 << power);
  map.share = settings.real("share");
  return map;
}

std::string name_of_optimizer(const Choice& optimizer) {
  return find_entry(optimizers(), optimizer.id, "optimizer").name;
}

}  // namespace

WarmupFigure warmup_figure(const Scene& scene) {
  const std::vector<std::string> choices = warmup_lab_entry().params.front().choices;
  const auto words = settings_of(scene).text("figure");
  return static_cast<WarmupFigure>(std::ranges::find(choices, words) - choices.begin());
}

std::size_t warmup_run(const Scene& scene) {
  return std::min(scene.runs.size() - 1, static_cast<std::size_t>(std::max(scene.view.selected, 0)));
}

bool has_warmup(const Choice& rate) {
  const char* const family = is_rate_rule(rate.id) ? "rule" : "schedule";
  const auto& specs = family_params(family, rate.id, family);
  return std::ranges::find(specs, "warmup", &ParamSpec::name) != specs.end();
}

int warmup_length(const RunSpec& run) {
  if (!has_warmup(run.rate)) return 1;
  const char* const family = is_rate_rule(run.rate.id) ? "rule" : "schedule";
  const auto& specs = family_params(family, run.rate.id, family);
  const double warmup = resolve(specs, run.rate.params, std::string(family) + "." + run.rate.id).real("warmup");
  return std::max(1, whole_steps_of(warmup, run.steps));
}

Recording strip_recording(const Scene& scene) {
  Recording recording = recording_of(scene);
  recording.trajectory = recording.sharpness = true;
  recording.preconditioned_sharpness = std::ranges::any_of(scene.runs, [](const SceneRun& run) {
    return run.optimizer.id != "sgd" && run.optimizer.id != "heavy_ball" && run.optimizer.id != "nesterov";
  });
  return recording;
}

std::array<NamedWarmupMap, 2> warmup_maps(const Scene& scene) {
  const Params settings = settings_of(scene);
  std::array<NamedWarmupMap, 2> maps;
  for (const bool b : {false, true}) {
    NamedWarmupMap& map = maps[b];
    map.spec = map_spec(scene, settings, settings.text(b ? "b_optimizer" : "a_optimizer"));
    map.label = name_of_optimizer(map.spec.problem.optimizer);
  }
  const std::string& start = settings.text("b_start");
  if (start != "same")
    if (const auto sized = sized_start(scene.landscape, start == "large" ? StartSize::kLarge : StartSize::kSmall)) {
      maps[1].spec.problem.landscape = sized->landscape;
      maps[1].spec.problem.start = sized->start;
      maps[1].label += ", " + start + " start";
    }
  if (maps[0].label == maps[1].label) maps[1].label += " (B)";
  return maps;
}

EtaInitSpec eta_init_spec(const Scene& scene) {
  const Params settings = settings_of(scene);
  EtaInitSpec spec;
  spec.problem = selected_run(scene);
  spec.target = spec.problem.rho * spec.problem.step_size;
  spec.warmup = warmup_length(spec.problem);
  spec.search = critical_step_options(settings);
  return spec;
}

GiAdamSpec gi_adam_spec(const Scene& scene) {
  const Params settings = settings_of(scene);
  GiAdamSpec spec = default_gi_adam();
  spec.problem = selected_run(scene);
  spec.problem.rate = after_warmup(spec.problem.rate);
  spec.problem.step_size = spec.problem.rho = 1;
  spec.problem.steps = settings.integer("gi_steps");
  spec.step_sizes = grid_of(settings, "gi").values();
  spec.warmups.clear();
  for (const double warmup : settings.list("gi_warmups")) spec.warmups.push_back(static_cast<int>(std::lround(warmup)));
  return spec;
}

UvBifurcationSpec bifurcation_spec(const Scene& scene) {
  const Params settings = settings_of(scene);
  UvBifurcationSpec spec;
  if (bifurcation_scale(scene.landscape)) spec.landscape = scene.landscape;
  const double scale = *bifurcation_scale(spec.landscape);
  spec.from = settings.real("chaos_from") / scale;
  spec.to = settings.real("chaos_to") / scale;
  if (spec.to < spec.from)
    throw InputError("lab.chaos_to", "'" + to_text(spec.to * scale) + "' is not allowed; allowed: chaos_from to 4");
  spec.count = settings.integer("chaos_count");
  spec.burn_in = settings.integer("chaos_burn_in");
  spec.keep = settings.integer("chaos_keep");
  return spec;
}

void show_cell(Scene& scene, const WarmupMapSpec& map, double step_size, int warmup) {
  const RunSpec run = run_of(map, step_size, warmup);
  SceneRun& shown = scene.runs[warmup_run(scene)];
  scene.landscape = run.landscape;
  scene.start = run.start;
  scene.rho = 1;
  shown.rate = run.rate;
  shown.optimizer = run.optimizer;
  shown.step_size = run.step_size;
  shown.name.clear();
}

Scene default_warmup_scene() {
  const WarmupMapSpec map = default_warmup_map();
  Scene scene;
  scene.lab = {"warmup"};
  scene.title = "Why a rising step size bears more";
  scene.notes = "";
  scene.landscape = map.problem.landscape;
  scene.start = map.problem.start;
  scene.oracle = map.problem.oracle;
  scene.steps = map.problem.steps;
  scene.seeds = map.problem.seeds;
  scene.runs.clear();
  for (const int warmup : {1, 16, 64, 256}) {
    const RunSpec run = run_of(map, 0.4525, warmup);
    scene.runs.push_back({.rate = run.rate, .optimizer = run.optimizer, .step_size = run.step_size});
  }
  scene.view.selected = 3;
  return scene;
}

}  // namespace steplab
