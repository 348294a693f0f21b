// The last-iterate bound against closed forms, docs/notes/last-iterate-bound.md, A3.9, and runs that must obey it.
#include "core/analysis/last_iterate_bound.h"
#include "core/catalog.h"
#include "core/run/run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

namespace steplab {
namespace {

constexpr int kT = 10000;

std::vector<double> factors(const Choice& choice, int steps = kT) {
  const auto schedule = make_choice(schedules(), choice, "test");
  std::vector<double> h;
  for (int t = 0; t < steps; ++t) h.push_back(schedule->factor(t, steps));
  return h;
}
Choice polynomial(double p) { return {"polynomial", {{"p", p}}}; }
Choice wsd(double decay) { return {"wsd", {{"shape", "linear"}, {"decay", decay}}}; }
const Choice kInverseRoot{"inverse_sqrt", {{"tau", 1.0}}};

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

const double kRho[] = {std::sqrt(10.0), 10, std::sqrt(1000.0), 100, 1000};

double robustness(const LastIterateBound& bound, double rho) {
  const auto tuned = bound.tuned();
  return bound.at(rho * tuned.step_size).value / tuned.value;
}

// D²/(4ηT H(s)) + (ηG²/4) Q(s), H = ∫ h and Q = ∫ h²/H over the last share s of the run, D = G = T = 1.
struct Continuous {
  std::vector<double> H, Q;
  double base = 0, eta = 0;

  /// By the midpoint rule; near the end h ~ a s^p gives H = h s/(p + 1), Q = h (p + 1)/p.
  template <class Profile>
  Continuous(Profile h, double p) {
    constexpr int kCells = 200000;
    const double first = 1.0 / kCells;
    H = {h(first) * first / (p + 1)};
    Q = {h(first) * (p + 1) / p};
    for (int i = 1; i < kCells; ++i) {
      const double s = (i + 0.5) / kCells, area = h(s) / kCells;
      Q.push_back(Q.back() + h(s) * area / (H.back() + 0.5 * area));
      H.push_back(H.back() + area);
    }
    eta = 1 / std::sqrt(H.back() * Q.back());
    base = bound(eta);
  }
  double bound(double step_size) const {
    double least = INFINITY;
    for (std::size_t i = 0; i < H.size(); ++i)
      least = std::min(least, 0.25 / (step_size * H[i]) + 0.25 * step_size * Q[i]);
    return least;
  }
};

// ---- all T updates count ----

TEST_CASE("Linear decay h = 1 − t/T has the bound D G/√(T + 1) exactly, at η = T D/(G (T + 1)^{3/2})") {
  const double D = 3, G = 0.25;
  for (const int steps : {1, 2, 10, 60, 1000}) {
    const auto tuned =
        LastIterateBound(factors({"linear"}, steps), BoundForm::kTight, {.diameter = D, .gradient_norm = G}).tuned();
    CHECK(tuned.value == doctest::Approx(D * G / std::sqrt(steps + 1.0)).epsilon(1e-9));
    CHECK(tuned.step_size == doctest::Approx(steps * D / (G * std::pow(steps + 1.0, 1.5))).epsilon(1e-9));  // Z. & G.
  }
}

/// f(x) − min f after all updates on f = G max_i x_i in T + 1 dimensions over the ball ‖x‖ ≤ D (min f = −GD/√(T + 1)),
/// from 0, when every subgradient is that of the last coordinate that is still largest: the resisting oracle.
double resisted(std::span<const double> step_sizes, double D, double G) {
  std::vector<double> x(step_sizes.size() + 1, 0.0);
  const auto largest = [&] { return std::max_element(x.rbegin(), x.rend()); };  // the last of equals
  for (const double eta : step_sizes) *largest() -= eta * G;
  return G * *largest() + G * D / std::sqrt(static_cast<double>(x.size()));
}

TEST_CASE("A resisting oracle holds every schedule at D G/√(T + 1): no tuned bound is below, linear decay attains it") {
  for (const int steps : {1, 2, 9, 40})
    for (const auto& entry : schedules()) {
      CAPTURE(entry.id);
      std::vector<double> h;
      try {
        h = factors({entry.id}, steps);
      } catch (const InputError&) {
        continue;  // so few updates are not for every schedule
      }
      const auto tuned = LastIterateBound(h).tuned();
      if (std::isnan(tuned.step_size)) continue;
      for (double& eta : h) eta *= tuned.step_size;
      const double loss = resisted(h, 1, 1);
      CHECK(loss >= 1 / std::sqrt(steps + 1.0) * (1 - 1e-12));
      CHECK(loss <= tuned.value * (1 + 1e-12));
      if (entry.id == "linear") CHECK(loss == doctest::Approx(tuned.value).epsilon(1e-12));
    }
}

TEST_CASE("One update, by hand: D²/(8η) + G²η, D G − G²η where η < D/(4G), and never above D G; no run does worse") {
  const double D = 1.5, G = 2;
  const LastIterateBound bound(std::vector<double>{1.0}, BoundForm::kTight, {.diameter = D, .gradient_norm = G});
  for (double eta = 0.01 * D / G; eta < 3 * D / G; eta *= 1.07) {
    const double least = D / (4 * G);
    const double formula = eta < least ? D * G - G * G * eta : D * D / (8 * eta) + G * G * eta;
    CHECK(bound.at(eta).value == doctest::Approx(std::min(formula, D * G)).epsilon(1e-12));
    // The worst run in the plane, as convex interpolation allows it: gradients g₁, g₂ of length G at angles a and −b to
    // x₁ − x*; f(x₂) − f* ≤ ⟨g₂, x₂ − x*⟩ and, through f(x₁), ≤ ⟨g₁, x₁ − x*⟩ − η⟨g₁, g₂⟩.
    double worst = 0;
    for (double a = 0; a < 1.6; a += 0.01)
      for (double b = 0; b < 1.6; b += 0.01) {
        const double both = eta * G * G * std::cos(a + b);
        worst = std::max(worst, std::min(G * D * std::cos(b) - both, G * D * std::cos(a) - both));
      }
    CHECK(worst == doctest::Approx(formula).epsilon(1e-3));
  }
}

/// The largest f(x_{T+1}) − f* that convex interpolation allows for given subgradients (rows of g, at x_1 … x_{T+1}),
/// or 0 if they belong to no convex function or lead further from x* than x_1 − x* = e_1 is: a shortest path through
/// f_i − f_j ≤ ⟨g_i, x_i − x_j⟩.
double interpolated(std::span<const double> step_sizes, const std::vector<Vector>& g) {
  const std::size_t n = g.size();
  std::vector<Vector> x = {Vector::Unit(g[0].size(), 0)};
  for (std::size_t t = 0; t + 1 < n; ++t) x.push_back(x[t] - step_sizes[t] * g[t]);
  if (std::ranges::any_of(x, [](const Vector& point) { return point.norm() > 1 + 1e-12; })) return 0;
  std::vector<std::vector<double>> most(n + 1, std::vector<double>(n + 1, 0.0));  // most[i][j]: of f_i − f_j; n is x*
  for (std::size_t i = 0; i < n; ++i) {
    most[i][n] = g[i].dot(x[i]);
    most[n][i] = 0;
    for (std::size_t j = 0; j < n; ++j) most[i][j] = g[i].dot(x[i] - x[j]);
  }
  for (std::size_t k = 0; k <= n; ++k)
    for (std::size_t i = 0; i <= n; ++i)
      for (std::size_t j = 0; j <= n; ++j) most[i][j] = std::min(most[i][j], most[i][k] + most[k][j]);
  for (std::size_t i = 0; i <= n; ++i)
    if (most[i][i] < 0) return 0;
  return most[n - 1][n];
}

TEST_CASE("Two updates: of all convex functions tried none ends above the bound, and some come near it") {
  const std::vector<std::vector<double>> shapes = {{1, 0.5}, {1, 1}, {1, 0.2}, {0.3, 1}};
  for (const auto& h : shapes)
    for (const double rho : {0.5, 1.0, 2.0}) {
      const LastIterateBound bound(h);
      const double eta = rho * bound.tuned().step_size;
      const double steps[] = {eta * h[0], eta * h[1]};
      double worst = 0;
      for (std::uint32_t start = 0; start < 12; ++start) {
        std::mt19937_64 random(start);
        const auto gradients = [&](const std::vector<Vector>& from, double by) {
          std::vector<Vector> g = from;
          for (Vector& one : g) {
            for (int j = 0; j < 3; ++j) one[j] += by * (uniform(random) - 0.5);
            one.normalize();
          }
          return g;
        };
        auto best = gradients(std::vector<Vector>(3, Vector::Unit(3, 0)), 2);
        double value = interpolated(steps, best);
        for (int i = 0; i < 1500; ++i) {
          const auto next = gradients(best, std::exp(-9 * uniform(random)));
          const double there = interpolated(steps, next);
          if (there > value) value = there, best = next;
        }
        worst = std::max(worst, value);
      }
      CAPTURE(rho);
      CHECK(worst <= bound.at(eta).value * (1 + 1e-9));
      CHECK(worst >= bound.at(eta).value * 0.97);
    }
}

TEST_CASE("The bound is the least over all starts and over the step size of an update that is never made") {
  const std::vector<std::vector<double>> shapes = {{1, 0.1, 0.7, 0.02}, {0.1, 0.3, 1}, {1, 1, 1, 1, 1}, {1, 0, 0, 0.1}};
  const double D = 1.3, G = 0.4;
  for (const auto& h : shapes)
    for (const double eta : {0.03, 0.3, 3.0, 30.0}) {
      double least = INFINITY;
      for (double a = 1e-5; a < 1e5; a *= 1.01) {
        double P = std::sqrt(a), noise = a;
        least = std::min(least, D * D / (2 * a) + G * G / 2 * a);
        for (std::size_t k = h.size(); k-- > 0;) {
          noise += std::pow(eta * h[k] / P, 2);
          P += eta * h[k] / P;
          least = std::min(least, D * D / (2 * P * P) + G * G / 2 * noise);
        }
      }
      const LastIterateBound bound(h, BoundForm::kTight, {.diameter = D, .gradient_norm = G});
      CHECK(bound.at(eta).value == doctest::Approx(least).epsilon(2e-5));
      CHECK(bound.at(eta).value <= least * (1 + 1e-12));
    }
}

TEST_CASE("R(1) = 1 and R ≥ 1 for every schedule of the catalog, at its defaults and drawn at random, in every form") {
  std::vector<std::vector<double>> all;
  for (const int steps : {16, 500})
    for (const auto& entry : schedules()) all.push_back(factors({entry.id}, steps));
  all.push_back(factors({"inverse_time", {{"tau", 1.0}}}));
  all.push_back(factors(kInverseRoot));
  std::mt19937_64 random(3);
  for (int i = 0; i < 20; ++i) {
    auto& drawn = all.emplace_back();
    for (int t = 0; t < 50; ++t) drawn.push_back(std::pow(uniform(random), 1 + i % 5));
  }
  for (const auto& h : all)
    for (const BoundForm form : {BoundForm::kTight, BoundForm::kSimple, BoundForm::kAverage}) {
      const LastIterateBound bound(h, form);
      const auto tuned = bound.tuned();
      if (std::isnan(tuned.step_size)) continue;
      CHECK(bound.at(tuned.step_size).value == doctest::Approx(tuned.value).epsilon(1e-12));
      if (tuned.value < 1 - 1e-9) CHECK(bound.at(tuned.step_size).suffix == tuned.suffix);
      for (double rho = 1e-3; rho < 1e3; rho *= 1.2)
        CHECK(bound.at(rho * tuned.step_size).value >= tuned.value * (1 - 1e-12));
    }
}

TEST_CASE("Polynomial decay costs ½ ρ^{1/(2p+1)} (c^{−(p+1)/(2p+1)} + c^{p/(2p+1)}), c = (p+1)/p, for ρ ≥ √c") {
  for (const double p : {1.0, 2.0, 3.0, 4.0}) {
    CAPTURE(p);
    const LastIterateBound bound(factors(polynomial(p)));
    const auto tuned = bound.tuned();
    CHECK(tuned.step_size * std::sqrt(kT) == doctest::Approx(std::sqrt(p)).epsilon(0.005));
    CHECK(tuned.value * std::sqrt(kT) == doctest::Approx((p + 1) / (2 * std::sqrt(p))).epsilon(0.005));
    const double c = (p + 1) / p, q = 2 * p + 1;
    for (const double rho : kRho) {
      const double expected = 0.5 * std::pow(rho, 1 / q) * (std::pow(c, -(p + 1) / q) + std::pow(c, p / q));
      CHECK(robustness(bound, rho) == doctest::Approx(expected).epsilon(0.01));
      const double share = std::pow(c / (rho * rho), 1 / q);  // of the run: where the over-large run begins to count
      if (rho <= 100)
        CHECK(1 - bound.at(rho * tuned.step_size).suffix / double{kT} == doctest::Approx(share).epsilon(0.01));
    }
  }
}

TEST_CASE("Linear decay at ten times η* behaves as if it began with the last 27 % of its steps") {
  const LastIterateBound bound(factors({"linear"}));
  CHECK(bound.at(10 * bound.tuned().step_size).suffix == doctest::Approx(0.73 * kT).epsilon(0.01));
}

TEST_CASE("WSD with a linear end: H = s²/2c, Q = 2s/c in the decay; H = s − c/2, Q = 2 + log(2s/c − 1) before it") {
  for (const double c : {0.1, 0.2, 0.5}) {
    CAPTURE(c);
    const LastIterateBound bound(factors(wsd(c)));
    const auto H = [&](double s) { return s <= c ? s * s / (2 * c) : s - c / 2; };
    const auto Q = [&](double s) { return s <= c ? 2 * s / c : 2 + std::log(2 * s / c - 1); };
    const double eta = 1 / std::sqrt(H(1) * Q(1)), base = 0.5 * std::sqrt(Q(1) / H(1));
    CHECK(bound.tuned().step_size * std::sqrt(kT) == doctest::Approx(eta).epsilon(0.005));
    CHECK(bound.tuned().value * std::sqrt(kT) == doctest::Approx(base).epsilon(0.005));
    for (const double rho : {std::sqrt(10.0), 10.0, std::sqrt(1000.0), 100.0}) {
      double least = INFINITY;
      for (double s = 1e-4; s <= 1; s += 1e-4)
        least = std::min(least, 0.25 / (rho * eta * H(s)) + 0.25 * rho * eta * Q(s));
      CHECK(robustness(bound, rho) == doctest::Approx(least / base).epsilon(0.01));
    }
  }
}

TEST_CASE("Cosine and REX agree with the continuous bound, integrated numerically") {
  const auto agree = [](const Choice& choice, const Continuous& limit) {
    const LastIterateBound bound(factors(choice));
    CHECK(bound.tuned().step_size * std::sqrt(kT) == doctest::Approx(limit.eta).epsilon(0.01));
    CHECK(bound.tuned().value * std::sqrt(kT) == doctest::Approx(limit.base).epsilon(0.01));
    for (const double rho : {std::sqrt(10.0), 10.0, std::sqrt(1000.0), 100.0})
      CHECK(robustness(bound, rho) == doctest::Approx(limit.bound(rho * limit.eta) / limit.base).epsilon(0.01));
  };
  agree({"cosine"}, Continuous([](double s) { return 0.5 * (1 - std::cos(std::numbers::pi * s)); }, 2));
  agree({"rex"}, Continuous([](double s) { return s / (0.5 + 0.5 * s); }, 1));
}

TEST_CASE("The table of docs/notes/last-iterate-bound.md, A3.9, T = 10⁴, tight form") {
  struct Row {
    Choice choice;
    double eta, base, R[5], slope;
  };
  const Row table[] = {
      {polynomial(1), 1.000, 1.000, {1.387, 2.037, 2.991, 4.395, 9.55}, 0.334},
      {polynomial(2), 1.414, 1.061, {1.234, 1.553, 1.955, 2.462, 3.90}, 0.200},
      {polynomial(4), 1.999, 1.250, {1.129, 1.284, 1.459, 1.658, 2.14}, 0.111},
      {{"cosine"}, 0.971, 1.030, {1.339, 1.744, 2.221, 2.809, 4.46}, 0.207},
      {{"constant"}, 0.281, 1.779, {1.739, 4.58, 11.6, 27.5, 56.2}, 0.78},  // at last D·G
      // Tuned on its best part, and with all updates: evaluated by docs/notes/last-iterate-bound.md, A3.5.
      {kInverseRoot, 18.21, 1.463, {1.601, 3.924, 10.01, 24.42, 68.35}, 0.794},
  };
  for (const auto& row : table) {
    CAPTURE(row.choice.id);
    const LastIterateBound bound(factors(row.choice));
    CHECK(bound.tuned().step_size * std::sqrt(kT) == doctest::Approx(row.eta).epsilon(0.005));
    CHECK(bound.tuned().value * std::sqrt(kT) == doctest::Approx(row.base).epsilon(0.005));
    for (int i = 0; i < 5; ++i) CHECK(robustness(bound, kRho[i]) == doctest::Approx(row.R[i]).epsilon(0.01));
    const double slope = std::log10(robustness(bound, 100) / robustness(bound, 10));
    CHECK(slope == doctest::Approx(row.slope).epsilon(0.01));
  }
}

TEST_CASE("The tuned bound of fixed steps and 1/√t grows with T, that of annealed ones does not move") {
  const auto base = [](const Choice& choice, int steps) {
    return LastIterateBound(factors(choice, steps)).tuned().value * std::sqrt(steps);
  };
  CHECK(base({"constant"}, 1000) == doctest::Approx(1.608).epsilon(0.005));
  CHECK(base({"constant"}, 100000) == doctest::Approx(1.934).epsilon(0.005));
  CHECK(base(kInverseRoot, 1000) == doctest::Approx(1.352).epsilon(0.005));
  CHECK(base(kInverseRoot, 10000) == doctest::Approx(1.463).epsilon(0.005));
  for (const auto& choice : {polynomial(2), Choice{"cosine"}})
    CHECK(base(choice, 1000) == doctest::Approx(base(choice, 100000)).epsilon(0.01));
}

TEST_CASE("The simple form is theorem 10 of Defazio et al. 2023 as it stands there, its last update made twice") {
  std::vector<double> made, eta;
  for (int t = 0; t < 60; ++t) made.push_back(0.05 + 0.9 * std::abs(std::sin(7.0 * t * t)));
  eta = made;
  eta.push_back(made.back());
  const double D = 1.7, G = 0.6;
  const auto sum = [&](std::size_t from, int power) {
    double total = 0;
    for (std::size_t t = from; t < eta.size(); ++t) total += std::pow(eta[t], power);
    return total;
  };
  double expected = D * D / (2 * sum(0, 1)) + G * G / 2 * sum(0, 2) / sum(0, 1);
  for (std::size_t k = 0; k + 1 < eta.size(); ++k)
    expected += G * G / 2 * eta[k] / sum(k + 1, 1) * sum(k, 2) / sum(k, 1);
  const LastIterateBound bound(made, BoundForm::kSimple, {.diameter = D, .gradient_norm = G});
  const auto tuned = bound.tuned();
  // Only the start k = 0 is the theorem's: the least over k is at most that, and is it where no later start is better.
  CHECK(bound.at(1).value <= expected * (1 + 1e-12));
  const double a = D * D / (2 * sum(0, 1)), b = expected - a;
  CHECK(tuned.value == doctest::Approx(2 * std::sqrt(a * b)).epsilon(1e-12));
  CHECK(tuned.step_size == doctest::Approx(std::sqrt(a / b)).epsilon(1e-12));
}

TEST_CASE("Where no suffix helps, R = ½(ρ + 1/ρ): undershoot down to D G − G² Σ η_t, and the average at every ρ") {
  for (const auto& choice : {Choice{"constant"}, Choice{"cosine"}, polynomial(3), wsd(0.2)}) {
    const auto h = factors(choice, 500);
    const LastIterateBound bound(h);
    for (const double rho : {0.1, 0.5, 1.0})
      CHECK(robustness(bound, rho) == doctest::Approx(fixed_step_robustness(rho)).epsilon(1e-9));
    const double way = 0.01 * bound.tuned().step_size * std::accumulate(h.begin(), h.end(), 0.0);
    CHECK(bound.at(0.01 * bound.tuned().step_size).value == doctest::Approx(1 - way).epsilon(1e-12));
  }
  for (const double rho : {0.1, 1.0, 10.0, 100.0})
    CHECK(robustness(LastIterateBound(factors({"constant"}), BoundForm::kAverage), rho) ==
          doctest::Approx(fixed_step_robustness(rho)).epsilon(1e-9));
  const auto average = LastIterateBound(factors({"constant"}), BoundForm::kAverage).tuned();
  CHECK(average.value * std::sqrt(kT) == doctest::Approx(1).epsilon(1e-9));
}

TEST_CASE("D and G only scale: the bound with D·G, the step size with D/G") {
  const auto h = factors({"cosine"}, 300);
  const auto one = LastIterateBound(h).tuned();
  const auto other = LastIterateBound(h, BoundForm::kTight, {.diameter = 3, .gradient_norm = 0.5}).tuned();
  CHECK(other.value == doctest::Approx(1.5 * one.value));
  CHECK(other.step_size == doctest::Approx(6 * one.step_size));
}

TEST_CASE("Updates of factor 0 at the end are left out; if nothing moves the bound is D G") {
  std::vector<double> h = factors({"linear"}, 200);
  const auto expected = LastIterateBound(h).at(0.03);
  h.resize(250, 0.0);
  CHECK(LastIterateBound(h).at(0.03).value == expected.value);
  CHECK(LastIterateBound(h).at(0.03).suffix == expected.suffix);
  const std::vector<double> nothing(10, 0.0);
  CHECK(LastIterateBound(nothing).at(1).value == 1);
  CHECK(LastIterateBound(nothing).at(1).suffix == 10);
  CHECK(std::isnan(LastIterateBound(nothing).tuned().step_size));
}

TEST_CASE("No run on ε|x − c| ends above the tight bound") {
  const int steps = 64;
  for (const auto& choice : {Choice{"constant"}, Choice{"linear"}, Choice{"cosine"}, polynomial(3)}) {
    for (const double sigma : {0.0, 1.0})
      for (const double eps : {0.1, 0.5, 2.0})
        for (const double eta : {0.01, 0.1, 0.5}) {
          const RunSpec spec{.landscape = {"abs", {{"eps", eps}}},
                             .rate = choice,
                             .oracle = {"sign", {{"sigma", sigma}}},
                             .step_size = eta,
                             .steps = steps,
                             .seeds = 2000};
          const Results results = simulate({&spec, 1});
          double mean = 0;
          for (const auto& outcome : results[0].outcomes) mean += outcome.loss / spec.seeds;
          const double G = std::sqrt(eps * eps + sigma * sigma);
          const LastIterateBound bound(factors(choice, steps), BoundForm::kTight, {.diameter = 1, .gradient_norm = G});
          CAPTURE(choice.id);
          CAPTURE(eps);
          CAPTURE(eta);
          CHECK(mean <= bound.at(eta).value);
        }
  }
}

}  // namespace
}  // namespace steplab
