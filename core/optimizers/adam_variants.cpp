// Variants of Adam that change the norm, the momentum or the start of v. Adamax, NAdam and RAdam as in torch.optim
// (PyTorch 2).
#include "core/optimizers/elementwise.h"
#include "core/optimizers/specs.h"

namespace steplab {
namespace {

/// On a quadratic all that average g as Adam does come to rest as Adam does.
Stability stability_of_means(double beta1) { return {{2 * (1 + beta1) / (1 - beta1)}, {2 / (1 - beta1)}}; }

/// m as in Adam; u ← max(β₂ u, |g| + ε); x ← x − η m̂/u (Kingma & Ba 2015, algorithm 2).
struct Adamax {
  double beta1, beta2, eps, weight_decay;
  double ridge() const { return weight_decay; }
  Stability stability() const { return stability_of_means(beta1); }
  std::array<double, 2> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int t) const {
    return [power1 = decay_power(beta1, t), this](const PackContext& c, auto&) {
      const Pack b1 = c.momentum(beta1);
      const Pack correction1 = 1.0 - c.momentum_power(power1);
      const Pack eta_hat = c.step_size() / correction1;
      return [=, this](Pack& x, Pack gradient, std::array<Pack, 2>& memory) {
        Pack& m = memory[0];
        Pack& u = memory[1];
        const Pack g = gradient + weight_decay * x;
        m = b1 * m + (1.0 - b1) * g;
        u = max(beta2 * u, abs(g) + eps);
        const Pack divisor = divisor_of(u);
        x = x - eta_hat * m / divisor;
        return correction1 * divisor;
      };
    };
  }
};

/// x ← x − η [(1 − μ_t)/(1 − Π_t) g + μ_{t+1}/(1 − Π_{t+1}) m]/(√v̂ + ε), μ_t = β₁ (1 − ½ 0.96^{tψ}) with t from 1,
/// Π_t = μ₁…μ_t (after Dozat 2016, without his factor β₂ before the second moment; torch.optim.NAdam since PyTorch 2.0.
/// Up to 1.13 torch had a factor μ_t too many in the second divisor). Pre-conditioner: (1 − Π_t)(√v̂ + ε), as Adam's
/// with Π_t for β₁^t.
struct NAdam {
  double beta1, beta2, eps, eps_root, weight_decay, momentum_decay;
  double ridge() const { return weight_decay; }
  std::array<double, 2> memory() const { return {}; }
  std::array<double, 1> lane_memory() const { return {1}; }
  double warmth(int t) const { return 1.0 - 0.5 * steplab::pow(0.96, t * momentum_decay); }
  auto at(int t) const {
    const double warmth_now = warmth(t + 1), warmth_next = warmth(t + 2);
    const double correction2 = 1.0 - decay_power(beta2, t);
    const double root_correction2 = 1.0 / std::sqrt(correction2);
    const double inside = eps_root * correction2;
    return [=, this](const PackContext& c, std::array<Pack, 1>& product) {
      const Pack b1 = c.momentum(beta1);
      const Pack mu = b1 * warmth_now, mu_next = b1 * warmth_next;
      // Beside 1 it has long vanished at 1e-30; further down it would end as a subnormal number, which is slow.
      product[0] = select(product[0] > 1e-30, product[0] * mu, Pack{});
      const Pack correction = 1.0 - product[0];
      const Pack share_g = c.step_size() * (1.0 - mu) / correction;
      const Pack share_m = c.step_size() * mu_next / (1.0 - product[0] * mu_next);
      return [=, this](Pack& x, Pack gradient, std::array<Pack, 2>& memory) {
        Pack& m = memory[0];
        Pack& v = memory[1];
        const Pack g = gradient + weight_decay * x;
        m = b1 * m + (1.0 - b1) * g;
        v = beta2 * v + (1.0 - beta2) * (g * g);
        const Pack root = divisor_of(sqrt(v + inside) * root_correction2 + eps);
        x = x - (share_g * g + share_m * m) / root;
        return correction * root;
      };
    };
  }
};

/// Adam with its step multiplied by the rectification r_t once the variance of √v̂ is bounded (ρ_t > 5), and plain
/// momentum before (Liu et al. 2020, algorithm 2).
struct RAdam {
  double beta1, beta2, eps, eps_root, weight_decay;
  double ridge() const { return weight_decay; }
  Stability stability() const { return stability_of_means(beta1); }
  std::array<double, 2> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }

  /// r_t √(1 − β₂^t), or 0 while the variance is not tractable; t from 1.
  double rectified_correction(int t) const {
    const double power2 = decay_power(beta2, t - 1);
    const double rho_inf = 2.0 / (1.0 - beta2) - 1.0;
    const double rho = rho_inf - 2.0 * t * power2 / (1.0 - power2);
    if (!(rho > 5.0)) return 0;
    return std::sqrt((rho - 4.0) * (rho - 2.0) * rho_inf / ((rho_inf - 4.0) * (rho_inf - 2.0) * rho)) *
           std::sqrt(1.0 - power2);
  }

  auto at(int t) const {
    const double power1 = decay_power(beta1, t);
    const double rectified = rectified_correction(t + 1);
    const double inside = eps_root * (1.0 - decay_power(beta2, t));
    return [=, this](const PackContext& c, auto&) {
      const Pack b1 = c.momentum(beta1);
      const Pack correction1 = 1.0 - c.momentum_power(power1);
      const Pack eta_hat = c.step_size() / correction1;
      return [=, this](Pack& x, Pack gradient, std::array<Pack, 2>& memory) {
        Pack& m = memory[0];
        Pack& v = memory[1];
        const Pack g = gradient + weight_decay * x;
        m = b1 * m + (1.0 - b1) * g;
        v = beta2 * v + (1.0 - beta2) * (g * g);
        const Pack divisor = rectified > 0 ? divisor_of((sqrt(v + inside) + eps) / rectified) : splat(1.0);
        x = x - eta_hat * m / divisor;
        return correction1 * divisor;
      };
    };
  }
};

/// Adam with v₀ = g₀² instead of 0; the bias correction of v stays and acts as a warmup √(1 − β₂^t) that is built in
/// (Kalra & Barkeshli 2024, section 6.2).
struct GiAdam {
  double beta1, beta2, eps, eps_root, weight_decay;
  double ridge() const { return weight_decay; }
  Stability stability() const { return stability_of_means(beta1); }
  std::array<double, 2> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int t) const {
    const bool first = t == 0;
    const double power1 = decay_power(beta1, t);
    const double correction2 = 1.0 - decay_power(beta2, t);
    const double root_correction2 = 1.0 / std::sqrt(correction2);
    const double inside = eps_root * correction2;
    return [=, this](const PackContext& c, auto&) {
      const Pack b1 = c.momentum(beta1);
      const Pack correction1 = 1.0 - c.momentum_power(power1);
      const Pack eta_hat = c.step_size() / correction1;
      return [=, this](Pack& x, Pack gradient, std::array<Pack, 2>& memory) {
        Pack& m = memory[0];
        Pack& v = memory[1];
        const Pack g = gradient + weight_decay * x;
        m = b1 * m + (1.0 - b1) * g;
        if (first) v = g * g;
        v = beta2 * v + (1.0 - beta2) * (g * g);
        const Pack root = divisor_of(sqrt(v + inside) * root_correction2 + eps);
        x = x - eta_hat * m / root;
        return correction1 * root;
      };
    };
  }
};

template <class Rule>
std::shared_ptr<const Optimizer> make_variant(const Params& p) {
  return make_elementwise(
      Rule{p.real("beta1"), p.real("beta2"), p.real("eps"), p.real("eps_root"), p.real("weight_decay")});
}

OptimizerEntry adamax() {
  OptimizerEntry entry{
      .id = "adamax",
      .name = "Adamax",
      .summary = "Adam with a decaying largest |g| instead of √v̂",
      .source = "Kingma & Ba 2015, algorithm 2; torch.optim.Adamax (PyTorch 2)",
      .params = {beta1_spec(), beta2_spec(), eps_spec(), weight_decay_spec()},
      .make = [](const Params& p) {
        return make_elementwise(Adamax{p.real("beta1"), p.real("beta2"), p.real("eps"), p.real("weight_decay")});
      }};
  for (ParamSpec& spec : entry.params) {
    if (spec.name == "beta2") spec.meaning = "decay of the largest |g| so far";
    if (spec.name == "eps") spec.meaning = "added to |g| so that the divisor is not 0";
  }
  return entry;
}

OptimizerEntry variant(std::string id, std::string name, std::string summary, std::string source,
                       std::function<std::shared_ptr<const Optimizer>(const Params&)> make) {
  return {.id = std::move(id),
          .name = std::move(name),
          .summary = std::move(summary),
          .source = std::move(source),
          .params = {beta1_spec(), beta2_spec(), eps_spec(), weight_decay_spec(), eps_root_spec()},
          .make = std::move(make)};
}

OptimizerEntry nadam() {
  auto entry = variant(
      "nadam", "NAdam", "Adam with Nesterov's look-ahead and a momentum that warms up",
      "torch.optim.NAdam of PyTorch 2, after Dozat 2016 (up to 1.13 its momentum product had a factor too many)",
      [](const Params& p) {
        return make_elementwise(NAdam{p.real("beta1"), p.real("beta2"), p.real("eps"), p.real("eps_root"),
                                      p.real("weight_decay"), p.real("momentum_decay")});
      });
  entry.params.push_back({.name = "momentum_decay",
                          .initial = 0.004,
                          .min = 0,
                          .max = 1,
                          .logarithmic = true,
                          .meaning = "how fast the momentum grows from β₁/2 to β₁: β₁ (1 − ½ 0.96^{tψ})",
                          .source = "Dozat 2016",
                          .symbol = "ψ"});
  return entry;
}

}  // namespace

std::vector<OptimizerEntry> adam_variants() {
  return {adamax(), nadam(),
          variant("radam", "RAdam", "Adam whose step is rectified for the variance of √v̂; plain momentum at first",
                  "Liu et al. 2020, algorithm 2; torch.optim.RAdam (PyTorch 2)", make_variant<RAdam>),
          variant("gi_adam", "GI-Adam", "Adam with v₀ = g₀²: a warmup √(1 − β₂^t) that is built in",
                  "Kalra & Barkeshli 2024, section 6.2", make_variant<GiAdam>)};
}

}  // namespace steplab
