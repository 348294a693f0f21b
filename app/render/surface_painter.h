// The surface without paths. Private to app/render.
#pragma once

#include "app/render/field_store.h"
#include "app/render/gl_objects.h"
#include "app/render/surface_grid.h"

namespace steplab::render {

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
