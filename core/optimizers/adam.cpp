// Adam and its closest kin. Formulas as in torch.optim.
#include "core/optimizers/elementwise.h"
#include "core/optimizers/specs.h"

namespace steplab {
namespace {

enum class Decay { kRidge, kDecoupled };

/// m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; x ← x − η m̂/(√v̂ + ε) with m̂ = m/(1 − β₁^{t+1}), v̂ = v/(1 − β₂^{t+1}).
/// AMSGrad takes the largest v so far instead of v (Reddi, Kale & Kumar 2018).
template <bool kLargest, Decay kDecay>
struct Adam {
  double beta1, beta2, eps, weight_decay;
  std::array<double, kLargest ? 3 : 2> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int t) const {
    const double power1 = decay_power(beta1, t);
    const double root_correction2 = 1.0 / std::sqrt(1.0 - decay_power(beta2, t));
    return [=, this](const PackContext& c, auto&) {
      const Pack b1 = c.momentum(beta1);
      const Pack correction1 = 1.0 - c.momentum_power(power1);
      const Pack eta = c.step_size();
      const Pack eta_hat = eta / correction1;
      return [=, this](Pack& x, Pack gradient, auto& memory) {
        Pack g = gradient;
        if constexpr (kDecay == Decay::kRidge)
          g = g + weight_decay * x;
        else
          x = x - (eta * weight_decay) * x;
        Pack& m = memory[0];
        Pack& v = memory[1];
        m = b1 * m + (1.0 - b1) * g;
        v = beta2 * v + (1.0 - beta2) * (g * g);
        Pack square = v;
        if constexpr (kLargest) square = memory[2] = max(memory[2], v);
        const Pack root = sqrt(square) * root_correction2 + eps;
        x = x - eta_hat * m / root;
        return correction1 * root;
      };
    };
  }
};

std::vector<ParamSpec> adam_specs(ParamSpec decay) {
  return {beta1_spec(), beta2_spec(), eps_spec(), std::move(decay)};
}

template <bool kLargest, Decay kDecay>
std::shared_ptr<const Optimizer> make_adam(const Params& p) {
  return make_elementwise(
      Adam<kLargest, kDecay>{p.real("beta1"), p.real("beta2"), p.real("eps"), p.real("weight_decay")});
}

OptimizerEntry adamw() {
  OptimizerEntry entry{.id = "adamw",
                       .name = "AdamW",
                       .summary = "Adam with weight decay apart from the gradient: x ← (1 − ηλ) x first",
                       .source = "Loshchilov & Hutter 2019; torch.optim.AdamW",
                       .params = adam_specs(decoupled_decay_spec(0.01)),
                       .make = [](const Params& p) {
                         return p.on("amsgrad") ? make_adam<true, Decay::kDecoupled>(p)
                                                : make_adam<false, Decay::kDecoupled>(p);
                       }};
  entry.params.push_back({.name = "amsgrad",
                          .kind = ParamKind::kSwitch,
                          .initial = 0.0,
                          .min = 0,
                          .max = 1,
                          .meaning = "divide by the root of the largest v so far",
                          .source = "Reddi, Kale & Kumar 2018"});
  return entry;
}

}  // namespace

std::vector<OptimizerEntry> adam_optimizers() {
  return {{.id = "adam",
           .name = "Adam",
           .summary = "x ← x − η m̂/(√v̂ + ε), m and v running means of g and g², bias-corrected",
           .source = "Kingma & Ba 2015, algorithm 1; torch.optim.Adam",
           .params = adam_specs(weight_decay_spec()),
           .make = make_adam<false, Decay::kRidge>},
          {.id = "amsgrad",
           .name = "AMSGrad",
           .summary = "Adam that divides by the root of the largest v so far",
           .source = "Reddi, Kale & Kumar 2018, algorithm 2; torch.optim.Adam(amsgrad=True)",
           .params = adam_specs(weight_decay_spec()),
           .make = make_adam<true, Decay::kRidge>},
          adamw()};
}

}  // namespace steplab
