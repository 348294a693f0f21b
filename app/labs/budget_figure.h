// What the Budget page computes in the background.
#pragma once

#include "app/session/budget_tables.h"
#include "app/session/studies.h"
#include "core/analysis/budget.h"

#include <memory>
#include <string>

namespace steplab {

struct BudgetFigure {
  std::shared_ptr<const BudgetTable> table;  ///< not complete while cells are still coming
  RunSpec run;                               ///< problem_run() of its spec
};

/// What the page asks for. Two wishes for the same table are the same, whatever is known already.
struct BudgetWish {
  BudgetSpec spec{};
  std::string refusal{};  ///< why the scene has no table; empty: it has
  BudgetTables known{};   ///< whose cells are not computed again
  friend bool operator==(const BudgetWish& a, const BudgetWish& b) {
    return a.spec == b.spec && a.refusal == b.refusal;
  }
};

/// Cells as they are finished, short budgets first; those that are known, or were when it was cancelled, at once.
void measure_budget(const BudgetWish& wish, Study<BudgetFigure>& study);

/// Expected loss of the runs at the left, on the exact problem.
struct ExpectedCurves {
  int T = 0;
  std::vector<std::string> labels;
  std::vector<std::vector<double>> losses;  ///< [run][t], t = 0 … T
};
struct ExpectedWish {
  BudgetSpec spec{};
  std::vector<std::string> labels{};
  std::vector<Choice> rates{};
  std::vector<double> step_sizes{};
  int T = 0;
  friend bool operator==(const ExpectedWish&, const ExpectedWish&) = default;
};
void compute_expected(const ExpectedWish& wish, Study<ExpectedCurves>& study);

}  // namespace steplab
