// The parts of the plot that need no window: decimation, dashes, labels, CSV.
#include "app/widgets/plot_csv.h"
#include "app/widgets/plot_dash.h"
#include "app/widgets/plot_decimate.h"
#include "app/widgets/plot_labels.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

namespace plot = steplab::plot;
using plot::Column;
using plot::Scale;
using plot::Xs;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class Numbers {
 public:
  explicit Numbers(unsigned long long seed) : bits_(seed) {}
  double uniform() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }

 private:
  std::mt19937_64 bits_;
};

// What a column must hold, gathered the slow way: one transform per point.
std::map<int, Column> slow_columns(const Xs& x, const std::vector<double>& y, const plot::Transform& transform) {
  std::map<int, Column> columns;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isnan(y[i])) continue;
    const int number = static_cast<int>(std::floor(transform.pixel(x[i])));
    const auto [place, fresh] = columns.try_emplace(number, Column{number, y[i], y[i], y[i], y[i], false});
    place->second.last = y[i];
    place->second.low = std::min(place->second.low, y[i]);
    place->second.high = std::max(place->second.high, y[i]);
  }
  return columns;
}

std::vector<double> random_walk(Numbers& numbers, std::size_t count, double share_missing) {
  std::vector<double> y(count);
  for (double& value : y) value = numbers.uniform() < share_missing ? kNan : numbers.uniform() - 0.5;
  return y;
}

}  // namespace

TEST_CASE("each column keeps the first, last, lowest and highest of its points") {
  Numbers numbers(5);
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t count = 1 + static_cast<std::size_t>((trial % 5 == 0 ? 20000 : 3000) * numbers.uniform());
    const std::vector<double> y = random_walk(numbers, count, trial % 3 == 0 ? 0.3 : 0);
    std::vector<double> xs(count);
    for (std::size_t i = 0; i < count; ++i) xs[i] = (i > 0 ? xs[i - 1] : 0.5) + numbers.uniform();
    // Half of the trials look at evenly spaced points. 271.3 pixels: no point lies exactly on the edge of a column.
    const Xs x = trial % 2 == 0 ? Xs(xs) : Xs::every(0.5, 0.37);
    const plot::Transform transform({0.25, x[count - 1] + 0.3}, Scale::kLinear, 0, 271.3);
    const auto expected = slow_columns(x, y, transform);
    const std::vector<Column> columns = plot::decimate(x, y, {0, count}, transform);
    REQUIRE(columns.size() == expected.size());
    for (const Column& column : columns) {
      const Column& slow = expected.at(column.column);
      CHECK(column.first == slow.first);
      CHECK(column.last == slow.last);
      CHECK(column.low == slow.low);
      CHECK(column.high == slow.high);
    }
  }
}

TEST_CASE("columns come from left to right, on a log axis too") {
  Numbers numbers(6);
  std::vector<double> x(5000), y(5000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (i > 0 ? x[i - 1] : 1e-3) * (1 + 0.01 * numbers.uniform());
  const plot::Transform transform({x.front(), x.back()}, Scale::kLog, 40, 340);
  const std::vector<Column> columns = plot::decimate(x, y, {0, x.size()}, transform);
  CHECK(columns.front().column == 0);
  CHECK(columns.size() <= 301);
  CHECK(std::is_sorted(columns.begin(), columns.end(),
                       [](const Column& a, const Column& b) { return a.column < b.column; }));
}

TEST_CASE("a gap breaks the line where it lies between two columns") {
  const plot::Transform transform({0, 4}, Scale::kLinear, 0, 4);
  const std::vector<double> y = {1, 2, kNan, kNan, 5, 6, 7, kNan};  // two points to each of four columns
  const std::vector<Column> columns = plot::decimate(Xs::every(0.25, 0.5), y, {0, 8}, transform);
  REQUIRE(columns.size() == 3);
  CHECK(columns[1].column == 2);
  CHECK_FALSE(columns[0].breaks);
  CHECK(columns[1].breaks);
  CHECK_FALSE(columns[2].breaks);
}

TEST_CASE("a column after one that ends in NaN is broken off from it") {
  const plot::Transform transform({0, 2}, Scale::kLinear, 0, 2);
  const std::vector<double> y = {1, kNan, 3, 4};
  const std::vector<Column> columns = plot::decimate(Xs::every(0.25, 0.5), y, {0, 4}, transform);
  REQUIRE(columns.size() == 2);
  CHECK(columns[1].breaks);
}

TEST_CASE("the visible part reaches one point beyond either end of the range") {
  const std::vector<double> x = {0, 1, 2, 3, 4, 5};
  for (const Xs& xs : {Xs(x), Xs::every(0, 1)}) {
    const plot::IndexRange seen = plot::visible(xs, 6, {1.5, 3.5});
    CHECK(seen.begin == 1);
    CHECK(seen.end == 5);
    CHECK(plot::visible(xs, 6, {-9, 99}).size() == 6);
    CHECK(plot::visible(xs, 6, {2, 2.5}).begin == 1);
    CHECK(plot::visible(xs, 0, {2, 2.5}).size() == 0);
  }
}

TEST_CASE("xs rise unless one falls or is NaN") {
  CHECK(Xs(std::vector<double>{1, 1, 2}).rising(3));
  const std::vector<double> falls = {1, 3, 2}, lacks = {1, kNan, 2};
  CHECK_FALSE(Xs(falls).rising(3));
  CHECK(Xs(falls).rising(2));
  CHECK_FALSE(Xs(lacks).rising(3));
  CHECK_FALSE(Xs::every(0, -1).rising(3));
}

TEST_CASE("pushed-apart labels never overlap, stay inside and keep the order of their wishes") {
  Numbers numbers(9);
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<float> wanted(1 + static_cast<std::size_t>(11 * numbers.uniform()));
    for (float& wish : wanted) wish = static_cast<float>(300 * numbers.uniform() - 50);
    if (trial % 4 == 0) wanted[0] = std::numeric_limits<float>::quiet_NaN();
    const float height = 14, low = 10, high = 190;
    std::vector<float> centres = plot::push_apart(wanted, height, low, high);
    REQUIRE(centres.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
      for (std::size_t j = 0; j < wanted.size(); ++j)
        if (std::clamp(wanted[i], low, high) < std::clamp(wanted[j], low, high)) CHECK(centres[i] < centres[j]);
    std::sort(centres.begin(), centres.end());
    CHECK(centres.front() >= low + height / 2 - 1e-3F);
    CHECK(centres.back() <= high - height / 2 + 1e-3F);
    for (std::size_t i = 1; i < centres.size(); ++i) CHECK(centres[i] - centres[i - 1] >= height - 1e-3F);
  }
}

TEST_CASE("labels that do not touch stay where they want to be, and touching ones move equally far") {
  CHECK(plot::push_apart(std::vector<float>{50, 20, 100}, 10, 0, 200) == std::vector<float>{50, 20, 100});
  CHECK(plot::push_apart(std::vector<float>{50, 54}, 10, 0, 200) == std::vector<float>{47, 57});
  CHECK(plot::push_apart(std::vector<float>{100, 100, 100}, 10, 0, 105) == std::vector<float>{80, 90, 100});
}

TEST_CASE("of labels that do not fit only the first are placed") {
  CHECK(plot::labels_that_fit(10, 0, 35) == 3);
  CHECK(plot::push_apart(std::vector<float>{5, 6, 7, 8}, 10, 0, 35).size() == 3);
  CHECK(plot::push_apart(std::vector<float>{5}, 10, 35, 0).empty());
}

namespace {

// Which of `length` pixels are on when a line is walked in pieces of `piece` pixels.
std::string walked(const steplab::Dash& dash, double length, double piece) {
  std::string pixels(static_cast<std::size_t>(length), '.');
  plot::DashWalk walk(dash, 1);
  double start = 0;
  while (start < length) {
    walk.walk(std::min(piece, length - start), [&](double from, double to) {
      for (std::size_t i = 0; i < pixels.size(); ++i) {
        const double middle = static_cast<double>(i) + 0.5;
        if (middle >= start + from && middle < start + to) pixels[i] = '#';
      }
    });
    start += piece;
  }
  return pixels;
}

}  // namespace

TEST_CASE("a dash runs on across the corners of a line") {
  const steplab::Dash dash{{5, 2, 1, 2}};
  const std::string expected = "#####..#..#####..#..#####";
  for (const double piece : {25.0, 10.0, 3.0, 1.0, 0.7}) CHECK(walked(dash, 25, piece) == expected);
  CHECK(walked({}, 6, 4) == "######");
  CHECK(walked({{3, 2, 0, 0}}, 12, 5) == "###..###..##");
}

TEST_CASE("skipping a stretch of a dash leaves it as walking does") {
  plot::DashWalk walked({{6, 4, 6, 4}}, 1.5F), skipped({{6, 4, 6, 4}}, 1.5F);
  walked.walk(1234.5, [](double, double) {});
  skipped.skip(1234.5);
  double a = -1, b = -1;
  walked.walk(40, [&](double from, double) { a = a < 0 ? from : a; });
  skipped.walk(40, [&](double from, double) { b = b < 0 ? from : b; });
  CHECK(a == doctest::Approx(b));
}

TEST_CASE("CSV has a row per point, quotes names and reads back to the same numbers") {
  plot::Capture capture;
  capture.add({"REX, \"late\"", {0, 1}, {0.1, 1.0 / 3}, {}, {}});
  capture.add({"gap", {2}, {kNan}, {}, {}});
  capture.add({"gone", {2}, {kInfinity}, {}, {}});
  CHECK(plot::to_csv(capture) ==
        "series,x,y,low,high\n"
        "\"REX, \"\"late\"\"\",0,0.1,,\n"
        "\"REX, \"\"late\"\"\",1,0.3333333333333333,,\n"
        "gap,2,,,\n"
        "gone,2,inf,,\n");
}

TEST_CASE("a line and a band of one name over the same x are one series in the CSV") {
  plot::Capture capture;
  capture.add({"cosine", {0, 1}, {}, {1, 2}, {3, 4}});
  capture.add({"cosine", {0, 1}, {2, 3}, {}, {}});
  capture.add({"cosine", {0, 2}, {5, 6}, {}, {}});
  REQUIRE(capture.series.size() == 2);
  CHECK(plot::to_csv(capture) == "series,x,y,low,high\ncosine,0,2,1,3\ncosine,1,3,2,4\ncosine,0,5,,\ncosine,2,6,,\n");
}
