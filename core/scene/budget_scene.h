// What the Budget lab makes of a scene: its runs' schedules at shares of the scene's T.
#pragma once

#include "core/analysis/budget.h"
#include "core/scene/scene.h"

namespace steplab {

/// The scene's lab settings (those of "budget" if it belongs to another lab, at their defaults) as a spec. T_max, seed
/// and seeds are the scene's; in the budget table the schedules are its runs', all ranked. The scene's landscape and
/// step sizes do not enter: the setting "problem" says what is trained.
BudgetSpec budget_spec(const Scene& scene);

/// Makes `scene` show the problem of a spec: landscape, start, oracle, T = T_max, seeds, and one run for each schedule
/// with the optimizer of the spec and the step size of its grid's anchor. Starts are those of seed 0.
void show_problem(Scene& scene, const BudgetSpec& spec);

/// The scene at one budget: T of that budget and every run at its own η*. Runs without one keep their step size.
Scene scene_at(const Scene& scene, const BudgetTable& table, std::size_t budget);

}  // namespace steplab
