// The last-iterate bound against closed forms derived by hand, the table of our notes (A3), and runs that must obey it.
#include "core/analysis/last_iterate_bound.h"
#include "core/analysis/power_law.h"
#include "core/catalog.h"
#include "core/run/run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

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

TEST_CASE("Linear decay has the bound D G/√T exactly, the best constant a last iterate can have") {
  for (const int steps : {1, 2, 10, 1000, 100000}) {
    const auto tuned = LastIterateBound(factors({"linear"}, steps)).tuned();
    CHECK(tuned.value * std::sqrt(steps) == doctest::Approx(1).epsilon(steps < 1000 ? 0.2 : 0.005));
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

TEST_CASE("The table of our notes (A3), T = 10⁴, tight form") {
  struct Row {
    Choice choice;
    double eta, base, R[5], slope;
  };
  const Row table[] = {
      {polynomial(1), 1.000, 1.000, {1.387, 2.037, 2.991, 4.395, 9.55}, 0.334},
      {polynomial(2), 1.414, 1.061, {1.234, 1.553, 1.955, 2.462, 3.90}, 0.200},
      {polynomial(4), 1.999, 1.250, {1.129, 1.284, 1.459, 1.658, 2.14}, 0.111},
      {{"cosine"}, 0.971, 1.030, {1.339, 1.744, 2.221, 2.809, 4.46}, 0.207},
      {{"constant"}, 0.281, 1.779, {1.739, 4.58, 11.6, 27.5, 89}, 0.78},
      {kInverseRoot, 16.6, 1.515, {1.45, 3.52, 8.98, 22.0, 75}, 0.80},
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
  CHECK(base(kInverseRoot, 1000) == doctest::Approx(1.374).epsilon(0.005));
  CHECK(base(kInverseRoot, 100000) == doctest::Approx(1.649).epsilon(0.005));
  for (const auto& choice : {polynomial(2), Choice{"cosine"}})
    CHECK(base(choice, 1000) == doctest::Approx(base(choice, 100000)).epsilon(0.01));
}

TEST_CASE("The simple form is theorem 10 of Defazio et al. 2023, written as it stands there") {
  std::vector<double> eta;
  for (int t = 0; t < 60; ++t) eta.push_back(0.05 + 0.9 * std::abs(std::sin(7.0 * t * t)));
  const double D = 1.7, G = 0.6;
  const auto sum = [&](std::size_t from, int power) {
    double total = 0;
    for (std::size_t t = from; t < eta.size(); ++t) total += std::pow(eta[t], power);
    return total;
  };
  double expected = D * D / (2 * sum(0, 1)) + G * G / 2 * sum(0, 2) / sum(0, 1);
  for (std::size_t k = 0; k + 1 < eta.size(); ++k)
    expected += G * G / 2 * eta[k] / sum(k + 1, 1) * sum(k, 2) / sum(k, 1);
  const LastIterateBound bound(eta, BoundForm::kSimple, {.diameter = D, .gradient_norm = G});
  const auto tuned = bound.tuned();
  // Only the start k = 0 is the theorem's: the least over k is at most that, and is it where no later start is better.
  CHECK(bound.at(1).value <= expected * (1 + 1e-12));
  const double a = D * D / (2 * sum(0, 1)), b = expected - a;
  CHECK(tuned.value == doctest::Approx(2 * std::sqrt(a * b)).epsilon(1e-12));
  CHECK(tuned.step_size == doctest::Approx(std::sqrt(a / b)).epsilon(1e-12));
}

TEST_CASE("Where no suffix helps, R = ½(ρ + 1/ρ): every undershoot, and the average at every ρ") {
  for (const auto& choice : {Choice{"constant"}, Choice{"cosine"}, polynomial(3), wsd(0.2)})
    for (const double rho : {0.01, 0.1, 0.5, 1.0}) {
      CHECK(robustness(LastIterateBound(factors(choice, 500)), rho) ==
            doctest::Approx(fixed_step_robustness(rho)).epsilon(1e-9));
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

TEST_CASE("The least over all starts is never above the whole run's, and no step size beats the tuned one") {
  for (const auto& choice : {Choice{"constant"}, kInverseRoot, Choice{"linear"}, Choice{"rex"}, wsd(0.1)}) {
    const LastIterateBound bound(factors(choice, 777));
    const auto best = bound.tuned(BoundBase::kBestSuffix);
    CHECK(best.value <= bound.tuned().value * (1 + 1e-12));
    CHECK(bound.at(best.step_size).value == doctest::Approx(best.value).epsilon(1e-9));
    for (double factor = 0.1; factor < 10; factor *= 1.1)
      CHECK(bound.at(factor * best.step_size).value >= best.value * (1 - 1e-12));
  }
}

TEST_CASE("Updates of factor 0 at the end are left out; if nothing moves the bound is infinite") {
  std::vector<double> h = factors({"linear"}, 200);
  const auto expected = LastIterateBound(h).at(0.03);
  h.resize(250, 0.0);
  CHECK(LastIterateBound(h).at(0.03).value == expected.value);
  const std::vector<double> nothing(10, 0.0);
  CHECK(std::isinf(LastIterateBound(nothing).at(1).value));
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
          // The bound speaks of the point at which the last update asks for its gradient.
          const Results results = simulate({&spec, 1}, {.trajectory = true, .stride = steps - 1, .sharpness = false});
          double mean = 0;
          for (const auto& record : results[0].trajectories) mean += record.loss[1] / spec.seeds;
          const double G = std::sqrt(eps * eps + sigma * sigma);
          const LastIterateBound bound(factors(choice, steps), BoundForm::kTight, {.diameter = 1, .gradient_norm = G});
          CAPTURE(choice.id);
          CAPTURE(eps);
          CAPTURE(eta);
          CHECK(mean <= bound.at(eta).value);
        }
  }
}

TEST_CASE("A schedule's degree is the power with which it comes to zero") {
  const auto degree = [](const Choice& choice) { return decay_degree(factors(choice, 1000)); };
  CHECK(degree({"constant"}) == 0);
  CHECK(degree(kInverseRoot) == 0);
  CHECK(degree({"exponential"}) == 0);
  CHECK(degree({"linear"}) == 1);
  CHECK(degree({"rex"}) == 1);
  CHECK(degree(wsd(0.2)) == 1);
  CHECK(degree({"wsd"}) == 1);  // 1 − √p is straight where p is near 1
  CHECK(degree({"cosine"}) == 2);
  for (const double p : {0.5, 1.5, 2.0, 3.0, 4.0}) CHECK(degree(polynomial(p)) == p);
  CHECK(degree({"linear", {{"span", 0.8}}}) == 1);
  CHECK(std::isnan(degree({"geometric", {{"gamma", 0.95}}})));  // no power
  CHECK(std::isnan(decay_degree(std::vector<double>(5, 1.0))));
  CHECK(worst_problem_slope(1) == doctest::Approx(1.0 / 3));
  CHECK(worst_problem_slope(2) == doctest::Approx(1.0 / 5));
  CHECK(smooth_problem_slope(2) == doctest::Approx(1.0 / 3));
}

TEST_CASE("A power law is fitted to its points inside the range only") {
  const std::vector<double> x = {0.1, 1, 2, 4, 8, 100}, y = {7, 3, 3 * std::sqrt(2), 6, 6 * std::sqrt(2), 0.1};
  const PowerLaw law = fit_power_law(x, y, 1, 8);
  CHECK(law.points == 4);
  CHECK(law.slope == doctest::Approx(0.5));
  CHECK(law.at(16) == doctest::Approx(12));
  CHECK(fit_power_law(x, std::vector<double>{7, 3, INFINITY, 6, NAN, 1}, 1, 8).points == 2);
  CHECK(std::isnan(fit_power_law(x, y, 50, 200).slope));
}

}  // namespace
}  // namespace steplab
