// Low-dimensional models of what the sharpness does under large steps: catapults, progressive sharpening, edge of
// stability.
#include "core/landscapes/formula.h"
#include "core/landscapes/linear_net.h"

#include <cmath>

namespace steplab {
namespace {

/// ½(x uv − y)²: the uv model of width 1. The trailing argument is a shift of the label.
struct UvPlane {
  double x, y;
  template <class U, class V, class Shift = double>
  auto operator()(const U& u, const V& v, const Shift& shift = 0.0) const {
    return 0.5 * square(x * (u * v) - (y + shift));
  }
};

/// ((ab)^p − y)²/(2p): a chain of depth 2p whose weights are tied in pairs.
struct TiedChain {
  int p;
  double y;
  template <class A, class B, class Shift = double>
  auto operator()(const A& a, const B& b, const Shift& shift = 0.0) const {
    return (0.5 / p) * square(pow_integer(a * b, static_cast<unsigned>(p)) - (y + shift));
  }
};

/// ½eʸx² + ½k(y − y*)².
struct ExpValley {
  double k, y_star;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.5 * (exp(y) * (x * x)) + (0.5 * k) * square(y - y_star);
  }
};

/// ½(a max(w, 0) − y)²: for w ≤ 0 the unit is dead and the gradient zero.
struct ReluUv {
  double y;
  template <class A, class W, class Shift = double>
  auto operator()(const A& a, const W& w, const Shift& shift = 0.0) const {
    return 0.5 * square(a * max(w, 0.0) - (y + shift));
  }
};

ParamSpec label(double initial, double min) {
  return {.name = "y",
          .initial = initial,
          .min = min,
          .max = 100,
          .meaning = "label; label noise is added to it",
          .symbol = "y",
          .label = "y label"};
}
ParamSpec input() {
  return {.name = "x",
          .initial = 1.0,
          .min = 0,
          .max = 100,
          .min_open = true,
          .meaning = "input",
          .symbol = "x",
          .label = "x input"};
}

LandscapeEntry uv() {
  return {
      .id = "uv",
      .name = "uv model",
      .summary = "½(x/√n Σuᵢvᵢ − y)²: the two-layer linear network that shows the catapult",
      .source =
          "Lewkowycz, Bahri, Dyer, Sohl-Dickstein, Gur-Ari 2020 (arXiv 2003.02218); Kalra and Barkeshli 2024 (arXiv "
          "2406.09405)",
      .params = {{.name = "n",
                  .kind = ParamKind::kInteger,
                  .initial = 1.0,
                  .min = 1,
                  .max = 64,
                  .meaning = "width; the dimension is 2n",
                  .symbol = "n",
                  .label = "n width"},
                 input(),
                 label(1.0, -100)},
      .make = [](const Params& p) -> std::shared_ptr<const Landscape> {
        const int n = p.integer("n");
        if (n > 1) return make_uv_model(n, p.real("x"), p.real("y"));
        return make_formula(UvPlane{p.real("x"), p.real("y")}, {.start = Vector{{5.0, 0.3}},
                                                                .view_low = Vector{{-6.0, -5.0}},
                                                                .view_high = Vector{{6.0, 5.0}},
                                                                .least_value = 0.0,
                                                                .minima_form_a_set = true});
      },
  };
}

LandscapeEntry tied_chain() {
  return {
      .id = "tied_chain",
      .name = "Tied chain",
      .summary =
          "((ab)^p − y)²/(2p): a linear network of depth 2p seen in the plane; sharpens by itself, then lives at the "
          "edge",
      .source = "p = 2: Zhu, Wang, Wang, Zhou, Ge 2023 (arXiv 2210.03294); p = 1: the uv model",
      .params = {{.name = "p",
                  .kind = ParamKind::kInteger,
                  .initial = 2.0,
                  .min = 1,
                  .max = 16,
                  .meaning = "half the depth",
                  .symbol = "p",
                  .label = "p depth"},
                 label(1.0, 0)},
      .make =
          [](const Params& p) {
            return make_formula(TiedChain{p.integer("p"), p.real("y")}, {.start = Vector{{2.5, 0.1}},
                                                                         .view_low = Vector{{-3.0, -3.0}},
                                                                         .view_high = Vector{{3.0, 3.0}},
                                                                         .least_value = 0.0,
                                                                         .minima_form_a_set = true});
          },
  };
}

LandscapeEntry chain() {
  return {
      .id = "chain",
      .name = "Chain",
      .summary = "½(x Πwᵢ − y)²: a scalar linear network of any depth, weights free",
      .source = "Kreisler, Nacson, Soudry, Carmon 2023 (arXiv 2305.13064)",
      .params = {{.name = "depth",
                  .kind = ParamKind::kInteger,
                  .initial = 4.0,
                  .min = 2,
                  .max = kDeepestChain,
                  .meaning = "number of weights"},
                 input(),
                 label(1.0, -100)},
      .make = [](const Params& p) { return make_chain(p.integer("depth"), p.real("x"), p.real("y")); },
  };
}

LandscapeEntry exp_valley() {
  return {
      .id = "exp_valley",
      .name = "Exponential valley",
      .summary = "½eʸx² + ½k(y − y*)²: sharpness eʸ that drifts towards e^y*, up or down as you choose",
      .source = "our own; shows the regimes of Kalra and Barkeshli 2024 (arXiv 2406.09405), section 4",
      .params = {{.name = "k",
                  .initial = 0.2,
                  .min = 0,
                  .max = 1000,
                  .meaning = "strength of the drift; 0: sharpness does not change by itself",
                  .symbol = "k",
                  .label = "k drift"},
                 {.name = "y_star",
                  .initial = 3.0,
                  .min = -20,
                  .max = 20,
                  .meaning = "logarithm of the sharpness that is drifted to",
                  .symbol = "y*",
                  .label = "y* drift to"}},
      .make =
          [](const Params& p) {
            const double k = p.real("k"), y_star = p.real("y_star");
            Surroundings around{.start = Vector{{0.5, y_star - 1.4}},
                                .view_low = Vector{{-2.0, y_star - 3}},
                                .view_high = Vector{{2.0, y_star + 1}},
                                .least_value = 0.0,
                                .minima_form_a_set = k == 0};
            if (k > 0) around.minima = {{Vector{{0.0, y_star}}, 0.0}};
            return make_formula(ExpValley{k, y_star}, std::move(around));
          },
  };
}

LandscapeEntry relu_uv() {
  return {
      .id = "relu_uv",
      .name = "ReLU unit",
      .summary = "½(a max(w, 0) − y)²: one step too far and the unit is dead",
      .source = "our own; the dead layers of Kalra and Barkeshli 2024 (arXiv 2406.09405), section 5, in the plane",
      .params = {label(1.0, 0)},
      .make =
          [](const Params& p) {
            return make_formula(ReluUv{p.real("y")}, {.start = Vector{{2.0, 2.0}},
                                                      .view_low = Vector{{-1.0, -2.0}},
                                                      .view_high = Vector{{4.0, 3.0}},
                                                      .least_value = 0.0,
                                                      .minima_form_a_set = true});
          },
  };
}

}  // namespace

std::vector<LandscapeEntry> sharpness_landscapes() { return {uv(), tied_chain(), chain(), exp_valley(), relu_uv()}; }

}  // namespace steplab
