#include "app/render/surface_grid.h"

#include "app/render/levels.h"
#include "app/render/refine.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab::render {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

// Nearest cell, or −1 outside of the field.
int cell_at(double x, double low, double high, int cells) {
  const double place = (x - low) / (high - low) * cells;
  if (!(place >= -1e-9 && place <= cells + 1e-9)) return -1;
  return std::clamp(static_cast<int>(place), 0, cells - 1);
}

double between(double low, double high, int index, int points) { return low + (high - low) * index / (points - 1); }

// The cells of one axis that its grid points fall into.
std::vector<int> cells_of(const FieldImage& field, const Point2& low, const Point2& high, std::size_t axis,
                          int points) {
  std::vector<int> cells(static_cast<std::size_t>(points));
  for (int i = 0; i < points; ++i)
    cells[static_cast<std::size_t>(i)] = cell_at(between(low[axis], high[axis], i, points), field.low[axis],
                                                 field.high[axis], axis == 0 ? field.width : field.height);
  return cells;
}

}  // namespace

double largest_excess(const FieldImage& field) {
  float largest = 0;
  for (const float e : field.excess)
    if (e > largest && e < kInfiniteFrom) largest = e;
  return largest > 0 ? static_cast<double>(largest) : 1;
}

SurfaceGrid sample_surface(const FieldImage& field, const Point2& low, const Point2& high, const LevelMap& levels) {
  const double dx = high[0] - low[0], dy = high[1] - low[1], longer = std::max(dx, dy);
  // Beside a very long side the short one is stretched (see box_of()).
  const auto points = [&](double side, int cells) {
    return std::clamp(static_cast<int>(std::lround(kGridPoints * std::max(side / longer, 0.5))), 2, std::max(cells, 2));
  };
  SurfaceGrid grid{low, high, points(dx, field.width), points(dy, field.height), {}, 0, levels};
  grid.top = levels.top > 0 ? levels.top : largest_excess(field);
  const std::vector<int> column_cells = cells_of(field, low, high, 0, grid.columns);
  const std::vector<int> row_cells = cells_of(field, low, high, 1, grid.rows);
  grid.height.reserve(column_cells.size() * row_cells.size());
  for (const int row : row_cells)
    for (const int column : column_cells) {
      const float excess = row < 0 || column < 0
                               ? kNone
                               : field.excess[static_cast<std::size_t>(row) * static_cast<std::size_t>(field.width) +
                                              static_cast<std::size_t>(column)];
      grid.height.push_back(std::abs(excess) < kInfiniteFrom ? static_cast<float>(rise(levels, grid.top, excess))
                                                             : kNone);
    }
  return grid;
}

double height_at(const SurfaceGrid& grid, double x, double y) {
  const double u = (x - grid.low[0]) / (grid.high[0] - grid.low[0]) * (grid.columns - 1);
  const double v = (y - grid.low[1]) / (grid.high[1] - grid.low[1]) * (grid.rows - 1);
  if (grid.empty() || !(u >= 0 && v >= 0 && u <= grid.columns - 1 && v <= grid.rows - 1)) return kNone;
  const int column = std::min(static_cast<int>(u), grid.columns - 2),
            row = std::min(static_cast<int>(v), grid.rows - 2);
  const double s = u - column, t = v - row;
  const auto corner = [&](int dx, int dy) {
    return static_cast<double>(grid.height[static_cast<std::size_t>((row + dy) * grid.columns + column + dx)]);
  };
  return (1 - t) * ((1 - s) * corner(0, 0) + s * corner(1, 0)) + t * ((1 - s) * corner(0, 1) + s * corner(1, 1));
}

}  // namespace steplab::render
