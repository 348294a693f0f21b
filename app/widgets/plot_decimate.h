// Long series reduced to what a screen can show: one column per pixel. Pure: no ImGui.
#pragma once

#include "app/widgets/plot_axis.h"

#include <cstddef>
#include <span>
#include <vector>

namespace steplab::plot {

/// Where the points of a series lie: a value per point, or start, start + step, start + 2 step, …
class Xs {
 public:
  Xs(std::span<const double> values) : values_(values), even_(false) {}     // NOLINT: meant to convert
  Xs(const std::vector<double>& values) : values_(values), even_(false) {}  // NOLINT: meant to convert
  static Xs every(double start, double step) { return Xs(start, step); }

  double operator[](std::size_t i) const { return even_ ? start_ + static_cast<double>(i) * step_ : values_[i]; }
  /// How many of `count` values have an x as well.
  std::size_t size(std::size_t count) const { return even_ || values_.size() > count ? count : values_.size(); }
  /// Neither falling nor NaN. Asked once per series and frame.
  bool rising(std::size_t count) const;
  /// First index below `count` whose x is at least `x` (of rising xs); `count` when there is none.
  std::size_t lower_bound(double x, std::size_t count) const;
  bool is_even() const { return even_; }
  std::span<const double> values() const { return values_; }

 private:
  Xs(double start, double step) : even_(true), start_(start), step_(step) {}
  std::span<const double> values_;
  bool even_;
  double start_ = 0, step_ = 1;
};

/// The indices of rising xs that are seen in `range`, with one more on either side so that lines reach the frame.
struct IndexRange {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};
IndexRange visible(const Xs& x, std::size_t count, Range range);

/// All points of a series that share one column of pixels. NaN points are not counted; infinities are.
struct Column {
  int column = 0;  ///< counted from the left end of the axis; beyond it on either side too
  double first = 0, last = 0, low = 0, high = 0;
  bool breaks = false;  ///< a gap (NaN) lies between the column before and this one
};

/// Columns with points, from left to right. `x` must be rising; `indices` from visible(). `transform` is that of x,
/// its pixels growing with x; a column is one of its pixels wide.
std::vector<Column> decimate(const Xs& x, std::span<const double> y, IndexRange indices, const Transform& transform);

}  // namespace steplab::plot
