#include "app/render/surface_painter.h"

#include "app/render/camera.h"
#include "app/render/mesh.h"

#include <Eigen/Geometry>

#include <cmath>

namespace steplab::render {
namespace {

// From above and from the left of the eye, so that slopes read the same from every side.
Eigen::Vector3d light_of(const Camera& camera) {
  constexpr double kToTheLeft = -1.0, kUp = 1.0;
  const double azimuth = static_cast<double>(camera.azimuth) + kToTheLeft;
  return Eigen::Vector3d(0.8 * std::cos(azimuth), 0.8 * std::sin(azimuth), kUp).normalized();
}

void attribute(GLuint location, std::uintptr_t offset) {
  glEnableVertexAttribArray(location);
  glVertexAttribPointer(location, 3, GL_FLOAT, GL_FALSE, kMeshFloats * sizeof(float),
                        reinterpret_cast<const void*>(offset * sizeof(float)));
}

}  // namespace

SurfacePainter::SurfacePainter() : array_(VertexArray::make()), vertices_(Buffer::make()), indices_(Buffer::make()) {
  glBindVertexArray(array_.id());
  glBindBuffer(GL_ARRAY_BUFFER, vertices_.id());
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices_.id());
  attribute(0, 0);
  attribute(1, 3);
  glBindVertexArray(0);
}

void SurfacePainter::set_mesh(const SurfaceGrid& grid) {
  const std::vector<float> vertices = mesh_vertices(grid);
  const std::vector<std::uint32_t> indices = mesh_indices(grid);
  index_count_ = static_cast<int>(indices.size());
  glBindVertexArray(array_.id());
  glBindBuffer(GL_ARRAY_BUFFER, vertices_.id());
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(vertices.size() * sizeof(float)), vertices.data(),
               GL_STATIC_DRAW);
  glBufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(indices.size() * sizeof(std::uint32_t)), indices.data(),
               GL_STATIC_DRAW);
}

void SurfacePainter::paint(const SurfaceFrame& frame, const FieldStore& field, const Target& onto, float thickness,
                           ShaderLibrary& shaders) {
  draw_into(onto);
  const Colour& ground = frame.style.ground;
  glClearColor(ground.r, ground.g, ground.b, 1);
  glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  const bool stability = frame.stability && field.has_sharpness();
  const FieldImage& image = field.image();
  const double field_x = image.high[0] - image.low[0], field_y = image.high[1] - image.low[1];
  const Projection projection(frame.camera, frame.width, frame.height);
  const Box box = box_of(frame.low, frame.high);
  const Eigen::Vector3f light = light_of(frame.camera).cast<float>();
  Program& program = shaders.use(stability ? ProgramId::kSurfaceStability : ProgramId::kSurface);
  set_common(program, frame, top_of(frame.levels, field), thickness);
  program.set("excess", 0);
  program.set("sharpness", 1);
  program.set("texture_scale", static_cast<float>((frame.high[0] - frame.low[0]) / field_x),
              static_cast<float>((frame.high[1] - frame.low[1]) / field_y));
  program.set("texture_offset", static_cast<float>((frame.low[0] - image.low[0]) / field_x),
              static_cast<float>((frame.low[1] - image.low[1]) / field_y));
  program.set("light", light.x(), light.y(), light.z());
  program.set("half_box", static_cast<float>(box.half_x), static_cast<float>(box.half_y),
              static_cast<float>(kBoxHeight));
  program.set("pixels_across", static_cast<float>(0.5 * box.half_x * frame.width) * thickness,
              static_cast<float>(0.5 * box.half_y * frame.width) * thickness);
  program.set("clip_from_box", Eigen::Matrix4f(projection.clip_from_box().cast<float>()));
  program.set("contours", frame.contours);
  program.set("threshold", frame.threshold);
  if (stability) bind_texture(1, field.sharpness());
  bind_texture(0, field.excess());
  glEnable(GL_DEPTH_TEST);
  glDepthFunc(GL_LESS);
  glBindVertexArray(array_.id());
  glDrawElements(GL_TRIANGLES, index_count_, GL_UNSIGNED_INT, nullptr);
  glDisable(GL_DEPTH_TEST);
}

}  // namespace steplab::render
