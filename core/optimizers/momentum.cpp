// SGD, with momentum, and by signs.
#include "core/optimizers/elementwise.h"
#include "core/optimizers/specs.h"

namespace steplab {
namespace {

/// x ← x − η g.
class Sgd final : public Optimizer {
 public:
  Memory start(int, int) const override { return {}; }
  void step(Tile& x, Memory&, const Tile& g, const UpdateContext& context) const override {
    for (Eigen::Index j = 0; j < x.cols(); ++j) x.col(j) -= *context.step_size * g.col(j);
  }
  bool is_plain_sgd() const override { return true; }
};

/// x ← x − η (g + λx).
struct DecayedSgd {
  double weight_decay;
  std::array<double, 0> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int) const {
    return [this](const PackContext& c, auto&) {
      return [eta = c.step_size(), this](Pack& x, Pack g, auto&) { x = x - eta * (g + weight_decay * x); };
    };
  }
};

/// m ← β m + (1 − τ) g, but m = g the first time (as torch does); x ← x − η m.
/// Nesterov's look-ahead in torch's form (Sutskever et al. 2013): x ← x − η (g + β m).
template <bool kNesterov>
struct Momentum {
  double beta, dampening, weight_decay;
  std::array<double, 1> memory() const { return {0}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int t) const {
    const bool first = t == 0;
    return [=, this](const PackContext& c, auto&) {
      const Pack b = c.momentum(beta);
      const double new_share = first ? 1.0 : 1.0 - dampening;
      return [=, eta = c.step_size(), this](Pack& x, Pack gradient, std::array<Pack, 1>& m) {
        const Pack g = gradient + weight_decay * x;
        m[0] = b * m[0] + new_share * g;
        if constexpr (kNesterov)
          x = x - eta * (g + b * m[0]);
        else
          x = x - eta * m[0];
      };
    };
  }
};

/// x ← x − η sign(m), m ← β m + (1 − β) g (Bernstein et al. 2018, algorithm 2 "Signum"; β = 0 is sign-SGD, algorithm
/// 1).
struct SignSgd {
  double beta;
  std::array<double, 1> memory() const { return {0}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int) const {
    return [this](const PackContext& c, auto&) {
      return [b = c.momentum(beta), eta = c.step_size()](Pack& x, Pack g, std::array<Pack, 1>& m) {
        m[0] = b * m[0] + (1.0 - b) * g;
        x = x - eta * sign(m[0]);
      };
    };
  }
};

/// x ← x − η (sign(β₁ m + (1 − β₁) g) + λx); m ← β₂ m + (1 − β₂) g (Chen et al. 2023, program 1).
struct Lion {
  double beta1, beta2, weight_decay;
  std::array<double, 1> memory() const { return {0}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int) const {
    return [this](const PackContext& c, auto&) {
      return [b1 = c.momentum(beta1), eta = c.step_size(), this](Pack& x, Pack g, std::array<Pack, 1>& m) {
        x = x - eta * (sign(b1 * m[0] + (1.0 - b1) * g) + weight_decay * x);
        m[0] = beta2 * m[0] + (1.0 - beta2) * g;
      };
    };
  }
};

OptimizerEntry sgd() {
  return {.id = "sgd",
          .name = "SGD",
          .summary = "x ← x − η g",
          .source = "Robbins & Monro 1951",
          .params = {weight_decay_spec()},
          .make = [](const Params& p) -> std::shared_ptr<const Optimizer> {
            if (p.real("weight_decay") == 0) return std::make_shared<Sgd>();
            return make_elementwise(DecayedSgd{p.real("weight_decay")});
          }};
}

OptimizerEntry heavy_ball() {
  return {.id = "heavy_ball",
          .name = "SGD with momentum (heavy ball)",
          .summary = "m ← β m + (1 − τ) g; x ← x − η m",
          .source = "Polyak 1964; torch.optim.SGD",
          .params =
              {momentum_spec(0.9),
               {.name = "dampening",
                .initial = 0.0,
                .min = 0,
                .max = 1,
                .meaning =
                    "share of each gradient after the first that is dropped; equal to β it makes m a mean of gradients",
                .symbol = "τ"},
               weight_decay_spec()},
          .make = [](const Params& p) {
            return make_elementwise(Momentum<false>{p.real("momentum"), p.real("dampening"), p.real("weight_decay")});
          }};
}

OptimizerEntry nesterov() {
  return {.id = "nesterov",
          .name = "Nesterov momentum",
          .summary = "m ← β m + g; x ← x − η (g + β m)",
          .source = "Nesterov 1983; Sutskever et al. 2013; torch.optim.SGD",
          .params = {momentum_spec(0.9), weight_decay_spec()},
          .make = [](const Params& p) {
            return make_elementwise(Momentum<true>{p.real("momentum"), 0, p.real("weight_decay")});
          }};
}

OptimizerEntry sign_sgd() {
  ParamSpec momentum = momentum_spec(0);
  momentum.meaning = "decay of the mean of gradients; a schedule that cycles momentum overrides it";
  momentum.source = "Bernstein et al. 2018, algorithm 2 (Signum)";
  return {.id = "sign_sgd",
          .name = "Sign-SGD",
          .summary = "x ← x − η sign(m), m a running mean of gradients (m = g without momentum)",
          .source = "Bernstein et al. 2018, algorithms 1 and 2",
          .params = {momentum},
          .make = [](const Params& p) { return make_elementwise(SignSgd{p.real("momentum")}); }};
}

OptimizerEntry lion() {
  ParamSpec beta1 = beta1_spec(), beta2 = beta2_spec(0.99);
  beta1.meaning = "share of m in the direction whose sign is taken; a schedule that cycles momentum overrides it";
  beta2.meaning = "decay of m, the mean of gradients";
  beta1.source = beta2.source = "Chen et al. 2023";
  return {.id = "lion",
          .name = "Lion",
          .summary = "x ← x − η (sign(β₁ m + (1 − β₁) g) + λx), m a slower mean of gradients",
          .source = "Chen et al. 2023, arXiv 2302.06675",
          .params = {beta1, beta2, decoupled_decay_spec(0)},
          .make = [](const Params& p) {
            return make_elementwise(Lion{p.real("beta1"), p.real("beta2"), p.real("weight_decay")});
          }};
}

}  // namespace

std::vector<OptimizerEntry> momentum_optimizers() { return {sgd(), heavy_ball(), nesterov(), sign_sgd(), lion()}; }

}  // namespace steplab
