// Persistent catapult warmup (Kalra & Barkeshli 2024, section 7 and appendix C): whenever the loss has fallen to a new
// low, the step size is raised to where the loss would just rise, until the target is reached. Memory slot 0 (lanes ×
// 1): the step size; slot 1 (lanes × 2): lowest loss searched at, forward passes spent so far.
#include "core/schedules/critical_step.h"
#include "core/schedules/rate_rule.h"

#include <algorithm>

namespace steplab {
namespace {

class PersistentCatapult final : public RateRule {
 public:
  explicit PersistentCatapult(const Params& p) : options_(critical_step_options(p)) {}

  Memory start(int lanes, int) const override { return {{Tile::Zero(lanes, 1), Tile::Zero(lanes, 2)}}; }

  void rates(Memory& memory, Observation& observation, Lanes& step_size) const override {
    Tile& rate = memory.slots[0];
    const Lanes& target = *observation.base;
    if ((rate.col(0) < target).any()) raise(memory, observation);
    step_size = rate.col(0);
  }

 private:
  enum Column { kLowest, kPasses };

  void raise(Memory& memory, Observation& observation) const {
    Tile& rate = memory.slots[0];
    Tile& state = memory.slots[1];
    const Lanes& target = *observation.base;
    const Lanes& loss = observation.loss();
    LaneMask wanted = rate.col(0) < target;
    if (observation.step > 0) wanted = wanted && loss < state.col(kLowest);
    if (!wanted.any()) return;
    const auto trial = [&](const Lanes& eta, Lanes& after) { observation.trial(eta, after); };
    const CriticalStep found = critical_step_size(trial, loss, target, wanted, options_);
    for (Eigen::Index i = 0; i < loss.size(); ++i) {
      if (!wanted[i]) continue;
      // The paper leaves open whether the rate may fall; here it may not.
      rate(i, 0) = std::max(rate(i, 0), std::min(found.step_size[i], target[i]));
      state(i, kLowest) = loss[i];
      state(i, kPasses) += found.passes[i];
    }
  }

  CriticalStepOptions options_;
};

}  // namespace

std::vector<RateRuleEntry> catapult_rules() {
  return {{.id = "persistent_catapult",
           .name = "Persistent catapult warmup",
           .summary = "rises to the target by itself: at each new low of the loss, to the step size that would just "
                      "raise the loss",
           .source = "Kalra & Barkeshli 2024 (arXiv 2406.09405), section 7; the base step size is the target",
           .params = critical_step_params(),
           .make = [](const Params& p) { return std::make_shared<PersistentCatapult>(p); }}};
}

}  // namespace steplab
