// From trajectories to strokes on the screen: projected, clipped at the frame, thinned to what can be seen. No GL.
#pragma once

#include "app/render/camera.h"
#include "app/render/types.h"

#include <optional>
#include <vector>

namespace steplab::render {

/// Where pictures are drawn on: the map, or with a projection the surface.
struct Stage {
  int width = 0, height = 0;
  Point2 low{}, high{};
  LevelMap levels;
  double top = 1;  ///< as in SurfaceGrid
  std::optional<Projection> projection;
  Box box;  ///< of the window
};
Stage map_stage(const Scenery& scenery, double top);
Stage surface_stage(const SurfaceFrame& frame, double top);

/// A point of the window: u, v are 0 … 1 across it (beyond: outside), height is 0 … 1.
struct StagePoint {
  double u = 0, v = 0, height = 0;
};
StagePoint stage_point(const Stage& stage, const PathVertex& vertex);

struct ScreenPoint {
  double x = 0, y = 0, depth = 0;
};
/// Depth is that of a point a little nearer to the eye, so that what lies on the surface is not hidden by it.
ScreenPoint screen_point(const Stage& stage, const StagePoint& point);

/// Corner of a stroke. `length`: from the start of the stroke along it, in pixels. `strength`: 0 … 1 opacity.
struct ScreenVertex {
  float x = 0, y = 0, depth = 0, length = 0, strength = 1;
  bool lifted = false;  ///< no line from here to the next vertex
};

/// What strokes have in common that are painted together.
struct StrokeStyle {
  Colour colour, outline_colour;
  float width = 2, thin_width = 2;  ///< pixels at strength 1 and 0
  float outline = 0;                ///< pixels on each side
  float hidden = 1;                 ///< share of the strength that is left behind the surface
  std::array<float, 4> dash{};
  bool direct = false;  ///< for a few plain lines, without outline and dashes: faster, but darker where they overlap
  friend bool operator==(const StrokeStyle&, const StrokeStyle&) = default;
};
struct Stroke {
  StrokeStyle style;
  std::vector<ScreenVertex> vertices;
};

/// A filled circle with an outline.
struct Disc {
  float x = 0, y = 0, depth = 0, radius = 3, outline = 1;
  Colour colour, outline_colour;
};

/// The part of a … b inside of the frame 0 − margin … 1 + margin; nothing if there is none. `start_cut`, `end_cut`:
/// that end was moved. Ends of any finite size.
struct Clipped {
  StagePoint a, b;
  bool start_cut = false, end_cut = false;
};
std::optional<Clipped> clipped(const StagePoint& a, const StagePoint& b, double margin_u, double margin_v);

/// How strokes are thinned. Vertices nearer than `tolerance` pixels to the last kept one are left out, and of those
/// older than the tail all but every `stride`-th. The first and last of every piece and the extremes in x and y stay.
struct Thinning {
  double tolerance = 0.75;
  int stride = 1;
};

/// A path as strokes: itself, and an arrow head if it leaves the frame for good. Empty if nothing of it is inside.
std::vector<Stroke> strokes_of(const Path& path, const Stage& stage, const Style& style, const Thinning& thinning);

inline constexpr std::size_t kSegmentBudget = 16000;
/// All paths, thinned together until they fit the budget (as nearly as their tails allow).
std::vector<Stroke> strokes_of(std::span<const Path> paths, const Stage& stage, const Style& style,
                               std::size_t budget = kSegmentBudget);

/// Clouds first, then the heads of the paths.
std::vector<Disc> discs_of(const Scenery& scenery, const Stage& stage);

/// Index of the last vertex drawn of a path, −1 if none is.
int last_shown(const Path& path);

}  // namespace steplab::render
