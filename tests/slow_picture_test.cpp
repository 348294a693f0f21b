// Pictures that come before the whole one.
#include "app/session/picture.h"
#include "core/scene/shipped.h"

#include <doctest/doctest.h>

#include <cmath>

namespace steplab {
namespace {

Scene network_scene() {
  Scene scene = find_scene("small_network");
  scene.steps = 40;
  scene.seeds = 2;
  scene.oracle = {"gaussian", {{"sigma", 0.01}}};
  return scene;
}

TEST_CASE(
    "A picture with the sharpness of few rows has the same losses to the bit, and the same sharpness in those rows") {
  const Scene scene = network_scene();
  const auto whole = make_picture(scene, {}), few = make_picture(scene, {.sharpness_rows = 5});
  for (std::size_t i = 0; i < whole->runs.size(); ++i) {
    const RunPicture &a = whole->runs[i], &b = few->runs[i];
    CHECK(a.curves.loss.median == b.curves.loss.median);
    REQUIRE(a.sharpness_steps.size() == 41);
    CHECK(b.sharpness_steps == std::vector<double>{0, 9, 18, 27, 36, 40});
    for (std::size_t k = 0; k < b.sharpness_steps.size(); ++k) {
      const auto row = static_cast<std::size_t>(b.sharpness_steps[k]);
      CHECK(b.curves.sharpness.median[k] == a.curves.sharpness.median[row]);
      CHECK(std::isfinite(b.curves.sharpness.low[k]));
      CHECK(b.curves.preconditioned_sharpness.median[k] == a.curves.preconditioned_sharpness.median[row]);
    }
  }
}

TEST_CASE("A picture may leave the sharpness out") {
  const auto picture = make_picture(network_scene(), {.sharpness_rows = 0});
  for (const auto& run : picture->runs) {
    CHECK(run.curves.sharpness.empty());
    CHECK(run.curves.loss.median.size() == 41);
  }
}

TEST_CASE(
    "The planned step sizes cover the whole run though every replicate diverges at once, and the reason is told") {
  Scene scene;
  scene.landscape = {"quadratic", {{"kappa", 1.0}}};  // sharpness 1 everywhere
  scene.oracle = {"exact"};
  scene.steps = 100;
  scene.seeds = 3;
  scene.rho = 2;
  scene.runs = {{.rate = {"constant"}, .step_size = 50}};
  const auto picture = make_picture(scene, {});
  const RunPicture& run = picture->runs[0];
  CHECK(run.curves.lost == 3);
  CHECK(run.planned_steps.size() == 100);
  CHECK(run.planned.back() == 100);  // ρ η
  CHECK(run.first_lost < 40);        // each update multiplies x by 99: 99¹⁶ is above 1e30
  CHECK(run.why_lost == "step 0: step size 100 × sharpness 1 = 100 > 2: steps overshoot; lower ρ or η");
}

}  // namespace
}  // namespace steplab
