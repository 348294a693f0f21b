// Runs whose result is an average of their iterates: what the engine, which keeps outcomes of the last iterate only,
// does not give.
#pragma once

#include "core/run/prepare.h"

#include <span>
#include <vector>

namespace steplab {

/// One run with its base step size; all share landscape, optimizer, oracle, projection, T and a schedule's momentum.
struct AveragedCell {
  const PreparedRun* run = nullptr;  ///< under a schedule
  std::span<const double> factors;   ///< h(t, T) of its schedule
  double step_size = 0;              ///< ρ·η
};

/// f at the mean of the points at which updates average_from … T−1 ask for their gradients (average_from = T: at x_T,
/// as simulate() gives it), for replicates 0 … seeds−1: [cell · seeds + replicate]. Infinite for a run that diverged;
/// not a number for what a stop request left undone. Same noise as simulate().
std::vector<double> averaged_losses(std::span<const AveragedCell> cells, int seeds, int average_from,
                                    const SimulateOptions& options);

}  // namespace steplab
