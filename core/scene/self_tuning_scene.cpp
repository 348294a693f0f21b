#include "core/scene/self_tuning_scene.h"

#include "core/catalog.h"

#include <algorithm>
#include <array>

namespace steplab {
namespace {

constexpr double kLargestB0 = 1e12;  // that rules and optimizers take

const std::vector<ParamSpec>& setting_specs() { return find_entry(lab_entries(), "self_tuning", "lab").params; }

Params settings_of(const Scene& scene) {
  const std::map<std::string, Value> defaults;
  return resolve(setting_specs(), scene.lab.id == "self_tuning" ? scene.lab.params : defaults, "lab.self_tuning");
}

LogGrid grid_of(const Params& settings, const std::string& name, std::string_view place) {
  const LogGrid grid{settings.real(name + "_from"), settings.real(name + "_to"), settings.integer(name + "_count")};
  if (grid.to < grid.from)
    throw InputError((place.empty() ? "" : std::string(place) + ": ") + "lab." + name + "_to",
                     "'" + to_text(grid.to) + "' is not allowed; allowed: " + name + "_from to 1e12");
  return grid;
}

bool has_parameter(const std::vector<ParamSpec>& specs, std::string_view name) {
  return std::ranges::find(specs, name, &ParamSpec::name) != specs.end();
}

/// Optimizers with an ε divide by the size of the gradients: a scaled gradient changes nothing but ε.
void start_from(SceneRun& run, double rate, double factor) {
  const SelfTuningMethod method{.label = "", .rate = run.rate, .optimizer = run.optimizer};
  const bool adagrad_norm = run.rate.id == "adagrad_norm";
  const auto& specs = find_entry(optimizers(), run.optimizer.id, "optimizer").params;
  const bool divides = has_parameter(specs, "eps");
  const Divisor divisor = divisor_of(method);
  if (divisor == Divisor::kNone) {
    run.step_size = divides ? rate : rate * factor;
  } else {
    run.step_size = adagrad_norm || divides ? 1 : factor;
    auto& params = divisor == Divisor::kRule ? run.rate.params : run.optimizer.params;
    params["b0"] = std::min(adagrad_norm ? 1 / (rate * factor) : 1 / rate, kLargestB0);
  }
  if (!divides || factor == 1) return;
  const Params known = resolve(specs, run.optimizer.params, "optimizer");
  run.optimizer.params["eps"] = known.real("eps") / factor;
}

}  // namespace

SelfTuningSpec self_tuning_spec(const Scene& scene, std::string_view place) {
  const Params settings = settings_of(scene);
  SelfTuningSpec spec;
  const auto runs = run_specs(scene);
  const auto labels = row_labels(scene);
  spec.problem = runs.front();
  spec.methods.clear();
  for (std::size_t i = 0; i < runs.size(); ++i) spec.methods.push_back({labels[i], runs[i].rate, runs[i].optimizer});
  spec.L = settings.on("scaled") ? settings.real("L") : 0;
  spec.rate0 = settings.real("rate0");
  spec.automatic = settings.on("automatic");
  spec.rates = grid_of(settings, "rate", place);
  spec.Ls = grid_of(settings, "L", place).values();
  spec.flat = settings.text("measure") == "loss" ? 0 : settings.real("flat");
  return spec;
}

Scene unscaled_scene(const Scene& scene, double rate, double factor) {
  Scene unscaled = scene;
  const auto labels = row_labels(scene);
  for (std::size_t i = 0; i < unscaled.runs.size(); ++i) {
    unscaled.runs[i].name = labels[i];  // not after the b₀ that is put in
    start_from(unscaled.runs[i], rate, factor);
  }
  constexpr std::array kAdditive = {"gaussian", "sign", "student_t", "uniform"};
  if (factor == 1 || std::ranges::find(kAdditive, scene.oracle.id) == kAdditive.end()) return unscaled;
  const auto& entry = find_entry(oracles(), scene.oracle.id, "oracle");
  unscaled.oracle.params["sigma"] = resolve(entry.params, scene.oracle.params, "oracle").real("sigma") / factor;
  return unscaled;
}

Scene default_self_tuning_scene() {
  const RunSpec problem = default_self_tuning_problem();
  Scene scene;
  scene.lab = {"self_tuning"};
  scene.title = "Which methods survive a wrong first step size";
  scene.notes = "";
  scene.landscape = problem.landscape;
  scene.oracle = problem.oracle;
  scene.start = problem.start;
  scene.steps = problem.steps;
  scene.seeds = 1;
  scene.runs.clear();
  for (const auto& method : default_self_tuning_methods())
    scene.runs.push_back({.rate = method.rate, .optimizer = method.optimizer, .step_size = 1});
  return scene;
}

}  // namespace steplab
