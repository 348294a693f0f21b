// WN-Adam: Adam's momentum over WNGrad's divisor.
#include "core/optimizers/elementwise.h"
#include "core/optimizers/specs.h"

namespace steplab {
namespace {

/// m ← β₁ m + (1 − β₁) g; b ← b + η²|g|²/b; x ← x − η m/((1 − β₁^{t+1}) b), one b for all coordinates
/// (Wu, Ward & Bottou 2018, "WN-Adam", as a port to Keras has it: the paper's t would divide by 0, so the bias power is
/// t + 1).
struct WnAdamNorm {
  double beta1, b0;
  std::array<double, 1> memory() const { return {0}; }
  std::array<double, 1> lane_memory() const { return {b0}; }
  auto at(int t) const {
    return [power1 = decay_power(beta1, t), this](const PackContext& c, std::array<Pack, 1>& b) {
      const Pack b1 = c.momentum(beta1);
      const Pack eta = c.step_size();
      b[0] = b[0] + eta * eta * c.squared_norm() / b[0];
      const Pack divisor = (1.0 - c.momentum_power(power1)) * b[0];
      const Pack rate = eta / divisor;
      return [=](Pack& x, Pack g, std::array<Pack, 1>& m) {
        m[0] = b1 * m[0] + (1.0 - b1) * g;
        x = x - rate * m[0];
        return divisor;
      };
    };
  }
};

/// The same with one b for each coordinate.
struct WnAdamCoordinate {
  double beta1, b0;
  std::array<double, 2> memory() const { return {0, b0}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int t) const {
    return [power1 = decay_power(beta1, t), this](const PackContext& c, auto&) {
      const Pack b1 = c.momentum(beta1);
      const Pack eta = c.step_size();
      const Pack correction1 = 1.0 - c.momentum_power(power1);
      return [=](Pack& x, Pack g, std::array<Pack, 2>& memory) {
        Pack& m = memory[0];
        Pack& b = memory[1];
        m = b1 * m + (1.0 - b1) * g;
        b = b + eta * eta * (g * g) / b;
        const Pack divisor = correction1 * b;
        x = x - eta * m / divisor;
        return divisor;
      };
    };
  }
};

}  // namespace

std::vector<OptimizerEntry> wn_adam_optimizers() {
  return {{.id = "wn_adam",
           .name = "WN-Adam",
           .summary = "Momentum over WNGrad's divisor: b ← b + η²|g|²/b; x ← x − η m̂/b",
           .source = "Wu, Ward & Bottou 2018 (arXiv 1803.02865), as its port to Keras has it",
           .params = {beta1_spec(),
                      {.name = "b0",
                       .initial = 1.0,
                       .min = 0,
                       .max = 1e12,
                       .min_open = true,
                       .logarithmic = true,
                       .meaning = "first divisor",
                       .symbol = "b₀",
                       .label = "b₀ first"},
                      {.name = "mode",
                       .kind = ParamKind::kChoice,
                       .initial = "norm",
                       .meaning = "one b from |g|², or one per coordinate from its g²",
                       .choices = {"norm", "coordinate"}}},
           .make = [](const Params& p) {
             const double beta1 = p.real("beta1"), b0 = p.real("b0");
             return p.text("mode") == "norm" ? make_elementwise(WnAdamNorm{beta1, b0})
                                             : make_elementwise(WnAdamCoordinate{beta1, b0});
           }}};
}

}  // namespace steplab
