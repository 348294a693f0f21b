// Reduce on plateau, as torch.optim.lr_scheduler.ReduceLROnPlateau (PyTorch 2) does it, each lane by its own loss, but
// for the relative margin of a negative loss.
// Memory slot 0 (lanes × 1): the step size; slot 1 (lanes × 3): best metric, bad looks in a row, looks left to cool
// down.
#include "core/schedules/rate_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

class Plateau final : public RateRule {
 public:
  explicit Plateau(const Params& p)
      : lower_is_better_(p.text("mode") == "min"),
        relative_(p.text("threshold_mode") == "rel"),
        factor_(p.real("factor")),
        patience_(p.integer("patience")),
        threshold_(p.real("threshold")),
        cooldown_(p.integer("cooldown")),
        min_rate_(p.real("min_lr")),
        eps_(p.real("eps")),
        every_(p.integer("every")) {}

  Memory start(int lanes, int) const override {
    Tile looks = Tile::Zero(lanes, 3);
    looks.col(kBest).setConstant(lower_is_better_ ? std::numeric_limits<double>::infinity()
                                                  : -std::numeric_limits<double>::infinity());
    return {{Tile::Zero(lanes, 1), looks}};
  }

  void rates(Memory& memory, Observation& observation, Lanes& step_size) const override {
    Tile& rate = memory.slots[0];
    if (observation.step == 0)
      rate.col(0) = *observation.base;
    else if (observation.step % every_ == 0)
      look(memory, observation.loss());
    step_size = rate.col(0);
  }

 private:
  enum Column { kBest, kBad, kCooling };

  // One call of torch's step(metrics), for each lane.
  void look(Memory& memory, const Lanes& metric) const {
    Tile& rate = memory.slots[0];
    Tile& state = memory.slots[1];
    for (Eigen::Index i = 0; i < metric.size(); ++i) {
      const bool better = is_better(metric[i], state(i, kBest));
      if (better) state(i, kBest) = metric[i];
      state(i, kBad) = better ? 0 : state(i, kBad) + 1;
      if (state(i, kCooling) > 0) {
        state(i, kCooling) -= 1;
        state(i, kBad) = 0;
      }
      if (state(i, kBad) <= patience_) continue;
      reduce(rate(i, 0));
      state(i, kCooling) = cooldown_;
      state(i, kBad) = 0;
    }
  }

  // The margin is a share of |best|. torch takes it of best itself: where that is negative its bar lies on the wrong
  // side: a standstill, and a rise by less than the margin, count as progress.
  bool is_better(double metric, double best) const {
    const double towards = lower_is_better_ ? -1 : 1;
    if (std::isinf(best)) return towards * metric > towards * best;  // the first look
    const double bar = relative_ ? best * (1 + towards * std::copysign(threshold_, best)) : best + towards * threshold_;
    return towards * metric > towards * bar;
  }

  void reduce(double& rate) const {
    const double reduced = std::max(rate * factor_, min_rate_);
    if (rate - reduced > eps_) rate = reduced;
  }

  bool lower_is_better_, relative_;
  double factor_;
  int patience_;
  double threshold_;
  int cooldown_;
  double min_rate_, eps_;
  int every_;
};

std::vector<ParamSpec> plateau_params() {
  return {
      {.name = "factor",
       .initial = 0.1,
       .min = 0,
       .max = 1,
       .max_open = true,
       .meaning = "what the step size is multiplied by",
       .source = "torch"},
      {.name = "patience",
       .kind = ParamKind::kInteger,
       .initial = 10.0,
       .min = 0,
       .max = 1e9,
       .meaning = "looks without progress that are forgiven (Keras: one fewer)",
       .source = "torch"},
      {.name = "threshold",
       .initial = 1e-4,
       .min = 0,
       .max = 1e6,
       .meaning = "what counts as progress",
       .source = "torch"},
      {.name = "threshold_mode",
       .kind = ParamKind::kChoice,
       .initial = "rel",
       .meaning = "threshold as a share of the best loss's size, |best|, or absolute (Keras); torch takes the share of "
                  "best itself: where the loss is negative a standstill, and a small rise, then counts as progress",
       .source = "torch",
       .choices = {"rel", "abs"}},
      {.name = "cooldown",
       .kind = ParamKind::kInteger,
       .initial = 0.0,
       .min = 0,
       .max = 1e9,
       .meaning = "looks after a reduction that count nothing",
       .source = "torch"},
      {.name = "min_lr",
       .initial = 0.0,
       .min = 0,
       .max = 1e6,
       .meaning = "the step size is not reduced below this",
       .source = "torch"},
      {.name = "eps",
       .initial = 1e-8,
       .min = 0,
       .max = 1e6,
       .meaning = "reductions not larger than this are not made",
       .source = "torch"},
      {.name = "mode",
       .kind = ParamKind::kChoice,
       .initial = "min",
       .meaning = "whether a smaller or a larger loss is better",
       .source = "torch",
       .choices = {"min", "max"}},
      {.name = "every",
       .kind = ParamKind::kInteger,
       .initial = 1.0,
       .min = 1,
       .max = 1e9,
       .unit = "steps",
       .meaning = "steps between two looks at the loss (an epoch, where libraries look once per epoch)"},
  };
}

}  // namespace

std::vector<RateRuleEntry> plateau_rules() {
  return {{.id = "plateau",
           .name = "Reduce on plateau",
           .summary = "multiplies the step size by a factor when the loss has not improved for a while",
           .source = "torch ReduceLROnPlateau (PyTorch 2), but with |best| in the relative threshold; the first look "
                     "is at the loss "
                     "after the first update",
           .params = plateau_params(),
           .make = [](const Params& p) { return std::make_shared<Plateau>(p); }}};
}

}  // namespace steplab
