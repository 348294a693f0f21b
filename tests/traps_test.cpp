// Facts about the trap landscapes: theorems, and fractions measured independently (papers' examples F1, F2, F3, the
// dent).
#include "core/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace steplab;

namespace {

std::shared_ptr<const Landscape> make(const char* id, std::map<std::string, Value> params = {}) {
  return make_choice(landscapes(), {id, std::move(params)}, "test");
}

// Gradient descent with one step size from every row of x; noise is [steps][rows] for one coordinate.
void descend(const Landscape& landscape, Tile& x, double step_size, int steps, const double* noise = nullptr) {
  const std::vector<double> etas(static_cast<std::size_t>(32 * x.rows()), step_size);
  Lanes extent(x.rows());
  for (int t = 0; t < steps; t += 32)
    landscape.descend(x, etas.data(), {.noise = noise ? noise + t * x.rows() : nullptr}, std::min(32, steps - t),
                      extent);
}

// Midpoints of n equal cells of [low, high].
Tile grid(double low, double high, int n) {
  Tile x(n, 1);
  for (int i = 0; i < n; ++i) x(i, 0) = low + (high - low) * (i + 0.5) / n;
  return x;
}
Tile square_grid(double low, double high, int n) {
  const Tile line = grid(low, high, n);
  Tile x(n * n, 2);
  for (int i = 0; i < n * n; ++i) x.row(i) << line(i / n, 0), line(i % n, 0);
  return x;
}

using Place = std::function<bool(const Vector&)>;
Place near(double place, double distance) {
  return [=](const Vector& x) { return std::abs(x[0] - place) < distance; };
}
const Place near_origin = [](const Vector& x) { return x.norm() < 0.1; };

// Percentage of rows that end at the place.
double percent(const Tile& x, const Place& place) {
  int count = 0;
  for (Eigen::Index i = 0; i < x.rows(); ++i) count += place(x.row(i).matrix());
  return 100.0 * count / static_cast<double>(x.rows());
}
double percent_after(const Landscape& landscape, Tile x, double step_size, int steps, const Place& place) {
  descend(landscape, x, step_size, steps);
  return percent(x, place);
}

// Where the curvature jumps between low and high, by bisection.
double kink_between(const Landscape& landscape, double low, double high) {
  const double at_low = sharpness_at(landscape, Vector{{low}});
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (sharpness_at(landscape, Vector{{middle}}) == at_low ? low : high) = middle;
  }
  return low;
}

const double kF1Left = (24 - std::sqrt(24.0 * 24 - 11 * 49)) / 11;  // roots of 11x² − 48x + 49
const double kF1Right = (24 + std::sqrt(24.0 * 24 - 11 * 49)) / 11;

}  // namespace

TEST_CASE("F1: the sharp well of F1b reaches from 1.6288 to 2.7348 and is 0.827 deep") {
  const auto well = make("sharp_well");
  CHECK(kF1Left == doctest::Approx(1.6288).epsilon(1e-4));
  CHECK(kF1Right == doctest::Approx(2.7348).epsilon(1e-4));
  CHECK(kink_between(*well, 1.0, 2.0) == doctest::Approx(kF1Left).epsilon(1e-14));
  CHECK(kink_between(*well, 2.0, 5.0) == doctest::Approx(kF1Right).epsilon(1e-14));
  CHECK(value_at(*well, Vector{{kF1Left}}) - 0.5 == doctest::Approx(0.827).epsilon(1e-3));
  CHECK(sharpness_at(*well, Vector{{2.0}}) == 12);
  CHECK(sharpness_at(*well, Vector{{0.0}}) == 1);
}

TEST_CASE("F1: from U[-6,6] the measured shares of runs are trapped, and none from 2/κ on") {
  const auto well = make("sharp_well");
  const Tile starts = grid(-6, 6, 20000);
  const auto trapped = [&](double step_size) { return percent_after(*well, starts, step_size, 3000, near(2, 1e-6)); };
  CHECK(trapped(0.03) == doctest::Approx(100 * (6 - kF1Left) / 12).epsilon(1e-4));
  CHECK(trapped(0.12) == doctest::Approx(100 * (6 - kF1Left) / 12).epsilon(1e-4));
  CHECK(std::abs(trapped(0.15) - 17) < 1);
  CHECK(std::abs(trapped(0.165) - 13.5) < 1);
  for (const double step_size : {0.167, 0.17, 0.2, 0.5, 1.0, 1.2, 1.5, 1.8}) {
    CAPTURE(step_size);
    CHECK(trapped(step_size) == 0);
    CHECK(percent_after(*well, starts, step_size, 3000, near_origin) == 100);
  }
}

TEST_CASE(
    "F1, theorem: steps in (0.635, 1.206) bring every start to 0, steps up to 0.1254 none from beyond the left rim") {
  const auto well = make("sharp_well");
  const Tile starts = grid(-20, 20, 20000);
  for (const double step_size : {0.64, 0.8, 1.0, 1.2})
    CHECK(percent_after(*well, starts, step_size, 2000, near_origin) == 100);
  for (const double step_size : {0.01, 0.06, 0.1254}) {
    CHECK(percent_after(*well, grid(kF1Left + 1e-9, 20, 8000), step_size, 3000, near(2, 1e-6)) == 100);
    CHECK(percent_after(*well, grid(-20, kF1Left - 1e-9, 8000), step_size, 3000, near_origin) == 100);
  }
}

TEST_CASE("F1, theorem: noise below κ(m − e₀) = 4.45 never frees a run, at any horizon") {
  const auto well = make("sharp_well");
  CHECK(12 * (2 - kF1Left) == doctest::Approx(4.45).epsilon(1e-3));
  Tile x = grid(1.9, 2.1, 64);
  const int steps = 4000;
  std::vector<double> noise(static_cast<std::size_t>(steps * 64));
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = random_words({.seed = 5}, Stream::kNoise, i)[0] & 1 ? 4.4 : -4.4;
  descend(*well, x, 1.0 / 12, steps, noise.data());
  CHECK((x - 2).abs().maxCoeff() <= 4.4 / 12 + 1e-12);
}

TEST_CASE(
    "F1: after a short warm start with small steps a large step still escapes; after a long one the run sits on m "
    "exactly") {
  const auto well = make("sharp_well");
  const auto steps_to_escape = [&](int warm) {
    Tile x = grid(kF1Left, 6, 4000);
    descend(*well, x, 0.1, warm);
    std::vector<int> steps(4000, 1000);
    for (int t = 0; t < 200; ++t) {
      for (int i = 0; i < 4000; ++i)
        if (std::abs(x(i, 0)) < 0.1)
          steps[static_cast<std::size_t>(i)] = std::min(steps[static_cast<std::size_t>(i)], t);
      descend(*well, x, 0.5, 1);
    }
    std::ranges::sort(steps);
    return steps[2000];
  };
  CHECK(steps_to_escape(5) == 7);
  CHECK(steps_to_escape(10) == 11);
  CHECK(steps_to_escape(20) == 21);
  Tile x = grid(kF1Left, 6, 4000);
  descend(*well, x, 0.1, 60);
  CHECK((x == 2.0).all());
}

TEST_CASE("F1 in the plane has the same trapped share, whatever y is, and the curvature 1 along y") {
  const auto plane = make("sharp_well", {{"dim", 2.0}});
  const auto at_m = [](const Vector& x) { return std::abs(x[0] - 2) < 1e-3 && std::abs(x[1]) < 1e-3; };
  CHECK(std::abs(percent_after(*plane, square_grid(-6, 6, 80), 0.1, 1000, at_m) - 36.4) < 1);
  CHECK(percent_after(*plane, square_grid(-6, 6, 80), 0.5, 1000, near_origin) == 100);
  CHECK(plane->hessian(Vector{{2.0, 1.0}}) == Matrix{{12.0, 0.0}, {0.0, 1.0}});
}

TEST_CASE("F2: each well is a disc with centre 2.182 and radius 0.553 along its direction") {
  const auto ring = make("ring_of_wells", {{"tau", 0.0}});
  const auto curvature = [&](double r) { return sharpness_at(*ring, Vector{{r, 0.0}}); };
  const double centre = 24.0 / 11, radius = std::sqrt(centre * centre - 49.0 / 11);
  CHECK(centre == doctest::Approx(2.182).epsilon(1e-3));
  CHECK(radius == doctest::Approx(0.553).epsilon(1e-3));
  CHECK(curvature(centre - radius - 1e-9) == 1);
  CHECK(curvature(centre - radius + 1e-9) == 12);
  CHECK(curvature(centre + radius - 1e-9) == 12);
  CHECK(curvature(centre + radius + 1e-9) == 1);
}

TEST_CASE("F2: trapped shares from U[-4,4]² of eight wells, soft minimum: 60 %, 34 %, none from 0.18 on") {
  const auto ring = make("ring_of_wells");
  const Tile starts = square_grid(-4, 4, 80);
  const auto& minima = ring->surroundings().minima;
  const auto in_a_well = [&](const Vector& x) {
    return std::ranges::any_of(minima, [&](const Minimum& m) { return !m.global && (x - m.x).norm() < 0.1; });
  };
  const auto trapped = [&](double step_size, int steps) {
    return percent_after(*ring, starts, step_size, steps, in_a_well);
  };
  CHECK(std::abs(trapped(0.03, 400) - 60) < 2);
  CHECK(std::abs(trapped(0.08, 200) - 60) < 2);
  CHECK(std::abs(trapped(0.15, 200) - 34) < 2);
  CHECK(trapped(0.17, 400) < 1);
  for (const double step_size : {0.2, 0.5, 1.0, 1.9}) {
    CAPTURE(step_size);
    CHECK(percent_after(*ring, starts, step_size, step_size < 1.5 ? 100 : 1500, near_origin) == 100);
  }
}

TEST_CASE(
    "F2: a hard minimum traps the same share as a soft one to three points; one hard well lets every start go in its "
    "range") {
  const auto in_a_well = [](const Vector& x) { return std::abs(x.norm() - 2) < 0.1; };
  CHECK(std::abs(percent_after(*make("ring_of_wells", {{"tau", 0.0}}), square_grid(-4, 4, 80), 0.05, 400, in_a_well) -
                 60) < 3);
  CHECK(std::abs(percent_after(*make("ring_of_wells", {{"tau", 0.05}}), square_grid(-4, 4, 40), 0.05, 400, in_a_well) -
                 60) < 3);
  const auto one = make("ring_of_wells", {{"K", 1.0}, {"tau", 0.0}});
  for (const double step_size : {0.2, 0.81, 1.0, 1.14, 1.6})  // theorem in (0.806, 1.143), measured in [0.2, 1.6]
    CHECK(percent_after(*one, square_grid(-4, 4, 80), step_size, 2000, near_origin) == 100);
  const auto blunt = make("ring_of_wells", {{"K", 1.0}, {"tau", 0.0}, {"kappa", 6.0}, {"c", 1.0}});
  for (const double step_size : {0.5, 0.72, 1.18, 1.6})  // theorem in (0.714, 1.183)
    CHECK(percent_after(*blunt, square_grid(-4, 4, 80), step_size, 2000, near_origin) == 100);
}

TEST_CASE("the soft ring's gradient is the softmax-weighted sum of its parts, its Hessian that of log-sum-exp") {
  const double kappa = 12, c = 0.5;
  for (const double tau : {0.02, 0.1}) {
    const auto ring = make("ring_of_wells", {{"tau", tau}, {"K", 5.0}});
    for (int i = 0; i < 300; ++i) {
      const double angle = 0.13 * i, r = 0.01 * i;
      const Vector x{{r * std::cos(angle), r * std::sin(angle)}};
      std::vector<double> q{0.5 * x.squaredNorm()}, curvature{1};
      std::vector<Vector> slope{x};
      for (int j = 1; j <= 5; ++j) {
        const Vector m{{2 * std::cos(2 * M_PI * j / 5), 2 * std::sin(2 * M_PI * j / 5)}};
        q.push_back(0.5 * kappa * (x - m).squaredNorm() + c);
        curvature.push_back(kappa);
        slope.push_back(kappa * (x - m));
      }
      const double low = std::ranges::min(q);
      double sum = 0;
      for (const double value : q) sum += std::exp((low - value) / tau);
      Vector mean = Vector::Zero(2);
      Matrix second = Matrix::Zero(2, 2);
      for (std::size_t j = 0; j < q.size(); ++j) {
        const double weight = std::exp((low - q[j]) / tau) / sum;
        mean += weight * slope[j];
        second += weight * (curvature[j] * Matrix::Identity(2, 2) - slope[j] * slope[j].transpose() / tau);
      }
      second += mean * mean.transpose() / tau;
      CHECK(value_at(*ring, x) == doctest::Approx(low - tau * std::log(sum)).epsilon(1e-13));
      CHECK((gradient_at(*ring, x) - mean).norm() <= 1e-12 * (1 + mean.norm()));
      CHECK((ring->hessian(x) - second).norm() <= 1e-11 * (1 + 30 * 30 / tau));
    }
  }
}

TEST_CASE("F3: the washboard's wells have the curvatures 29.9, 78.8, 149.9 and 243.2") {
  const auto board = make("washboard");
  const double published[] = {29.9, 78.8, 149.9, 243.2};
  for (int j = 0; j < 4; ++j)
    for (const double side : {1.0, -1.0}) {
      const double m = 2 + j, exact = ((m - 0.3) * (m - 0.3) - 0.2) / 0.09;
      CHECK(sharpness_at(*board, Vector{{side * m}}) == doctest::Approx(exact).epsilon(1e-14));
      CHECK(std::abs(exact - published[j]) < 0.051);
      CHECK(value_at(*board, Vector{{side * m}}) == doctest::Approx(0.1).epsilon(1e-15));
      // Left rim at m − 0.3: both pieces meet there.
      CHECK(kink_between(*board, m - 0.45, m) == doctest::Approx(m - 0.3).epsilon(1e-12));
    }
}

TEST_CASE("F3: no start reaches 0 with steps of 0.01, every one with steps from 0.1 to 1.5") {
  const auto board = make("washboard");
  Tile starts(8000, 1);
  starts << grid(1.7, 6, 4000), -grid(1.7, 6, 4000);
  const auto reached = [&](double step_size) { return percent_after(*board, starts, step_size, 2000, near_origin); };
  CHECK(reached(0.01) == 0);
  const auto in_a_well = [](const Vector& x) {
    const double a = std::abs(x[0]), m = std::round(a);
    return m >= 2 && m <= 5 && std::abs(a - m) < 1e-6;
  };
  CHECK(percent_after(*board, starts, 0.005, 2000, in_a_well) == 100);
  CHECK(std::abs(reached(0.05) - 6.6) < 2);
  for (const double step_size : {0.1, 0.2, 0.5, 1.0, 1.5}) {
    CAPTURE(step_size);
    CHECK(reached(step_size) == 100);
  }
  CHECK(std::abs(reached(1.7) - 98.9) < 1);
}

TEST_CASE("the quintic dent joins 20x² in value and slope, is 2040 sharp, and its barrier is 81.39 high") {
  const auto dent = make("quintic_dent");
  const auto value = [&](double x) { return value_at(*dent, Vector{{x}}); };
  const auto slope = [&](double x) { return gradient_at(*dent, Vector{{x}})[0]; };
  for (const double h : {1e-9, -1e-9}) {
    CHECK(value(2 + h) == doctest::Approx(80).epsilon(1e-8));
    CHECK(value(3 + h) == doctest::Approx(180).epsilon(1e-8));
    CHECK(slope(2 + h) == doctest::Approx(80).epsilon(1e-6));
    CHECK(slope(3 + h) == doctest::Approx(120).epsilon(1e-6));
  }
  CHECK(value(2.5) == 0);
  CHECK(sharpness_at(*dent, Vector{{2.5}}) == 2040);
  CHECK(value(2.0353) == doctest::Approx(81.39).epsilon(1e-4));
  CHECK(slope(2.0352) > 0);
  CHECK(slope(2.0354) < 0);
}

TEST_CASE("the dent traps 43.6 % of U[-15,15] below 2/2040 and nothing between 0.002 and 0.04") {
  const auto dent = make("quintic_dent");
  const Tile starts = grid(-15, 15, 8000);
  CHECK(std::abs(percent_after(*dent, starts, 9.5e-4, 2000, near(2.5, 1e-6)) - 43.6) < 0.5);
  CHECK(std::abs(percent_after(*dent, starts, 1e-4, 2000, near(2.5, 1e-6)) - 43.6) < 0.5);
  CHECK(percent_after(*dent, starts, 1e-3, 4000, near(2.5, 1e-6)) < 0.01);
  for (const double step_size : {2e-3, 0.01, 0.04}) {
    CAPTURE(step_size);
    CHECK(percent_after(*dent, starts, step_size, 1000, near_origin) == 100);
  }
}

TEST_CASE("the absolute value and its sum and maximum have slopes of ±ε") {
  const auto line = make("abs", {{"eps", 0.25}, {"c", -0.1}});
  CHECK(value_at(*line, Vector{{0.3}}) == doctest::Approx(0.1).epsilon(1e-15));
  CHECK(gradient_at(*line, Vector{{0.3}})[0] == 0.25);
  CHECK(gradient_at(*line, Vector{{-0.2}})[0] == -0.25);
  CHECK(gradient_at(*line, Vector{{-0.1}})[0] == 0);
  const auto sum = make("abs", {{"dim", 2.0}, {"form", std::string("sum")}});
  const auto largest = make("abs", {{"dim", 2.0}, {"form", std::string("max")}});
  const Vector x{{0.5, -0.4}};  // c = 0.3
  CHECK(value_at(*sum, x) == doctest::Approx(0.9).epsilon(1e-15));
  CHECK(gradient_at(*sum, x) == Vector{{1.0, -1.0}});
  CHECK(value_at(*largest, x) == doctest::Approx(0.7).epsilon(1e-15));
  CHECK(gradient_at(*largest, x) == Vector{{0.0, -1.0}});
  CHECK(line->surroundings().domain_low == Vector{{-0.5}});
  CHECK(largest->surroundings().domain_high == Vector{{0.5, 0.5}});
}
