// The box that a landscape stands in, and how it is seen.
#pragma once

#include "app/render/surface_grid.h"
#include "app/render/types.h"

#include <Eigen/Core>

namespace steplab::render {

inline constexpr double kBoxHeight = 0.75;

/// Half sides of the box's floor: 1 for the longer side of the window, and its share for the shorter, at least 0.5.
struct Box {
  double half_x = 1, half_y = 1;
};
Box box_of(const Point2& low, const Point2& high);

struct Ray {
  Eigen::Vector3d origin, direction;  ///< box units; direction of length 1
};

/// Perspective from box units to pixels, with an opening of 30° along the shorter side of the picture.
class Projection {
 public:
  Projection(const Camera& camera, int width, int height);

  /// Pixel x, pixel y, depth (0 near … 1 far).
  Eigen::Vector3d to_screen(const Eigen::Vector3d& point) const;
  /// From the eye through a pixel.
  Ray through(double x, double y) const;
  const Eigen::Vector3d& eye() const { return eye_; }
  /// For a vertex shader; the first row of the picture is its top.
  const Eigen::Matrix4d& clip_from_box() const { return clip_from_box_; }
  double width() const { return width_; }
  double height() const { return height_; }

 private:
  double width_, height_;
  Eigen::Vector3d eye_;
  Eigen::Matrix4d clip_from_box_, box_from_clip_;
};

/// Box coordinates of a point of the window (u, v in 0 … 1 across it) at a height of 0 … 1.
Eigen::Vector3d in_box(const Box& box, double u, double v, double height);

/// Distance along the ray to the surface, nothing if it is not met before `furthest`.
std::optional<double> hit(const SurfaceGrid& grid, const Ray& ray, double furthest);

}  // namespace steplab::render
