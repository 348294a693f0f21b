#include "app/widgets/plot_ticks.h"

#include "app/widgets/plot_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace steplab::plot {
namespace {

constexpr int kMostTicks = 200;  // beyond what any screen shows; a guard against endless loops

// The k-th nice step: 1, 2, 5, 10, 20, 50 … for k = 0, 1, 2, 3 …; negative k below 1.
double nice_step(int k) {
  constexpr std::array<double, 3> kMantissas = {1, 2, 5};
  const int power = k >= 0 ? k / 3 : -((2 - k) / 3);
  // Dividing by a power of ten gives the double nearest to 0.001 and the like; multiplying by 0.001 does not.
  const double mantissa = kMantissas[static_cast<std::size_t>(k - 3 * power)];
  return power < 0 ? mantissa / std::pow(10.0, -power) : mantissa * std::pow(10.0, power);
}

std::vector<Tick> multiples(const Range& range, double step) {
  std::vector<Tick> result;
  const double slack = 1e-9;  // ends that are meant to be multiples count as such
  const double first = std::ceil(range.low / step - slack), last = std::floor(range.high / step + slack);
  for (double k = first; k <= last && result.size() < kMostTicks; ++k) {
    const double value = std::clamp(k * step, range.low, range.high);
    result.push_back({value, tick_label(k * step, step)});
  }
  return result;
}

double pixels_at(const Tick& tick, const Transform& transform) { return transform.pixel(tick.value); }

// Labels are centred on their ticks: two neighbours touch when half of each reaches over the distance.
bool labels_fit(const std::vector<Tick>& ticks, const Transform& transform, const LabelExtent& extent) {
  double end = -std::numeric_limits<double>::infinity();
  for (const Tick& tick : ticks) {
    if (tick.label.empty()) continue;
    const double half = extent(tick.label) / 2, centre = pixels_at(tick, transform);
    if (centre - half < end) return false;
    end = centre + half;
  }
  return true;
}

std::vector<Tick> even_ticks(const Range& range, Scale scale, double pixels, const LabelExtent& extent) {
  const Transform transform(range, scale, 0, pixels);
  const double closest = range.span() / std::max(pixels / 8, 1.0);  // no label is narrower than 8 pixels
  int k = static_cast<int>(std::floor(3 * std::log10(closest))) - 1;
  for (int tries = 0; tries < 60; ++tries, ++k) {
    const double step = nice_step(k);
    if (step < closest) continue;
    std::vector<Tick> found = multiples(range, step);
    if (labels_fit(found, transform, extent)) return found;
  }
  return {};
}

// Two round values as far apart as can be: where room or range leave a single label, a scale cannot be read.
std::vector<Tick> two_ticks(const Range& range, const Transform& transform, const LabelExtent& extent) {
  for (const int digits : {1, 2, 3}) {
    std::vector<Tick> found;
    const auto add = [&](double power, double mantissa) {
      const double unit = power / std::pow(10.0, digits - 1), value = mantissa * unit;
      if (value >= range.low && value <= range.high) found.push_back({value, tick_label(value, unit)});
    };
    for (int exponent = static_cast<int>(std::floor(std::log10(range.low))); std::pow(10.0, exponent) <= range.high;
         ++exponent)
      for (int mantissa = static_cast<int>(std::pow(10.0, digits - 1)); mantissa < std::pow(10.0, digits); ++mantissa)
        add(std::pow(10.0, exponent), mantissa);
    if (found.size() < 2) continue;
    const std::vector<Tick> ends = {found.front(), found.back()};
    if (labels_fit(ends, transform, extent)) return ends;
    return {};
  }
  return {};
}

std::size_t labels_of(const std::vector<Tick>& found) {
  return static_cast<std::size_t>(std::ranges::count_if(found, [](const Tick& tick) { return !tick.label.empty(); }));
}

// The ticks, unless they have a single label and there is room for two.
std::vector<Tick> readable(std::vector<Tick> found, const Range& range, const Transform& transform,
                           const LabelExtent& extent) {
  if (labels_of(found) > 1) return found;
  std::vector<Tick> two = two_ticks(range, transform, extent);
  if (two.empty()) return found;
  for (Tick& tick : found) {
    const bool again = tick.value == two[0].value || tick.value == two[1].value;
    if (!again) two.push_back({tick.value, ""});
  }
  std::ranges::sort(two, {}, &Tick::value);
  return two;
}

std::string decade_label(int exponent, bool plain) {
  return plain && exponent >= -4 && exponent <= 5 ? tick_label(std::pow(10.0, exponent), std::pow(10.0, exponent))
                                                  : power_of_ten(exponent);
}

// Every `stride`-th decade has a label; with `halves` so have 2 and 5 of each.
std::vector<Tick> decades(const Range& range, int stride, bool plain, bool halves) {
  std::vector<Tick> result;
  const int first = static_cast<int>(std::floor(std::log10(range.low))),
            last = static_cast<int>(std::ceil(std::log10(range.high)));
  const double slack = 1e-9;
  const auto add = [&](double value, std::string label) {
    if (value >= range.low * (1 - slack) && value <= range.high * (1 + slack))
      result.push_back({value, std::move(label)});
  };
  for (int exponent = first; exponent <= last; ++exponent) {
    if (exponent % stride != 0 && stride > 20) continue;  // too close to be told apart
    const double decade = std::pow(10.0, exponent);
    add(decade, exponent % stride == 0 ? decade_label(exponent, plain) : "");
    for (int digit = 2; digit <= 9 && stride == 1; ++digit) {
      const bool labelled = halves && (digit == 2 || digit == 5);
      add(digit * decade, labelled ? tick_label(digit * decade, decade) : "");
    }
  }
  return result;
}

std::vector<Tick> log_ticks(const Range& range, double pixels, const LabelExtent& extent) {
  const double span = std::log10(range.high / range.low);
  const Transform transform(range, Scale::kLog, 0, pixels);
  if (span < 1) return readable(even_ticks(range, Scale::kLog, pixels, extent), range, transform, extent);
  const bool plain = span < 2;
  if (plain) {
    std::vector<Tick> found = decades(range, 1, true, true);
    if (labels_fit(found, transform, extent)) return found;
  }
  for (const int stride : {1, 2, 3, 5, 10, 20, 50, 100, 200}) {
    std::vector<Tick> found = decades(range, stride, plain, false);
    if (!labels_fit(found, transform, extent)) continue;
    return span < 3 ? readable(std::move(found), range, transform, extent) : found;
  }
  return {};
}

}  // namespace

std::vector<Tick> ticks(Range range, Scale scale, double pixels, const LabelExtent& extent) {
  range = usable(range, scale);
  if (!(pixels > 0)) return {};
  return scale == Scale::kLog ? log_ticks(range, pixels, extent) : even_ticks(range, scale, pixels, extent);
}

}  // namespace steplab::plot
