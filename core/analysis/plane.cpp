#include "core/analysis/plane.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kUsual = 1e6;      // a path that stays within this (times 1 + ‖start‖) has not run away
constexpr double kFar = 20;         // times the usual distance: not worth showing
constexpr double kParallel = 1e-6;  // shorter than this share of itself, what is left of a direction is rounding

using Points = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

Points points_of(PathPoints path, Eigen::Index dim) {
  return {path.data(), static_cast<Eigen::Index>(path.size()) / dim, dim};
}

// ‖x − start‖ of every row.
std::vector<double> distances_from_start(const Points& points) {
  std::vector<double> distances(static_cast<std::size_t>(points.rows()));
  for (Eigen::Index row = 0; row < points.rows(); ++row)
    distances[static_cast<std::size_t>(row)] = (points.row(row) - points.row(0)).norm();
  return distances;
}

double usual_distance(const std::vector<Points>& paths, const std::vector<std::vector<double>>& distances) {
  std::vector<double> all;
  double fallback = 1;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].rows() == 0) continue;
    const double size = 1 + paths[i].row(0).norm();
    fallback = std::max(fallback, size);
    const bool stays = std::ranges::all_of(distances[i], [&](double d) { return d <= kUsual * size; });
    if (stays) all.insert(all.end(), distances[i].begin(), distances[i].end());
  }
  if (all.empty()) return fallback;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::ranges::nth_element(all, middle);
  if (*middle > 0) return *middle;
  const double largest = *std::ranges::max_element(all);
  return largest > 0 ? largest : fallback;
}

// The kept points of all paths, one below the other.
Matrix pool(Eigen::Index dim, std::span<const PathPoints> paths, const std::vector<std::size_t>& rows) {
  Eigen::Index total = 0;
  for (const std::size_t n : rows) total += static_cast<Eigen::Index>(n);
  Matrix pooled(total, dim);
  Eigen::Index at = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto n = static_cast<Eigen::Index>(rows[i]);
    pooled.middleRows(at, n) = points_of(paths[i], dim).topRows(n);
    at += n;
  }
  return pooled;
}

// What is left of a direction beyond `u`, of length 1; empty if that is nothing.
Vector beyond(const Vector& direction, const Vector& u) {
  if (direction.size() == 0) return {};
  Vector left = direction;
  if (u.size() > 0)
    for (int pass = 0; pass < 2; ++pass) left -= left.dot(u) * u;  // twice is enough (Kahan)
  const double length = left.norm();
  if (!(length > kParallel * direction.norm()) || !std::isfinite(length)) return {};
  return left / length;
}

// The first coordinate axis that u has least of, made orthogonal to it.
Vector any_beyond(const Vector& u, Eigen::Index dim) {
  Eigen::Index axis = 0;
  if (u.size() > 0) u.cwiseAbs().minCoeff(&axis);
  return beyond(Vector::Unit(dim, axis), u);
}

void fix_sign(Vector& direction) {
  Eigen::Index largest = 0;
  direction.cwiseAbs().maxCoeff(&largest);
  if (direction[largest] < 0) direction = -direction;
}

// Leading eigenvectors of the scatter matrix, as far as there is any motion along them.
std::vector<Vector> principal_axes(const Matrix& centred) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(centred.transpose() * centred);
  const Vector& motion = solver.eigenvalues();  // ascending
  std::vector<Vector> axes;
  for (Eigen::Index k = motion.size() - 1; k >= 0 && axes.size() < 2; --k) {
    // Motion along an axis that is below rounding of the largest is none.
    if (!(motion[k] > 1e-14 * motion[motion.size() - 1])) break;
    axes.push_back(solver.eigenvectors().col(k));
    fix_sign(axes.back());
  }
  return axes;
}

struct Ends {
  Vector start, end;
};

std::vector<Ends> ends_of(Eigen::Index dim, std::span<const PathPoints> paths, const std::vector<std::size_t>& rows) {
  std::vector<Ends> ends;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (rows[i] == 0) continue;
    const Points points = points_of(paths[i], dim);
    ends.push_back({points.row(0), points.row(static_cast<Eigen::Index>(rows[i]) - 1)});
  }
  return ends;
}

// What the kind asks for; what adds nothing to those before is passed over later.
std::vector<Vector> directions_of(const PlaneOptions& options, Eigen::Index dim, const std::vector<Ends>& ends) {
  std::vector<Vector> found;
  if (options.kind == PlaneKind::kAxes)
    found = {Vector::Unit(dim, options.first_axis), Vector::Unit(dim, options.second_axis)};
  if (options.kind == PlaneKind::kStartEnd)
    for (const Ends& path : ends) found.push_back(path.end - ends.front().start);
  return found;
}

// Fills u, then v.
void add_directions(const std::vector<Vector>& directions, Plane& plane) {
  for (const Vector& direction : directions) {
    Vector& next = plane.u.size() == 0 ? plane.u : plane.v;
    if (plane.v.size() == 0) next = beyond(direction, plane.u);
  }
}

Vector origin_of(const PlaneOptions& options, Eigen::Index dim, const std::vector<Ends>& ends) {
  if (options.through.size() == dim) return options.through;
  if (ends.empty()) return Vector::Zero(dim);
  return options.kind == PlaneKind::kStartEnd ? ends.front().start : ends.front().end;
}

double share_of(const Plane& plane, const Matrix& centred) {
  const double all = centred.squaredNorm();
  if (!(all > 0)) return 1;
  return std::min(1.0, ((centred * plane.u).squaredNorm() + (centred * plane.v).squaredNorm()) / all);
}

// Half the smaller side is raised to a fifth of half the larger one, and both get their margin.
void widen(PlaneWindow& window, double margin) {
  const double width = window.high[0] - window.low[0], height = window.high[1] - window.low[1];
  const double least = std::max(width, height) > 0 ? std::max(width, height) / 5 : 2 / (1 + 2 * margin);
  for (std::size_t k = 0; k < 2; ++k) {
    const double middle = (window.low[k] + window.high[k]) / 2;
    const double half = std::max(window.high[k] - window.low[k], least) * (0.5 + margin);
    window.low[k] = middle - half;
    window.high[k] = middle + half;
  }
}

}  // namespace

Plane identity_plane() { return {Vector::Zero(2), Vector::Unit(2, 0), Vector::Unit(2, 1), 1}; }

std::vector<std::size_t> kept_rows(int dim, std::span<const PathPoints> paths) {
  std::vector<Points> points;
  std::vector<std::vector<double>> distances;
  for (const PathPoints path : paths) {
    points.push_back(points_of(path, dim));
    distances.push_back(distances_from_start(points.back()));
  }
  const double bound = kFar * usual_distance(points, distances);
  std::vector<std::size_t> rows;
  for (const auto& path : distances) {
    const auto far = std::ranges::find_if(path, [&](double d) { return !(d <= bound); });
    rows.push_back(static_cast<std::size_t>(far - path.begin()));
  }
  return rows;
}

Plane plane_of_paths(int dim, std::span<const PathPoints> paths, const PlaneOptions& options) {
  assert(dim >= 2);
  const auto rows = kept_rows(dim, paths);
  Matrix centred = pool(dim, paths, rows);
  if (centred.rows() > 0) centred.rowwise() -= centred.colwise().mean().eval();
  const auto ends = ends_of(dim, paths, rows);
  Plane plane;
  plane.origin = origin_of(options, dim, ends);
  add_directions(directions_of(options, dim, ends), plane);
  if (plane.v.size() == 0 && centred.rows() > 1) add_directions(principal_axes(centred), plane);
  if (plane.u.size() == 0) plane.u = any_beyond({}, dim);
  if (plane.v.size() == 0) plane.v = any_beyond(plane.u, dim);
  plane.share = share_of(plane, centred);
  return plane;
}

PlanePoint project(const Plane& plane, std::span<const double> x) {
  const Vector offset = Eigen::Map<const Vector>(x.data(), static_cast<Eigen::Index>(x.size())) - plane.origin;
  const double a = offset.dot(plane.u), b = offset.dot(plane.v);
  return {a, b, (offset - a * plane.u - b * plane.v).norm()};
}

std::vector<PlanePoint> project_path(const Plane& plane, PathPoints path) {
  const auto dim = static_cast<std::size_t>(plane.origin.size());
  std::vector<PlanePoint> points;
  points.reserve(path.size() / dim);
  for (std::size_t at = 0; at + dim <= path.size(); at += dim) points.push_back(project(plane, path.subspan(at, dim)));
  return points;
}

Vector point_at(const Plane& plane, double a, double b) { return plane.origin + a * plane.u + b * plane.v; }

PlaneWindow window_of_paths(const Plane& plane, std::span<const PathPoints> paths, double margin) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto dim = static_cast<std::size_t>(plane.origin.size());
  const auto rows = kept_rows(static_cast<int>(dim), paths);
  PlaneWindow window{.low = {kInfinity, kInfinity}, .high = {-kInfinity, -kInfinity}};
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (const PlanePoint& p : project_path(plane, paths[i].first(rows[i] * dim))) {
      window.low = {std::min(window.low[0], p.a), std::min(window.low[1], p.b)};
      window.high = {std::max(window.high[0], p.a), std::max(window.high[1], p.b)};
    }
  if (!(window.low[0] <= window.high[0])) return {};
  widen(window, margin);
  return window;
}

}  // namespace steplab
