// The map without paths. Private to app/render.
#pragma once

#include "app/render/field_store.h"
#include "app/render/gl_objects.h"

namespace steplab::render {

class MapPainter {
 public:
  MapPainter() : empty_array_(VertexArray::make()) {}
  /// Draws fill, contour lines and region of instability into the target.
  void paint(const MapFrame& frame, const FieldStore& field, const Target& onto, ShaderLibrary& shaders);

 private:
  VertexArray empty_array_;
};

}  // namespace steplab::render
