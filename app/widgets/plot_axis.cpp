#include "app/widgets/plot_axis.h"

#include "core/base/math.h"
#include "core/base/pack.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab::plot {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSmallest = 1e-300, kLargest = 1e300;  // room for spans and products without overflow
constexpr double kClosest = 1e-12;                      // relative span: about 4500 doubles between the ends

// A range in the units in which the axis is even: values, or decades.
struct Even {
  double low, high;
};

Even to_even(const Range& range, Scale scale) {
  if (scale == Scale::kLinear) return {range.low, range.high};
  return {std::log10(range.low), std::log10(range.high)};
}

Range from_even(const Even& even, Scale scale) {
  if (scale == Scale::kLinear) return usable({even.low, even.high}, scale);
  return usable({std::pow(10.0, even.low), std::pow(10.0, even.high)}, scale);
}

// Widened about its middle until its ends are `span` apart.
Range widened(const Range& range, double span) {
  const double middle = range.low + range.span() / 2;
  return {middle - span / 2, middle + span / 2};
}

Range usable_linear(Range range) {
  range.low = std::clamp(range.low, -kLargest, kLargest);
  range.high = std::clamp(range.high, -kLargest, kLargest);
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (size < kSmallest) return {-1, 1};
  if (range.low == range.high) return widened(range, 0.2 * size);
  if (range.span() < kClosest * size || range.span() < kSmallest)
    return widened(range, std::max(kClosest * size, kSmallest));
  return range;
}

Range usable_log(Range range) {
  if (range.high <= 0) return {1, 10};
  if (range.low <= 0) range.low = range.high / 1000;
  range.low = std::clamp(range.low, kSmallest, kLargest);
  range.high = std::clamp(range.high, kSmallest, kLargest);
  if (range.low == range.high) {
    const double half_decade = std::sqrt(10.0);
    return {std::max(range.low / half_decade, kSmallest / 10), std::min(range.high * half_decade, kLargest * 10)};
  }
  if (range.high / range.low < 1 + kClosest) range.high = range.low * (1 + kClosest);
  return range;
}

// The nice step (1, 2, 5 times a power of ten) nearest below a fifth of the span.
double snap_step(double span) {
  const double power = std::pow(10.0, std::floor(std::log10(span / 4)));
  const double mantissa = span / 4 / power;
  return power * (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1);
}

// An end of the axis: the next multiple of `step` outwards where that costs little room, else a little padding.
double snapped_end(double value, double step, double span, int direction) {
  const double next = (direction < 0 ? std::floor(value / step + 1e-9) : std::ceil(value / step - 1e-9)) * step;
  return std::abs(next - value) <= 0.12 * span ? next : value + direction * 0.04 * span;
}

}  // namespace

void include(Range& range, double value, Scale scale) {
  if (!std::isfinite(value) || (scale == Scale::kLog && value <= 0)) return;
  range.low = std::min(range.low, value);
  range.high = std::max(range.high, value);
}

void include(Range& range, std::span<const double> values, Scale scale) {
  // What does not count is replaced by what changes nothing; comparisons with NaN are false.
  const double floor = scale == Scale::kLog ? 0 : -kInfinity;
  Pack low = splat(range.low), high = splat(range.high);
  std::size_t i = 0;
  for (; i + kPack <= values.size(); i += kPack) {
    const Pack value = load(&values[i]);
    const PackMask counts = (value > floor) & (value < kInfinity);
    low = min(low, select(counts, value, splat(kInfinity)));
    high = max(high, select(counts, value, splat(-kInfinity)));
  }
  for (int lane = 0; lane < kPack; ++lane) range = {std::min(range.low, low[lane]), std::max(range.high, high[lane])};
  for (; i < values.size(); ++i) include(range, values[i], scale);
}

Range usable(Range range, Scale scale) {
  if (!std::isfinite(range.low) || !std::isfinite(range.high)) return scale == Scale::kLog ? Range{1, 10} : Range{0, 1};
  if (range.low > range.high) std::swap(range.low, range.high);
  return scale == Scale::kLog ? usable_log(range) : usable_linear(range);
}

Range padded(Range data, Scale scale) {
  if (empty(data) || !std::isfinite(data.low) || !std::isfinite(data.high)) return usable(data, scale);
  const bool constant = data.low == data.high;
  const Range range = usable(data, scale);
  if (constant) return range;
  const Even even = to_even(range, scale);
  const double span = even.high - even.low;
  if (scale == Scale::kLog && span < 1)
    return padded(range, Scale::kLinear).low > 0 ? padded(range, Scale::kLinear) : range;
  const double step = scale == Scale::kLog ? 1 : snap_step(span);
  const Range snapped =
      from_even({snapped_end(even.low, step, span, -1), snapped_end(even.high, step, span, 1)}, scale);
  // Padding never crosses zero: an axis of quantities that are never negative would claim otherwise.
  if (scale == Scale::kLinear && data.low >= 0 && snapped.low < 0) return {0, snapped.high};
  if (scale == Scale::kLinear && data.high <= 0 && snapped.high > 0) return {snapped.low, 0};
  return snapped;
}

// A log axis is even in natural logarithms too; our own log has a form for eight numbers at once.
Transform::Transform(Range range, Scale scale, double pixel_low, double pixel_high)
    : range_(usable(range, scale)), scale_(scale), pixel_low_(pixel_low) {
  const bool linear = scale_ == Scale::kLinear;
  start_ = linear ? range_.low : log(range_.low);
  pixels_per_unit_ = (pixel_high - pixel_low) / ((linear ? range_.high : log(range_.high)) - start_);
}

double Transform::pixel(double value) const {
  if (scale_ == Scale::kLog) value = log(value < 0 ? 0.0 : value);
  return pixel_low_ + (value - start_) * pixels_per_unit_;
}

void Transform::to_pixels(std::span<double> values) const {
  std::size_t i = 0;
  for (; scale_ == Scale::kLog && i + kPack <= values.size(); i += kPack) {
    const Pack value = load(&values[i]);
    const Pack logs = log(select(value < 0.0, Pack{}, value));
    store(&values[i], pixel_low_ + (logs - start_) * pixels_per_unit_);
  }
  for (; i < values.size(); ++i) values[i] = pixel(values[i]);
}

double Transform::value(double pixel) const {
  const double even = start_ + (pixel - pixel_low_) / pixels_per_unit_;
  return scale_ == Scale::kLog ? exp(even) : even;
}

Range panned(Range range, Scale scale, double fraction) {
  const Even even = to_even(range, scale);
  const double shift = fraction * (even.high - even.low);
  return from_even({even.low + shift, even.high + shift}, scale);
}

Range zoomed(Range range, Scale scale, double fraction, double factor) {
  const Even even = to_even(range, scale);
  const double span = even.high - even.low;
  const double low = even.low + fraction * span * (1 - factor);
  return from_even({low, low + span * factor}, scale);
}

Range between(Range from, Range to, Scale scale, double share) {
  const Even a = to_even(usable(from, scale), scale), b = to_even(usable(to, scale), scale);
  return from_even({a.low + share * (b.low - a.low), a.high + share * (b.high - a.high)}, scale);
}

double distance(Range from, Range to, Scale scale) {
  const Even a = to_even(usable(from, scale), scale), b = to_even(usable(to, scale), scale);
  return std::max(std::abs(a.low - b.low), std::abs(a.high - b.high)) / (b.high - b.low);
}

}  // namespace steplab::plot
