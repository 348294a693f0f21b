// Which ranges the axes show: fitted to the data of this frame, held while a slider is dragged, eased afterwards.
#include "app/widgets/plot_context.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

constexpr double kEaseTime = 0.04;  // seconds; after 0.15 s an axis is within 3 % of its new range
constexpr double kArrived = 0.004;  // of the axis' length: about a pixel
constexpr double kWidely = 0.5;     // data this far (in lengths of the axis) outside move even an axis on hold

struct Bounds {
  const AxisSetup& setup;
  Range data = kEmptyRange;

  void take(double value) {
    if (value >= setup.fit_within.low && value <= setup.fit_within.high) include(data, value, setup.scale);
  }
  void take(std::span<const double> values) {
    if (values.empty()) return;
    if (setup.fit_within.low == -std::numeric_limits<double>::infinity() &&
        setup.fit_within.high == std::numeric_limits<double>::infinity()) {
      include(data, values, setup.scale);
    } else {
      for (const double value : values) take(value);
    }
  }
};

void take_x(const Series& series, Bounds& bounds) {
  const std::size_t count = series.size();
  if (count == 0) return;
  if (series.rising) {
    bounds.take(series.x[0]);
    bounds.take(series.x[count - 1]);
    // The last value of a schedule holds for one more step.
    if (series.kind == Kind::kStairs && count > 1) bounds.take(2 * series.x[count - 1] - series.x[count - 2]);
  }
  if (!series.rising || bounds.setup.scale == Scale::kLog)
    bounds.take(series.x.values().first(series.x.is_even() ? 0 : count));
}

// With x fixed by the user, y fits what is in view.
void take_y(const Context& c, const Series& series, Bounds& bounds) {
  IndexRange seen{0, series.size()};
  if (c.state.x.fixed && series.rising) seen = visible(series.x, series.size(), c.state.x.shown);
  bounds.take(series.y.subspan(seen.begin, seen.size()));
  if (series.kind == Kind::kBand) bounds.take(series.high.subspan(seen.begin, seen.size()));
}

Range fitted(const Bounds& bounds, bool tight) {
  const AxisSetup& setup = bounds.setup;
  Range range = bounds.data;
  if (setup.low) include(range, *setup.low, setup.scale);
  if (setup.high) include(range, *setup.high, setup.scale);
  range = tight ? usable(range, setup.scale) : padded(range, setup.scale);
  if (setup.low) range.low = *setup.low;
  if (setup.high) range.high = *setup.high;
  return usable(range, setup.scale);
}

bool leaves_widely(const Range& data, const AxisState& axis) {
  if (empty(data)) return false;
  const Transform share(axis.shown, axis.scale, 0, 1);
  return share.pixel(data.low) < -kWidely || share.pixel(data.high) > 1 + kWidely;
}

void follow(Context& c, AxisState& axis, const Bounds& bounds, bool tight) {
  if (axis.fixed) return;
  const Range target = fitted(bounds, tight);
  const bool first = !axis.fitted;
  if (first || c.options.reduced_motion) {
    if (first || !(c.options.hold || c.handle_active) || leaves_widely(bounds.data, axis)) axis.shown = target;
    axis.fitted = axis.fitted || !empty(bounds.data);
    return;
  }
  if (c.options.hold || c.handle_active) {
    if (leaves_widely(bounds.data, axis))
      axis.shown = {std::min(axis.shown.low, target.low), std::max(axis.shown.high, target.high)};
    return;
  }
  if (axis.shown == target) return;
  const double share = 1 - std::exp(-std::max(static_cast<double>(c.options.dt), 0.0) / kEaseTime);
  axis.shown = between(axis.shown, target, axis.scale, share);
  if (distance(axis.shown, target, axis.scale) < kArrived) axis.shown = target;
  c.outcome.animating = c.outcome.animating || axis.shown != target;
}

bool tight(const AxisSetup& setup, bool usually) {
  return setup.fit == Fit::kUsual ? usually : setup.fit == Fit::kTight;
}

}  // namespace

void recall_transforms(Context& c) {
  c.x = Transform(c.state.x.shown, c.state.x.scale, c.frame.left, c.frame.right);
  c.y = Transform(c.state.y.shown, c.state.y.scale, c.frame.bottom, c.frame.top);
}

void fit_axes(Context& c) {
  Bounds x{c.x_setup}, y{c.y_setup};
  for (const Series& series : c.series) {
    if (series.hidden) continue;
    take_x(series, x);
    take_y(c, series, y);
  }
  for (const HeatMap& map : c.heat_maps) {
    for (const double end : {map.x.low, map.x.high}) x.take(end);
    for (const double end : {map.y.low, map.y.high}) y.take(end);
  }
  for (const Image& image : c.images) {
    for (const double end : {image.x.low, image.x.high}) x.take(end);
    for (const double end : {image.y.low, image.y.high}) y.take(end);
  }
  c.has_data = !empty(x.data) && !empty(y.data);
  follow(c, c.state.x, x, tight(c.x_setup, true));
  follow(c, c.state.y, y, tight(c.y_setup, !c.heat_maps.empty() || !c.images.empty()));
}

}  // namespace steplab::plot
