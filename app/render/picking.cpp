#include "app/render/picking.h"

#include "app/render/levels.h"
#include "app/render/marks.h"

#include <algorithm>
#include <cmath>

namespace steplab::render {
namespace {

constexpr double kLabelGap = 16;        // pixels between box and label, at UI scale 1
constexpr double kHiddenBehind = 0.02;  // box units by which the surface must be nearer

// An edge of the box, the axis written along it, and its middle's opposite: labels stand on the far side from that.
struct Edge {
  TickLabel::Axis axis;
  StagePoint from, to, opposite;
};

double middle_depth(const Stage& stage, const StagePoint& a, const StagePoint& b) {
  return screen_point(stage, {(a.u + b.u) / 2, (a.v + b.v) / 2, 0}).depth;
}

Edge front_edge_along_x(const Stage& stage) {
  const bool low_y = middle_depth(stage, {0, 0, 0}, {1, 0, 0}) < middle_depth(stage, {0, 1, 0}, {1, 1, 0});
  const double v = low_y ? 0 : 1;
  return {TickLabel::Axis::kX, {0, v, 0}, {1, v, 0}, {0.5, 1 - v, 0}};
}

Edge front_edge_along_y(const Stage& stage) {
  const bool low_x = middle_depth(stage, {0, 0, 0}, {0, 1, 0}) < middle_depth(stage, {1, 0, 0}, {1, 1, 0});
  const double u = low_x ? 0 : 1;
  return {TickLabel::Axis::kY, {u, 0, 0}, {u, 1, 0}, {1 - u, 0.5, 0}};
}

Edge leftmost_upright(const Stage& stage) {
  StagePoint leftmost{};
  for (const double u : {0.0, 1.0})
    for (const double v : {0.0, 1.0})
      if (screen_point(stage, {u, v, 0}).x < screen_point(stage, leftmost).x) leftmost = {u, v, 0};
  StagePoint top = leftmost;
  top.height = 1;
  return {TickLabel::Axis::kHeight, leftmost, top, {1 - leftmost.u, 1 - leftmost.v, 0}};
}

TickLabel label_at(const Edge& edge, double share, double value, const Stage& stage, float scale) {
  const StagePoint& a = edge.from;
  const StagePoint& b = edge.to;
  const ScreenPoint at = screen_point(
      stage, {std::lerp(a.u, b.u, share), std::lerp(a.v, b.v, share), std::lerp(a.height, b.height, share)});
  const bool upright = edge.axis == TickLabel::Axis::kHeight;
  const ScreenPoint middle = screen_point(stage, {(a.u + b.u) / 2, (a.v + b.v) / 2, 0});
  const ScreenPoint opposite = screen_point(stage, edge.opposite);
  const double dx = upright ? -1 : middle.x - opposite.x, dy = upright ? 0 : middle.y - opposite.y;
  const double size = std::max(std::hypot(dx, dy), 1e-9), gap = kLabelGap * scale;
  return {edge.axis,
          value,
          static_cast<float>(at.x + gap * dx / size),
          static_cast<float>(at.y + gap * dy / size),
          static_cast<float>(dx / size),
          static_cast<float>(dy / size)};
}

void add_labels(std::vector<TickLabel>& labels, const Edge& edge, const SurfaceFrame& frame, const Stage& stage,
                std::size_t axis) {
  for (const double value : round_ticks(frame.low[axis], frame.high[axis], 5))
    labels.push_back(label_at(edge, (value - frame.low[axis]) / (frame.high[axis] - frame.low[axis]), value, stage,
                              frame.style.scale));
}

}  // namespace

std::optional<Placed> place(const SurfaceFrame& frame, const SurfaceGrid& grid, const PathVertex& point) {
  const double top = frame.levels.top > 0 ? frame.levels.top : grid.empty() ? 1 : grid.top;
  const Stage stage = surface_stage(frame, top);
  const StagePoint p = stage_point(stage, point);
  if (!(p.u >= 0 && p.u <= 1 && p.v >= 0 && p.v <= 1) || !std::isfinite(point.excess)) return {};
  const ScreenPoint screen = screen_point(stage, p);
  const Eigen::Vector3d place_in_box = in_box(box_of(frame.low, frame.high), p.u, p.v, p.height);
  const Eigen::Vector3d way = place_in_box - stage.projection->eye();
  const double distance = way.norm();
  const bool hidden = hit(grid, {stage.projection->eye(), way / distance}, distance - kHiddenBehind).has_value();
  return Placed{static_cast<float>(screen.x), static_cast<float>(screen.y), static_cast<float>(screen.depth), hidden};
}

std::optional<Point2> pick(const SurfaceFrame& frame, const SurfaceGrid& grid, float x, float y) {
  if (grid.empty() || frame.width <= 0 || frame.height <= 0) return {};
  const Ray ray = Projection(frame.camera, frame.width, frame.height).through(x, y);
  const std::optional<double> distance = hit(grid, ray, 100);
  if (!distance) return {};
  const Eigen::Vector3d p = ray.origin + *distance * ray.direction;
  const Box box = box_of(grid.low, grid.high);
  return Point2{std::lerp(grid.low[0], grid.high[0], std::clamp(0.5 + 0.5 * p.x() / box.half_x, 0.0, 1.0)),
                std::lerp(grid.low[1], grid.high[1], std::clamp(0.5 + 0.5 * p.y() / box.half_y, 0.0, 1.0))};
}

std::vector<TickLabel> tick_labels(const SurfaceFrame& frame, double top) {
  const Stage stage = surface_stage(frame, top);
  std::vector<TickLabel> labels;
  add_labels(labels, front_edge_along_x(stage), frame, stage, 0);
  add_labels(labels, front_edge_along_y(stage), frame, stage, 1);
  const Edge upright = leftmost_upright(stage);
  for (const double excess : height_ticks(frame.levels, top))
    labels.push_back(label_at(upright, rise(frame.levels, top, excess), excess, stage, frame.style.scale));
  return labels;
}

}  // namespace steplab::render
