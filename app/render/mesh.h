// The triangles of a surface. No GL.
#pragma once

#include "app/render/surface_grid.h"

#include <cstdint>
#include <vector>

namespace steplab::render {

inline constexpr int kMeshFloats = 6;  ///< numbers per corner

/// Corners: place across the window (0 … 1), height, normal in box units.
std::vector<float> mesh_vertices(const SurfaceGrid& grid);
/// Two triangles for each cell whose corners are all there.
std::vector<std::uint32_t> mesh_indices(const SurfaceGrid& grid);

}  // namespace steplab::render
