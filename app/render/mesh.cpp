#include "app/render/mesh.h"

#include "app/render/camera.h"

#include <Eigen/Geometry>

#include <cmath>
#include <limits>

namespace steplab::render {
namespace {

std::size_t index_of(const SurfaceGrid& grid, int column, int row) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.columns) + static_cast<std::size_t>(column);
}

// Slope of the height from one grid point to the next; one-sided at borders and holes.
float difference(const SurfaceGrid& grid, int column, int row, int dx, int dy) {
  const auto height = [&](int c, int r) {
    const bool outside = c < 0 || r < 0 || c >= grid.columns || r >= grid.rows;
    return outside ? std::numeric_limits<float>::quiet_NaN() : grid.height[index_of(grid, c, r)];
  };
  const float before = height(column - dx, row - dy), here = height(column, row), after = height(column + dx, row + dy);
  if (std::isnan(before)) return std::isnan(after) ? 0 : after - here;
  return std::isnan(after) ? here - before : 0.5f * (after - before);
}

Eigen::Vector3f normal_at(const SurfaceGrid& grid, const Box& box, int column, int row) {
  const double cell_x = 2 * box.half_x / (grid.columns - 1), cell_y = 2 * box.half_y / (grid.rows - 1);
  const double slope_x = kBoxHeight * static_cast<double>(difference(grid, column, row, 1, 0)) / cell_x;
  const double slope_y = kBoxHeight * static_cast<double>(difference(grid, column, row, 0, 1)) / cell_y;
  return Eigen::Vector3d(-slope_x, -slope_y, 1).normalized().cast<float>();
}

}  // namespace

std::vector<float> mesh_vertices(const SurfaceGrid& grid) {
  const Box box = box_of(grid.low, grid.high);
  std::vector<float> values;
  values.reserve(grid.height.size() * kMeshFloats);
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) {
      const Eigen::Vector3f normal = normal_at(grid, box, column, row);
      values.insert(values.end(), {static_cast<float>(column) / static_cast<float>(grid.columns - 1),
                                   static_cast<float>(row) / static_cast<float>(grid.rows - 1),
                                   grid.height[index_of(grid, column, row)], normal.x(), normal.y(), normal.z()});
    }
  return values;
}

std::vector<std::uint32_t> mesh_indices(const SurfaceGrid& grid) {
  std::vector<std::uint32_t> indices;
  for (int row = 0; row + 1 < grid.rows; ++row)
    for (int column = 0; column + 1 < grid.columns; ++column) {
      const std::size_t a = index_of(grid, column, row), b = a + 1, c = index_of(grid, column, row + 1), d = c + 1;
      if (std::isnan(grid.height[a] + grid.height[b] + grid.height[c] + grid.height[d])) continue;
      for (const std::size_t corner : {a, b, c, c, b, d}) indices.push_back(static_cast<std::uint32_t>(corner));
    }
  return indices;
}

}  // namespace steplab::render
