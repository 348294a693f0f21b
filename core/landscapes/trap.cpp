// One-dimensional functions on which theory is exact: a kink that shows the exponents of tuning robustness, and wells
// that trap small steps but not large ones. In the plane each gets a bowl ½y² beside it.
#include "core/landscapes/formula.h"

#include <cmath>

namespace steplab {
namespace {

/// ε|x − c|.
struct AbsoluteValue {
  double eps, c;
  template <class X>
  auto operator()(const X& x) const {
    return eps * abs(x - c);
  }
};

/// ε(|x − c| + |y − c|).
struct SumOfAbsoluteValues {
  double eps, c;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return eps * (abs(x - c) + abs(y - c));
  }
};

/// ε max(|x − c|, |y − c|); on the diagonals the subgradient along y.
struct MaxNorm {
  double eps, c;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return eps * max(abs(x - c), abs(y - c));
  }
};

/// min(½x², ½κ(x − m)² + c); at the kinks the gradient of the sharp branch.
struct SharpWell {
  double m, kappa, c;
  template <class X>
  auto operator()(const X& x) const {
    return min(0.5 * x * x, (0.5 * kappa) * square(x - m) + c);
  }
};

/// min(½x², min_j ½κ_j(|x| − m_j)² + c) with wells at m_j = 2, 3, …; κ_j puts the left rim of each well at m_j − w.
struct Washboard {
  int wells;
  double width, c;
  template <class X>
  auto operator()(const X& x) const {
    const auto a = abs(x);
    auto low = min(0.5 * x * x, well(a, 0));
    for (int j = 1; j < wells; ++j) low = min(low, well(a, j));
    return low;
  }
  template <class A>
  auto well(const A& a, int j) const {
    const double m = 2.0 + j, rim = m - width;
    return (0.5 * (rim * rim - 2 * c) / (width * width)) * square(a - m) + c;
  }
  double work() const { return 5.0 * (wells + 1); }
};

/// 20x² with a dent on (2, 3) that joins it in value and slope at both ends.
struct QuinticDent {
  template <class X>
  auto operator()(const X& x) const {
    const auto u = x - 2.5;
    return select(abs(base_value(u)) < 0.5, square(u) * (1020.0 + u * (800.0 - u * (2000.0 + 1600.0 * u))),
                  20.0 * x * x);
  }
};

// What is known in one dimension, seen in the plane with ½y² beside it.
Vector beside(const Vector& x, double y) { return Vector{{x[0], y}}; }
Surroundings in_the_plane(const Surroundings& line, double start_y, double view_y) {
  Surroundings plane{.start = beside(line.start, start_y),
                     .view_low = beside(line.view_low, -view_y),
                     .view_high = beside(line.view_high, view_y),
                     .least_value = line.least_value};
  for (const auto& minimum : line.minima) plane.minima.push_back({beside(minimum.x, 0), minimum.value, minimum.global});
  return plane;
}

template <class G>
std::shared_ptr<const Landscape> line_or_plane(int dim, G formula, const Surroundings& line, double start_y,
                                               double view_y) {
  if (dim == 1) return make_formula(std::move(formula), line);
  return make_formula(WithBowl<G>{std::move(formula)}, in_the_plane(line, start_y, view_y));
}

ParamSpec dim_spec() {
  return {.name = "dim",
          .kind = ParamKind::kInteger,
          .initial = 1.0,
          .min = 1,
          .max = 2,
          .meaning = "1: the line; 2: the plane, plus ½y²"};
}

LandscapeEntry absolute_value() {
  return {
      .id = "abs",
      .name = "Absolute value",
      .summary =
          "ε|x − c| on [−½, ½] (in the plane a sum or a maximum): the hard convex case, whose gradient does not shrink",
      .source =
          "our own worst case for the rates of Attia and Koren 2025 (arXiv 2503.09411); theirs was not available to us",
      .params = {{.name = "eps",
                  .initial = 1.0,
                  .min = 0,
                  .max = 1e6,
                  .min_open = true,
                  .logarithmic = true,
                  .meaning = "slope",
                  .symbol = "ε",
                  .label = "ε slope"},
                 {.name = "c",
                  .initial = 0.3,
                  .min = -0.5,
                  .max = 0.5,
                  .meaning = "place of the minimum, in every coordinate",
                  .symbol = "c",
                  .label = "c place"},
                 {.name = "dim",
                  .kind = ParamKind::kInteger,
                  .initial = 1.0,
                  .min = 1,
                  .max = 2,
                  .meaning = "1: the line; 2: the plane"},
                 {.name = "form",
                  .kind = ParamKind::kChoice,
                  .initial = std::string("sum"),
                  .meaning = "how coordinates combine in the plane",
                  .choices = {"sum", "max"}}},
      .make = [](const Params& p) -> std::shared_ptr<const Landscape> {
        const double eps = p.real("eps"), c = p.real("c");
        const int dim = p.integer("dim");
        const Vector half = Vector::Constant(dim, 0.5);
        Surroundings around{.start = -half,
                            .view_low = -half,
                            .view_high = half,
                            .minima = {{Vector::Constant(dim, c), 0.0}},
                            .least_value = 0.0,
                            .domain_low = -half,
                            .domain_high = half};
        if (dim == 1) return make_formula(AbsoluteValue{eps, c}, std::move(around));
        around.start[1] = -0.1;  // off the diagonal, so that the coordinates differ
        if (p.text("form") == "sum") return make_formula(SumOfAbsoluteValues{eps, c}, std::move(around));
        return make_formula(MaxNorm{eps, c}, std::move(around));
      },
  };
}

LandscapeEntry sharp_well() {
  return {
      .id = "sharp_well",
      .name = "Sharp well",
      .summary = "min(½x², ½κ(x − m)² + c): a sharp local minimum that holds steps below 2/κ and none above",
      .source =
          "our own (docs/notes/large-steps.md, B4), for the claim of Mohtashami, Jaggi, Stich 2023 (arXiv 2205.15142)",
      .params = {{.name = "m",
                  .initial = 2.0,
                  .min = 0,
                  .max = 1000,
                  .min_open = true,
                  .meaning = "place of the sharp minimum",
                  .symbol = "m",
                  .label = "m place"},
                 {.name = "kappa",
                  .initial = 12.0,
                  .min = 1,
                  .max = 1e6,
                  .min_open = true,
                  .logarithmic = true,
                  .meaning = "curvature of the sharp minimum; that of the wide one is 1",
                  .symbol = "κ",
                  .label = "κ curvature"},
                 {.name = "c",
                  .initial = 0.5,
                  .min = 0,
                  .max = 1e6,
                  .meaning = "value at the sharp minimum; it exists while c < ½m²",
                  .symbol = "c",
                  .label = "c value"},
                 dim_spec()},
      .make =
          [](const Params& p) {
            const double m = p.real("m"), c = p.real("c");
            Surroundings line{.start = Vector{{2.25 * m}},
                              .view_low = Vector{{-1.5 * m}},
                              .view_high = Vector{{2.5 * m}},
                              .minima = {{Vector{{0.0}}, 0.0}},
                              .least_value = 0.0};
            if (c < 0.5 * m * m) line.minima.push_back({Vector{{m}}, c, c == 0});
            return line_or_plane(p.integer("dim"), SharpWell{m, p.real("kappa"), c}, line, 1.2 * m, 1.5 * m);
          },
  };
}

LandscapeEntry washboard() {
  return {
      .id = "washboard",
      .name = "Washboard",
      .summary = "min(½x², wells at |x| = 2, 3, …): traps around the global minimum, the sharper the farther out",
      .source =
          "our own (docs/notes/large-steps.md, F3), for the claim of Mohtashami, Jaggi, Stich 2023 (arXiv 2205.15142)",
      .params = {{.name = "wells",
                  .kind = ParamKind::kInteger,
                  .initial = 4.0,
                  .min = 1,
                  .max = 8,
                  .meaning = "wells on each side, at |x| = 2, 3, …"},
                 {.name = "width",
                  .initial = 0.3,
                  .min = 0.05,
                  .max = 0.4,
                  .meaning = "from a well's bottom to its inner rim",
                  .symbol = "w"},
                 {.name = "c",
                  .initial = 0.1,
                  .min = 0,
                  .max = 1,
                  .meaning = "value at the bottom of the wells",
                  .symbol = "c",
                  .label = "c value"},
                 dim_spec()},
      .make =
          [](const Params& p) {
            const int wells = p.integer("wells");
            const double c = p.real("c"), edge = wells + 2.0;
            Surroundings line{.start = Vector{{edge - 0.4}},
                              .view_low = Vector{{-edge}},
                              .view_high = Vector{{edge}},
                              .minima = {{Vector{{0.0}}, 0.0}},
                              .least_value = 0.0};
            for (int j = 0; j < wells; ++j)
              for (const double side : {1.0, -1.0}) line.minima.push_back({Vector{{side * (2.0 + j)}}, c, c == 0});
            return line_or_plane(p.integer("dim"), Washboard{wells, p.real("width"), c}, line, 0.5 * edge, edge);
          },
  };
}

LandscapeEntry quintic_dent() {
  return {
      .id = "quintic_dent",
      .name = "Parabola with a dent",
      .summary = "20x² with a quintic dent on [2, 3]: a minimum 51 times as sharp as the one at 0",
      .source =
          "recalled from Mohtashami, Jaggi, Stich 2023 (arXiv 2205.15142), not confirmed (docs/notes/large-steps.md, "
          "B2); without its flat box",
      .params = {dim_spec()},
      .make =
          [](const Params& p) {
            // The dent is as deep as the bowl, yet it is the trap: a run that ends there has not reached its goal.
            const Surroundings line{.start = Vector{{4.5}},
                                    .view_low = Vector{{-5.0}},
                                    .view_high = Vector{{5.0}},
                                    .minima = {{Vector{{0.0}}, 0.0}, {Vector{{2.5}}, 0.0, false}},
                                    .least_value = 0.0};
            return line_or_plane(p.integer("dim"), QuinticDent{}, line, 3.0, 5.0);
          },
  };
}

}  // namespace

std::vector<LandscapeEntry> trap_landscapes() { return {absolute_value(), sharp_well(), washboard(), quintic_dent()}; }

}  // namespace steplab
