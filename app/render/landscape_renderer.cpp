#include "app/render/landscape_renderer.h"

#include "app/render/field_store.h"
#include "app/render/frame_key.h"
#include "app/render/gl_objects.h"
#include "app/render/map_painter.h"
#include "app/render/marks.h"
#include "app/render/path_geometry.h"
#include "app/render/shader_library.h"
#include "app/render/stroke_painter.h"
#include "app/render/surface_painter.h"

#include <algorithm>
#include <cmath>

namespace steplab::render {
namespace {

// A picture in two layers: what changes with the view, and on top of it what changes with every step.
struct Layers {
  Target large;  // the surface before it is scaled down, with its depth
  Target backdrop, picture;
  std::uint64_t backdrop_key = 0, marks_key = 0;
  void forget() { backdrop_key = marks_key = 0; }
};

void clear(const Target& target, const Colour& colour) {
  draw_into(target);
  glClearColor(colour.r, colour.g, colour.b, 1);
  glClear(GL_COLOR_BUFFER_BIT | (target.depth ? GL_DEPTH_BUFFER_BIT : 0u));
}

void copy(const Target& from, const Target& to) {
  glBindFramebuffer(GL_READ_FRAMEBUFFER, from.framebuffer.id());
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, to.framebuffer.id());
  const GLenum filter = from.width == to.width && from.height == to.height ? GL_NEAREST : GL_LINEAR;
  glBlitFramebuffer(0, 0, from.width, from.height, 0, 0, to.width, to.height, GL_COLOR_BUFFER_BIT, filter);
}

}  // namespace

struct LandscapeRenderer::Parts {
  explicit Parts(std::filesystem::path folder) : shaders(std::move(folder)) {}

  void draw_backdrop(const MapFrame& frame);
  void draw_backdrop(const SurfaceFrame& frame, float thickness);
  void forget() {
    map.forget();
    surface.forget();
  }

  ShaderLibrary shaders;
  FieldStore field;
  MapPainter map_painter;
  SurfacePainter surface_painter;
  StrokePainter strokes;
  SurfaceGrid grid;
  bool grid_is_old = true;
  Layers map, surface;
};

LandscapeRenderer::LandscapeRenderer(std::filesystem::path shader_folder)
    : parts_(std::make_unique<Parts>(std::move(shader_folder))) {}

LandscapeRenderer::~LandscapeRenderer() = default;

void LandscapeRenderer::set_field(const FieldImage& field) {
  if (field.width <= 0 || field.height <= 0 || field.excess.empty()) return;
  const StateGuard guard;
  parts_->field.set(field);
  parts_->grid_is_old = true;
  parts_->forget();
}

bool LandscapeRenderer::has_field() const { return !parts_->field.empty(); }

const SurfaceGrid& LandscapeRenderer::grid() const { return parts_->grid; }

void LandscapeRenderer::Parts::draw_backdrop(const MapFrame& frame) {
  resize(map.backdrop, frame.width, frame.height, Pixels::kColour);
  if (field.empty()) {
    clear(map.backdrop, frame.style.ground);
  } else {
    map_painter.paint(frame, field, map.backdrop, shaders);
  }
}

unsigned LandscapeRenderer::draw_map(const MapFrame& frame) {
  if (frame.width <= 0 || frame.height <= 0) return 0;
  Parts& parts = *parts_;
  Layers& layers = parts.map;
  const std::uint64_t backdrop = backdrop_key(frame), marks = marks_key(frame);
  if (layers.backdrop_key == backdrop && layers.marks_key == marks) return layers.picture.colour.id();
  const StateGuard guard;
  if (layers.backdrop_key != backdrop) parts.draw_backdrop(frame);
  resize(layers.picture, frame.width, frame.height, Pixels::kColour);
  copy(layers.backdrop, layers.picture);
  const Stage stage = map_stage(frame, top_of(frame.levels, parts.field));
  parts.strokes.paint(strokes_of(frame.paths, stage, frame.style), layers.picture, parts.shaders, {});
  parts.strokes.paint(crosses_of(frame, stage), layers.picture, parts.shaders, {});
  parts.strokes.paint(discs_of(frame, stage), layers.picture, parts.shaders, {});
  layers.backdrop_key = backdrop;
  layers.marks_key = marks;
  return layers.picture.colour.id();
}

void LandscapeRenderer::Parts::draw_backdrop(const SurfaceFrame& frame, float thickness) {
  const auto texels = [&](int pixels) { return static_cast<int>(std::lround(static_cast<float>(pixels) * thickness)); };
  resize(surface.large, texels(frame.width), texels(frame.height), Pixels::kColour, true);
  resize(surface.backdrop, frame.width, frame.height, Pixels::kColour);
  if (field.empty()) {
    clear(surface.large, frame.style.ground);
    copy(surface.large, surface.backdrop);
    return;
  }
  const bool same_grid =
      !grid_is_old && grid.low == frame.low && grid.high == frame.high && grid.levels == frame.levels;
  if (!same_grid) {
    grid = sample_surface(field.image(), frame.low, frame.high, frame.levels);
    surface_painter.set_mesh(grid);
    grid_is_old = false;
  }
  surface_painter.paint(frame, field, surface.large, thickness, shaders);
  copy(surface.large, surface.backdrop);
}

unsigned LandscapeRenderer::draw_surface(const SurfaceFrame& frame) {
  if (frame.width <= 0 || frame.height <= 0) return 0;
  Parts& parts = *parts_;
  Layers& layers = parts.surface;
  const std::uint64_t backdrop = backdrop_key(frame), marks = marks_key(frame);
  if (layers.backdrop_key == backdrop && layers.marks_key == marks) return layers.picture.colour.id();
  const StateGuard guard;
  const float thickness = std::clamp(frame.supersample, 1.0f, 2.0f);
  if (layers.backdrop_key != backdrop) parts.draw_backdrop(frame, thickness);
  resize(layers.picture, frame.width, frame.height, Pixels::kColour);
  copy(layers.backdrop, layers.picture);
  const Stage stage = surface_stage(frame, top_of(frame.levels, parts.field));
  const Depth depth{layers.large.depth.id(), thickness};
  std::vector<Disc> discs = discs_of(frame, stage);
  const auto paint = [&](const std::vector<Stroke>& strokes) {
    parts.strokes.paint(strokes, layers.picture, parts.shaders, depth);
  };
  if (frame.axes) paint(box_of_lines(frame, stage));
  paint(crosses_of(frame, stage));
  paint(strokes_of(frame.paths, stage, frame.style));
  paint(needle_of(frame, stage, parts.grid, discs));
  parts.strokes.paint(discs, layers.picture, parts.shaders, depth);
  layers.backdrop_key = backdrop;
  layers.marks_key = marks;
  return layers.picture.colour.id();
}

std::vector<std::string> LandscapeRenderer::reload_changed_shaders() {
  bool changed = false;
  std::vector<std::string> problems = parts_->shaders.reload(changed);
  if (changed) parts_->forget();
  return problems;
}

std::vector<unsigned char> read_texture(unsigned texture, int width, int height) {
  std::vector<unsigned char> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  glPixelStorei(GL_PACK_ALIGNMENT, 4);
  bind_texture(0, texture);
  glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  bind_texture(0, 0);
  return pixels;
}

}  // namespace steplab::render
