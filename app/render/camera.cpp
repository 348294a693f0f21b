#include "app/render/camera.h"

#include "app/render/picking.h"

#include <Eigen/Geometry>
#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steplab::render {
namespace {

constexpr double kHalfOpening = 15 * std::numbers::pi / 180;

Eigen::Vector3d direction_to_eye(const Camera& camera) {
  const double azimuth = camera.azimuth, elevation = camera.elevation;
  return {std::cos(elevation) * std::cos(azimuth), std::cos(elevation) * std::sin(azimuth), std::sin(elevation)};
}

Eigen::Matrix4d looking(const Eigen::Vector3d& eye, const Eigen::Vector3d& backward) {
  const Eigen::Vector3d right = Eigen::Vector3d::UnitZ().cross(backward).normalized(), up = backward.cross(right);
  Eigen::Matrix4d view = Eigen::Matrix4d::Identity();
  view.topLeftCorner<3, 3>() << right.transpose(), up.transpose(), backward.transpose();
  view.topRightCorner<3, 1>() = -view.topLeftCorner<3, 3>() * eye;
  return view;
}

// OpenGL's frustum, with y turned down.
Eigen::Matrix4d frustum(double width, double height, double near, double far) {
  const double focal = std::min(width, height) / std::tan(kHalfOpening);
  Eigen::Matrix4d clip = Eigen::Matrix4d::Zero();
  clip(0, 0) = focal / width;
  clip(1, 1) = -focal / height;
  clip(2, 2) = (far + near) / (near - far);
  clip(2, 3) = 2 * far * near / (near - far);
  clip(3, 2) = -1;
  return clip;
}

// Narrows from … to to where origin + t·direction lies within −half … half (or low … high).
bool narrow(double origin, double direction, double low, double high, double& from, double& to) {
  if (std::abs(direction) < 1e-12) return origin >= low && origin <= high;
  const double a = (low - origin) / direction, b = (high - origin) / direction;
  from = std::max(from, std::min(a, b));
  to = std::min(to, std::max(a, b));
  return from <= to;
}

}  // namespace

Box box_of(const Point2& low, const Point2& high) {
  const double dx = high[0] - low[0], dy = high[1] - low[1], longer = std::max(dx, dy);
  return {std::clamp(dx / longer, 0.5, 1.0), std::clamp(dy / longer, 0.5, 1.0)};
}

Projection::Projection(const Camera& camera, int width, int height) : width_(width), height_(height) {
  const Eigen::Vector3d target(camera.target[0], camera.target[1], camera.target[2]),
      backward = direction_to_eye(camera);
  eye_ = target + camera.distance * backward;
  const double near = std::max(0.05, camera.distance - 2.5), far = camera.distance + 3.0;
  clip_from_box_ = frustum(width_, height_, near, far) * looking(eye_, backward);
  box_from_clip_ = clip_from_box_.inverse();
}

Eigen::Vector3d Projection::to_screen(const Eigen::Vector3d& point) const {
  const Eigen::Vector4d clip = clip_from_box_ * point.homogeneous();
  const Eigen::Vector3d ndc = clip.head<3>() / clip.w();
  return {(0.5 + 0.5 * ndc.x()) * width_, (0.5 + 0.5 * ndc.y()) * height_, 0.5 + 0.5 * ndc.z()};
}

Ray Projection::through(double x, double y) const {
  const Eigen::Vector4d far = box_from_clip_ * Eigen::Vector4d(2 * x / width_ - 1, 2 * y / height_ - 1, 1, 1);
  return {eye_, (far.head<3>() / far.w() - eye_).normalized()};
}

Eigen::Vector3d in_box(const Box& box, double u, double v, double height) {
  return {(2 * u - 1) * box.half_x, (2 * v - 1) * box.half_y, height * kBoxHeight};
}

std::optional<double> hit(const SurfaceGrid& grid, const Ray& ray, double furthest) {
  if (grid.empty()) return {};
  const Box box = box_of(grid.low, grid.high);
  double from = 0, to = furthest;
  if (!narrow(ray.origin.x(), ray.direction.x(), -box.half_x, box.half_x, from, to)) return {};
  if (!narrow(ray.origin.y(), ray.direction.y(), -box.half_y, box.half_y, from, to)) return {};
  if (!narrow(ray.origin.z(), ray.direction.z(), -1e-3, kBoxHeight + 1e-3, from, to)) return {};
  // Height of the ray above the surface; NaN over a hole.
  const auto gap = [&](double t) {
    const Eigen::Vector3d p = ray.origin + t * ray.direction;
    const double u = std::clamp(0.5 + 0.5 * p.x() / box.half_x, 0.0, 1.0);
    const double v = std::clamp(0.5 + 0.5 * p.y() / box.half_y, 0.0, 1.0);
    return p.z() - kBoxHeight * height_at(grid, std::lerp(grid.low[0], grid.high[0], u),
                                          std::lerp(grid.low[1], grid.high[1], v));
  };
  const int steps = 2 + 2 * static_cast<int>((to - from) * std::max(grid.columns, grid.rows) / 2);
  double before = from, gap_before = gap(from);
  for (int i = 1; i <= steps; ++i) {
    const double now = std::lerp(from, to, static_cast<double>(i) / steps), gap_now = gap(now);
    if (gap_before * gap_now <= 0) {
      double a = before, b = now;
      for (int halving = 0; halving < 40; ++halving) {
        const double middle = 0.5 * (a + b);
        (gap(middle) * gap_before > 0 ? a : b) = middle;
      }
      return 0.5 * (a + b);
    }
    before = now;
    gap_before = gap_now;
  }
  return {};
}

Camera limited(Camera camera) {
  constexpr float kDegree = std::numbers::pi_v<float> / 180;
  camera.azimuth = std::remainder(camera.azimuth, 2 * std::numbers::pi_v<float>);
  camera.elevation = std::clamp(camera.elevation, 5 * kDegree, 89 * kDegree);
  camera.distance = std::clamp(camera.distance, 1.6f, 12.0f);
  return camera;
}

Camera orbited(const Camera& camera, float dx, float dy) {
  constexpr float kRadiansPerPixel = 0.006f;
  Camera turned = camera;
  turned.azimuth -= dx * kRadiansPerPixel;
  turned.elevation += dy * kRadiansPerPixel;
  return limited(turned);
}

Camera zoomed(const Camera& camera, float wheel) {
  Camera moved = camera;
  moved.distance *= std::pow(0.9f, wheel);
  return limited(moved);
}

}  // namespace steplab::render
