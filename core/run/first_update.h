// The critical step size of a run's very first update.
#pragma once

#include "core/run/prepare.h"
#include "core/schedules/critical_step.h"

namespace steplab {

/// critical_step_size() of one lane.
struct FirstUpdateSearch {
  double loss = 0;  ///< exact, at the start
  double step_size = 0, low = 0, high = 0;
  int passes = 0;
};

/// Searches with the run's own optimizer from its initial state, the oracle's first gradient (replicate 0) and the
/// exact loss; losses that are not finite count as infinite. Its rate and step size do not enter.
FirstUpdateSearch search_first_update(const PreparedRun& run, double largest, const CriticalStepOptions& options,
                                      const TrialObserver& seen = {});

}  // namespace steplab
