// Paints strokes and discs onto a picture, smooth without multisampling. Private to app/render.
#pragma once

#include "app/render/gl_objects.h"
#include "app/render/path_geometry.h"
#include "app/render/shader_library.h"

#include <span>
#include <vector>

namespace steplab::render {

/// What hides strokes: the depth of a surface, whose picture has `pixels` texels per pixel. Texture 0: nothing hides.
struct Depth {
  GLuint texture = 0;
  float pixels = 1;
};

class StrokePainter {
 public:
  StrokePainter();
  /// Neighbours of equal style are painted together: where they overlap they do not get darker.
  void paint(std::span<const Stroke> strokes, const Target& onto, ShaderLibrary& shaders, const Depth& depth);
  void paint(std::span<const Disc> discs, const Target& onto, ShaderLibrary& shaders, const Depth& depth);

 private:
  struct Area {
    int x = 0, y = 0, width = 0, height = 0;
  };
  /// Packs the group; the part of the picture that it touches.
  Area gather(std::span<const Stroke> group, const Target& onto);
  void draw_segments(const StrokeStyle& style, const Target& onto, Program& program, const Depth& depth);
  void draw_directly(const StrokeStyle& style, const Target& onto, ShaderLibrary& shaders, const Depth& depth);
  void cover(const StrokeStyle& style, const Area& area, ShaderLibrary& shaders, const Depth& depth);
  void compose(const StrokeStyle& style, const Area& area, const Target& onto, ShaderLibrary& shaders);

  VertexArray stroke_array_, disc_array_, empty_array_;
  Buffer stroke_buffer_, disc_buffer_;
  Target coverage_;
  std::vector<float> packed_;
};

}  // namespace steplab::render
