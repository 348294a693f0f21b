// Test functions with a lattice of local minima.
#include "core/landscapes/formula.h"
#include "core/landscapes/newton.h"

#include <cmath>
#include <numbers>

namespace steplab {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

/// Rastrigin 1974.
struct Rastrigin {
  double amplitude;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return x * x + y * y + amplitude * (2.0 - cos(kTwoPi * x) - cos(kTwoPi * y));
  }
  double work() const { return 60; }
};

/// Ackley 1987. At the origin it has the tip of a cone; sqrt() takes the subgradient 0 there, so gradient and Hessian
/// are those of the cosine part alone.
struct Ackley {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto cone = -20.0 * exp(-0.2 * sqrt(0.5 * (x * x + y * y)));
    const auto waves = exp(0.5 * (cos(kTwoPi * x) + cos(kTwoPi * y)));
    return cone - waves + (20.0 + std::numbers::e);
  }
  double work() const { return 120; }
};

/// All points of whole coordinates up to `reach` but the origin: near each lies a minimum, if the waves are high
/// enough.
std::vector<Vector> lattice(int reach) {
  std::vector<Vector> points;
  for (int i = -reach; i <= reach; ++i)
    for (int j = -reach; j <= reach; ++j)
      if (i != 0 || j != 0) points.push_back(Vector{{static_cast<double>(i), static_cast<double>(j)}});
  return points;
}

/// The global minimum 0 at the origin and the local ones near the lattice.
template <class F>
std::shared_ptr<const Landscape> with_lattice_minima(F formula, Surroundings surroundings, int reach) {
  surroundings.minima = {{Vector{{0.0, 0.0}}, 0.0}};
  surroundings.least_value = 0.0;
  for (auto& minimum : find_minima(*make_formula(formula, surroundings), lattice(reach), 0.4)) {
    minimum.global = false;
    surroundings.minima.push_back(std::move(minimum));
  }
  return make_formula(formula, std::move(surroundings));
}

}  // namespace

std::vector<LandscapeEntry> rugged_landscapes() {
  return {
      {
          .id = "rastrigin",
          .name = "Rastrigin's egg box",
          .summary = "x² + y² + A(2 − cos 2πx − cos 2πy): a bowl covered with local minima",
          .source = "Rastrigin 1974; Mühlenbein, Schomisch, Born 1991",
          .params = {{.name = "A",
                      .initial = 10.0,
                      .min = 0,
                      .max = 100,
                      .meaning = "height of the waves",
                      .symbol = "A",
                      .label = "A height"}},
          .make =
              [](const Params& p) {
                return with_lattice_minima(Rastrigin{p.real("A")},
                                           {.start = Vector{{3.6, -2.7}},
                                            .view_low = Vector{{-5.12, -5.12}},
                                            .view_high = Vector{{5.12, 5.12}}},
                                           5);
              },
      },
      {
          .id = "ackley",
          .name = "Ackley's funnel",
          .summary = "−20 exp(−0.2 r/√2) − exp(½(cos 2πx + cos 2πy)) + 20 + e: a wavy plain around a narrow funnel",
          .source = "Ackley 1987, A Connectionist Machine for Genetic Hillclimbing",
          .params = {},
          .make =
              [](const Params&) {
                return with_lattice_minima(
                    Ackley{},
                    {.start = Vector{{-3.4, 2.7}}, .view_low = Vector{{-5.0, -5.0}}, .view_high = Vector{{5.0, 5.0}}},
                    4);
              },
      },
  };
}

}  // namespace steplab
