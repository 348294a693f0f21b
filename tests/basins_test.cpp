// Basin maps, and the proofs that let them stop early.
#include "core/analysis/basins.h"

#include "core/landscapes/formula.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

using namespace steplab;

namespace {

RunSpec himmelblau(double eta, int steps) { return {.landscape = {"himmelblau"}, .step_size = eta, .steps = steps}; }

// Plain loops, one start at a time, without early stop. A minimum that the step size cannot hold does not count.
std::vector<std::int8_t> nearest_minima(const RunSpec& spec, const BasinWindow& window) {
  const auto landscape = make_choice(landscapes(), spec.landscape, "test");
  const auto& minima = landscape->surroundings().minima;
  std::vector<std::int8_t> result;
  for (int j = 0; j < window.height; ++j) {
    for (int i = 0; i < window.width; ++i) {
      // The same rounding as in the map: above 2/134 the runs are chaotic, and one ulp of the start decides.
      Vector x{{window.low[0] + (window.high[0] - window.low[0]) * ((i + 0.5) / window.width),
                window.low[1] + (window.high[1] - window.low[1]) * ((j + 0.5) / window.height)}};
      for (int t = 0; t < spec.steps && x.allFinite(); ++t) x -= spec.step_size * gradient_at(*landscape, x);
      std::int8_t nearest = x.allFinite() ? BasinMap::kNowhere : BasinMap::kDiverged;
      double least = spec.reach;
      for (std::size_t m = 0; m < minima.size() && x.allFinite(); ++m) {
        if ((x - minima[m].x).norm() < least) nearest = static_cast<std::int8_t>(m);
        least = std::min(least, (x - minima[m].x).norm());
      }
      const bool holds =
          nearest < 0 || spec.step_size * sharpness_at(*landscape, minima[static_cast<std::size_t>(nearest)].x) <= 2;
      result.push_back(holds ? nearest : BasinMap::kNowhere);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("stopping early does not change a single cell of Himmelblau's basin map") {
  const BasinWindow window{.low = {-6, -6}, .high = {6, 6}, .width = 67, .height = 45};
  for (const double eta : {0.002, 0.01, 0.014, 0.03}) {  // 0.014 is just below 2/134, 0.03 above: cycles and divergence
    const RunSpec spec = himmelblau(eta, 300);
    const BasinMap map = basin_map(spec, window, {.workers = 2});
    const auto slow = nearest_minima(spec, window);
    REQUIRE(map.complete);
    for (std::size_t k = 0; k < slow.size(); ++k) CHECK(int{map.basin[k]} == int{slow[k]});
  }
}

TEST_CASE("the engine's own runs give the map that plain gradient descent gives") {
  const BasinWindow window{.low = {-5, -5}, .high = {5, 5}, .width = 40, .height = 12};
  RunSpec spec = himmelblau(0.01, 120);
  const auto plain = basin_map(spec, window).basin;
  spec.optimizer = {"heavy_ball", {{"momentum", 0.0}}};  // the same updates, but not the fast path
  CHECK(basin_map(spec, window, {.workers = 2}).basin == plain);
}

TEST_CASE("steps count the updates until a run is near its minimum for good: fewer than one too many") {
  const BasinWindow window{.low = {-4, -4}, .high = {4, 4}, .width = 24, .height = 24};
  RunSpec spec{.landscape = {"ring_of_wells"}, .step_size = 0.05, .steps = 400};
  const BasinMap fast = basin_map(spec, window);
  spec.optimizer = {"heavy_ball", {{"momentum", 0.0}}};  // counts update by update
  const BasinMap exact = basin_map(spec, window, {.workers = 2});
  CHECK(fast.basin == exact.basin);
  for (std::size_t k = 0; k < fast.steps.size(); ++k)
    CHECK(std::abs(fast.steps[k] - exact.steps[k]) <= 3 + 0.1 * exact.steps[k]);
  // Far out f = ½|x|² but for the wells: from (x, y) it takes log(|x|/0.1)/−log(0.95) updates to come within 0.1.
  const double updates = std::log(std::hypot(window.low[0] / 24, window.low[1] / 24) / 0.1) / -std::log(0.95);
  CHECK(exact.steps[11 * 24 + 11] == std::ceil(updates));
}

TEST_CASE("a coarse window covers the same ground in fewer cells") {
  const BasinWindow window{.low = {-4, -2}, .high = {4, 2}, .width = 512, .height = 256};
  const BasinWindow fewer = coarse(window, 5000);
  CHECK(fewer.low == window.low);
  CHECK(fewer.high == window.high);
  CHECK(fewer.width * fewer.height <= 5000);
  CHECK(fewer.width * fewer.height > 4500);
  CHECK(coarse(fewer, 5000).width == fewer.width);
}

TEST_CASE("every cell of a noisy map has noise of its own") {
  RunSpec spec{.landscape = {"quadratic"}, .oracle = {"gaussian", {{"sigma", 1.0}}}, .step_size = 0.1, .steps = 50};
  spec.reach = 0.15;
  // All cells start at nearly one point; were their noise the same they would all end alike.
  const BasinMap map = basin_map(spec, {.low = {0.1, 0.1}, .high = {0.1001, 0.1001}, .width = 20, .height = 20});
  CHECK(map.share(0) > 0.02);
  CHECK(map.share(0) < 0.5);
  for (int j = 0; j + 1 < 20; ++j) {  // no row repeats the one before
    const auto row = map.basin.begin() + j * 20;
    CHECK(!std::equal(row, row + 20, row + 20));
  }
}

TEST_CASE("no start moves at step size 0, and every share adds to one") {
  const BasinWindow window{.low = {2.9, 1.9}, .high = {3.1, 2.1}, .width = 8, .height = 8};
  RunSpec spec = himmelblau(0, 10);
  spec.reach = 0.05;
  const BasinMap map = basin_map(spec, window);
  // Cell centres stand 0.025 apart: those nearer than 0.05 to the minimum have (i − 3.5)² + (j − 3.5)² < 4.
  int inside = 0;
  for (int j = 0; j < 8; ++j)
    for (int i = 0; i < 8; ++i) inside += (i - 3.5) * (i - 3.5) + (j - 3.5) * (j - 3.5) < 4;
  const double share = inside / 64.0;
  double near = 0;
  for (std::int8_t m = 0; m < 4; ++m) near += map.share(m);
  CHECK(near == doctest::Approx(share));
  CHECK(near + map.share(BasinMap::kNowhere) + map.share(BasinMap::kDiverged) == doctest::Approx(1.0));
}

TEST_CASE("a ball is proved to contract only where every Hessian lies in (0, 2/eta)") {
  const auto bowl = make_choice(landscapes(), {"quadratic", {{"lambda", 1.0}, {"kappa", 10.0}}}, "test");
  const Minimum origin{Vector{{0.0, 0.0}}, 0.0, true};
  CHECK(contraction_radius(*bowl, origin, 0.199, 5.0) == 5.0);  // the Hessian is constant: any ball will do below 2/10
  CHECK(contraction_radius(*bowl, origin, 0.201, 5.0) == 0.0);
  const auto surface = make_choice(landscapes(), {"himmelblau"}, "test");
  for (const auto& minimum : surface->surroundings().minima) {
    const double radius = contraction_radius(*surface, minimum, 0.01, 0.5);
    CHECK(radius > 0);
    for (int k = 0; k < 64; ++k) {  // and on its rim an update does come nearer
      const Vector x = minimum.x + radius * Vector{{std::cos(k * M_PI / 32), std::sin(k * M_PI / 32)}};
      CHECK((x - 0.01 * gradient_at(*surface, x) - minimum.x).norm() < radius);
    }
  }
}

TEST_CASE("interval operations enclose what points inside give") {
  const Interval a{-1.25, 0.5}, b{0.75, 3.0};
  const auto inside = [](double x, const Interval& i) { return i.low <= x && x <= i.high; };
  for (int p = 0; p <= 20; ++p) {
    for (int q = 0; q <= 20; ++q) {
      const double x = a.low + (a.high - a.low) * p / 20, y = b.low + (b.high - b.low) * q / 20;
      CHECK(inside(x + y, a + b));
      CHECK(inside(x - y, a - b));
      CHECK(inside(x * y, a * b));
      CHECK(inside(x / y, a / b));
      CHECK(inside(std::exp(x), exp(a)));
      CHECK(inside(std::log(y), log(b)));
      CHECK(inside(std::sin(7 * y), sin(7.0 * b)));
      CHECK(inside(std::cos(x), cos(a)));
      CHECK(inside(std::cos(y), cos(b)));
      CHECK(inside(std::tanh(x), tanh(a)));
      CHECK(inside(std::sqrt(y), sqrt(b)));
      CHECK(inside(std::abs(x), abs(a)));
    }
  }
  CHECK(cos(b).high < 1);   // no even multiple of π in [0.75, 3]
  CHECK(cos(a).high == 1);  // 0 is in [−1.25, 0.5]
  CHECK(cos(Interval{3, 3.5}).low == -1);
}

TEST_CASE("bad windows are refused") {
  CHECK_THROWS_AS(basin_map(himmelblau(0.01, 10), {.low = {1, 0}, .high = {0, 1}, .width = 4, .height = 4}),
                  InputError);
  CHECK_THROWS_AS(basin_map(himmelblau(0.01, 10), {.low = {0, 0}, .high = {1, 1}, .width = 0, .height = 4}),
                  InputError);
}
