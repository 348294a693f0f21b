// WNGrad (Wu, Ward, Bottou, arXiv 1803.02865) and AdaGrad-Norm (Ward, Wu, Bottou, JMLR 21(219), 2020): the step size is
// η/b, and b grows with the gradients met. Memory slot 0 (lanes × 1): b.
#include "core/base/math.h"
#include "core/base/smoothness_probe.h"
#include "core/schedules/rate_rule.h"

#include <cmath>

namespace steplab {
namespace {

Lanes squared_norm(const Tile& g) {
  Lanes sum = g.col(0).square();
  for (Eigen::Index j = 1; j < g.cols(); ++j) sum += g.col(j).square();
  return sum;
}

// ---- the rules ----

/// What the three have in common: b₀ given or estimated, and the step size base/b.
class GrowingScale : public RateRule {
 public:
  explicit GrowingScale(const Params& params) : b0_(params.real("b0")) {}
  Memory start(int lanes, int) const override { return {{Tile::Constant(lanes, 1, b0_)}}; }
  void rates(Memory& memory, Observation& observation, Lanes& step_size) const override {
    auto b = memory.slots[0].col(0);
    if (observation.step == 0 && b0_ == 0)
      b = probed_smoothness(*observation.x, [&](const Tile& x, Tile& g) { observation.gradient_at(x, g); });
    Lanes scale = b;
    grow(scale, observation);
    b = scale;
    step_size = *observation.base / scale;
  }

 private:
  /// b for this update.
  virtual void grow(Lanes& b, const Observation& observation) const = 0;
  double b0_;
};

/// b ← b + (η² ‖g‖²)^(1/p)/b. With η inside, η and b₀ are one parameter: only η/b₀ matters (p = 1).
class WNGrad final : public GrowingScale {
 public:
  enum class Form { kA, kB };
  WNGrad(Form form, const Params& params) : GrowingScale(params), form_(form), p_(params.real("p")) {}

 private:
  void grow(Lanes& b, const Observation& observation) const override {
    if (form_ == Form::kA && observation.step == 0) return;  // form A uses b once before it grows
    Lanes growth = observation.base->square() * squared_norm(*observation.gradient);
    if (p_ != 1)
      for (double& each : growth) each = steplab::pow(each, 1 / p_);
    b += growth / b;
  }
  Form form_;
  double p_;
};

class AdaGradNorm final : public GrowingScale {
 public:
  using GrowingScale::GrowingScale;

 private:
  void grow(Lanes& b, const Observation& observation) const override {
    b = (b.square() + squared_norm(*observation.gradient)).sqrt();
  }
};

std::vector<ParamSpec> scale_params() {
  return {{.name = "b0",
           .initial = 1.0,
           .min = 0,
           .max = 1e12,
           .logarithmic = true,
           .meaning = "b at the start, a guess of the smoothness L; 0: estimated from gradients near the start point, "
                      "never above L",
           .source = "estimate: Wu, Ward, Bottou 2018, as the CS-439 report quotes it",
           .symbol = "b₀",
           .label = "b₀ first"}};
}
std::vector<ParamSpec> wngrad_params() {
  auto specs = scale_params();
  specs.push_back({.name = "p",
                   .initial = 1.0,
                   .min = 0.5,
                   .max = 8,
                   .meaning = "b grows with ‖g‖^(2/p): 1 is WNGrad, 2 the variant that grows less",
                   .source = "CS-439 report on modifying WNGrad (p = 2)",
                   .symbol = "p",
                   .label = "p growth"});
  return specs;
}

RateRuleEntry wngrad(const std::string& id, WNGrad::Form form, const std::string& name, const std::string& summary,
                     const std::string& source) {
  return {.id = id,
          .name = name,
          .summary = summary,
          .source = source,
          .params = wngrad_params(),
          .make = [form](const Params& p) { return std::make_shared<WNGrad>(form, p); }};
}

}  // namespace

std::vector<RateRuleEntry> wngrad_rules() {
  return {wngrad("wngrad_a", WNGrad::Form::kA, "WNGrad, form A",
                 "η/b: b used first, then b ← b + η²‖g‖²/b with each new gradient",
                 "Wu, Ward, Bottou 2018 (arXiv 1803.02865), as the CS-439 report quotes it"),
          wngrad("wngrad_b", WNGrad::Form::kB, "WNGrad, form B", "b ← b + η²‖g‖²/b with the current gradient, then η/b",
                 "Wu, Ward, Bottou 2018, as the authors' code and ensmallen have it"),
          {.id = "adagrad_norm",
           .name = "AdaGrad-Norm",
           .summary = "b² ← b² + ‖g‖², then η/b",
           .source = "Ward, Wu, Bottou 2020 (JMLR 21(219)), algorithm 1",
           .params = scale_params(),
           .make = [](const Params& p) { return std::make_shared<AdaGradNorm>(p); }}};
}

}  // namespace steplab
