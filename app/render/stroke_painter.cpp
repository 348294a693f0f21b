#include "app/render/stroke_painter.h"

#include <algorithm>
#include <cmath>

namespace steplab::render {
namespace {

constexpr int kVertexFloats = 5;  // x, y, depth, length, strength
constexpr int kDiscFloats = 13;   // x, y, depth, radius, outline, two colours

void attribute(GLuint location, int size, int stride, int offset) {
  glEnableVertexAttribArray(location);
  const auto bytes = static_cast<std::uintptr_t>(offset) * sizeof(float);
  glVertexAttribPointer(location, size, GL_FLOAT, GL_FALSE, stride * static_cast<GLsizei>(sizeof(float)),
                        reinterpret_cast<const void*>(bytes));
  glVertexAttribDivisor(location, 1);
}

float period_of(const std::array<float, 4>& dash) { return dash[0] + dash[1] + dash[2] + dash[3]; }

void pack(const Stroke& stroke, std::vector<float>& out) {
  const float period = period_of(stroke.style.dash);
  for (const ScreenVertex& v : stroke.vertices) {
    // Small lengths keep the dashes of long paths exact in single precision.
    const float length = period > 0 ? std::fmod(v.length, period) : 0;
    out.insert(out.end(), {v.x, v.y, v.depth, length, v.lifted ? -1 - v.strength : v.strength});
  }
}

void put_colour(const Colour& colour, std::vector<float>& out) {
  out.insert(out.end(), {colour.r, colour.g, colour.b, colour.a});
}

void send(const std::vector<float>& values) {
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(values.size() * sizeof(float)), values.data(), GL_STREAM_DRAW);
}

// The picture itself stays opaque.
void blend_premultiplied() {
  glEnable(GL_BLEND);
  glBlendFuncSeparate(GL_ONE, GL_ONE_MINUS_SRC_ALPHA, GL_ZERO, GL_ONE);
}

float reach_of(const StrokeStyle& style) { return 0.5f * std::max(style.width, style.thin_width) + style.outline + 1; }

void set_depth(Program& program, const Depth& depth) {
  program.set("hides", depth.texture != 0);
  program.set("depth", 0);
  program.set("depth_pixels", depth.pixels);
  bind_texture(0, depth.texture);
}

}  // namespace

StrokePainter::StrokePainter()
    : stroke_array_(VertexArray::make()),
      disc_array_(VertexArray::make()),
      empty_array_(VertexArray::make()),
      stroke_buffer_(Buffer::make()),
      disc_buffer_(Buffer::make()) {
  // A vertex serves as the end of one piece and as the start of the next: the same buffer, one vertex apart.
  glBindVertexArray(stroke_array_.id());
  glBindBuffer(GL_ARRAY_BUFFER, stroke_buffer_.id());
  attribute(0, 3, kVertexFloats, 0);
  attribute(1, 2, kVertexFloats, 3);
  attribute(2, 3, kVertexFloats, kVertexFloats);
  attribute(3, 2, kVertexFloats, kVertexFloats + 3);
  glBindVertexArray(disc_array_.id());
  glBindBuffer(GL_ARRAY_BUFFER, disc_buffer_.id());
  attribute(0, 3, kDiscFloats, 0);
  attribute(1, 2, kDiscFloats, 3);
  attribute(2, 4, kDiscFloats, 5);
  attribute(3, 4, kDiscFloats, 9);
  glBindVertexArray(0);
}

void StrokePainter::paint(std::span<const Stroke> strokes, const Target& onto, ShaderLibrary& shaders,
                          const Depth& depth) {
  while (!strokes.empty()) {
    const StrokeStyle& style = strokes.front().style;
    const auto end =
        std::find_if(strokes.begin(), strokes.end(), [&](const Stroke& stroke) { return stroke.style != style; });
    const std::span<const Stroke> group(strokes.begin(), end);
    const Area area = gather(group, onto);
    if (area.width > 0 && area.height > 0 && style.direct) {
      draw_directly(style, onto, shaders, depth);
    } else if (area.width > 0 && area.height > 0) {
      resize(coverage_, onto.width, onto.height, Pixels::kCoverage);
      cover(style, area, shaders, depth);
      compose(style, area, onto, shaders);
    }
    strokes = strokes.subspan(group.size());
  }
}

StrokePainter::Area StrokePainter::gather(std::span<const Stroke> group, const Target& onto) {
  const float reach = reach_of(group.front().style);
  float low_x = 1e9f, low_y = 1e9f, high_x = -1e9f, high_y = -1e9f;
  packed_.clear();
  for (const Stroke& stroke : group) {
    pack(stroke, packed_);
    for (const ScreenVertex& v : stroke.vertices) {
      low_x = std::min(low_x, v.x), high_x = std::max(high_x, v.x);
      low_y = std::min(low_y, v.y), high_y = std::max(high_y, v.y);
    }
  }
  if (packed_.size() < 2 * kVertexFloats) return {};
  const auto clamped = [](float value, int most) {
    return static_cast<int>(std::clamp(value, 0.0f, static_cast<float>(most)));
  };
  Area area{clamped(low_x - reach, onto.width), clamped(low_y - reach, onto.height), 0, 0};
  area.width = clamped(std::ceil(high_x + reach), onto.width) - area.x;
  area.height = clamped(std::ceil(high_y + reach), onto.height) - area.y;
  return area;
}

void StrokePainter::draw_segments(const StrokeStyle& style, const Target& onto, Program& program, const Depth& depth) {
  program.set("picture", static_cast<float>(onto.width), static_cast<float>(onto.height));
  program.set("reach", reach_of(style));
  program.set("width", style.width);
  program.set("thin_width", style.thin_width);
  program.set("hidden", style.hidden);
  set_depth(program, depth);
  glBindVertexArray(stroke_array_.id());
  glBindBuffer(GL_ARRAY_BUFFER, stroke_buffer_.id());
  send(packed_);
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(packed_.size() / kVertexFloats) - 1);
}

void StrokePainter::draw_directly(const StrokeStyle& style, const Target& onto, ShaderLibrary& shaders,
                                  const Depth& depth) {
  draw_into(onto);
  blend_premultiplied();
  Program& program = shaders.use(ProgramId::kStrokeDirect);
  program.set("colour", style.colour);
  draw_segments(style, onto, program, depth);
}

void StrokePainter::cover(const StrokeStyle& style, const Area& area, ShaderLibrary& shaders, const Depth& depth) {
  draw_into(coverage_);
  glEnable(GL_SCISSOR_TEST);
  glScissor(area.x, area.y, area.width, area.height);
  glClearColor(0, 0, 0, 0);
  glClear(GL_COLOR_BUFFER_BIT);
  glEnable(GL_BLEND);
  glBlendEquation(GL_MAX);
  Program& program = shaders.use(ProgramId::kStroke);
  program.set("outline", style.outline);
  program.set("dash", style.dash);
  draw_segments(style, coverage_, program, depth);
  glBlendEquation(GL_FUNC_ADD);
  glDisable(GL_SCISSOR_TEST);
}

void StrokePainter::compose(const StrokeStyle& style, const Area& area, const Target& onto, ShaderLibrary& shaders) {
  draw_into(onto);
  glEnable(GL_SCISSOR_TEST);
  glScissor(area.x, area.y, area.width, area.height);
  blend_premultiplied();
  Program& program = shaders.use(ProgramId::kCompose);
  program.set("coverage", 0);
  program.set("colour", style.colour);
  program.set("outline_colour", style.outline_colour);
  bind_texture(0, coverage_.colour.id());
  glBindVertexArray(empty_array_.id());
  glDrawArrays(GL_TRIANGLES, 0, 3);
  glDisable(GL_SCISSOR_TEST);
}

void StrokePainter::paint(std::span<const Disc> discs, const Target& onto, ShaderLibrary& shaders, const Depth& depth) {
  if (discs.empty()) return;
  packed_.clear();
  for (const Disc& disc : discs) {
    packed_.insert(packed_.end(), {disc.x, disc.y, disc.depth, disc.radius, disc.outline});
    put_colour(disc.colour, packed_);
    put_colour(disc.outline_colour, packed_);
  }
  draw_into(onto);
  blend_premultiplied();
  Program& program = shaders.use(ProgramId::kDisc);
  program.set("picture", static_cast<float>(onto.width), static_cast<float>(onto.height));
  set_depth(program, depth);
  glBindVertexArray(disc_array_.id());
  glBindBuffer(GL_ARRAY_BUFFER, disc_buffer_.id());
  send(packed_);
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<GLsizei>(discs.size()));
}

}  // namespace steplab::render
