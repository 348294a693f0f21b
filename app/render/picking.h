// Between pixels of the surface picture and points of the landscape. No GL.
#pragma once

#include "app/render/surface_grid.h"
#include "app/render/types.h"

#include <optional>
#include <vector>

namespace steplab::render {

/// A point of the landscape in the surface picture.
struct Placed {
  float x = 0, y = 0;   ///< pixels
  float depth = 0;      ///< 0 near … 1 far, as in the depth buffer
  bool hidden = false;  ///< behind the surface
};

/// Where (x, y, excess) is seen; nothing if it is outside of the window or not finite. An empty grid hides nothing.
std::optional<Placed> place(const SurfaceFrame& frame, const SurfaceGrid& grid, const PathVertex& point);

/// The point of the surface under a pixel; nothing where the pixel shows none.
std::optional<Point2> pick(const SurfaceFrame& frame, const SurfaceGrid& grid, float x, float y);

/// A number to be written beside the box.
struct TickLabel {
  enum class Axis { kX, kY, kHeight };
  Axis axis = Axis::kX;
  double value = 0;                    ///< coordinate, or the excess
  float x = 0, y = 0;                  ///< pixels, a little outside of the box; to be centred on
  float outward_x = 0, outward_y = 0;  ///< unit vector away from the box, for alignment
};

/// Labels along the two front edges of the floor and the leftmost upright edge. `top` as in SurfaceGrid.
std::vector<TickLabel> tick_labels(const SurfaceFrame& frame, double top);

/// The camera with elevation within 5° … 89° and distance within 1.6 … 12.
Camera limited(Camera camera);
/// The camera after a drag of (dx, dy) pixels, and after a turn of the wheel (> 0: nearer).
Camera orbited(const Camera& camera, float dx, float dy);
Camera zoomed(const Camera& camera, float wheel);

}  // namespace steplab::render
