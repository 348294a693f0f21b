// Gradient descent on the line as a map.
#include "core/analysis/line_map.h"

#include "core/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace steplab;

namespace {

std::shared_ptr<const Landscape> line(const char* id) { return make_choice(landscapes(), {id}, "test"); }

}  // namespace

TEST_CASE("The sharp well's map has slope 1 − η outside the well and 1 − κη inside it") {
  const auto well = line("sharp_well");
  const auto next = iteration_map(*well, 0.25, 0, 2, 3);  // at 0, 1, 2
  CHECK(next == std::vector<double>{0, 0.75, 2});
  CHECK(iterates(*well, 0.25, 2.125, 2) == std::vector<double>{2.125, 1.75, 2.5});  // 1 − 12/4 = −2
}

TEST_CASE("Its fixed points are the two minima; the kink between them is none; the sharp one is stable below 2/12") {
  const auto well = line("sharp_well");
  const auto small = fixed_points(*well, 0.125, -6, 6), large = fixed_points(*well, 0.2, -6, 6);
  REQUIRE(small.size() == 2);
  CHECK(small[0].x == 0);
  CHECK(small[1].x == 2);
  CHECK(small[1].curvature == 12);
  CHECK(small[1].multiplier == -0.5);
  CHECK(small[1].stable);
  REQUIRE(large.size() == 2);
  CHECK(large[0].stable);
  CHECK(!large[1].stable);
}

TEST_CASE("The dent's fixed points: both minima and the barrier top at 2.0353, which no step size makes stable") {
  const auto points = fixed_points(*line("quintic_dent"), 1e-3, -5, 5);
  REQUIRE(points.size() == 3);
  CHECK(points[1].x == doctest::Approx(2.0353).epsilon(1e-4));
  CHECK(points[1].curvature < 0);
  CHECK(!points[1].stable);
  CHECK(points[2].x == 2.5);
  CHECK(!points[2].stable);  // 0.001 > 2/2040
}

TEST_CASE(
    "Bifurcation of the dent: below 2/2040 runs from inside end at 2.5, above they alternate between two points") {
  BifurcationSpec spec{.landscape = {"quintic_dent"},
                       .low = 2.4,
                       .high = 2.6,
                       .starts = 8,
                       .from = 9e-4,
                       .to = 1.0e-3,
                       .count = 2,
                       .transient = 4000,
                       .keep = 4};
  const auto diagram = bifurcation(spec);
  REQUIRE(diagram.complete);
  for (const double x : diagram.columns[0].x) CHECK(x == doctest::Approx(2.5).epsilon(1e-12));
  REQUIRE(diagram.columns[1].x.size() == 32);
  for (std::size_t i = 0; i + 2 < 4; ++i) {
    CHECK(std::abs(diagram.columns[1].x[i] - 2.5) > 1e-3);
    CHECK(diagram.columns[1].x[i] == doctest::Approx(diagram.columns[1].x[i + 2]).epsilon(1e-9));
    CHECK((diagram.columns[1].x[i] - 2.5) * (diagram.columns[1].x[i + 1] - 2.5) < 0);
  }
}

TEST_CASE(
    "Bifurcation of the sharp well: both minima below 1/6, only 0 between 0.17 and 1.8, everything diverges above 2") {
  const BifurcationSpec spec{.from = 0.1, .to = 2.5, .count = 4, .transient = 3000, .keep = 2};  // 0.1, 0.9, 1.7, 2.5
  const auto columns = bifurcation(spec, {.workers = 2}).columns;
  std::set<double> ends;
  for (const double x : columns[0].x) ends.insert(std::round(x * 1e6) * 1e-6 + 0.0);
  CHECK(ends == std::set<double>{0, 2});
  for (const int i : {1, 2})
    for (const double x : columns[static_cast<std::size_t>(i)].x) CHECK(std::abs(x) < 1e-6);
  CHECK(columns[3].diverged == doctest::Approx(1));
  CHECK(columns[3].x.empty());
}

TEST_CASE("Bifurcation refuses landscapes of the plane and empty ranges") {
  CHECK_THROWS_WITH_AS(check(BifurcationSpec{.landscape = {"himmelblau"}}, "lab"),
                       doctest::Contains("lab.landscape: 'himmelblau'"), InputError);
  CHECK_THROWS_WITH_AS(check(BifurcationSpec{.from = 2, .to = 1}, ""), doctest::Contains("step_sizes"), InputError);
  CHECK_THROWS_WITH_AS(check(BifurcationSpec{.low = 2, .high = 1}, ""), doctest::Contains("starts"), InputError);
}
