#include "app/widgets/plot_axis.h"

#include "app/widgets/plot_format.h"
#include "app/widgets/plot_ticks.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <set>

namespace plot = steplab::plot;
using plot::Range;
using plot::Scale;
using plot::Tick;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double narrow(const std::string&) { return 20; }

std::vector<double> labelled(const std::vector<Tick>& ticks) {
  std::vector<double> values;
  for (const Tick& tick : ticks)
    if (!tick.label.empty()) values.push_back(tick.value);
  return values;
}

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> words;
  for (const Tick& tick : ticks)
    if (!tick.label.empty()) words.push_back(tick.label);
  return words;
}

bool can_be_drawn(const Range& range, Scale scale) {
  return std::isfinite(range.low) && std::isfinite(range.high) && range.low < range.high &&
         (scale == Scale::kLinear || range.low > 0);
}

}  // namespace

TEST_CASE("linear ticks are multiples of 1, 2 or 5 times a power of ten") {
  // 100 pixels and labels 20 wide: steps of 0.2 lie 20 apart, which just fits; steps of 0.1 would touch.
  CHECK(labels(plot::ticks({0, 1}, Scale::kLinear, 100, narrow)) ==
        std::vector<std::string>{"0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(labels(plot::ticks({0, 1000}, Scale::kLinear, 100, narrow)) ==
        std::vector<std::string>{"0", "200", "400", "600", "800", "1000"});
  CHECK(labels(plot::ticks({-3, 3}, Scale::kLinear, 80, narrow)) == std::vector<std::string>{"−2", "0", "2"});
  CHECK(labels(plot::ticks({0, 0.02}, Scale::kLinear, 50, narrow)) == std::vector<std::string>{"0", "0.01", "0.02"});
}

TEST_CASE("labels keep the digits that tell neighbouring ticks apart") {
  CHECK(labels(plot::ticks({1, 1.00004}, Scale::kLinear, 100, narrow)) ==
        std::vector<std::string>{"1.00000", "1.00001", "1.00002", "1.00003", "1.00004"});
  for (const double offset : {0.0, 1.0, -7.0, 12345.0, 1e9, -3e-8, 2e17}) {
    for (const double span : {1e-9, 3e-5, 0.7, 42.0, 8e6, 1e20}) {
      const std::vector<Tick> ticks = plot::ticks({offset, offset + span}, Scale::kLinear, 300, narrow);
      const std::vector<std::string> words = labels(ticks);
      CAPTURE(offset);
      CAPTURE(span);
      CHECK(std::set<std::string>(words.begin(), words.end()).size() == words.size());
    }
  }
}

TEST_CASE("no two labels overlap, whatever the range, the scale and the size") {
  std::mt19937_64 bits(3);
  const auto uniform = [&] { return static_cast<double>(bits() >> 11) * 0x1p-53; };
  const auto width = [](const std::string& label) { return 7.0 * static_cast<double>(label.size()) + 8; };
  for (int trial = 0; trial < 2000; ++trial) {
    const Scale scale = trial % 2 == 0 ? Scale::kLinear : Scale::kLog;
    const double size = std::pow(10, 12 * uniform() - 6);
    const Range range = scale == Scale::kLog ? Range{size, size * std::pow(10, 20 * uniform() * uniform())}
                                             : Range{size * (uniform() - 0.5), size * (uniform() + 0.5)};
    const double pixels = 40 + 900 * uniform();
    const plot::Transform transform(range, scale, 0, pixels);
    double end = -kInfinity, before = -kInfinity;
    for (const Tick& tick : plot::ticks(range, scale, pixels, width)) {
      CHECK(tick.value > before);
      before = tick.value;
      if (tick.label.empty()) continue;
      const double at = transform.pixel(tick.value), half = width(tick.label) / 2;
      CHECK(at >= -0.01);
      CHECK(at <= pixels + 0.01);
      CHECK(at - half >= end - 1e-6);
      end = at + half;
    }
  }
}

TEST_CASE("a log axis labels its decades and has minor ticks at two to nine") {
  const std::vector<Tick> ticks = plot::ticks({0.01, 100}, Scale::kLog, 200, narrow);
  CHECK(labels(ticks) == std::vector<std::string>{"10⁻²", "10⁻¹", "1", "10", "10²"});
  CHECK(ticks.size() == 5 + 4 * 8);
  CHECK(ticks[1].value == doctest::Approx(0.02));
  CHECK(ticks[8].value == doctest::Approx(0.09));
  CHECK(ticks[8].label.empty());
}

TEST_CASE("a log axis under two decades says plain numbers, and 2 and 5 where they fit") {
  CHECK(labels(plot::ticks({0.01, 0.1}, Scale::kLog, 300, narrow)) ==
        std::vector<std::string>{"0.01", "0.02", "0.05", "0.1"});
  CHECK(labels(plot::ticks({0.01, 0.5}, Scale::kLog, 60, narrow)) == std::vector<std::string>{"0.01", "0.1"});
}

TEST_CASE("a log axis of many decades skips some, in equal strides") {
  const std::vector<double> values = labelled(plot::ticks({1e-30, 1e30}, Scale::kLog, 200, narrow));
  REQUIRE(values.size() > 2);
  for (std::size_t i = 2; i < values.size(); ++i)
    CHECK(values[i] / values[i - 1] == doctest::Approx(values[1] / values[0]));
  CHECK(std::count(values.begin(), values.end(), 1.0) == 1);
}

TEST_CASE("a log axis has two labels wherever two round numbers have room, so that its scale can be read") {
  const auto height = [](const std::string&) { return 18.0; };
  CHECK(labels(plot::ticks({2, 30}, Scale::kLog, 60, height)) == std::vector<std::string>{"2", "30"});
  CHECK(labels(plot::ticks({12, 95}, Scale::kLog, 60, height)) == std::vector<std::string>{"20", "90"});
  CHECK(labels(plot::ticks({4.2, 4.9}, Scale::kLog, 60, height)).size() >= 2);
  for (const double low : {0.0013, 0.3, 7.0, 42.0, 130.0})
    for (const double factor : {1.3, 2.0, 5.0, 9.0, 30.0, 90.0, 400.0})
      for (const double pixels : {50.0, 80.0, 150.0}) {
        CAPTURE(low);
        CAPTURE(factor);
        CHECK(labels(plot::ticks({low, low * factor}, Scale::kLog, pixels, height)).size() >= 2);
      }
}

TEST_CASE("a log axis under one decade has evenly valued ticks") {
  CHECK(labels(plot::ticks({2, 5}, Scale::kLog, 100, narrow)) == std::vector<std::string>{"2", "3", "4", "5"});
}

TEST_CASE("a value survives the way to its pixel and back") {
  std::mt19937_64 bits(11);
  const auto uniform = [&] { return static_cast<double>(bits() >> 11) * 0x1p-53; };
  for (int trial = 0; trial < 500; ++trial) {
    const double low = std::pow(10, 40 * uniform() - 20);
    const plot::Transform log({low, low * std::pow(10, 1 + 20 * uniform())}, Scale::kLog, 300, 20);
    const plot::Transform linear({low, 3 * low}, Scale::kLinear, 20, 300);
    for (const plot::Transform& transform : {log, linear}) {
      const double pixel = 20 + 280 * uniform();
      CHECK(transform.pixel(transform.value(pixel)) == doctest::Approx(pixel).epsilon(1e-9));
      CHECK(transform.pixel(transform.range().low) == doctest::Approx(transform.scale() == Scale::kLog ? 300 : 20));
    }
  }
}

TEST_CASE("many values at once get the pixels that they get one by one") {
  std::vector<double> values;
  for (int i = 0; i < 29; ++i) values.push_back(std::pow(1.7, i - 9));
  values.insert(values.end(), {0.0, -1.0, kInfinity, -kInfinity, kNan});
  for (const Scale scale : {Scale::kLinear, Scale::kLog}) {
    const plot::Transform transform({0.01, 1000}, scale, 200, 0);
    std::vector<double> pixels = values;
    transform.to_pixels(pixels);
    for (std::size_t i = 0; i + 1 < values.size(); ++i) CHECK(pixels[i] == transform.pixel(values[i]));
    CHECK(std::isnan(pixels.back()));
  }
}

TEST_CASE("on a log axis what is not positive lies beyond the low end") {
  const plot::Transform upward({1, 100}, Scale::kLog, 200, 0);  // pixels grow downwards: the low end is at 200
  CHECK(upward.pixel(10) == doctest::Approx(100));
  CHECK(upward.pixel(0) == kInfinity);
  CHECK(upward.pixel(-3) == kInfinity);
  CHECK(upward.pixel(kInfinity) == -kInfinity);
}

TEST_CASE("any two numbers make a range that can be drawn") {
  const double numbers[] = {0,    1,    -1,   1e-310, 5e-324,    1e308, -1e308,   kInfinity, -kInfinity,
                            kNan, 0.02, 1e-9, 3,      1 + 1e-15, 1e300, 1.7e-300, -2e-5};
  for (const double low : numbers) {
    for (const double high : numbers) {
      for (const Scale scale : {Scale::kLinear, Scale::kLog}) {
        CAPTURE(low);
        CAPTURE(high);
        CHECK(can_be_drawn(plot::usable({low, high}, scale), scale));
        CHECK(can_be_drawn(plot::padded({low, high}, scale), scale));
        const plot::Transform transform({low, high}, scale, 0, 100);
        CHECK(std::isfinite(transform.pixel(transform.value(50))));
        CHECK(plot::ticks({low, high}, scale, 300, narrow).size() < 400);
      }
    }
  }
}

TEST_CASE("a single value lies in the middle of its axis") {
  const Range range = plot::usable({0.02, 0.02}, Scale::kLinear);
  CHECK(plot::Transform(range, Scale::kLinear, 0, 100).pixel(0.02) == doctest::Approx(50));
  const Range decade = plot::usable({5, 5}, Scale::kLog);
  CHECK(plot::Transform(decade, Scale::kLog, 0, 100).pixel(5) == doctest::Approx(50));
}

TEST_CASE("an axis goes out to a nice value where that is near, and never past zero") {
  CHECK(plot::padded({0, 0.02}, Scale::kLinear) == Range{0, 0.02});
  CHECK(plot::padded({0.3, 9.7}, Scale::kLinear) == Range{0, 10});
  CHECK(plot::padded({0.012, 95}, Scale::kLog).low == doctest::Approx(0.01));
  CHECK(plot::padded({0.012, 95}, Scale::kLog).high == doctest::Approx(100));
  CHECK(plot::padded({1e-6, 33}, Scale::kLinear).low == 0);
}

TEST_CASE("the range of data passes over NaN, infinities and, on a log axis, what is not positive") {
  const std::vector<double> values = {kNan, -5, 0, 3, kInfinity, 7, -kInfinity, 0.5, kNan, 2, 2, 2};
  Range linear = plot::kEmptyRange, log = plot::kEmptyRange;
  plot::include(linear, values, Scale::kLinear);
  plot::include(log, values, Scale::kLog);
  CHECK(linear == Range{-5, 7});
  CHECK(log == Range{0.5, 7});
  Range none = plot::kEmptyRange;
  plot::include(none, std::vector<double>(20, kNan), Scale::kLinear);
  CHECK(plot::empty(none));
}

TEST_CASE("zooming keeps the value under the pointer, panning keeps the length") {
  for (const Scale scale : {Scale::kLinear, Scale::kLog}) {
    const Range before{2, 50};
    const plot::Transform at(before, scale, 0, 1);
    const Range zoomed = plot::zoomed(before, scale, 0.3, 0.5);
    CHECK(plot::Transform(zoomed, scale, 0, 1).pixel(at.value(0.3)) == doctest::Approx(0.3));
    const Range panned = plot::panned(before, scale, 0.25);
    CHECK(plot::Transform(panned, scale, 0, 1).pixel(at.value(0.75)) == doctest::Approx(0.5));
  }
  CHECK(plot::zoomed({0, 10}, Scale::kLinear, 0.5, 0.5) == Range{2.5, 7.5});
}

TEST_CASE("no amount of zooming makes an axis that cannot be drawn") {
  for (const Scale scale : {Scale::kLinear, Scale::kLog}) {
    for (const double factor : {0.5, 2.0}) {
      Range range{1, 10};
      for (int i = 0; i < 3000; ++i) range = plot::zoomed(range, scale, 0.37, factor);
      CHECK(can_be_drawn(range, scale));
      CHECK(plot::ticks(range, scale, 200, narrow).size() < 400);
    }
  }
}

TEST_CASE("halfway between two ranges is halfway on the axis' own scale") {
  CHECK(plot::between({0, 10}, {10, 30}, Scale::kLinear, 0.5) == Range{5, 20});
  const Range decades = plot::between({1, 10}, {100, 1000}, Scale::kLog, 0.5);
  CHECK(decades.low == doctest::Approx(10));
  CHECK(decades.high == doctest::Approx(100));
}

TEST_CASE("read-outs have four significant digits") {
  CHECK(plot::readout(0) == "0");
  CHECK(plot::readout(3.14159265) == "3.142");
  CHECK(plot::readout(0.5) == "0.5");
  CHECK(plot::readout(1000) == "1000");
  CHECK(plot::readout(123456) == "123456");
  CHECK(plot::readout(0.00123456) == "0.001235");
  CHECK(plot::readout(1.23e-5) == "1.23·10⁻⁵");
  CHECK(plot::readout(-1e-5) == "−10⁻⁵");
  CHECK(plot::readout(9.99996) == "10");
  CHECK(plot::readout(0.000999999) == "0.001");
  CHECK(plot::readout(6.02214e23) == "6.022·10²³");
  CHECK(plot::readout(5e-324) == "4.941·10⁻³²⁴");
  CHECK(plot::readout(kInfinity) == "∞");
  CHECK(plot::readout(-kInfinity) == "−∞");
  CHECK(plot::readout(kNan) == "–");
}

TEST_CASE("powers of ten have superscripts, but 1 and 10 are plain") {
  CHECK(plot::power_of_ten(0) == "1");
  CHECK(plot::power_of_ten(1) == "10");
  CHECK(plot::power_of_ten(-12) == "10⁻¹²");
}
