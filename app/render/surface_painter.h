// The surface without paths. Private to app/render.
#pragma once

#include "app/render/field_store.h"
#include "app/render/gl_objects.h"
#include "app/render/surface_grid.h"

#include <cstdint>
#include <vector>

namespace steplab::render {

/// Corners of the mesh: place across the window (0 … 1), height, normal in box units; six numbers each.
std::vector<float> mesh_vertices(const SurfaceGrid& grid);
/// Two triangles for each cell whose corners are all there.
std::vector<std::uint32_t> mesh_indices(const SurfaceGrid& grid);

class SurfacePainter {
 public:
  SurfacePainter();
  void set_mesh(const SurfaceGrid& grid);
  /// Clears the target to the ground colour and draws the surface. `thickness`: texels of the target per pixel.
  void paint(const SurfaceFrame& frame, const FieldStore& field, const Target& onto, float thickness,
             ShaderLibrary& shaders);

 private:
  VertexArray array_;
  Buffer vertices_, indices_;
  int index_count_ = 0;
};

}  // namespace steplab::render
