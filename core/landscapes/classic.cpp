// Test functions of optimisation: polynomials of two variables.
#include "core/landscapes/formula.h"

#include <algorithm>

namespace steplab {
namespace {

/// Rosenbrock 1960.
struct Rosenbrock {
  double a, b;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return square(a - x) + b * square(y - x * x);
  }
};

/// Himmelblau 1972.
struct Himmelblau {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return square(x * x + y - 11.0) + square(x + y * y - 7.0);
  }
};

/// Beale 1958.
struct Beale {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto y2 = y * y;
    return square(1.5 - x + x * y) + square(2.25 - x + x * y2) + square(2.625 - x + x * (y2 * y));
  }
};

struct Booth {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return square(x + 2.0 * y - 7.0) + square(2.0 * x + y - 5.0);
  }
  double smoothness() const { return 18; }  // of [[10, 8], [8, 10]]
};

struct Matyas {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.26 * (x * x + y * y) - 0.48 * (x * y);
  }
  double smoothness() const { return 1; }  // 0.52 + 0.48
};

/// Goldstein and Price 1971.
struct GoldsteinPrice {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto x2 = x * x;
    const auto y2 = y * y;
    const auto xy = x * y;
    const auto first = 1.0 + square(x + y + 1.0) * (19.0 - 14.0 * x + 3.0 * x2 - 14.0 * y + 6.0 * xy + 3.0 * y2);
    const auto second =
        30.0 + square(2.0 * x - 3.0 * y) * (18.0 - 32.0 * x + 12.0 * x2 + 48.0 * y - 36.0 * xy + 27.0 * y2);
    return first * second;
  }
};

/// Dixon and Szegő 1978.
struct ThreeHumpCamel {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto x2 = x * x;
    return x2 * (2.0 - 1.05 * x2 + (1.0 / 6.0) * (x2 * x2)) + x * y + y * y;
  }
};

/// Dixon and Szegő 1978.
struct SixHumpCamel {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto x2 = x * x;
    const auto y2 = y * y;
    return x2 * (4.0 - 2.1 * x2 + (1.0 / 3.0) * (x2 * x2)) + x * y + y2 * (4.0 * y2 - 4.0);
  }
};

/// Styblinski and Tang 1990.
struct StyblinskiTang {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return half_quartic(x) + half_quartic(y);
  }
  template <class X>
  static auto half_quartic(const X& x) {
    const auto x2 = x * x;
    return 0.5 * (x2 * (x2 - 16.0)) + 2.5 * x;
  }
};

struct Saddle {
  double kappa;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.5 * (x * x - kappa * (y * y));
  }
  double smoothness() const { return std::max(1.0, kappa); }
};

struct MonkeySaddle {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return x * (x * x - 3.0 * (y * y));
  }
};

Minimum at(double x, double y, double value, bool global = true) { return {Vector{{x, y}}, value, global}; }

LandscapeEntry rosenbrock() {
  return {
      .id = "rosenbrock",
      .name = "Rosenbrock's valley",
      .summary = "(a − x)² + b(y − x²)²: a long curved valley, steep across and almost flat along",
      .source = "Rosenbrock 1960, Comput. J. 3",
      .params = {{.name = "a",
                  .initial = 1.0,
                  .min = -3,
                  .max = 3,
                  .meaning = "place of the minimum (a, a²)",
                  .symbol = "a",
                  .label = "a place"},
                 {.name = "b",
                  .initial = 100.0,
                  .min = 0,
                  .max = 1e6,
                  .min_open = true,
                  .logarithmic = true,
                  .meaning = "steepness of the valley's walls",
                  .symbol = "b",
                  .label = "b steepness"}},
      .make =
          [](const Params& p) {
            const double a = p.real("a");
            return make_formula(Rosenbrock{a, p.real("b")},
                                {.start = Vector{{-1.2, 1.0}},
                                 .view_low = Vector{{std::min(-2.0, a - 0.5), -1.0}},
                                 .view_high = Vector{{std::max(2.0, a + 0.5), std::max(3.0, a * a + 1)}},
                                 .minima = {at(a, a * a, 0)},
                                 .least_value = 0.0});
          },
  };
}

template <class F>
LandscapeEntry fixed(const char* id, const char* name, const char* summary, const char* source, F formula,
                     Surroundings surroundings) {
  return {.id = id,
          .name = name,
          .summary = summary,
          .source = source,
          .params = {},
          .make = [formula, surroundings](const Params&) { return make_formula(formula, surroundings); }};
}

// Minima below: roots of the gradient to 50 digits, rounded. Where a minimum is exact in few digits it stands so.
LandscapeEntry himmelblau() {
  return fixed(
      "himmelblau", "Himmelblau's four wells",
      "(x² + y − 11)² + (x + y² − 7)²: four equally deep minima around a hilltop",
      "Himmelblau 1972, Applied Nonlinear Programming", Himmelblau{},
      {.start = Vector{{-0.5, -0.5}},
       .view_low = Vector{{-6.0, -6.0}},
       .view_high = Vector{{6.0, 6.0}},
       .minima = {at(3, 2, 0), at(-2.805118086952745, 3.131312518250573, 0),
                  at(-3.779310253377747, -3.2831859912861696, 0), at(3.5844283403304917, -1.8481265269644036, 0)},
       .least_value = 0.0});
}

LandscapeEntry beale() {
  return fixed("beale", "Beale's function",
               "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²: a flat floor between steep corners",
               "Beale 1958; Moré, Garbow, Hillstrom 1981, problem 5", Beale{},
               {.start = Vector{{1.0, 1.0}},
                .view_low = Vector{{-4.5, -4.5}},
                .view_high = Vector{{4.5, 4.5}},
                .minima = {at(3, 0.5, 0)},
                .least_value = 0.0});
}

LandscapeEntry booth() {
  return fixed("booth", "Booth's function", "(x + 2y − 7)² + (2x + y − 5)²: a tilted bowl of condition number 9",
               "Jamil and Yang 2013, function 17", Booth{},
               {.start = Vector{{-8.0, -3.0}},
                .view_low = Vector{{-10.0, -10.0}},
                .view_high = Vector{{10.0, 10.0}},
                .minima = {at(1, 3, 0)},
                .least_value = 0.0});
}

LandscapeEntry matyas() {
  return fixed("matyas", "Matyas' function", "0.26(x² + y²) − 0.48xy: a tilted bowl of condition number 25",
               "Jamil and Yang 2013, function 71", Matyas{},
               {.start = Vector{{-8.0, 5.0}},
                .view_low = Vector{{-10.0, -10.0}},
                .view_high = Vector{{10.0, 10.0}},
                .minima = {at(0, 0, 0)},
                .least_value = 0.0});
}

LandscapeEntry goldstein_price() {
  return fixed("goldstein_price", "Goldstein and Price's function",
               "a polynomial of degree 8 with four minima and values from 3 to 10⁶",
               "Goldstein and Price 1971, Math. Comp. 25", GoldsteinPrice{},
               {.start = Vector{{-1.2, 0.8}},
                .view_low = Vector{{-2.0, -2.0}},
                .view_high = Vector{{2.0, 2.0}},
                .minima = {at(0, -1, 3), at(-0.6, -0.4, 30, false), at(1.8, 0.2, 84, false), at(1.2, 0.8, 840, false)},
                .least_value = 3.0});
}

LandscapeEntry three_hump_camel() {
  const double x = 1.7475523458302888, y = -0.8737761729151444, value = 0.2986384422368598;
  return fixed("three_hump_camel", "Three-hump camel",
               "2x² − 1.05x⁴ + x⁶/6 + xy + y²: one best minimum between two others",
               "Dixon and Szegő 1978; Jamil and Yang 2013, function 29", ThreeHumpCamel{},
               {.start = Vector{{-1.9, 1.8}},
                .view_low = Vector{{-2.4, -2.4}},
                .view_high = Vector{{2.4, 2.4}},
                .minima = {at(0, 0, 0), at(x, y, value, false), at(-x, -y, value, false)},
                .least_value = 0.0});
}

LandscapeEntry six_hump_camel() {
  const double best = -1.0316284534898774;
  std::vector<Minimum> minima;
  for (const double sign : {1.0, -1.0}) {
    minima.push_back(at(sign * 0.08984201310031806, sign * -0.7126564030207396, best));
    minima.push_back(at(sign * 1.703606714969981, sign * -0.7960835686726251, -0.21546382438371764, false));
    minima.push_back(at(sign * 1.6071047529201972, sign * 0.5686514548841314, 2.1042503103112584, false));
  }
  return fixed("six_hump_camel", "Six-hump camel", "(4 − 2.1x² + x⁴/3)x² + xy + (4y² − 4)y²: two best minima among six",
               "Dixon and Szegő 1978; Jamil and Yang 2013, function 30", SixHumpCamel{},
               {.start = Vector{{-1.8, 1.0}},
                .view_low = Vector{{-2.1, -1.3}},
                .view_high = Vector{{2.1, 1.3}},
                .minima = minima,
                .least_value = best});
}

LandscapeEntry styblinski_tang() {
  // One coordinate: ½(x⁴ − 16x² + 5x) at its two minima.
  const double low = -2.903534027771177, low_value = -39.16616570377142;
  const double high = 2.746802770990837, high_value = -25.02944665528394;
  return fixed("styblinski_tang", "Styblinski and Tang's function",
               "½(x⁴ − 16x² + 5x) in each coordinate: four wells of three depths",
               "Styblinski and Tang 1990, Neural Networks 3", StyblinskiTang{},
               {.start = Vector{{0.4, 0.3}},
                .view_low = Vector{{-5.0, -5.0}},
                .view_high = Vector{{5.0, 5.0}},
                .minima = {at(low, low, 2 * low_value), at(high, low, low_value + high_value, false),
                           at(low, high, low_value + high_value, false), at(high, high, 2 * high_value, false)},
                .least_value = 2 * low_value});
}

LandscapeEntry saddle() {
  return {
      .id = "saddle",
      .name = "Saddle",
      .summary = "½(x² − κy²): downhill without end along y; noise decides how soon a run leaves",
      .source = "textbook; along y a step multiplies by 1 + ηκ",
      .params = {{.name = "kappa",
                  .initial = 1.0,
                  .min = 1e-6,
                  .max = 1e6,
                  .logarithmic = true,
                  .meaning = "curvature downhill along y; uphill along x it is 1",
                  .symbol = "κ",
                  .label = "κ downhill"}},
      .make =
          [](const Params& p) {
            return make_formula(
                Saddle{p.real("kappa")},
                {.start = Vector{{1.6, 0.02}}, .view_low = Vector{{-2.0, -2.0}}, .view_high = Vector{{2.0, 2.0}}});
          },
  };
}

LandscapeEntry monkey_saddle() {
  return fixed("monkey_saddle", "Monkey saddle", "x³ − 3xy²: three ways down, and a flat point whose Hessian is zero",
               "textbook", MonkeySaddle{},
               {.start = Vector{{1.2, 0.05}}, .view_low = Vector{{-2.0, -2.0}}, .view_high = Vector{{2.0, 2.0}}});
}

}  // namespace

std::vector<LandscapeEntry> classic_landscapes() {
  return {rosenbrock(),       himmelblau(),     beale(),           booth(),  matyas(),       goldstein_price(),
          three_hump_camel(), six_hump_camel(), styblinski_tang(), saddle(), monkey_saddle()};
}

}  // namespace steplab
