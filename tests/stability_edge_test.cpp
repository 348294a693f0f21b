#include "core/analysis/stability_edge.h"

#include "core/analysis/suggest.h"
#include "core/catalog.h"
#include "core/run/run.h"

#include <doctest/doctest.h>

#include <cmath>

namespace steplab {
namespace {

/// Distance from the minimum after many steps on ½λx², λ = 1, as a share of the start's.
double share_left(const Choice& optimizer, double step_size) {
  const RunSpec spec{.landscape = {"quadratic", {{"kappa", 1.0}}},
                     .optimizer = optimizer,
                     .start = {1, 1},
                     .step_size = step_size,
                     .steps = 4000};
  const auto results = simulate(std::span(&spec, 1));
  return results[0].outcomes[0].status == RunStatus::kDiverged ? HUGE_VAL : std::abs(results[0].final_x[0]);
}

TEST_CASE("Just below its stability factor an optimizer comes to rest on a quadratic, just above it does not") {
  for (const Choice& optimizer : {Choice{"sgd"}, Choice{"heavy_ball", {{"momentum", 0.5}}}, Choice{"heavy_ball"},
                                  Choice{"heavy_ball", {{"momentum", 0.9}, {"dampening", 0.9}}}, Choice{"nesterov"},
                                  Choice{"nesterov", {{"momentum", 0.5}}}}) {
    CAPTURE(to_text(optimizer));
    const auto factor = stability_factor(optimizer);
    REQUIRE(factor.has_value());
    CHECK(share_left(optimizer, 0.99 * *factor) < 1e-3);
    CHECK(share_left(optimizer, 1.01 * *factor) > 1e3);
  }
}

TEST_CASE("Stability factors are those of Polyak's and Cohen et al.'s closed forms") {
  CHECK(*stability_factor({"sgd"}) == 2);
  CHECK(*stability_factor({"heavy_ball", {{"momentum", 0.9}}}) == doctest::Approx(3.8));
  CHECK(*stability_factor({"heavy_ball", {{"momentum", 0.9}, {"dampening", 0.9}}}) == doctest::Approx(38));
  CHECK(*stability_factor({"nesterov", {{"momentum", 0.9}}}) == doctest::Approx(3.8 / 2.8));
  CHECK(*stability_factor({"adam"}) == doctest::Approx(38));
  CHECK(*stability_factor({"gi_adam", {{"beta1", 0.5}}}) == doctest::Approx(6));
  CHECK_FALSE(stability_factor({"lion"}).has_value());
}

TEST_CASE("With the step size suggested for it no two-dimensional landscape makes plain gradient descent diverge") {
  for (const auto& entry : landscapes()) {
    const auto landscape = make_choice(landscapes(), {entry.id}, "test");
    if (landscape->dim() > 2) continue;
    CAPTURE(entry.id);
    const double step_size = suggested_step_size(*landscape);
    CHECK(step_size > 0);
    CHECK(suggested_noise(*landscape) > 0);
    // Saddles go down for ever: that they leave is what they are for.
    if (!landscape->surroundings().least_value) continue;
    const RunSpec spec{.landscape = {entry.id}, .step_size = step_size, .steps = 500};
    const auto results = simulate(std::span(&spec, 1));
    CHECK(results[0].outcomes[0].status == RunStatus::kFinished);
    CHECK(results[0].outcomes[0].loss <= value_at(*landscape, landscape->surroundings().start) + 1e-9);
  }
}

}  // namespace
}  // namespace steplab
