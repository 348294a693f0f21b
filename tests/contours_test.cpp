#include "core/analysis/contours.h"

#include "core/catalog.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

namespace steplab {
namespace {

using doctest::Approx;

constexpr float kInf = std::numeric_limits<float>::infinity();

// A field of count cells with these excesses.
Field field_of(int count, double base, const std::function<double(double)>& excess_at_share) {
  Field field{.window = {{0, 0}, {1, 1}, count, 1}, .base = base, .base_known = true, .least = kInf, .most = -kInf};
  for (int i = 0; i < count; ++i) {
    const auto e = static_cast<float>(excess_at_share((i + 0.5) / count));
    field.value.push_back(e);
    if (!std::isfinite(e)) continue;
    field.least = std::min(field.least, double{e});
    field.most = std::max(field.most, double{e});
  }
  return field;
}

int lines_between(const Levels& levels, double low, double high) {
  int lines = 0;
  for (int k = 0; k < levels.count; ++k) {
    const double e = level_value(levels, k) - levels.base;
    lines += e >= low && e <= high;
  }
  return lines;
}

TEST_CASE("Linear levels are round values of f, 12 to 20 of them over the central 95 percent") {
  // Evenly spread from 0 to 100 over a floor at −3: 95 % is a span of 95, so steps of 5 (19 of them).
  const Levels levels = choose_levels(field_of(2000, -3, [](double p) { return 100 * p; }), LevelScale::kLinear);
  CHECK_FALSE(levels.logarithmic);
  CHECK(levels.step == Approx(5));
  CHECK(level_value(levels, 0) == Approx(0));  // the first multiple of 5 above −3
  CHECK(level_value(levels, 3) == Approx(15));
  CHECK(levels.count == 20);  // 0 … 95
  CHECK(levels.low == Approx((2.5 - 3) / 5).epsilon(0.02));
  CHECK(levels.high == Approx((97.5 - 3) / 5).epsilon(0.02));
}

TEST_CASE("Every span of values gets 12 to 20 linear steps of a round size") {
  for (double span = 1e-7; span < 1e9; span *= 1.37) {
    const Levels levels = choose_levels(field_of(1000, 0, [&](double p) { return span * p; }), LevelScale::kLinear);
    CAPTURE(span);
    CHECK(0.95 * span / levels.step >= 11.9);
    CHECK(0.95 * span / levels.step <= 20.1);
    const double digits = levels.step / std::pow(10, std::floor(std::log10(levels.step) + 1e-9));
    CHECK(std::abs(2 * digits - std::round(2 * digits)) < 1e-9);  // one digit, or 1.5 or 2.5
  }
}

TEST_CASE("Logarithmic levels are powers of a round ratio, 10 to 18 of them, the lowest near the valley's floor") {
  // Over p in (0, 1) the excess runs evenly in the logarithm from 10^from to 10^to.
  struct Expected {
    double from, to, ratio;
  };
  for (const Expected& x : {Expected{-1, 3, 2}, {-4, 2, std::sqrt(10.0)}, {-10, 3, 10}, {-20, 5, 100}}) {
    const Levels levels =
        choose_levels(field_of(4000, 7, [&](double p) { return std::pow(10, x.from + (x.to - x.from) * p); }));
    CAPTURE(x.from);
    CHECK(levels.logarithmic);
    if (x.from > -20) CHECK(levels.step == Approx(x.ratio));
    CHECK(levels.count >= 10);
    CHECK(levels.count <= 18);
    const double power = std::log(levels.first) / std::log(levels.step);
    CHECK(power == Approx(std::round(power)));
    CHECK(levels.low <= 0);
    CHECK(levels.low > -1);
    CHECK(levels.high >= levels.count - 1);
    CHECK(levels.high < levels.count);
  }
}

TEST_CASE("The level coordinate and its inverse undo each other and follow the stated formula") {
  const Levels linear{.base = 4, .first = 0.5, .step = 0.25, .count = 9};
  CHECK(level_coordinate(linear, 0.5) == 0);
  CHECK(level_coordinate(linear, 1.25) == 3);
  CHECK(level_value(linear, 3) == 5.25);
  const Levels decades{.logarithmic = true, .base = 4, .first = 0.01, .step = 10, .count = 5};
  CHECK(level_coordinate(decades, 0.1) == Approx(1));
  CHECK(level_coordinate(decades, 1000) == Approx(5));
  CHECK(level_value(decades, 2) == Approx(5));
  CHECK(level_coordinate(decades, 0) == -std::numeric_limits<double>::infinity());
  for (const Levels& levels : {linear, decades})
    for (double c : {-0.5, 0.0, 2.75, 8.0})
      CHECK(level_coordinate(levels, level_value(levels, c) - levels.base) == Approx(c));
  CHECK(std::isnan(level_coordinate(decades, std::nan(""))));
}

TEST_CASE("Constant, empty and wholly infinite fields have no lines") {
  for (const Field& field :
       {field_of(100, 0, [](double) { return 3.0; }), field_of(0, 0, {}),
        field_of(50, 0, [](double) { return double{kInf}; }), field_of(50, 0, [](double) { return std::nan(""); })})
    for (const LevelScale scale : {LevelScale::kAuto, LevelScale::kLinear, LevelScale::kLogarithmic}) {
      const Levels levels = choose_levels(field, scale);
      CHECK(levels.count == 0);
      CHECK(levels.low < levels.high);
      CHECK(levels.step > 0);
    }
}

TEST_CASE("A plate with a few other cells still gets lines") {
  const Field field = field_of(4000, 0, [](double p) { return p < 0.99 ? 1.0 : 1.0 + p; });
  for (const LevelScale scale : {LevelScale::kAuto, LevelScale::kLinear, LevelScale::kLogarithmic}) {
    const Levels levels = choose_levels(field, scale);
    CHECK(levels.count >= 5);
    CHECK(levels.low < levels.high);
  }
}

TEST_CASE("Cells that are not finite change nothing") {
  const auto clean = [](double p) { return 1000 * p * p; };
  const Levels with =
      choose_levels(field_of(1000, 0, [&](double p) { return p > 0.8 ? double{kInf} : clean(p / 0.8); }));
  const Levels without = choose_levels(field_of(800, 0, clean));
  CHECK(with.step == without.step);
  CHECK(with.first == without.first);
  CHECK(with.count == without.count);
}

TEST_CASE("Without a known least value levels are linear unless asked otherwise") {
  Field field = field_of(1000, 0, [](double p) { return std::pow(10, 6 * p); });
  CHECK(choose_levels(field).logarithmic);
  field.base_known = false;
  CHECK_FALSE(choose_levels(field).logarithmic);
  CHECK(choose_levels(field, LevelScale::kLogarithmic).logarithmic);
}

TEST_CASE("A round bowl reads better with even steps, Rosenbrock's valley with logarithmic ones") {
  const auto log_reads_better = [](const std::string& id, std::map<std::string, Value> params = {}) {
    const auto landscape = make_choice(landscapes(), {id, std::move(params)}, "test");
    const auto& s = landscape->surroundings();
    return logarithmic_reads_better(make_field(
        *landscape, identity_plane(), {{s.view_low[0], s.view_low[1]}, {s.view_high[0], s.view_high[1]}, 200, 150}));
  };
  CHECK_FALSE(log_reads_better("quadratic", {{"kappa", 1.0}}));
  CHECK(log_reads_better("rosenbrock"));
  CHECK(log_reads_better("goldstein_price"));
  CHECK_FALSE(log_reads_better("saddle"));
  CHECK_FALSE(log_reads_better("rastrigin"));
}

TEST_CASE("No landscape gets more lines than can be drawn") {
  const Field spike = field_of(4000, 0, [](double p) { return p < 0.999 ? p : 1e9; });
  CHECK(choose_levels(spike, LevelScale::kLinear).count == kMostLines);
  CHECK(lines_between(choose_levels(spike, LevelScale::kLinear), 0.025, 0.975) >= 12);
}

}  // namespace
}  // namespace steplab
