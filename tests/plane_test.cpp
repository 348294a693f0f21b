#include "core/analysis/plane.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace steplab {
namespace {

using doctest::Approx;

std::vector<double> rows_of(const std::vector<Vector>& points) {
  std::vector<double> x;
  for (const Vector& p : points) x.insert(x.end(), p.begin(), p.end());
  return x;
}

Plane plane_of(int dim, const std::vector<std::vector<double>>& paths, const PlaneOptions& options = {}) {
  const std::vector<PathPoints> spans(paths.begin(), paths.end());
  return plane_of_paths(dim, spans, options);
}

// Two orthonormal directions of R^5 that are no axes.
const Vector kFirst = Vector{{1.0, 1.0, 1.0, 1.0, 0.0}} / 2,
             kSecond = Vector{{1.0, -1.0, 0.0, 0.0, 1.0}} / std::sqrt(3.0);

void check_orthonormal(const Plane& plane) {
  CHECK(plane.u.norm() == Approx(1).epsilon(1e-14));
  CHECK(plane.v.norm() == Approx(1).epsilon(1e-14));
  CHECK(std::abs(plane.u.dot(plane.v)) < 1e-14);
}

TEST_CASE("In two dimensions the plane's coordinates are the parameters") {
  const std::vector<double> x = {3.25, -7.5};
  const PlanePoint p = project(identity_plane(), x);
  CHECK(p.a == 3.25);
  CHECK(p.b == -7.5);
  CHECK(p.distance == 0);
  CHECK(point_at(identity_plane(), 3.25, -7.5) == Vector{{3.25, -7.5}});
}

TEST_CASE("Points of a known plane in R^5 are explained wholly, and their coordinates give them back") {
  std::vector<Vector> points;
  for (int i = 0; i < 20; ++i)
    points.push_back(Vector::Constant(5, 3) + std::cos(i) * 4 * kFirst + std::sin(i) * kSecond);
  for (const PlaneKind kind : {PlaneKind::kPrincipal, PlaneKind::kStartEnd}) {
    const Plane plane = plane_of(5, {rows_of(points)}, {.kind = kind});
    check_orthonormal(plane);
    CHECK(plane.share == Approx(1).epsilon(1e-12));
    for (const Vector& point : points) {
      const PlanePoint p = project(plane, {point.data(), 5});
      CHECK(p.distance < 1e-13);
      CHECK((point_at(plane, p.a, p.b) - point).norm() < 1e-13);
    }
  }
}

TEST_CASE("The principal axes of a cross are its two longest bars, longest first, with their share of the squares") {
  // Squared lengths 16, 9, 4, 1: the plane has (16 + 9)/30.
  std::vector<Vector> points;
  for (int k = 0; k < 4; ++k)
    for (double sign : {1.0, -1.0}) points.push_back(sign * (k + 1.0) * Vector::Unit(4, k));
  const Plane plane = plane_of(4, {rows_of(points)});
  CHECK(std::abs(plane.u.dot(Vector::Unit(4, 3))) == Approx(1));
  CHECK(std::abs(plane.v.dot(Vector::Unit(4, 2))) == Approx(1));
  CHECK(plane.share == Approx(25.0 / 30));
  CHECK(plane.u.maxCoeff() == Approx(1));  // signs are fixed
  CHECK(plane.v.maxCoeff() == Approx(1));
}

TEST_CASE("A cross with equal bars in R^5 leaves any plane two fifths") {
  std::vector<Vector> points;
  for (int k = 0; k < 5; ++k)
    for (double sign : {1.0, -1.0}) points.push_back(sign * Vector::Unit(5, k));
  CHECK(plane_of(5, {rows_of(points)}).share == Approx(0.4));
  CHECK(plane_of(5, {rows_of(points)}, {.kind = PlaneKind::kAxes, .first_axis = 4, .second_axis = 1}).share ==
        Approx(0.4));
}

TEST_CASE("The start-end plane holds the common start and both ends, with u from the start to the first end") {
  const Vector start{{1.0, 2.0, 3.0}}, first{{4.0, 2.0, 7.0}}, second{{1.0, 5.0, 4.0}};
  const Vector detour{{0.0, 9.0, 0.0}};
  const auto path = [&](const Vector& end) { return rows_of({start, detour, end}); };
  // The second path ended where the first did, so the third one gives the other direction.
  const Plane plane = plane_of(3, {path(first), path(first), path(second)}, {.kind = PlaneKind::kStartEnd});
  check_orthonormal(plane);
  const PlanePoint a = project(plane, {start.data(), 3}), b = project(plane, {first.data(), 3}),
                   c = project(plane, {second.data(), 3});
  CHECK(a.a == Approx(0));
  CHECK(b.a == Approx(5));  // 3-4-5
  CHECK(b.b == Approx(0));
  CHECK(c.b > 0);
  for (const PlanePoint& p : {a, b, c}) CHECK(p.distance < 1e-13);
}

TEST_CASE("Without two directions to be had the plane is filled up with axes") {
  const Vector p{{1.0, 2.0, 3.0}};
  for (const PlaneKind kind : {PlaneKind::kPrincipal, PlaneKind::kStartEnd, PlaneKind::kAxes}) {
    const Plane still = plane_of(3, {rows_of({p, p, p})}, {.kind = kind});
    check_orthonormal(still);
    CHECK(still.share == 1);
    const Plane line = plane_of(3, {rows_of({p, 2 * p, 3 * p})}, {.kind = kind});
    check_orthonormal(line);
    if (kind != PlaneKind::kAxes) CHECK(line.share == Approx(1));
    check_orthonormal(plane_of(3, {}, {.kind = kind}));
    check_orthonormal(plane_of(3, {{}, {}}, {.kind = kind}));
  }
}

TEST_CASE("A plane goes through the end of the first path, its start, or the point asked for") {
  const Vector start{{0.0, 0.0, 1.0}}, end{{2.0, 0.0, 5.0}}, asked{{7.0, 7.0, 7.0}};
  const auto path = rows_of({start, Vector{{1.0, 1.0, 1.0}}, end});
  CHECK(plane_of(3, {path}).origin == end);
  CHECK(plane_of(3, {path}, {.kind = PlaneKind::kAxes}).origin == end);
  CHECK(plane_of(3, {path}, {.kind = PlaneKind::kStartEnd}).origin == start);
  CHECK(plane_of(3, {path}, {.through = asked}).origin == asked);
}

TEST_CASE("A run that diverges changes neither plane nor window beyond its first points") {
  std::vector<Vector> good, bad;
  for (int i = 0; i < 50; ++i) good.push_back(Vector{{std::cos(0.1 * i), std::sin(0.1 * i), 0.0, 0.0}});
  for (int i = 0; i < 30; ++i) bad.push_back(Vector{{1.0, 0.0, std::pow(10, i) - 1, 0.0}});
  bad.push_back(Vector::Constant(4, std::numeric_limits<double>::quiet_NaN()));
  const std::vector<std::vector<double>> paths = {rows_of(good), rows_of(bad)};
  const std::vector<PathPoints> spans(paths.begin(), paths.end());
  const auto rows = kept_rows(4, spans);
  CHECK(rows[0] == 50);
  CHECK(rows[1] == 2);  // 10^1 − 1 = 9 stays, 99 does not: half of the good points are nearer than about 2 to the start
  const Plane plane = plane_of(4, paths);
  CHECK(plane.u.allFinite());
  const PlaneWindow window = window_of_paths(plane, spans);
  for (int k : {0, 1}) CHECK(window.high[static_cast<std::size_t>(k)] - window.low[static_cast<std::size_t>(k)] < 20);
}

TEST_CASE("If all runs diverge, their first points are shown") {
  std::vector<Vector> bad;
  for (int i = 0; i < 40; ++i) bad.push_back(std::pow(-3.0, i) * Vector{{1.0, 0.0, 0.0}});
  const auto path = rows_of(bad);
  const std::vector<PathPoints> spans = {path};
  const auto rows = kept_rows(3, spans);
  CHECK(rows[0] == 4);  // |x − start| = 0, 4, 8, 28, 80; the bound is 20 (1 + ‖start‖) = 40
}

TEST_CASE("The window holds all points with its margin, and is not flatter than one to five") {
  const std::vector<double> path = {0, 0, 10, 0, 10, 0.5};
  const std::vector<PathPoints> spans = {path};
  const PlaneWindow window = window_of_paths(identity_plane(), spans, 0.1);
  CHECK(window.low[0] == Approx(-1));
  CHECK(window.high[0] == Approx(11));
  CHECK(window.low[1] == Approx(0.25 - 1.2));  // two high around the middle, and a tenth of that on either side
  CHECK(window.high[1] == Approx(0.25 + 1.2));
  const std::vector<double> point = {3, 4};
  const std::vector<PathPoints> single = {point};
  const PlaneWindow around = window_of_paths(identity_plane(), single);
  CHECK(around.low == std::array{2.0, 3.0});
  CHECK(around.high == std::array{4.0, 5.0});
}

}  // namespace
}  // namespace steplab
