#include "core/scene/budget_scene.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace steplab {
namespace {

/// Position of a word among the choices of its setting, as the enumeration of that order.
template <class Enumeration>
Enumeration word_of(const std::vector<ParamSpec>& specs, const Params& settings, std::string_view name) {
  const auto& choices = std::ranges::find(specs, name, &ParamSpec::name)->choices;
  return static_cast<Enumeration>(std::ranges::find(choices, settings.text(name)) - choices.begin());
}

std::vector<BudgetSchedule> schedules_of(const Scene& scene) {
  std::vector<BudgetSchedule> schedules;
  const auto labels = row_labels(scene);
  for (std::size_t i = 0; i < scene.runs.size(); ++i)
    schedules.push_back({.label = labels[i], .rate = scene.runs[i].rate});
  return schedules;
}

}  // namespace

BudgetSpec budget_spec(const Scene& scene) {
  const auto specs = budget_lab_entry().params;
  const auto given = scene.lab.id == "budget" ? scene.lab.params : std::map<std::string, Value>{};
  const Params settings = resolve(specs, given, "lab.budget");
  const auto problem = word_of<BudgetProblem>(specs, settings, "problem");
  const auto optimizer = word_of<BudgetOptimizer>(specs, settings, "optimizer");
  const bool sampling = settings.text("table") == "sampling";
  BudgetSpec spec = sampling ? sampling_spec(problem, optimizer) : default_budget_spec(problem, optimizer);
  if (!sampling) spec.schedules = schedules_of(scene);
  if (sampling || !settings.on("tuned")) spec.step_size = settings.real("step_size");
  spec.tie = settings.real("tie");
  spec.T_max = scene.steps;
  spec.seed = scene.seed;
  spec.seeds = scene.seeds;
  return spec;
}

void show_problem(Scene& scene, const BudgetSpec& spec) {
  scene.runs.clear();
  for (std::size_t i = 0; i < spec.schedules.size(); ++i) {
    const RunSpec run = budget_run(spec, i, 100, spec.step_size.value_or(spec.rates.anchor), 0);
    scene.runs.push_back(
        {.name = spec.schedules[i].label, .rate = run.rate, .optimizer = run.optimizer, .step_size = run.step_size});
    scene.landscape = run.landscape;
    scene.start = run.start;
    scene.oracle = run.oracle;
  }
  scene.projection = {"domain"};
  scene.steps = spec.T_max;
  scene.seed = spec.seed;
  scene.seeds = spec.seeds;
  scene.rho = 1;
  scene.view.window.clear();
}

Scene scene_at(const Scene& scene, const BudgetTable& table, std::size_t budget) {
  Scene at = scene;
  at.steps = budget_steps(table.spec, table.spec.budgets[budget]);
  for (std::size_t i = 0; i < std::min(at.runs.size(), table.spec.schedules.size()); ++i)
    if (const double eta = table.cell(budget, i).eta_star; std::isfinite(eta)) at.runs[i].step_size = eta;
  return at;
}

}  // namespace steplab
