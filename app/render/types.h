// What the landscape view draws, as plain data. Pictures are addressed in pixels from their top left corner, x to the
// right and y down; landscapes in their own coordinates, y up.
#pragma once

#include <array>
#include <optional>
#include <span>

namespace steplab::render {

struct Colour {
  float r = 0, g = 0, b = 0, a = 1;
  friend bool operator==(const Colour&, const Colour&) = default;
};

/// The colours of a picture, from the theme.
struct Style {
  Colour low, high;  ///< fill of the lowest and of the highest point
  Colour contour;    ///< contour lines, and the hatch where the landscape is not finite
  Colour ground;     ///< outside of the landscape, and outlines of paths
  Colour ink;        ///< minima, axes, cursor
  Colour accent;     ///< cursor ring
  Colour warm;       ///< region above the stability threshold
  float scale = 1;   ///< UI scale: lines are this much thicker and hatches this much coarser
  friend bool operator==(const Style&, const Style&) = default;
};

using Point2 = std::array<double, 2>;

/// A landscape on a grid of width × height cells over the window low … high.
struct FieldImage {
  Point2 low{}, high{};
  int width = 0, height = 0;
  /// f − base at the cell centres, row by row from low y. Infinite and NaN allowed.
  std::span<const float> excess{};
  /// Largest eigenvalue of the Hessian at the cell centres; empty if not wanted. Infinite and NaN allowed.
  std::span<const float> sharpness{};
};

/// Where contour lines are: at integer c ≥ 0, with c = (e − first) / step, or log(e / first) / log(step) if logarithmic
/// (first > 0, step > 1), e being the excess. Fill and height rise smoothly with it (see rise() in levels.h).
struct LevelMap {
  bool logarithmic = true;
  double first = 1;
  double step = 2;
  double top = 0;  ///< excess at the top of the fill and of the box; ≤ 0: the largest finite one of the field
  friend bool operator==(const LevelMap&, const LevelMap&) = default;
};

struct PathVertex {
  float x = 0, y = 0;
  float excess = 0;  ///< f − base: the height of the surface there
  friend bool operator==(const PathVertex&, const PathVertex&) = default;
};

/// One trajectory. Vertices may be infinite, NaN or far off: the path is clipped at the frame, and if it ends outside,
/// an arrow head marks where it left.
struct Path {
  std::span<const PathVertex> vertices{};
  Colour colour{};
  std::array<float, 4> dash{};  ///< dash, gap, dash, gap in pixels; all zero: solid
  float width = 2;              ///< pixels, of the newest part
  int shown = -1;               ///< vertices drawn: up to the scrub position; < 0: all
  int tail = 60;                ///< how many of the newest steps are strong, fading like a comet's tail
  bool head = true;             ///< a dot at the last vertex drawn
  float faint = 0.35f;          ///< opacity of what is older than the tail
  bool bundled = false;    ///< one of many: a plain thin line without outline or dashes; where many run, it is darker
  bool projected = false;  ///< does not lie on this landscape: lighter, dashed, without outline
};

/// Points that belong together, such as the replicates of one run at one step.
struct Cloud {
  std::span<const PathVertex> points{};
  Colour colour{};
  float radius = 2.5f;  ///< pixels
};

/// What map and surface have in common.
struct Scenery {
  int width = 0, height = 0;  ///< pixels of the picture
  Point2 low{}, high{};       ///< the window shown; may differ from the field's
  LevelMap levels;
  bool contours = true;
  bool stability = false;  ///< hatch where sharpness > threshold (needs the field's sharpness)
  float threshold = 0;     ///< 2/η; may be negative where weight decay lowers it
  Style style;
  std::span<const Path> paths;         ///< later ones over earlier ones
  std::span<const Cloud> clouds;       ///< over the paths, below the heads
  std::span<const PathVertex> minima;  ///< thin crosses
};

struct MapFrame : Scenery {};

/// Looks at a target from a distance. The landscape stands in a box: x and y from −1 to 1 (the shorter side less, see
/// Box in camera.h), z from 0 to kBoxHeight.
struct Camera {
  float azimuth = -0.9f;                     ///< radians, from the x axis towards y; any value
  float elevation = 0.75f;                   ///< radians above the floor; see limited()
  float distance = 4.6f;                     ///< from the target, in box units
  std::array<float, 3> target{0, 0, 0.22f};  ///< box units
  friend bool operator==(const Camera&, const Camera&) = default;
};

struct SurfaceFrame : Scenery {
  Camera camera;
  std::optional<Point2> cursor;  ///< marked by a needle if inside the window
  float supersample = 1.5f;  ///< the surface is drawn this much larger and scaled down: 1 (while it is turned) … 2
  bool axes = true;          ///< box, floor grid and tick marks
};

}  // namespace steplab::render
