#include "app/render/map_painter.h"

#include <cmath>

namespace steplab::render {
namespace {

constexpr double kHatchPeriod = 8;  // as in set_common()

bool is_same_place(const MapFrame& frame, const FieldImage& field) {
  return frame.width == field.width && frame.height == field.height && frame.low == field.low &&
         frame.high == field.high;
}

// Cell coordinate of the picture's first pixel centre along an axis, and cells per pixel.
struct Cells {
  double first, per_pixel;
};

Cells cells_along(std::size_t axis, const MapFrame& frame, const FieldImage& field) {
  const int pixels = axis == 0 ? frame.width : frame.height, cells = axis == 0 ? field.width : field.height;
  const double cells_per_unit = cells / (field.high[axis] - field.low[axis]);
  const double per_pixel = (frame.high[axis] - frame.low[axis]) / pixels * cells_per_unit;
  const double at_low = (frame.low[axis] - field.low[axis]) * cells_per_unit - 0.5;
  if (axis == 0) return {at_low, per_pixel};
  return {at_low + per_pixel * pixels, -per_pixel};  // pixels go down
}

// Pixels from the picture's corner to the landscape's origin, across a hatch of this direction, within a period.
float hatch_origin(const MapFrame& frame, double sign) {
  const double x = -frame.low[0] / (frame.high[0] - frame.low[0]) * frame.width;
  const double y = frame.high[1] / (frame.high[1] - frame.low[1]) * frame.height;
  return static_cast<float>(std::fmod((x + sign * y) * 0.70711, kHatchPeriod * static_cast<double>(frame.style.scale)));
}

}  // namespace

void MapPainter::resample(const MapFrame& frame, const FieldImage& field, GLuint source, bool cubic, Target& onto,
                          ShaderLibrary& shaders) {
  resize(onto, frame.width, frame.height, Pixels::kNumber);
  draw_into(onto);
  const Cells x = cells_along(0, frame, field), y = cells_along(1, frame, field);
  Program& program = shaders.use(ProgramId::kResample);
  program.set("source", 0);
  program.set("cells_per_pixel", static_cast<float>(x.per_pixel), static_cast<float>(y.per_pixel));
  program.set("first_cell", static_cast<float>(x.first), static_cast<float>(y.first));
  program.set("cubic", cubic && std::min(x.per_pixel, -y.per_pixel) < 0.8);
  bind_texture(0, source);
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

void MapPainter::paint(const MapFrame& frame, const FieldStore& field, const Target& onto, ShaderLibrary& shaders) {
  glBindVertexArray(empty_array_.id());
  const bool direct = is_same_place(frame, field.image()), stability = frame.stability && field.has_sharpness();
  if (!direct) resample(frame, field.image(), field.excess(), true, excess_, shaders);
  if (!direct && stability) resample(frame, field.image(), field.sharpness(), false, sharpness_, shaders);
  draw_into(onto);
  Program& program = shaders.use(ProgramId::kMap);
  set_common(program, frame, top_of(frame.levels, field), 1);
  program.set("excess", 0);
  program.set("sharpness", 1);
  program.set("rows_go_up", direct);
  program.set("contours", frame.contours);
  program.set("stability", stability);
  program.set("threshold", frame.threshold);
  program.set("hatch_origin", hatch_origin(frame, 1));
  program.set("cross_hatch_origin", hatch_origin(frame, -1));
  if (stability) bind_texture(1, direct ? field.sharpness() : sharpness_.colour.id());
  bind_texture(0, direct ? field.excess() : excess_.colour.id());
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

}  // namespace steplab::render
