// Draws the landscape: the map from above and the surface in space. Owns GL objects; the pictures are textures that any
// user interface can show.
#pragma once

#include "app/render/surface_grid.h"
#include "app/render/types.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace steplab::render {

/// Needs a current OpenGL 3.3 core context from construction to destruction. Every call leaves framebuffer 0 bound, the
/// viewport as it was, and blending, depth and scissor tests off. A picture that did not change is not drawn again.
class LandscapeRenderer {
 public:
  /// `shader_folder`: files there replace the built-in shaders of the same name; empty: built-in ones only.
  /// std::runtime_error if the built-in shaders do not compile.
  explicit LandscapeRenderer(std::filesystem::path shader_folder = {});
  ~LandscapeRenderer();
  LandscapeRenderer(const LandscapeRenderer&) = delete;
  LandscapeRenderer& operator=(const LandscapeRenderer&) = delete;

  /// Uploads a field; the old one, stretched, is shown until then. Does nothing for an empty one. The spans may go away
  /// afterwards.
  void set_field(const FieldImage& field);
  bool has_field() const;

  /// Texture of frame.width × frame.height pixels, RGBA, first row on top (the user interface's default orientation);
  /// 0 if the size is not positive. Valid until the next call of the same function with another size.
  unsigned draw_map(const MapFrame& frame);
  unsigned draw_surface(const SurfaceFrame& frame);

  /// The surface as drawn last, for pick() and place() (picking.h).
  const SurfaceGrid& grid() const;

  /// Compiles shaders of the override folder that changed since. One line for each that is broken, with file and line
  /// number; its old program stays in use.
  std::vector<std::string> reload_changed_shaders();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Pixels of a texture of this size: RGBA, row by row in the texture's order (pictures: from the top).
std::vector<unsigned char> read_texture(unsigned texture, int width, int height);

}  // namespace steplab::render
