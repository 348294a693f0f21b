#include "app/render/map_painter.h"

#include <cmath>

namespace steplab::render {
namespace {

// Texture coordinates of a field along an axis of the picture: scale · pixel + offset.
struct TextureAxis {
  float scale, offset;
};

TextureAxis texture_axis(const MapFrame& frame, const FieldImage& field, std::size_t axis) {
  const double field_size = field.high[axis] - field.low[axis], size = frame.high[axis] - frame.low[axis];
  const double share = size / field_size, low = (frame.low[axis] - field.low[axis]) / field_size;
  if (axis == 0) return {static_cast<float>(share / frame.width), static_cast<float>(low)};
  return {static_cast<float>(-share / frame.height), static_cast<float>(low + share)};  // pixels go down
}

// Pixels from the picture's corner to the landscape's origin, across a hatch of this direction, within a period.
float hatch_origin(const MapFrame& frame, double sign) {
  const double x = -frame.low[0] / (frame.high[0] - frame.low[0]) * frame.width;
  const double y = frame.high[1] / (frame.high[1] - frame.low[1]) * frame.height;
  return static_cast<float>(std::fmod((x + sign * y) * 0.70711, kHatchPeriod * static_cast<double>(frame.style.scale)));
}

}  // namespace

void MapPainter::paint(const MapFrame& frame, const FieldStore& field, const Target& onto, ShaderLibrary& shaders) {
  const bool stability = frame.stability && field.has_sharpness();
  const TextureAxis x = texture_axis(frame, field.image(), 0), y = texture_axis(frame, field.image(), 1);
  draw_into(onto);
  Program& program = shaders.use(stability ? ProgramId::kMapStability : ProgramId::kMap);
  set_common(program, frame, top_of(frame.levels, field), 1);
  program.set("excess", 0);
  program.set("sharpness", 1);
  program.set("texture_scale", x.scale, y.scale);
  program.set("texture_offset", x.offset, y.offset);
  program.set("contours", frame.contours);
  program.set("threshold", frame.threshold);
  program.set("hatch_origin", hatch_origin(frame, 1));
  program.set("cross_hatch_origin", hatch_origin(frame, -1));
  if (stability) bind_texture(1, field.sharpness());
  bind_texture(0, field.excess());
  glBindVertexArray(empty_array_.id());
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

}  // namespace steplab::render
