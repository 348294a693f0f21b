#include "app/widgets/plot_decimate.h"

#include "core/base/pack.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab::plot {

bool Xs::rising(std::size_t count) const {
  if (even_) return step_ >= 0 && std::isfinite(start_) && std::isfinite(step_);
  if (size(count) == 1) return std::isfinite(values_[0]);
  for (std::size_t i = 1; i < size(count); ++i)
    if (!(values_[i - 1] <= values_[i])) return false;
  return true;
}

std::size_t Xs::lower_bound(double x, std::size_t count) const {
  count = size(count);
  if (!even_) {
    const auto end = values_.begin() + static_cast<std::ptrdiff_t>(count);
    return static_cast<std::size_t>(std::lower_bound(values_.begin(), end, x) - values_.begin());
  }
  if (!(x > start_)) return 0;
  const double index = step_ > 0 ? std::ceil((x - start_) / step_) : static_cast<double>(count);
  return index < static_cast<double>(count) ? static_cast<std::size_t>(index) : count;
}

IndexRange visible(const Xs& x, std::size_t count, Range range) {
  count = x.size(count);
  std::size_t begin = x.lower_bound(range.low, count);
  if (begin > 0) --begin;
  const std::size_t end = x.lower_bound(std::nextafter(range.high, std::numeric_limits<double>::infinity()), count);
  return {begin, std::max(begin, std::min(end + 1, count))};
}

namespace {

// The first index after `i` whose x lies at `edge` or beyond. Of many points to a column it is found by bisection.
std::size_t end_of_column(const Xs& x, std::size_t i, std::size_t end, double edge, bool dense) {
  if (dense) return std::max(i + 1, x.lower_bound(edge, end));
  do ++i;
  while (i < end && x[i] < edge);
  return i;
}

// Lowest and highest of values; NaN is passed over, since comparisons with it are false.
void extend(Column& column, std::span<const double> values) {
  double low = column.low, high = column.high;
  std::size_t i = 0;
  if (values.size() >= 2 * kPack) {
    Pack lows = splat(low), highs = splat(high);
    for (; i + kPack <= values.size(); i += kPack) {
      const Pack value = load(&values[i]);
      lows = select(value < lows, value, lows);
      highs = select(value > highs, value, highs);
    }
    for (int lane = 0; lane < kPack; ++lane) {
      low = std::min(low, lows[lane]);
      high = std::max(high, highs[lane]);
    }
  }
  for (; i < values.size(); ++i) {
    const double value = values[i];
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  column.low = low;
  column.high = high;
}

// Fills a column; false when all its values are NaN. `gap` tells whether a NaN came before, and then whether one came
// last.
bool gather(std::span<const double> values, Column& column, bool& gap) {
  std::size_t begin = 0, end = values.size();
  while (begin < end && std::isnan(values[begin])) ++begin;
  gap = gap || begin > 0;
  if (begin == end) return false;
  column.breaks = gap;
  while (std::isnan(values[end - 1])) --end;
  gap = end < values.size();
  column.first = column.low = column.high = values[begin];
  column.last = values[end - 1];
  extend(column, values.subspan(begin, end - begin));
  return true;
}

void join(Column& column, const Column& more) {
  column.last = more.last;
  column.low = std::min(column.low, more.low);
  column.high = std::max(column.high, more.high);
}

}  // namespace

std::vector<Column> decimate(const Xs& x, std::span<const double> y, IndexRange indices, const Transform& transform) {
  std::vector<Column> columns;
  const double left = transform.pixel(transform.range().low), right = transform.pixel(transform.range().high);
  columns.reserve(std::min(indices.size(), static_cast<std::size_t>(std::abs(right - left)) + 3));
  const bool dense = static_cast<double>(indices.size()) > 16 * std::abs(right - left);
  bool gap = false;
  for (std::size_t i = indices.begin; i < indices.end;) {
    const int number = static_cast<int>(std::clamp(std::floor(transform.pixel(x[i]) - left), -1e8, 1e8));
    // Comparing with the column's edge spares a transform per point.
    const std::size_t end = end_of_column(x, i, indices.end, transform.value(left + number + 1), dense);
    columns.emplace_back().column = number;
    const bool filled = gather(y.subspan(i, end - i), columns.back(), gap);
    i = end;
    const std::size_t count = columns.size();
    const bool repeats = count > 1 && number <= columns[count - 2].column;  // the edge was a rounding error off
    if (filled && repeats) join(columns[count - 2], columns.back());
    if (!filled || repeats) columns.pop_back();
  }
  if (!columns.empty()) columns.front().breaks = false;
  return columns;
}

}  // namespace steplab::plot
