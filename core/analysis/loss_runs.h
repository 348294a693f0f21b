// Many runs side by side of which only the exact loss at every state counts: its peak, its rises, its mean at the end.
// The engine gives the last loss, or whole trajectories.
#pragma once

#include "core/run/prepare.h"

#include <limits>
#include <span>
#include <vector>

namespace steplab {

/// One run. All of a call share landscape, start, optimizer, oracle, projection and T, and are under schedules.
struct LossLane {
  const PreparedRun* run = nullptr;
  const FactorTable* factors = nullptr;  ///< h(t, T) of its schedule
  double step_size = 0;                  ///< ρ·η
  int replicate = 0;
};

struct LossRecord {
  double initial = 0;
  double peak = 0;   ///< largest finite loss at any state, x_0 and that with which a run is ended included
  double final = 0;  ///< mean over the last `window` states; infinite for a run that diverged
  int rises = 0;     ///< updates that raised it
  bool diverged = false;
};

struct LossRunsOptions {
  int window = 1;  ///< 1 ≤ window ≤ T
  /// A run whose loss is above this times max(1, initial loss) has diverged, as one whose coordinates leave
  /// kDivergenceLimit.
  double blown_up = std::numeric_limits<double>::infinity();
};

/// One record for each lane, in order. Same noise and bits as simulate(). Lanes that diverge at about the same time
/// should stand together: their tile ends with the last of them. After a stop request: meaningless.
std::vector<LossRecord> loss_runs(std::span<const LossLane> lanes, const LossRunsOptions& what,
                                  const SimulateOptions& options);

}  // namespace steplab
