// Adam and its closest kin. Formulas as in torch.optim (1.13 and 2.x alike).
#include "core/optimizers/elementwise.h"
#include "core/optimizers/specs.h"

namespace steplab {
namespace {

enum class Decay { kRidge, kDecoupled };
enum class Largest {
  kNone,      ///< v itself
  kRaw,       ///< the largest v so far, corrected afterwards
  kCorrected  ///< the largest v̂ so far
};

/// m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; x ← x − η m̂/(√v̂ + ε) with m̂ = m/(1 − β₁^{t+1}), v̂ = v/(1 − β₂^{t+1}).
/// AMSGrad takes the largest v so far instead of v (Reddi, Kale & Kumar 2018, who correct no bias at all).
/// ε_r, if there is one, is added to v̂ under the root.
template <Largest kLargest, Decay kDecay>
struct Adam {
  double beta1, beta2, eps, eps_root, weight_decay;
  double ridge() const { return kDecay == Decay::kRidge ? weight_decay : 0; }
  /// (2 + 2β₁)/(1 − β₁), 38 for β₁ = 0.9 (Cohen et al. 2022, arXiv:2207.14484). Decoupled decay: with q = 1 − ηλ,
  /// s = η(1 − β₁)h for a pre-conditioned curvature h, (x, m) is multiplied by (q − s, −ηβ₁; (1 − β₁)h, β₁), trace
  /// q + β₁ − s and determinant β₁q: stable while s < (1 + β₁)(1 + q) = (1 + β₁)(2 − ηλ), provided that β₁|q| < 1.
  Stability stability() const {
    const double apart = kDecay == Decay::kDecoupled ? weight_decay : 0;
    return {{2 * (1 + beta1) / (1 - beta1), apart * (1 + beta1) / (1 - beta1)}, {2 / (1 - beta1), apart / (1 - beta1)}};
  }
  std::array<double, kLargest == Largest::kNone ? 2 : 3> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int t) const {
    const double power1 = decay_power(beta1, t);
    const double correction2 = 1.0 - decay_power(beta2, t);
    const double root_correction2 = 1.0 / std::sqrt(correction2);
    const double inside = eps_root * correction2;
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
        if constexpr (kLargest == Largest::kRaw) square = memory[2] = max(memory[2], v);
        if constexpr (kLargest == Largest::kCorrected) {
          memory[2] = max(memory[2], v / correction2);
          square = memory[2] * correction2;
        }
        const Pack root = divisor_of(sqrt(square + inside) * root_correction2 + eps);
        x = x - eta_hat * m / root;
        return correction1 * root;
      };
    };
  }
};

std::vector<ParamSpec> adam_specs(ParamSpec decay) {
  return {beta1_spec(), beta2_spec(), eps_spec(), std::move(decay), eps_root_spec()};
}

ParamSpec largest_spec() {
  return {.name = "largest",
          .kind = ParamKind::kChoice,
          .initial = "raw",
          .meaning =
              "of what AMSGrad keeps the largest: raw, of v, whose bias is corrected afterwards (torch, Keras; "
              "Reddi et al. correct none), or corrected, of v̂ (optax)",
          .source = "torch.optim.Adam; optax.amsgrad",
          .choices = {"raw", "corrected"},
          .seldom = true};
}

template <Largest kLargest, Decay kDecay>
std::shared_ptr<const Optimizer> make_adam(const Params& p) {
  return make_elementwise(Adam<kLargest, kDecay>{p.real("beta1"), p.real("beta2"), p.real("eps"), p.real("eps_root"),
                                                 p.real("weight_decay")});
}

template <Decay kDecay>
std::shared_ptr<const Optimizer> make_amsgrad(const Params& p) {
  return p.text("largest") == "raw" ? make_adam<Largest::kRaw, kDecay>(p) : make_adam<Largest::kCorrected, kDecay>(p);
}

OptimizerEntry amsgrad() {
  OptimizerEntry entry{.id = "amsgrad",
                       .name = "AMSGrad",
                       .summary = "Adam that divides by the root of the largest v so far",
                       .source = "Reddi, Kale & Kumar 2018, algorithm 2; torch.optim.Adam(amsgrad=True) (PyTorch 2)",
                       .params = adam_specs(weight_decay_spec()),
                       .make = make_amsgrad<Decay::kRidge>};
  entry.params.push_back(largest_spec());
  return entry;
}

OptimizerEntry adamw() {
  OptimizerEntry entry{.id = "adamw",
                       .name = "AdamW",
                       .summary = "Adam with weight decay apart from the gradient: x ← (1 − ηλ) x first",
                       .source = "Loshchilov & Hutter 2019; torch.optim.AdamW (PyTorch 2)",
                       .params = adam_specs(decoupled_decay_spec(0.01)),
                       .make = [](const Params& p) {
                         return p.on("amsgrad") ? make_amsgrad<Decay::kDecoupled>(p)
                                                : make_adam<Largest::kNone, Decay::kDecoupled>(p);
                       }};
  entry.params.push_back({.name = "amsgrad",
                          .kind = ParamKind::kSwitch,
                          .initial = 0.0,
                          .min = 0,
                          .max = 1,
                          .meaning = "divide by the root of the largest v so far",
                          .source = "Reddi, Kale & Kumar 2018"});
  entry.params.push_back(largest_spec());
  return entry;
}

}  // namespace

std::vector<OptimizerEntry> adam_optimizers() {
  return {{.id = "adam",
           .name = "Adam",
           .summary = "x ← x − η m̂/(√v̂ + ε), m and v running means of g and g², bias-corrected",
           .source = "Kingma & Ba 2015, algorithm 1; torch.optim.Adam (PyTorch 2)",
           .params = adam_specs(weight_decay_spec()),
           .make = make_adam<Largest::kNone, Decay::kRidge>},
          amsgrad(),
          adamw()};
}

}  // namespace steplab
