#include "app/render/path_geometry.h"

#include "app/render/levels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab::render {
namespace {

constexpr double kMarginPixels = 4;                     // beyond the frame of the map, so that cut ends are not seen
constexpr double kNearerToEye = 0.012;                  // box units
constexpr float kHiddenShare = 0.3f;                    // of a path's strength behind the surface
constexpr double kArrowLength = 9, kArrowSlope = 0.55;  // pixels along the path; sideways per pixel along

struct Corner {
  StagePoint stage;
  ScreenPoint screen;
  float strength = 1;
  bool inside = false, kept = false;  // kept: thinning must not drop it
};

double distance(const ScreenPoint& a, const ScreenPoint& b) { return std::hypot(b.x - a.x, b.y - a.y); }

bool is_finite(const PathVertex& v) { return std::isfinite(v.x) && std::isfinite(v.y); }

bool is_inside(const StagePoint& p, double margin_u, double margin_v) {
  return p.u >= -margin_u && p.u <= 1 + margin_u && p.v >= -margin_v && p.v <= 1 + margin_v;
}

double margin_of(const Stage& stage, int pixels) { return stage.projection ? 0 : kMarginPixels / pixels; }

float strength_at(const Path& path, int age) {
  if (path.tail < 0) return 1;
  const float fresh = path.tail > 0 ? std::max(0.0f, 1 - static_cast<float>(age) / static_cast<float>(path.tail)) : 0;
  return path.faint + (1 - path.faint) * std::sqrt(fresh);
}

// Number of shown vertices before the first that is not finite.
std::size_t finite_count(const Path& path) {
  const std::size_t shown = static_cast<std::size_t>(last_shown(path) + 1);
  const auto broken = std::find_if(path.vertices.begin(), path.vertices.begin() + static_cast<std::ptrdiff_t>(shown),
                                   [](const PathVertex& vertex) { return !is_finite(vertex); });
  return static_cast<std::size_t>(broken - path.vertices.begin());
}

// Indices of the leftmost, rightmost, lowest and highest vertex inside of the window.
std::array<std::size_t, 4> extremes_of(std::span<const PathVertex> vertices, const Stage& stage) {
  std::array<std::size_t, 4> extreme{};
  float low_x = std::numeric_limits<float>::max(), low_y = low_x, high_x = -low_x, high_y = -low_x;
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const double x = vertices[i].x, y = vertices[i].y;
    if (x < stage.low[0] || x > stage.high[0] || y < stage.low[1] || y > stage.high[1]) continue;
    if (vertices[i].x < low_x) low_x = vertices[i].x, extreme[0] = i;
    if (vertices[i].x > high_x) high_x = vertices[i].x, extreme[1] = i;
    if (vertices[i].y < low_y) low_y = vertices[i].y, extreme[2] = i;
    if (vertices[i].y > high_y) high_y = vertices[i].y, extreme[3] = i;
  }
  return extreme;
}

// The vertices that the stride leaves.
std::vector<Corner> corners_of(const Path& path, const Stage& stage, std::size_t stride) {
  const double margin_u = margin_of(stage, stage.width), margin_v = margin_of(stage, stage.height);
  const std::size_t count = finite_count(path), tail = static_cast<std::size_t>(std::max(path.tail, 0));
  const std::array<std::size_t, 4> extreme = extremes_of(path.vertices.first(count), stage);
  std::vector<Corner> corners;
  corners.reserve(std::min(count, count / stride + tail + 5));
  for (std::size_t i = 0; i < count; ++i) {
    const bool kept = std::find(extreme.begin(), extreme.end(), i) != extreme.end();
    const bool old = i + tail + 1 < count;
    if (old && !kept && i % stride != 0) continue;
    const StagePoint point = stage_point(stage, path.vertices[i]);
    const bool inside = is_inside(point, margin_u, margin_v);
    // Far outside, a perspective may turn a point over: nobody needs it there.
    const ScreenPoint screen = inside ? screen_point(stage, point) : ScreenPoint{};
    corners.push_back({point, screen, strength_at(path, last_shown(path) - static_cast<int>(i)), inside, kept});
  }
  return corners;
}

// Draws pieces of line, leaving out what is too near to what was drawn.
class Pen {
 public:
  Pen(std::vector<ScreenVertex>& vertices, double tolerance) : vertices_(vertices), tolerance_(tolerance) {}

  void start(const ScreenPoint& point, float strength) {
    lift();
    put(point, strength);
  }
  void line_to(const ScreenPoint& point, float strength, bool keep) {
    if (keep || distance(last_, point) >= tolerance_) {
      length_ += distance(last_, point);
      put(point, strength);
    } else {
      waiting_ = point;
      waiting_strength_ = strength;
      has_waiting_ = true;
    }
  }
  void lift() {
    if (has_waiting_) line_to(waiting_, waiting_strength_, true);
    if (!vertices_.empty()) vertices_.back().lifted = true;
  }

 private:
  void put(const ScreenPoint& point, float strength) {
    vertices_.push_back({static_cast<float>(point.x), static_cast<float>(point.y), static_cast<float>(point.depth),
                         static_cast<float>(length_), strength});
    last_ = point;
    has_waiting_ = false;
  }

  std::vector<ScreenVertex>& vertices_;
  double tolerance_;
  double length_ = 0;
  ScreenPoint last_{}, waiting_{};
  float waiting_strength_ = 1;
  bool has_waiting_ = false;
};

// Where a path leaves the frame, and a point of it shortly before.
struct Exit {
  ScreenPoint from, at;
};

struct Trace {
  std::vector<ScreenVertex> vertices;
  std::optional<Exit> exit;  // only if it does not come back
};

void draw_piece(Pen& pen, Trace& trace, const Stage& stage, const Corner& from, const Corner& to, bool pen_is_down) {
  const std::optional<Clipped> piece =
      clipped(from.stage, to.stage, margin_of(stage, stage.width), margin_of(stage, stage.height));
  if (!piece) return;
  const ScreenPoint a = piece->start_cut ? screen_point(stage, piece->a) : from.screen;
  const ScreenPoint b = piece->end_cut ? screen_point(stage, piece->b) : to.screen;
  if (piece->start_cut || !pen_is_down) pen.start(a, from.strength);
  pen.line_to(b, to.strength, to.kept || piece->end_cut);
  if (piece->end_cut) {
    trace.exit = Exit{a, b};
    pen.lift();
  } else {
    trace.exit.reset();
  }
}

// A path that ends in a number that is none leaves in the direction of its last step.
std::optional<Corner> beyond(const std::vector<Corner>& corners, const Path& path) {
  const bool broken = finite_count(path) < static_cast<std::size_t>(last_shown(path) + 1);
  if (!broken || corners.size() < 2 || !corners.back().inside) return {};
  const StagePoint &a = corners[corners.size() - 2].stage, &b = corners.back().stage;
  const double size = std::hypot(b.u - a.u, b.v - a.v);
  if (!(size > 0)) return {};
  const double reach = 10 / size;
  Corner far = corners.back();
  far.stage = {b.u + (b.u - a.u) * reach, b.v + (b.v - a.v) * reach, b.height};
  far.inside = false;
  return far;
}

Trace trace_of(const Path& path, const Stage& stage, const Thinning& thinning) {
  std::vector<Corner> corners = corners_of(path, stage, static_cast<std::size_t>(thinning.stride));
  if (const std::optional<Corner> far = beyond(corners, path)) corners.push_back(*far);
  Trace trace;
  Pen pen(trace.vertices, thinning.tolerance);
  for (std::size_t i = 1; i < corners.size(); ++i)
    draw_piece(pen, trace, stage, corners[i - 1], corners[i], corners[i - 1].inside && !trace.vertices.empty());
  pen.lift();
  return trace;
}

std::vector<ScreenVertex> arrow_at(const Exit& exit, double inset, float strength) {
  const double size = distance(exit.from, exit.at);
  if (!(size > 0)) return {};
  const double dx = (exit.at.x - exit.from.x) / size, dy = (exit.at.y - exit.from.y) / size;
  const double tip_x = exit.at.x - inset * dx, tip_y = exit.at.y - inset * dy;
  const auto wing = [&](double side) {
    return ScreenVertex{static_cast<float>(tip_x - kArrowLength * (dx + side * kArrowSlope * dy)),
                        static_cast<float>(tip_y - kArrowLength * (dy - side * kArrowSlope * dx)),
                        static_cast<float>(exit.at.depth), 0, strength};
  };
  const ScreenVertex tip{static_cast<float>(tip_x), static_cast<float>(tip_y), static_cast<float>(exit.at.depth), 0,
                         strength};
  ScreenVertex end = wing(-1);
  end.lifted = true;
  return {wing(1), tip, end};
}

StrokeStyle style_of(const Path& path, const Stage& stage, const Style& style) {
  StrokeStyle stroke{path.colour,       style.ground,        path.width,
                     0.8f * path.width, 1.25f * style.scale, stage.projection ? kHiddenShare : 1.0f,
                     path.dash};
  stroke.direct = path.bundled;
  if (path.projected) {
    stroke.outline = 0;
    stroke.colour.a *= 0.6f;
    stroke.dash = {4 * style.scale, 4 * style.scale, 4 * style.scale, 4 * style.scale};
  }
  return stroke;
}

std::size_t count_vertices(const std::vector<Stroke>& strokes) {
  std::size_t count = 0;
  for (const Stroke& stroke : strokes) count += stroke.vertices.size();
  return count;
}

std::vector<Stroke> all_strokes(std::span<const Path> paths, const Stage& stage, const Style& style,
                                const Thinning& thinning) {
  std::vector<Stroke> strokes;
  for (const Path& path : paths)
    for (Stroke& stroke : strokes_of(path, stage, style, thinning)) strokes.push_back(std::move(stroke));
  return strokes;
}

std::optional<Disc> disc_at(const PathVertex& vertex, const Stage& stage) {
  if (!is_finite(vertex)) return {};
  const StagePoint point = stage_point(stage, vertex);
  if (!is_inside(point, 0, 0)) return {};
  const ScreenPoint screen = screen_point(stage, point);
  Disc disc;
  disc.x = static_cast<float>(screen.x);
  disc.y = static_cast<float>(screen.y);
  disc.depth = static_cast<float>(screen.depth);
  return disc;
}

// The window, with the height of what is above the top.
Stage plain_stage(const Scenery& scenery, double top) {
  return {scenery.width,
          scenery.height,
          scenery.low,
          scenery.high,
          scenery.levels,
          top,
          {},
          box_of(scenery.low, scenery.high)};
}

}  // namespace

Stage map_stage(const Scenery& scenery, double top) { return plain_stage(scenery, top); }

Stage surface_stage(const SurfaceFrame& frame, double top) {
  Stage stage = plain_stage(frame, top);
  stage.projection.emplace(frame.camera, frame.width, frame.height);
  return stage;
}

StagePoint stage_point(const Stage& stage, const PathVertex& vertex) {
  const double x = vertex.x, y = vertex.y, excess = vertex.excess;
  const double height = stage.projection ? rise(stage.levels, stage.top, std::isnan(excess) ? stage.top : excess) : 0;
  return {(x - stage.low[0]) / (stage.high[0] - stage.low[0]), (y - stage.low[1]) / (stage.high[1] - stage.low[1]),
          height};
}

ScreenPoint screen_point(const Stage& stage, const StagePoint& point) {
  if (!stage.projection) return {point.u * stage.width, (1 - point.v) * stage.height, 0};
  const Eigen::Vector3d place = in_box(stage.box, point.u, point.v, point.height);
  const Eigen::Vector3d screen = stage.projection->to_screen(place);
  const Eigen::Vector3d towards_eye = (stage.projection->eye() - place).normalized();
  return {screen.x(), screen.y(), stage.projection->to_screen(place + kNearerToEye * towards_eye).z()};
}

// Liang & Barsky 1984.
std::optional<Clipped> clipped(const StagePoint& a, const StagePoint& b, double margin_u, double margin_v) {
  double from = 0, to = 1;
  const auto narrow = [&](double start, double end, double margin) {
    const double delta = end - start;
    if (delta == 0) return start >= -margin && start <= 1 + margin;
    const double p = (-margin - start) / delta, q = (1 + margin - start) / delta;
    from = std::max(from, std::min(p, q));
    to = std::min(to, std::max(p, q));
    return from <= to;
  };
  if (!narrow(a.u, b.u, margin_u) || !narrow(a.v, b.v, margin_v)) return {};
  const auto along = [&](double t) {
    return StagePoint{a.u + t * (b.u - a.u), a.v + t * (b.v - a.v), a.height + t * (b.height - a.height)};
  };
  return Clipped{from > 0 ? along(from) : a, to < 1 ? along(to) : b, from > 0, to < 1};
}

std::vector<Stroke> strokes_of(const Path& path, const Stage& stage, const Style& style, const Thinning& thinning) {
  Trace trace = trace_of(path, stage, thinning);
  if (trace.vertices.empty()) return {};
  const StrokeStyle look = style_of(path, stage, style);
  std::vector<Stroke> strokes{{look, std::move(trace.vertices)}};
  if (!trace.exit) return strokes;
  StrokeStyle solid = look;
  solid.dash = {};
  const double inset = stage.projection ? 0 : kMarginPixels + look.outline + 0.5 * path.width;
  strokes.push_back({solid, arrow_at(*trace.exit, inset, 1)});
  return strokes;
}

std::vector<Stroke> strokes_of(std::span<const Path> paths, const Stage& stage, const Style& style,
                               std::size_t budget) {
  std::size_t shown = 0;
  for (const Path& path : paths) shown += static_cast<std::size_t>(last_shown(path) + 1);
  // Most vertices of a smooth path are too near to each other to be drawn, so that more than the budget may fit;
  // looking at all of a great many would take too long.
  constexpr std::size_t kLookedAt = 4;
  Thinning thinning;
  thinning.stride = static_cast<int>(shown / (kLookedAt * budget)) + 1;
  std::vector<Stroke> strokes = all_strokes(paths, stage, style, thinning);
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    const double excess = static_cast<double>(count_vertices(strokes)) / static_cast<double>(budget);
    if (excess <= 1) break;
    thinning.tolerance = std::min(2 * thinning.tolerance, 3.0);
    thinning.stride = static_cast<int>(std::ceil(thinning.stride * 1.05 * excess));
    strokes = all_strokes(paths, stage, style, thinning);
  }
  return strokes;
}

std::vector<Disc> discs_of(const Scenery& scenery, const Stage& stage) {
  std::vector<Disc> discs;
  const auto add = [&](const PathVertex& vertex, float radius, float outline, const Colour& colour) {
    std::optional<Disc> disc = disc_at(vertex, stage);
    if (!disc) return;
    disc->radius = radius;
    disc->outline = outline;
    disc->colour = colour;
    disc->outline_colour = scenery.style.ground;
    discs.push_back(*disc);
  };
  for (const Cloud& cloud : scenery.clouds) {
    Colour colour = cloud.colour;
    colour.a *= 0.6f;
    for (const PathVertex& point : cloud.points) add(point, cloud.radius, 0.75f * scenery.style.scale, colour);
  }
  for (const Path& path : scenery.paths)
    if (const int last = last_shown(path); path.head && last >= 0)
      add(path.vertices[static_cast<std::size_t>(last)], 2.4f * path.width, 1.75f * scenery.style.scale, path.colour);
  return discs;
}

int last_shown(const Path& path) {
  const int count = static_cast<int>(path.vertices.size());
  return (path.shown < 0 ? count : std::min(path.shown, count)) - 1;
}

}  // namespace steplab::render
