// Wells in the plane: two of chosen depth and width, and a ring of sharp ones around a wide one.
#include "core/landscapes/formula.h"
#include "core/landscapes/newton.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace steplab {
namespace {

/// With q_i = |x − m_i|²/(2w_i²):  q_1q_2/(q_1 + q_2) − (d_1q_2² + d_2q_1²)/(q_1² + q_2²).
/// The first part is a smooth minimum of the two bowls, the second goes from −d_1 at m_1 to −d_2 at m_2. Near m_1 they
/// are q_1 and −d_1 up to terms of fourth order in the distance, so value, place and Hessian there are exactly −d_1,
/// m_1 and I/w_1², whatever the other well is; the same holds at m_2. The second part is an average of −d_1 and −d_2,
/// the first is not negative: nothing lies below the deeper well.
struct TwoWells {
  double half_distance, curvature1, depth1, curvature2, depth2;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto y2 = y * y;
    const auto q1 = (0.5 * curvature1) * (square(x + half_distance) + y2);
    const auto q2 = (0.5 * curvature2) * (square(x - half_distance) + y2);
    const auto p1 = q1 * q1, p2 = q2 * q2;
    return q1 * q2 / (q1 + q2) - (depth1 * p2 + depth2 * p1) / (p1 + p2);
  }
  double work() const { return 40; }
};

/// min(½|x|², min_j ½κ|x − m_j|² + c); at the kinks the gradient of the branch listed last.
struct RingOfWells {
  double kappa, c;
  std::vector<std::array<double, 2>> centres;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    auto low = min(bowl(x, y), well(x, y, 0));
    for (std::size_t j = 1; j < centres.size(); ++j) low = min(low, well(x, y, j));
    return low;
  }
  template <class X, class Y>
  static auto bowl(const X& x, const Y& y) {
    return 0.5 * (x * x + y * y);
  }
  template <class X, class Y>
  auto well(const X& x, const Y& y, std::size_t j) const {
    return (0.5 * kappa) * (square(x - centres[j][0]) + square(y - centres[j][1])) + c;
  }
  double work() const { return 8.0 * static_cast<double>(centres.size() + 1); }
};

/// −τ log Σ_j e^{−q_j/τ} over the same q_j: smooth, with the softmax-weighted sum of their gradients as its gradient.
/// The least q_j comes out of the sum as a plain number, so that no exponential overflows and one of them is 1. Those
/// below e^−60 are left out: neither they nor, at the largest slopes and curvatures that our parameters allow, their
/// derivatives change a bit of the sums. So nearly all of the exponentials need not be computed.
struct SoftRingOfWells {
  RingOfWells ring;
  double tau;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto low = ring(base_value(x), base_value(y));
    const double inverse = 1 / tau;
    auto sum = part((low - ring.bowl(x, y)) * inverse);
    for (std::size_t j = 0; j < ring.centres.size(); ++j) add_part((low - ring.well(x, y, j)) * inverse, sum);
    return low - tau * log(sum);
  }
  template <class A>
  static auto part(const A& exponent) {
    return select(base_value(exponent) > kLeast, exp(max(exponent, kLeast)), 0.0 * exponent);
  }
  template <class A, class S>
  static void add_part(const A& exponent, S& sum) {
    const auto counts = base_value(exponent) > kLeast;
    if constexpr (requires { any(counts); })
      if (!any(counts)) return;
    sum = sum + part(exponent);
  }
  static constexpr double kLeast = -60;
  double work() const { return 20.0 * static_cast<double>(ring.centres.size() + 1); }
};

LandscapeEntry two_wells() {
  const auto width = [](const char* name, double initial, const char* meaning, const char* symbol, const char* label) {
    return ParamSpec{.name = name,
                     .initial = initial,
                     .min = 0.01,
                     .max = 100,
                     .logarithmic = true,
                     .meaning = meaning,
                     .symbol = symbol,
                     .label = label};
  };
  const auto depth = [](const char* name, double initial, const char* meaning, const char* symbol, const char* label) {
    return ParamSpec{
        .name = name, .initial = initial, .min = 0, .max = 1000, .meaning = meaning, .symbol = symbol, .label = label};
  };
  return {
      .id = "two_wells",
      .name = "Two wells",
      .summary = "two minima whose depth and width are set independently: which one does a step size find?",
      .source = "our own: smooth minimum of two bowls that leaves both bottoms as they are",
      .params = {depth("d1", 0.5, "depth of the left well: its value is −d₁", "d₁", "depth, left"),
                 width("w1", 0.25, "width of the left well: its curvature is 1/w₁²", "w₁", "width, left"),
                 depth("d2", 1.0, "depth of the right well: its value is −d₂", "d₂", "depth, right"),
                 width("w2", 1.5, "width of the right well: its curvature is 1/w₂²", "w₂", "width, right"),
                 {.name = "distance", .initial = 4.0, .min = 0.1, .max = 100, .meaning = "between the two minima"}},
      .make =
          [](const Params& p) {
            const double s = 0.5 * p.real("distance"), d1 = p.real("d1"), d2 = p.real("d2");
            const auto curvature = [](double w) { return 1 / (w * w); };
            return make_formula(TwoWells{s, curvature(p.real("w1")), d1, curvature(p.real("w2")), d2},
                                {.start = Vector{{-1.8 * s, 0.6 * s}},
                                 .view_low = Vector{{-2.2 * s, -1.6 * s}},
                                 .view_high = Vector{{2.2 * s, 1.6 * s}},
                                 .minima = {{Vector{{-s, 0.0}}, -d1, d1 >= d2}, {Vector{{s, 0.0}}, -d2, d2 >= d1}},
                                 .least_value = -std::max(d1, d2)});
          },
  };
}

RingOfWells ring_formula(int wells, double kappa, double c, double radius) {
  RingOfWells ring{kappa, c, {}};
  for (int j = 1; j <= wells; ++j) {
    const double angle = 2 * std::numbers::pi * j / wells;
    ring.centres.push_back({radius * steplab::cos(angle), radius * steplab::sin(angle)});
  }
  return ring;
}

std::shared_ptr<const Landscape> make_ring(const Params& p) {
  const double c = p.real("c"), radius = p.real("radius"), tau = p.real("tau");
  const RingOfWells ring = ring_formula(p.integer("K"), p.real("kappa"), c, radius);
  Surroundings around{.start = Vector{{1.7 * radius, 0.25 * radius}},
                      .view_low = Vector{{-2 * radius, -2 * radius}},
                      .view_high = Vector{{2 * radius, 2 * radius}}};
  std::vector<Vector> bottoms{Vector{{0.0, 0.0}}};
  if (c < 0.5 * radius * radius)
    for (const auto& m : ring.centres) bottoms.push_back(Vector{{m[0], m[1]}});
  if (tau == 0) {
    for (const auto& x : bottoms)
      around.minima.push_back({x, around.minima.empty() ? 0 : c, around.minima.empty() || c == 0});
    around.least_value = 0.0;
    return make_formula(ring, std::move(around));
  }
  const SoftRingOfWells soft{ring, tau};
  // Softness moves the minima a little towards each other, and may let them merge: then the least value is not known.
  around.minima = find_minima(*make_formula(soft, around), bottoms, 0.1 * radius);
  if (around.minima.size() == bottoms.size())
    around.least_value = std::ranges::min_element(around.minima, {}, &Minimum::value)->value;
  return make_formula(soft, std::move(around));
}

LandscapeEntry ring_of_wells() {
  return {
      .id = "ring_of_wells",
      .name = "Ring of wells",
      .summary =
          "K sharp wells around a wide one (hard or soft minimum of paraboloids): small steps are caught by the ring",
      .source =
          "our own (docs/notes/large-steps.md, F2), for the claim of Mohtashami, Jaggi, Stich 2023 (arXiv 2205.15142)",
      .params =
          {{.name = "K",
            .kind = ParamKind::kInteger,
            .initial = 8.0,
            .min = 1,
            .max = 12,
            .meaning = "number of wells",
            .symbol = "K",
            .label = "K wells"},
           {.name = "kappa",
            .initial = 12.0,
            .min = 2,
            .max = 1e4,
            .logarithmic = true,
            .meaning = "curvature of the wells; that of the middle is 1",
            .symbol = "κ",
            .label = "κ curvature"},
           {.name = "c",
            .initial = 0.5,
            .min = 0,
            .max = 100,
            .meaning = "value at the wells; they exist while c < ½ radius²",
            .symbol = "c",
            .label = "c value"},
           {.name = "radius", .initial = 2.0, .min = 1, .max = 10, .meaning = "distance of the wells from the middle"},
           {.name = "tau",
            .initial = 0.02,
            .min = 0,
            .max = 0.1,
            .meaning = "softness of the minimum; 0: hard, with kinks",
            .symbol = "τ",
            .label = "τ softness"}},
      .make = make_ring,
  };
}

}  // namespace

std::vector<LandscapeEntry> well_landscapes() { return {two_wells(), ring_of_wells()}; }

}  // namespace steplab
