// Step sizes per coordinate from accumulated squared gradients, without bias correction. Formulas as in torch.optim
// (1.13 and 2.x alike).
#include "core/optimizers/elementwise.h"
#include "core/optimizers/specs.h"

namespace steplab {
namespace {

/// G ← G + g²; x ← x − η/(1 + t·decay) g/(√G + ε).
struct Adagrad {
  double lr_decay, initial_accumulator, eps, eps_root, weight_decay;
  double ridge() const { return weight_decay; }
  Stability stability() const { return {{2}, {2}}; }
  std::array<double, 1> memory() const { return {initial_accumulator}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int t) const {
    return [slow_down = 1.0 + t * lr_decay, this](const PackContext& c, auto&) {
      return [eta = c.step_size(), slow_down, this](Pack& x, Pack gradient, std::array<Pack, 1>& sum) {
        const Pack g = gradient + weight_decay * x;
        sum[0] = sum[0] + g * g;
        const Pack divisor = divisor_of(slow_down * (sqrt(sum[0] + eps_root) + eps));
        x = x - eta * g / divisor;
        return divisor;
      };
    };
  }
};

/// v ← α v + (1 − α) g²; m ← β m + g/(√v + ε); x ← x − η m. Centred: √(v − ḡ²) with ḡ the running mean of g;
/// where rounding makes that difference negative it is 0.
template <bool kCentered>
struct RmsProp {
  double alpha, eps, eps_root, beta, weight_decay;
  double ridge() const { return weight_decay; }
  Stability stability() const { return {{2 + 2 * beta}, {2}}; }
  std::array<double, kCentered ? 3 : 2> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int) const {
    return [this](const PackContext& c, auto&) {
      return [eta = c.step_size(), b = c.momentum(beta), this](Pack& x, Pack gradient, auto& memory) {
        Pack& v = memory[0];
        Pack& m = memory[1];
        const Pack g = gradient + weight_decay * x;
        v = alpha * v + (1.0 - alpha) * (g * g);
        Pack spread = v;
        if constexpr (kCentered) {
          memory[2] = alpha * memory[2] + (1.0 - alpha) * g;
          spread = v - memory[2] * memory[2];
        }
        const Pack divisor = divisor_of(root_of(spread + eps_root) + eps);
        m = b * m + g / divisor;
        x = x - eta * m;
        return divisor;
      };
    };
  }
};

/// v ← ρ v + (1 − ρ) g²; Δ = √(u + ε)/√(v + ε) g; u ← ρ u + (1 − ρ) Δ²; x ← x − η Δ (Zeiler 2012, algorithm 1).
struct Adadelta {
  double rho, eps, weight_decay;
  double ridge() const { return weight_decay; }
  std::array<double, 2> memory() const { return {}; }
  std::array<double, 0> lane_memory() const { return {}; }
  auto at(int) const {
    return [this](const PackContext& c, auto&) {
      return [eta = c.step_size(), this](Pack& x, Pack gradient, std::array<Pack, 2>& memory) {
        Pack& v = memory[0];
        Pack& u = memory[1];
        const Pack g = gradient + weight_decay * x;
        v = rho * v + (1.0 - rho) * (g * g);
        const Pack divisor = divisor_of(sqrt(v + eps) / divisor_of(sqrt(u + eps)));
        const Pack delta = g / divisor;
        u = rho * u + (1.0 - rho) * (delta * delta);
        x = x - eta * delta;
        return divisor;
      };
    };
  }
};

OptimizerEntry adagrad() {
  return {.id = "adagrad",
          .name = "AdaGrad",
          .summary = "x ← x − η g/(√Σg² + ε), coordinate by coordinate",
          .source = "Duchi, Hazan & Singer 2011; torch.optim.Adagrad (PyTorch 2)",
          .params = {{.name = "lr_decay",
                      .initial = 0.0,
                      .min = 0,
                      .max = 1,
                      .logarithmic = true,
                      .meaning = "update t uses η/(1 + t·lr_decay)",
                      .symbol = "d"},
                     {.name = "initial_accumulator_value",
                      .initial = 0.0,
                      .min = 0,
                      .max = 1e6,
                      .logarithmic = true,
                      .meaning = "first value of Σg²",
                      .symbol = "G₀"},
                     eps_spec(1e-10),
                     weight_decay_spec(),
                     eps_root_spec()},
          .make = [](const Params& p) {
            return make_elementwise(Adagrad{p.real("lr_decay"), p.real("initial_accumulator_value"), p.real("eps"),
                                            p.real("eps_root"), p.real("weight_decay")});
          }};
}

OptimizerEntry rmsprop() {
  return {.id = "rmsprop",
          .name = "RMSprop",
          .summary = "x ← x − η g/(√v + ε), v a running mean of g²; centred or with momentum if wanted",
          .source = "Tieleman & Hinton 2012; centred: Graves 2013; torch.optim.RMSprop (PyTorch 2)",
          .params = {{.name = "alpha",
                      .initial = 0.99,
                      .min = 0,
                      .max = 1,
                      .max_open = true,
                      .meaning = "decay of the mean of squared gradients",
                      .symbol = "α"},
                     eps_spec(),
                     momentum_spec(0),
                     {.name = "centered",
                      .kind = ParamKind::kSwitch,
                      .initial = 0.0,
                      .min = 0,
                      .max = 1,
                      .meaning = "divide by the spread of g about its running mean"},
                     weight_decay_spec(),
                     eps_root_spec()},
          .make = [](const Params& p) {
            const double alpha = p.real("alpha"), eps = p.real("eps"), eps_root = p.real("eps_root"),
                         beta = p.real("momentum"), decay = p.real("weight_decay");
            return p.on("centered") ? make_elementwise(RmsProp<true>{alpha, eps, eps_root, beta, decay})
                                    : make_elementwise(RmsProp<false>{alpha, eps, eps_root, beta, decay});
          }};
}

OptimizerEntry adadelta() {
  return {.id = "adadelta",
          .name = "Adadelta",
          .summary = "x ← x − η √(u/v) g, v and u running means of g² and of squared steps; made for η = 1",
          .source = "Zeiler 2012, algorithm 1; torch.optim.Adadelta (PyTorch 2)",
          .params = {{.name = "rho",
                      .initial = 0.9,
                      .min = 0,
                      .max = 1,
                      .max_open = true,
                      .meaning = "decay of both running means",
                      .symbol = "ρ"},
                     eps_spec(1e-6),
                     weight_decay_spec()},
          .make = [](const Params& p) {
            return make_elementwise(Adadelta{p.real("rho"), p.real("eps"), p.real("weight_decay")});
          }};
}

}  // namespace

std::vector<OptimizerEntry> accumulator_optimizers() { return {adagrad(), rmsprop(), adadelta()}; }

}  // namespace steplab
