#include "core/scene/large_steps_scene.h"

#include "core/catalog.h"

#include <algorithm>
#include <map>

namespace steplab {
namespace {

using Figure = LargeStepsFigure;

Params settings_of(const Scene& scene) {
  const auto& entry = find_entry(lab_entries(), "large_steps", "lab");
  const bool own = scene.lab.id == "large_steps";
  return resolve(entry.params, own ? scene.lab.params : std::map<std::string, Value>{}, "lab.large_steps");
}

bool has_sigma(const std::string& oracle) {
  const auto& params = find_entry(oracles(), oracle, "oracle").params;
  return std::ranges::find(params, "sigma", &ParamSpec::name) != params.end();
}

/// See check_oracle() in large_steps.cpp.
bool can_use(Figure figure, const Choice& oracle) {
  switch (figure) {
    case Figure::kNoise:
      return has_sigma(oracle.id);
    case Figure::kControl:
      return oracle.id == "uniform" || oracle.id == "gaussian" || oracle.id == "sign";
    case Figure::kPhase:
      return oracle.id == "exact";
    default:
      return true;
  }
}

/// Starts a side in the plane: fewer than of the defaults where a figure has many rows, so that the page can follow.
void thin_out(LargeStepsSpec& spec) {
  if (spec.starts.low.size() < 2) return;
  if (spec.figure == Figure::kSweep) spec.starts.per_side = std::min(spec.starts.per_side, 64);
  if (spec.figure == Figure::kNoise) spec.starts.per_side = std::min(spec.starts.per_side, 24);
}

bool needs_small_run(Figure figure) { return figure == Figure::kControl || figure == Figure::kPhase; }

}  // namespace

ComparedRuns compared_runs(const Scene& scene) {
  const auto last = scene.runs.size() - 1;
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  return {0, std::min(last, selected > 0 ? selected : 1)};
}

LargeStepsSpec large_steps_spec(const Scene& scene, LargeStepsFigure figure, std::size_t run) {
  const Params settings = settings_of(scene);
  LargeStepsSpec spec = default_large_steps(figure, scene.landscape);
  const RunSpec own = run_specs(scene)[run];
  thin_out(spec);
  const Choice noise = can_use(figure, own.oracle) ? own.oracle : spec.problem.oracle;
  spec.problem = own;
  spec.problem.start.clear();
  spec.problem.oracle = noise;
  if (figure == Figure::kPhase) spec.problem.rate = {"constant"};
  if (figure != Figure::kSweep && figure != Figure::kNoise) spec.step_sizes = {own.step_size};
  if (figure == Figure::kPhase && scene.runs[0].step_size > 0 && run > 0) spec.small_step = scene.runs[0].step_size;
  std::erase_if(spec.lengths, [&](int length) { return length > spec.problem.steps; });
  spec.anneal_share = settings.real("anneal_share");
  spec.substeps = settings.integer("substeps");
  spec.nudge = settings.real("nudge");
  // What the figure varies itself shall not tell two runs apart.
  spec.problem.step_size = spec.step_sizes.front();
  return spec;
}

std::vector<NamedLargeSteps> large_steps_specs(const Scene& scene, LargeStepsFigure figure) {
  const auto labels = row_labels(scene);
  std::vector<NamedLargeSteps> all;
  const std::size_t first = needs_small_run(figure) && scene.runs.size() > 1 ? 1 : 0;
  for (std::size_t i = first; i < scene.runs.size(); ++i) {
    NamedLargeSteps next{labels[i], large_steps_spec(scene, figure, i)};
    const auto same = [&](const NamedLargeSteps& one) { return one.spec == next.spec; };
    if (std::ranges::none_of(all, same)) all.push_back(std::move(next));
  }
  return all;
}

NetworkArmsSpec network_arms_spec(const Scene& scene) {
  const Params settings = settings_of(scene);
  NetworkArmsSpec spec;
  spec.large = settings.real("network_large");
  spec.steps = spec.settle = settings.integer("network_steps");
  spec.seeds = settings.integer("network_seeds");
  spec.seed = scene.seed;
  return spec;
}

}  // namespace steplab
