#include "app/render/marks.h"

#include "app/render/levels.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace steplab::render {
namespace {

constexpr int kFloorTicks = 5, kHeightTicks = 4;
constexpr double kFloor = -0.05;  // a little below the lowest point, so that it does not show through a flat one
constexpr float kBehind = 0.25f;  // share left of a cross behind the surface

ScreenVertex vertex_at(const ScreenPoint& point, bool lifted) {
  return {static_cast<float>(point.x), static_cast<float>(point.y), static_cast<float>(point.depth), 0, 1, lifted};
}

void add_line(std::vector<ScreenVertex>& line, const Stage& stage, const StagePoint& a, const StagePoint& b) {
  line.push_back(vertex_at(screen_point(stage, a), false));
  line.push_back(vertex_at(screen_point(stage, b), true));
}

StrokeStyle thin(const Colour& colour, float width, float hidden) {
  StrokeStyle style;
  style.colour = colour;
  style.width = style.thin_width = width;
  style.hidden = hidden;
  style.direct = true;
  return style;
}

Colour faded(Colour colour, float alpha) {
  colour.a *= alpha;
  return colour;
}

double share(double value, double low, double high) { return (value - low) / (high - low); }

// An upright edge is drawn if it is not the one nearest to the eye.
void add_uprights(std::vector<ScreenVertex>& line, const Stage& stage) {
  double nearest = 1;
  for (const double u : {0.0, 1.0})
    for (const double v : {0.0, 1.0}) nearest = std::min(nearest, screen_point(stage, {u, v, 0}).depth);
  for (const double u : {0.0, 1.0})
    for (const double v : {0.0, 1.0})
      if (screen_point(stage, {u, v, 0}).depth > nearest) add_line(line, stage, {u, v, kFloor}, {u, v, 1});
}

}  // namespace

std::vector<Stroke> crosses_of(const Scenery& scenery, const Stage& stage) {
  const Style& style = scenery.style;
  Stroke stroke{thin(style.ink, 1.3f * style.scale, kBehind), {}};
  const float arm = 5 * style.scale;
  for (const PathVertex& minimum : scenery.minima) {
    const StagePoint point = stage_point(stage, minimum);
    if (!(point.u >= 0 && point.u <= 1 && point.v >= 0 && point.v <= 1)) continue;
    const ScreenVertex centre = vertex_at(screen_point(stage, point), false);
    for (const auto& [dx, dy] : {std::pair{arm, 0.0f}, std::pair{0.0f, arm}}) {
      ScreenVertex from = centre, to = centre;
      from.x -= dx, from.y -= dy, to.x += dx, to.y += dy;
      to.lifted = true;
      stroke.vertices.insert(stroke.vertices.end(), {from, to});
    }
  }
  if (stroke.vertices.empty()) return {};
  Stroke outline = stroke;
  outline.style = thin(style.low, 3.3f * style.scale, kBehind);
  return {outline, stroke};
}

std::vector<Stroke> box_of_lines(const SurfaceFrame& frame, const Stage& stage) {
  Stroke grid{thin(faded(frame.style.ink, 0.10f), frame.style.scale, 0), {}};
  for (const double x : round_ticks(frame.low[0], frame.high[0], kFloorTicks)) {
    const double u = share(x, frame.low[0], frame.high[0]);
    add_line(grid.vertices, stage, {u, 0, kFloor}, {u, 1, kFloor});
  }
  for (const double y : round_ticks(frame.low[1], frame.high[1], kFloorTicks)) {
    const double v = share(y, frame.low[1], frame.high[1]);
    add_line(grid.vertices, stage, {0, v, kFloor}, {1, v, kFloor});
  }
  Stroke edges{thin(faded(frame.style.ink, 0.35f), frame.style.scale, 0), {}};
  for (const double side : {0.0, 1.0}) {
    add_line(edges.vertices, stage, {side, 0, kFloor}, {side, 1, kFloor});
    add_line(edges.vertices, stage, {0, side, kFloor}, {1, side, kFloor});
  }
  add_uprights(edges.vertices, stage);
  return {grid, edges};
}

std::vector<Stroke> needle_of(const SurfaceFrame& frame, const Stage& stage, const SurfaceGrid& grid,
                              std::vector<Disc>& discs) {
  if (!frame.cursor) return {};
  const auto& [x, y] = *frame.cursor;
  const double height = height_at(grid, x, y);
  if (!std::isfinite(height)) return {};
  const double u = share(x, frame.low[0], frame.high[0]), v = share(y, frame.low[1], frame.high[1]);
  Stroke needle{thin(frame.style.accent, 1.4f * frame.style.scale, 0.3f), {}};
  add_line(needle.vertices, stage, {u, v, height}, {u, v, 1});
  const ScreenPoint foot = screen_point(stage, {u, v, height});
  discs.push_back({static_cast<float>(foot.x), static_cast<float>(foot.y), static_cast<float>(foot.depth),
                   3.0f * frame.style.scale, 1.75f * frame.style.scale, frame.style.low, frame.style.accent});
  return {needle};
}

std::vector<double> round_ticks(double low, double high, int count) {
  std::vector<double> ticks;
  const double raw = (high - low) / std::max(count, 1);
  if (!(raw > 0) || !std::isfinite(raw)) return ticks;
  const double power = std::pow(10.0, std::floor(std::log10(raw))), lead = raw / power;
  const double step = power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) ticks.push_back(k * step);
  return ticks;
}

std::vector<double> height_ticks(const LevelMap& levels, double top) {
  if (!levels.logarithmic) return round_ticks(0, top, kHeightTicks);
  // Powers of ten, thinned to about kHeightTicks.
  std::vector<double> ticks{0};
  const double first = std::ceil(std::log10(levels.first) - 1e-9), last = std::floor(std::log10(top) + 1e-9);
  const double step = std::max(1.0, std::ceil((last - first + 1) / kHeightTicks));
  for (double power = last; power >= first; power -= step) ticks.insert(ticks.begin() + 1, std::pow(10.0, power));
  return ticks;
}

}  // namespace steplab::render
