// Where a value lies on an axis, and which values an axis shows. Pure: no ImGui.
#pragma once

#include <limits>
#include <span>

namespace steplab::plot {

enum class Scale { kLinear, kLog };  ///< kLog: base 10, positive values only

struct Range {
  double low = 0, high = 1;
  double span() const { return high - low; }
  friend bool operator==(const Range&, const Range&) = default;
};

/// A range that holds nothing; `include` makes it grow.
inline constexpr Range kEmptyRange{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
inline bool empty(const Range& range) { return !(range.low <= range.high); }

/// Makes `range` hold `value`, unless it is not finite or (on a log scale) not positive.
void include(Range& range, double value, Scale scale);
void include(Range& range, std::span<const double> values, Scale scale);

/// A range that can be drawn: finite, low < high, positive on a log scale and wide enough for doubles to tell its
/// pixels apart. Reversed ends are swapped, a single value is widened, nonsense becomes [0, 1] or [1, 10].
Range usable(Range range, Scale scale);

/// The range an axis takes for data in `data`: out to the next nice value where that is near, else padded by 4 %.
Range padded(Range data, Scale scale);

/// Value <-> pixel along one axis. `pixel_low` is where range.low lies; it may be the larger pixel (y grows downwards).
class Transform {
 public:
  /// Any range: it is made usable() first.
  Transform(Range range, Scale scale, double pixel_low, double pixel_high);
  /// Values that a log axis cannot show (0, negative) give an infinite pixel beyond the low end; NaN gives NaN.
  double pixel(double value) const;
  /// All of `values` at once, in place: the same bits as pixel(), several times faster on a log axis.
  void to_pixels(std::span<double> values) const;
  double value(double pixel) const;
  const Range& range() const { return range_; }
  Scale scale() const { return scale_; }

 private:
  Range range_;
  Scale scale_;
  double pixel_low_, pixels_per_unit_, start_;
};

/// The range that shows `range` moved by `pixels` over an axis `extent` pixels long (both signed like pixels).
Range panned(Range range, Scale scale, double fraction);
/// Zoomed by `factor` (< 1 comes closer) about the value at `fraction` of the axis, which keeps its place.
Range zoomed(Range range, Scale scale, double fraction, double factor);
/// `share` (0..1) of the way from one range to the other, on the axis' own scale.
Range between(Range from, Range to, Scale scale, double share);
/// Largest distance of the ends of two ranges as a share of the second one's length.
double distance(Range from, Range to, Scale scale);

}  // namespace steplab::plot
