#include "core/schedules/critical_step.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace steplab {
namespace {

/// One lane's search: eta() is the step size it wants tried next, see() tells it the loss there.
class LaneSearch {
 public:
  LaneSearch(double loss, double largest, const CriticalStepOptions& options)
      : loss_(loss),
        largest_(largest),
        accepted_(loss + options.tolerance * std::abs(loss)),
        eta_(options.first_guess) {}

  double eta() const { return eta_; }
  bool done() const { return done_; }
  void skip() { done_ = true; }
  void see(double trial_loss) {
    passes_ += 1;
    switch (stage_) {
      case Stage::kDoubling:
        return see_doubling(trial_loss);
      case Stage::kHalving:
        return see_halving(trial_loss);
    }
  }

  double answer() const { return upper_; }
  double low() const { return low_; }
  double high() const { return high_; }
  int passes() const { return passes_; }
  /// The pass that see() was told of last, with the step size that it was about.
  CriticalTrial seen(bool doubling, double step_size, double trial_loss) const {
    return {.stage = doubling ? CriticalTrial::Stage::kDoubling : CriticalTrial::Stage::kHalving,
            .step_size = step_size,
            .loss = trial_loss,
            .low = lower_,
            .high = upper_,
            .rose = !(trial_loss < loss_)};
  }
  bool doubling() const { return stage_ != Stage::kHalving; }

 private:
  enum class Stage { kDoubling, kHalving };

  void see_doubling(double trial_loss) {
    if (!(trial_loss < loss_)) {
      // Paper: a first guess that raises the loss already is used as it is.
      if (passes_ == 2) return bracket(eta_, eta_, trial_loss);
      return bracket(eta_ / 2, eta_, trial_loss);
    }
    if (eta_ < largest_) {
      eta_ *= 2;
      return;
    }
    // Paper: no trial at the target itself.
    eta_ = largest_;
    low_ = lower_ = eta_ / 2;
    high_ = upper_ = eta_;
    done_ = true;
  }

  void bracket(double lower, double upper, double upper_loss) {
    low_ = lower_ = lower;
    high_ = upper_ = upper;
    halve(upper_loss);
  }

  void see_halving(double middle_loss) {
    if (middle_loss < loss_) {
      lower_ = eta_;
      halve(upper_loss_);
    } else {
      upper_ = eta_;
      halve(middle_loss);
    }
  }

  // Ends too where the interval has no inside left (loss 0, tolerance 0).
  void halve(double upper_loss) {
    stage_ = Stage::kHalving;
    upper_loss_ = upper_loss;
    eta_ = 0.5 * (lower_ + upper_);
    done_ = !(upper_loss_ > accepted_) || !(lower_ < eta_ && eta_ < upper_);
  }

  double loss_, largest_, accepted_, eta_;
  double lower_ = 0, upper_ = 0, upper_loss_ = 0;
  double low_ = 0, high_ = 0;
  int passes_ = 1;
  bool done_ = false;
  Stage stage_ = Stage::kDoubling;
};

}  // namespace

std::vector<ParamSpec> critical_step_params() {
  return {{.name = "delta",
           .initial = 0.1,
           .min = 0,
           .max = 10,
           .meaning = "rise of the loss, as a share of it, at which the search ends",
           .source = "Kalra & Barkeshli 2024: 0.1, about 0.01 for Adam",
           .symbol = "δ",
           .label = "δ rise"},
          {.name = "eta0",
           .initial = 1e-4,
           .min = 0,
           .max = 1e6,
           .min_open = true,
           .logarithmic = true,
           .meaning = "first guess of every search",
           .source = "Kalra & Barkeshli 2024, appendix B.2",
           .symbol = "η₀",
           .label = "η₀ first"}};
}

CriticalStepOptions critical_step_options(const Params& params) {
  return {.first_guess = params.real("eta0"), .tolerance = params.real("delta")};
}

CriticalStep critical_step_size(const Trial& trial, const Lanes& loss, const Lanes& largest, const LaneMask& wanted,
                                const CriticalStepOptions& options, const TrialObserver& seen) {
  const Eigen::Index lanes = loss.size();
  std::vector<LaneSearch> searches;
  for (Eigen::Index i = 0; i < lanes; ++i) {
    searches.emplace_back(loss[i], largest[i], options);
    if (!wanted[i]) searches.back().skip();
  }
  Lanes step_size = Lanes::Zero(lanes), trial_loss = Lanes::Zero(lanes);
  while (std::ranges::any_of(searches, [](const LaneSearch& s) { return !s.done(); })) {
    for (Eigen::Index i = 0; i < lanes; ++i) {
      const auto& search = searches[static_cast<std::size_t>(i)];
      step_size[i] = search.done() ? 0.0 : search.eta();
    }
    trial(step_size, trial_loss);
    for (Eigen::Index i = 0; i < lanes; ++i) {
      auto& search = searches[static_cast<std::size_t>(i)];
      if (search.done()) continue;
      const bool doubling = search.doubling();
      search.see(trial_loss[i]);
      if (seen) seen(i, search.seen(doubling, step_size[i], trial_loss[i]));
    }
  }
  CriticalStep found{Lanes::Zero(lanes), Lanes::Zero(lanes), Lanes::Zero(lanes), Lanes::Zero(lanes)};
  for (Eigen::Index i = 0; i < lanes; ++i) {
    if (!wanted[i]) continue;
    const auto& search = searches[static_cast<std::size_t>(i)];
    found.step_size[i] = search.answer();
    found.low[i] = search.low();
    found.high[i] = search.high();
    found.passes[i] = search.passes();
  }
  return found;
}

}  // namespace steplab
