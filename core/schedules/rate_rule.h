// Rate rules: step sizes that look at what happened, and remember.
#pragma once

#include "core/base/memory.h"
#include "core/base/parameters.h"
#include "core/base/tile.h"

#include <vector>

namespace steplab {

/// What a rule may look at just before update `step`. All lanes at once.
class Observation {
 public:
  virtual ~Observation() = default;
  int step = 0;                    ///< t: updates already done
  int steps = 1;                   ///< T
  const Tile* x = nullptr;         ///< x_t
  const Tile* gradient = nullptr;  ///< what the oracle answered at x_t
  const Lanes* base = nullptr;     ///< ρ·η per lane
  /// Exact loss f(x_t), computed when first asked for.
  virtual const Lanes& loss() = 0;
  /// Loss after one update of the run's own optimizer from here with this step size; nothing is changed (one forward
  /// pass per lane and call). Non-finite losses come back as +infinity.
  virtual void trial(const Lanes& step_size, Lanes& loss) = 0;
  /// Exact gradient at other points (WNGrad's automatic start measures how fast it changes near x₀).
  virtual void gradient_at(const Tile& point, Tile& g) = 0;
};

/// Immutable; all that changes is in Memory. Slot 0 (lanes × 1) is what a person wants to watch: b of WNGrad and
/// AdaGrad-Norm, the step size of the others.
class RateRule {
 public:
  virtual ~RateRule() = default;
  virtual Memory start(int lanes, int dim) const = 0;
  /// Step sizes for update observation.step, called once per update in order.
  virtual void rates(Memory& memory, Observation& observation, Lanes& step_size) const = 0;
};

using RateRuleEntry = Entry<RateRule>;
std::vector<RateRuleEntry> all_rate_rules();

// The members of the family, by file.
std::vector<RateRuleEntry> wngrad_rules();    // wngrad_a wngrad_b adagrad_norm
std::vector<RateRuleEntry> plateau_rules();   // plateau
std::vector<RateRuleEntry> catapult_rules();  // persistent_catapult
std::vector<RateRuleEntry> critical_warmup_rules();

}  // namespace steplab
