// Smoothness L: landscapes that know theirs, scaled ones, and what is proved with it (docs/notes/wngrad.md, A.2 and
// A.4).
#include "core/analysis/weight_norm.h"
#include "core/analysis/wngrad_bounds.h"
#include "core/catalog.h"
#include "core/landscapes/scaled.h"

#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace steplab;

namespace {

bool within(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

}  // namespace

TEST_CASE("the landscapes that know their smoothness are right: the largest |eigenvalue| met is L, never more") {
  int known = 0;
  for (const auto& entry : landscapes()) {
    const auto landscape = entry.make(resolve(entry.params, {}, entry.id));
    const auto L = landscape->smoothness();
    if (!L) continue;
    ++known;
    CAPTURE(entry.id);
    double largest = 0;
    const Surroundings& s = landscape->surroundings();
    for (int k = -1; k <= 20; ++k) {
      const Vector x =
          k < 0 ? Vector::Zero(landscape->dim()) : Vector(s.view_low + (s.view_high - s.view_low) * (k / 20.0));
      const Eigen::SelfAdjointEigenSolver<Matrix> solver(landscape->hessian(x), Eigen::EigenvaluesOnly);
      largest = std::max(largest, solver.eigenvalues().cwiseAbs().maxCoeff());
    }
    CHECK(within(largest, *L, 1e-9));
  }
  CHECK(known >= 7);
}

TEST_CASE("a scaled landscape has scaled values, gradients, Hessians and minima, and the asked smoothness") {
  const auto& entry = find_entry(landscapes(), "logistic", "test");
  const std::shared_ptr<const Landscape> plain = entry.make(resolve(entry.params, {{"n", 200.0}, {"d", 5.0}}, "test"));
  const auto thrice = scaled(plain, 3);
  const Vector x = Vector::Constant(5, 0.3);
  CHECK(value_at(*thrice, x) == 3 * value_at(*plain, x));
  CHECK((gradient_at(*thrice, x) - 3 * gradient_at(*plain, x)).norm() == 0);
  CHECK((thrice->hessian(x) - 3 * plain->hessian(x)).norm() == 0);
  CHECK(within(*thrice->surroundings().least_value, 3 * *plain->surroundings().least_value, 1e-15));
  CHECK(within(smoothness_at(*thrice, x).L, 3 * smoothness_at(*plain, x).L, 1e-15));
  CHECK(scaled(plain, 1) == plain);
  const auto& rosenbrock = find_entry(landscapes(), "rosenbrock", "test");
  const auto valley = rosenbrock.make(resolve(rosenbrock.params, {{"b", 100.0}}, "test"));
  CHECK_FALSE(smoothness_at(*valley, Vector{{1.0, 1.0}}).everywhere);
  CHECK(within(smoothness_at(*valley, Vector{{1.0, 1.0}}).L, 1001.6, 1e-4));  // (802 + √(802² + 160² …))
}

TEST_CASE("Gaussian linear regression has the Hessian of standard normal features") {
  const auto& entry = find_entry(landscapes(), "least_squares", "test");
  const auto fit = entry.make(resolve(entry.params, {{"n", 4000.0}, {"d", 3.0}, {"spectrum", "gaussian"}}, "test"));
  const Matrix h = fit->hessian(Vector::Zero(3));
  CHECK((h - Matrix::Identity(3, 3)).cwiseAbs().maxCoeff() < 0.1);
  CHECK((h - Matrix::Identity(3, 3)).cwiseAbs().maxCoeff() > 1e-4);
  CHECK(gradient_at(*fit, fit->surroundings().minima[0].x).norm() < 1e-12);
  CHECK(fit->surroundings().minima[0].x.norm() > 1.8);
}

TEST_CASE("bounds by hand: b₁ = 2, L = 1, D = 3 give b ≤ 26 and T·min‖g‖² ≤ 156; b₁ < L adds the way up") {
  const WNGradBound above = wngrad_bound(1, 3, 2, 4);
  CHECK(above.b == 26);
  CHECK(above.gradient == 156);
  CHECK(above.rise == 0);
  CHECK(wngrad_steps_to(1, 3, 2, 4, 1e-2) == 1 + 15600);
  // b₁ = ½, L = 1, ‖g₁‖² = 1: the rise is ½(4 + ln 2), b_J ≤ 1 + 9·max(1, 2) = 19.
  const WNGradBound below = wngrad_bound(1, 3, 0.5, 1);
  CHECK(within(below.rise, 0.5 * (4 + std::log(2)), 1e-15));
  CHECK(within(below.b, 19 + 8 * (3 + below.rise), 1e-15));
  CHECK(std::isnan(below.gradient));
  CHECK(wngrad_crossing_steps(1, 0.5, 0.125) == 1 + 3);
  CHECK(wngrad_convex_b(3, 2) == 8);
  CHECK(adagrad_norm_bound(3, 2, 0.5).b == 14);
  CHECK(adagrad_norm_bound(3, 2, 0.5).gradient == 168);
  // (D² + 1)/2 · √(2G² + G⁴/b₀² + b₀²/T)/√T with D = 1, G = 2, b₀ = 4, T = 16.
  CHECK(within(wngrad_stochastic_gap(2, 1, 4, 16), std::sqrt(8 + 1 + 1.0) / 4, 1e-15));
}

TEST_CASE(
    "on a weight-normalised circle ‖v‖² grows as WNGrad's b: the 42.702363423 of docs/notes/wngrad.md, A.2, after 200 "
    "updates") {
  const WeightNormTwin twin = weight_norm_twin();
  REQUIRE(twin.b.size() == 201);
  CHECK(std::abs(twin.squared_norm.back() - 42.702363423) < 1e-9);
  CHECK(std::abs(twin.w1.back() + 0.41143783) < 1e-8);
  CHECK(std::abs(twin.w2.back() - 0.91143783) < 1e-8);
  CHECK(twin.tangential.back() < 1e-10);
  for (std::size_t t = 0; t < twin.b.size(); ++t) CHECK(within(twin.squared_norm[t], twin.b[t], 1e-13));
}
