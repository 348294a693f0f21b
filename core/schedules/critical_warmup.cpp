// Linear warmup that begins where the loss would just rise (Kalra & Barkeshli 2024, section 6.1). Memory slot 0 (lanes
// × 1): the step size; slot 1 (lanes × 2): η_c, forward passes spent.
#include "core/schedules/critical_step.h"
#include "core/schedules/rate_rule.h"
#include "core/schedules/schedule.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

std::shared_ptr<const Schedule> schedule_after(const Params& p) {
  Choice choice{p.text("after")};
  if (choice.id != "constant") choice.params["floor"] = p.real("floor");
  return make_choice(all_schedules(), choice, "rule.critical_warmup.after");
}

class CriticalWarmup final : public RateRule {
 public:
  explicit CriticalWarmup(const Params& p)
      : warmup_(p.real("warmup")), options_(critical_step_options(p)), after_(schedule_after(p)) {}

  Memory start(int lanes, int) const override { return {{Tile::Zero(lanes, 1), Tile::Zero(lanes, 2)}}; }

  void rates(Memory& memory, Observation& observation, Lanes& step_size) const override {
    Tile& search = memory.slots[1];
    const Lanes& target = *observation.base;
    if (observation.step == 0) find_critical(observation, search);
    for (Eigen::Index lane = 0; lane < target.size(); ++lane)
      memory.slots[0](lane, 0) = rate(search(lane, kCritical), target[lane], observation.step, observation.steps);
    step_size = memory.slots[0].col(0);
  }

 private:
  enum Column { kCritical, kPasses };

  void find_critical(Observation& observation, Tile& search) const {
    const Lanes& loss = observation.loss();
    const auto trial = [&](const Lanes& eta, Lanes& after) { observation.trial(eta, after); };
    const CriticalStep found =
        critical_step_size(trial, loss, *observation.base, LaneMask::Constant(loss.size(), true), options_);
    search.col(kCritical) = found.step_size;
    search.col(kPasses) = found.passes;
  }

  // Update number t = step + 1 has η_c + η_trgt t/W; the clock of what comes after starts with the first that has
  // η_trgt.
  double rate(double critical, double target, int step, int steps) const {
    const double length = steps_of(warmup_, steps);
    const double rising = length > 0 ? critical + target * (step + 1) / length : target;
    if (rising < target) return rising;
    if (!(target > 0)) return target;
    const int warm = std::max(static_cast<int>(std::ceil(length * (1 - critical / target))) - 1, 0);
    const int first = std::min(warm, step);
    return target * after_->factor(step - first, steps - first);
  }

  double warmup_;
  CriticalStepOptions options_;
  std::shared_ptr<const Schedule> after_;
};

std::vector<ParamSpec> warmup_params() {
  std::vector<ParamSpec> params = {
      {.name = "warmup",
       .kind = ParamKind::kDuration,
       .initial = 0.1,
       .min = 0,
       .max = 1e9,
       .meaning = "length of the warmup had it begun at 0; what η_c has of η is saved of it",
       .symbol = "W"}};
  for (ParamSpec& search : critical_step_params()) params.push_back(std::move(search));
  params.push_back({.name = "after",
                    .kind = ParamKind::kChoice,
                    .initial = "constant",
                    .meaning = "the schedule once the target is reached",
                    .choices = {"constant", "cosine", "linear", "rex"}});
  params.push_back({.name = "floor",
                    .initial = 0.1,
                    .min = 0,
                    .max = 1,
                    .meaning = "what that schedule ends at, as a share of the target",
                    .source = "Kalra & Barkeshli 2024: a tenth"});
  return params;
}

}  // namespace

std::vector<RateRuleEntry> critical_warmup_rules() {
  return {{.id = "critical_warmup",
           .name = "Warmup from the loss catapult",
           .summary = "linear warmup that begins at η_c, the step size that would just raise the loss, found by a few "
                      "forward passes: η_c + η t/W, at most η",
           .source = "Kalra & Barkeshli 2024 (arXiv 2406.09405), section 6.1; the base step size is the target",
           .params = warmup_params(),
           .make = [](const Params& p) { return std::make_shared<CriticalWarmup>(p); }}};
}

}  // namespace steplab
