// The step size at which the loss would just rise: a search by trial updates, forward passes only
// (Kalra & Barkeshli 2024, arXiv 2406.09405, section 6.1 and appendix B.2).
#pragma once

#include "core/base/parameters.h"
#include "core/base/tile.h"

#include <functional>
#include <vector>

namespace steplab {

struct CriticalStepOptions {
  double first_guess = 1e-4;  ///< η₀, doubled until the loss rises
  double tolerance = 0.1;     ///< δ: halving ends when the loss rises by at most this share of itself
  friend bool operator==(const CriticalStepOptions&, const CriticalStepOptions&) = default;
};

/// "delta" and "eta0", for rules that search.
std::vector<ParamSpec> critical_step_params();
CriticalStepOptions critical_step_options(const Params& params);

struct CriticalStep {
  Lanes step_size;  ///< η_c: the upper end when halving has ended
  Lanes low, high;  ///< the interval that doubling gave
  Lanes passes;     ///< forward passes, the one for `loss` included
};

using LaneMask = Eigen::Array<bool, Eigen::Dynamic, 1>;
/// Loss after one update from here with each lane's step size; nothing is changed.
using Trial = std::function<void(const Lanes& step_size, Lanes& loss)>;

/// One forward pass of a search, and what was known after it.
struct CriticalTrial {
  enum class Stage { kDoubling, kHalving };
  Stage stage = Stage::kDoubling;
  double step_size = 0, loss = 0;
  double low = 0, high = 0;  ///< the interval then: while doubling, high is 0
  bool rose = false;         ///< the loss here is not below the initial one
  friend bool operator==(const CriticalTrial&, const CriticalTrial&) = default;
};
using TrialObserver = std::function<void(Eigen::Index lane, const CriticalTrial& trial)>;

/// Searches the wanted lanes side by side, each as if it were alone; the others come back as 0. `loss` is the loss
/// here. Doubling stops at `largest` (η_trgt of the paper; infinity for none), which is then the answer without a trial
/// of its own. If the loss rises at the first guess already, the first guess is the answer. `seen` is told of every
/// pass but that of `loss`, in order.
CriticalStep critical_step_size(const Trial& trial, const Lanes& loss, const Lanes& largest, const LaneMask& wanted,
                                const CriticalStepOptions& options = {}, const TrialObserver& seen = {});

}  // namespace steplab
