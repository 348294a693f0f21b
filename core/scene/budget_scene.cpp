#include "core/scene/budget_scene.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace steplab {
namespace {

constexpr std::size_t kProfiles = 3;  // of the sampling table

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
  spec.tuning = word_of<BudgetTuning>(specs, settings, "tuning");
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

std::size_t nearest_budget(const BudgetSpec& spec, double percent) {
  const auto apart = [percent](double budget) { return std::abs(std::log(budget / percent)); };
  return static_cast<std::size_t>(std::ranges::min_element(spec.budgets, {}, apart) - spec.budgets.begin());
}

RunSpec problem_run(const BudgetSpec& spec) { return budget_run(spec, 0, 100, 1, 0); }

Scene scene_of_cells(const Scene& scene, const BudgetTable& table, double percent, const RunSpec& run) {
  const BudgetSpec& spec = table.spec;
  Scene at = scene;
  at.landscape = run.landscape;
  at.start = run.start;
  at.oracle = run.oracle;
  at.projection = {"domain"};
  at.rho = 1;
  at.steps = budget_steps(spec, percent);
  if (spec.problem == BudgetProblem::kNetwork) at.seeds = 1;
  const std::size_t budget = nearest_budget(spec, percent);
  for (auto& shown : at.runs) {
    shown.optimizer = run.optimizer;
    if (spec.step_size) shown.step_size = *spec.step_size;
    const auto schedule = std::ranges::find(spec.schedules, shown.rate, &BudgetSchedule::rate);
    if (schedule == spec.schedules.end()) continue;
    const double eta = table.cell(budget, static_cast<std::size_t>(schedule - spec.schedules.begin())).eta_star;
    if (std::isfinite(eta)) shown.step_size = eta;
  }
  return at;
}

/// As the shipped scenes have it.
std::string shown_name(const std::string& label) {
  if (label == "rex") return "REX";
  return label == "one_cycle" ? "OneCycle" : label;
}

void show_schedules(Scene& scene, const std::vector<BudgetSchedule>& schedules) {
  const SceneRun like = scene.runs.empty() ? SceneRun{} : scene.runs.front();
  scene.runs.clear();
  for (const auto& schedule : schedules)
    scene.runs.push_back({.name = shown_name(schedule.label),
                          .rate = schedule.rate,
                          .optimizer = like.optimizer,
                          .step_size = like.step_size});
  scene.view.selected = std::clamp(scene.view.selected, 0, static_cast<int>(schedules.size()) - 1);
}

void settle_problem(Scene& scene) {
  const BudgetSpec asked = budget_spec(scene);
  const bool sampling = !asked.schedules.front().group.empty();
  const BudgetSpec usual =
      sampling ? sampling_spec(asked.problem, asked.optimizer) : default_budget_spec(asked.problem, asked.optimizer);
  if (sampling) scene.lab.params["step_size"] = *usual.step_size;
  const RunSpec run = problem_run(usual);
  scene.landscape = run.landscape;
  // The network's first seed begins where the landscape says.
  scene.start = usual.problem == BudgetProblem::kNetwork ? std::vector<double>{} : run.start;
  scene.oracle = run.oracle;
  scene.projection = {"domain"};
  scene.steps = usual.T_max;
  scene.view.window.clear();
  for (auto& each : scene.runs) {
    each.optimizer = run.optimizer;
    each.step_size = usual.step_size.value_or(usual.rates.anchor);
  }
}

std::vector<BudgetSchedule> profiles_at(std::size_t sampling) {
  auto all = sampled_profiles();
  const std::string group = all[kProfiles * sampling].group;
  std::erase_if(all, [&](const auto& schedule) { return schedule.group != group; });
  for (auto& schedule : all) schedule.label = schedule.label.substr(0, schedule.label.find(' '));
  return all;
}

int sampling_row(const Scene& scene) {
  const auto all = sampled_profiles();
  if (scene.runs.size() != kProfiles) return -1;
  for (std::size_t row = 0; row * kProfiles < all.size(); ++row) {
    bool same = true;
    for (std::size_t p = 0; p < kProfiles; ++p) same &= all[row * kProfiles + p].rate == scene.runs[p].rate;
    if (same) return static_cast<int>(row);
  }
  return -1;
}

}  // namespace steplab
