// A plane through the space of the parameters: what a map of a landscape of many dimensions shows.
#pragma once

#include "core/base/tile.h"

#include <array>
#include <span>
#include <vector>

namespace steplab {

/// The point (a, b) of the map is origin + a·u + b·v. u and v are orthonormal, all three have dim entries.
struct Plane {
  Vector origin, u, v;
  /// Share of the paths' variance about their pooled mean that lies in the directions u and v, in [0, 1] ("variance
  /// explained", as Li et al. 2018, arXiv:1712.09913, section 7, state it for trajectories). 1 if nothing moved.
  double share = 1;
};

/// What a map shows when dim == 2: the coordinates themselves.
Plane identity_plane();

/// rows × dim, row by row, as Trajectory::x.
using PathPoints = std::span<const double>;

enum class PlaneKind {
  kPrincipal,  ///< the two leading principal axes of all points (Li et al. 2018)
  kStartEnd,   ///< from the first path's start to its end, and towards the end of the next path that ended elsewhere
  kAxes,       ///< two coordinates
};

struct PlaneOptions {
  PlaneKind kind = PlaneKind::kPrincipal;
  int first_axis = 0, second_axis = 1;  ///< for kAxes; different, in [0, dim)
  /// A point the plane goes through. Empty: the first path's end (kPrincipal, kAxes), so that the map shows the surface
  /// around the place where that run came to, as Li et al. do, and not around a mean where no run ever was; or its
  /// start (kStartEnd), so that start and both ends lie in the plane.
  Vector through{};
};

/// The plane for these paths (dim ≥ 2; any number of paths, empty ones allowed). Where fewer than two directions are to
/// be had the rest are coordinate axes made orthogonal. Signs are fixed: the largest entry of u and v is positive for
/// principal axes. Points too far away to be worth showing (see kept_rows) are left out of everything.
Plane plane_of_paths(int dim, std::span<const PathPoints> paths, const PlaneOptions& options = {});

/// How many rows of each path count: a path is cut before its first point that is not finite or farther from its start
/// than 20 times the usual distance. The usual distance is the median of ‖x − start‖ over the points of all paths that
/// stay within 10⁶ (1 + ‖start‖), or 1 + ‖start‖ if no path does: so runs that diverge do not spoil the view.
std::vector<std::size_t> kept_rows(int dim, std::span<const PathPoints> paths);

struct PlanePoint {
  double a = 0, b = 0;
  double distance = 0;  ///< to the plane, in the units of x
};
/// x has dim entries.
PlanePoint project(const Plane& plane, std::span<const double> x);
/// Every row of a path.
std::vector<PlanePoint> project_path(const Plane& plane, PathPoints path);
/// origin + a·u + b·v.
Vector point_at(const Plane& plane, double a, double b);

struct PlaneWindow {
  std::array<double, 2> low{-1, -1}, high{1, 1};
};
/// Window that shows the kept points of all paths with a margin (a share of its size) on every side. No side is less
/// than a fifth of the other; around a single point it is 2 × 2.
PlaneWindow window_of_paths(const Plane& plane, std::span<const PathPoints> paths, double margin = 0.12);

}  // namespace steplab
