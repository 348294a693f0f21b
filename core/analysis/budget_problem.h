// What the cells of a budget table share: the problem's landscape, starts and test.
#pragma once

#include "core/analysis/budget.h"

#include <memory>
#include <vector>

namespace steplab {

/// Made from a spec, which must outlive it.
class BudgetSetting {
 public:
  explicit BudgetSetting(const BudgetSpec& spec);
  RunSpec run(std::size_t schedule, double percent, double step_size, int seed) const;
  /// Errors of runs that ended at these points (dim entries each, one after another); infinity where they diverged.
  std::vector<double> errors(std::span<const SpecResults> runs) const;
  /// Exact expected losses of one schedule with T updates, one for each step size. After a stop request fewer.
  std::vector<double> expected(std::size_t schedule, int T, std::span<const double> step_sizes,
                               const std::stop_token& stop) const;

 private:
  const BudgetSpec& spec_;
  Choice landscape_, oracle_;
  std::vector<std::vector<double>> starts_;  ///< one for each seed, or one for all
  std::shared_ptr<const Landscape> test_;    ///< the error is its value …
  double least_ = 0;                         ///< … above this
};

}  // namespace steplab
