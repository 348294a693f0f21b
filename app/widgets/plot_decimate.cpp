#include "app/widgets/plot_decimate.h"

#include <algorithm>
#include <cmath>

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

std::vector<Column> decimate(const Xs& x, std::span<const double> y, IndexRange indices, const Transform& transform) {
  std::vector<Column> columns;
  const double left = std::min(transform.pixel(transform.range().low), transform.pixel(transform.range().high));
  bool gap = false;
  for (std::size_t i = indices.begin; i < indices.end; ++i) {
    const double value = y[i];
    if (std::isnan(value)) {
      gap = true;
      continue;
    }
    const int column = static_cast<int>(std::clamp(std::floor(transform.pixel(x[i]) - left), -1e8, 1e8));
    if (columns.empty() || column != columns.back().column) {
      columns.push_back({column, value, value, value, value, gap && !columns.empty()});
    } else {
      Column& current = columns.back();
      current.last = value;
      current.low = std::min(current.low, value);
      current.high = std::max(current.high, value);
    }
    gap = false;
  }
  return columns;
}

}  // namespace steplab::plot
