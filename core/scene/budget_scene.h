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

/// Position of the budget nearest to `percent`, by ratio.
std::size_t nearest_budget(const BudgetSpec& spec, double percent);

/// Of a cell, to be shown: landscape, start, oracle and optimizer of the spec's problem, as the first seed has them.
RunSpec problem_run(const BudgetSpec& spec);
/// The scene's runs as the cells of a table: on the problem of `run`, T at `percent` of T_max, and each schedule that
/// the table has at its η* of the nearest budget; others keep their step size. Of the network, whose seeds begin at
/// different points, the first seed.
Scene scene_of_cells(const Scene& scene, const BudgetTable& table, double percent, const RunSpec& run);

/// The scene has these schedules as its runs from now on, with their labels as names; its optimizer stays.
void show_schedules(Scene& scene, const std::vector<BudgetSchedule>& schedules);
/// After its lab's setting "problem" or "optimizer" was changed: landscape, start, oracle, optimizers and T_max of that
/// problem; the runs stay. In the sampling table, the step size of that problem.
void settle_problem(Scene& scene);
/// Three profiles read at one sampling rate: the runs of a row of the sampling table.
std::vector<BudgetSchedule> profiles_at(std::size_t sampling);
/// The row of the sampling table that the scene's runs are; −1: none.
int sampling_row(const Scene& scene);

}  // namespace steplab
