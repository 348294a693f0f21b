// The landscape as a mesh of heights: what the surface shows and what a pixel of it is tested against.
#pragma once

#include "app/render/types.h"

#include <vector>

namespace steplab::render {

inline constexpr int kGridPoints = 160;  ///< at most, along the longer side

/// Heights at columns × rows points, the first and last on the border of the window. Plain data, a copy of its own.
struct SurfaceGrid {
  Point2 low{}, high{};
  int columns = 0, rows = 0;
  std::vector<float> height;  ///< 0 floor … 1 top of the box, row by row from low y; NaN where there is no surface
  double top = 0;             ///< excess at height 1
  LevelMap levels;
  bool empty() const { return height.empty(); }
};

/// Largest finite excess of a field; 1 if there is none above 0.
double largest_excess(const FieldImage& field);

/// Samples (does not average) the field at the grid points of the window. NaN outside of the field.
SurfaceGrid sample_surface(const FieldImage& field, const Point2& low, const Point2& high, const LevelMap& levels);

/// Height between the grid points (bilinear); NaN outside of the window or beside a hole.
double height_at(const SurfaceGrid& grid, double x, double y);

}  // namespace steplab::render
