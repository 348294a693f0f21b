// How a panel gets a picture without seeing the graphics library.
#pragma once

#include "app/render/surface_grid.h"
#include "app/render/types.h"

#include <cstdint>
#include <span>
#include <string>

namespace steplab {

/// Draws into textures; implemented by the window, and by nothing in tests.
class Views {
 public:
  Views() = default;
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;
  virtual ~Views() = default;
  virtual void set_field(const render::FieldImage& field) = 0;
  /// A texture's name, 0 if there is none.
  virtual unsigned draw_map(const render::MapFrame& frame) = 0;
  virtual unsigned draw_surface(const render::SurfaceFrame& frame) = 0;
  /// Texture of a picture of coloured cells, first row at v = 0; see render::ImageStore::show().
  virtual unsigned show_cells(const std::string& name, int width, int height, std::span<const std::uint32_t> cells,
                              std::uint64_t version) = 0;
  /// Of the surface drawn last.
  virtual const render::SurfaceGrid& grid() const = 0;
};

}  // namespace steplab
