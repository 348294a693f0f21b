// Quadratics: isotropic and ill-conditioned, axis-aligned or rotated; and a parabola whose slope stays bounded.
#include "core/landscapes/formula.h"

#include <algorithm>
#include <numbers>

namespace steplab {
namespace {

/// ½ λ (a² + κ b²) with (a, b) the coordinates turned by `angle`.
struct Quadratic {
  double lambda, kappa, cosine, sine;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto a = cosine * x + sine * y;
    const auto b = cosine * y - sine * x;
    return (0.5 * lambda) * (a * a + kappa * (b * b));
  }
  double smoothness() const { return lambda * std::max(1.0, kappa); }
};

/// λδ² (√(1 + (x/δ)²) − 1).
struct PseudoHuber {
  double lambda, delta;
  template <class X>
  auto operator()(const X& x) const {
    const auto u = x * (1 / delta);
    return (lambda * delta * delta) * (sqrt(1.0 + u * u) - 1.0);
  }
  double smoothness() const { return lambda; }
};

LandscapeEntry quadratic() {
  return {
      .id = "quadratic",
      .name = "Quadratic bowl",
      .summary = "½λ(a² + κb²), turned by an angle: the place where every step-size rule can be checked by hand",
      .source = "textbook; stable for η < 2/(λ max(1, κ))",
      .params = {{.name = "lambda",
                  .initial = 1.0,
                  .min = 0,
                  .max = 1e6,
                  .min_open = true,
                  .logarithmic = true,
                  .meaning = "curvature along a",
                  .symbol = "λ",
                  .label = "λ curvature"},
                 {.name = "kappa",
                  .initial = 10.0,
                  .min = 1e-6,
                  .max = 1e6,
                  .logarithmic = true,
                  .meaning = "condition number: curvature along b over that along a",
                  .symbol = "κ",
                  .label = "κ condition"},
                 {.name = "angle",
                  .initial = 0.0,
                  .min = -180,
                  .max = 180,
                  .unit = "°",
                  .meaning = "turn of the axes",
                  .symbol = "φ"}},
      .make = [](const Params& p) -> std::shared_ptr<const Landscape> {
        const double angle = p.real("angle") * std::numbers::pi / 180;
        return std::make_shared<FormulaLandscape<Quadratic>>(
            Quadratic{p.real("lambda"), p.real("kappa"), steplab::cos(angle), steplab::sin(angle)},
            Surroundings{.start = Vector{{4.0, 1.0}},
                         .view_low = Vector{{-5.0, -5.0}},
                         .view_high = Vector{{5.0, 5.0}},
                         .minima = {{Vector{{0.0, 0.0}}, 0.0}},
                         .least_value = 0.0});
      },
  };
}

LandscapeEntry pseudo_huber() {
  return {.id = "pseudo_huber",
          .name = "Pseudo-Huber",
          .summary = "λδ²(√(1 + (x/δ)²) − 1): a parabola near 0, straight lines far out; convex, its slope below λδ",
          .source = "Charbonnier et al. 1994; Hartley & Zisserman 2003, appendix 6.8",
          .params = {{.name = "lambda",
                      .initial = 1.0,
                      .min = 0,
                      .max = 1e6,
                      .min_open = true,
                      .logarithmic = true,
                      .meaning = "curvature at the minimum, the largest there is",
                      .symbol = "λ",
                      .label = "λ curvature"},
                     {.name = "delta",
                      .initial = 1.0,
                      .min = 1e-3,
                      .max = 1e3,
                      .logarithmic = true,
                      .meaning = "where the parabola turns into lines",
                      .symbol = "δ",
                      .label = "δ knee"}},
          .make = [](const Params& p) {
            return make_formula(PseudoHuber{p.real("lambda"), p.real("delta")}, {.start = Vector{{5.0}},
                                                                                 .view_low = Vector{{-6.0}},
                                                                                 .view_high = Vector{{6.0}},
                                                                                 .minima = {{Vector{{0.0}}, 0.0}},
                                                                                 .least_value = 0.0});
          }};
}

}  // namespace

std::vector<LandscapeEntry> quadratic_landscapes() { return {quadratic(), pseudo_huber()}; }

}  // namespace steplab
