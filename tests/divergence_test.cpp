#include "core/analysis/divergence.h"

#include <doctest/doctest.h>

#include <limits>
#include <utility>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Trajectory record_of(std::vector<double> step_size, std::vector<double> sharpness) {
  Trajectory path;
  for (std::size_t row = 0; row < step_size.size(); ++row) path.step.push_back(static_cast<int>(row));
  path.step_size = std::move(step_size);
  path.sharpness = std::move(sharpness);
  return path;
}

Outcome ended(RunStatus status, int steps) {
  Outcome outcome;
  outcome.status = status;
  outcome.steps = steps;
  return outcome;
}

TEST_CASE("Overshooting begins at the row from which step size × sharpness stays above the edge to the end") {
  const Trajectory path = record_of({1, 1, 0.5, 0.5, 0.5, 0.5}, {3, 1, 1, 12, kNan, 40});
  const Outcome outcome = ended(RunStatus::kDiverged, 5);
  const auto begun = overshoot_of(path, outcome, {2});
  REQUIRE(begun);
  CHECK(begun->step == 3);
  CHECK(begun->step_size == 0.5);
  CHECK(begun->sharpness == 12);
  CHECK(why_lost(path, outcome, StabilityEdge{2}) ==
        "step 3: step size 0.5 × sharpness 12 = 6 > 2: steps overshoot; lower ρ or η");
}

TEST_CASE("Nothing is blamed on the sharpness where it is below the edge at the end, unknown, or the run is fine") {
  const Trajectory path = record_of({1, 1}, {3, 1});
  const Outcome diverged = ended(RunStatus::kDiverged, 1), fine = ended(RunStatus::kFinished, 1);
  CHECK_FALSE(overshoot_of(path, diverged, {2}));
  CHECK(why_lost(path, diverged, StabilityEdge{2}) == "diverged at step 1: a coordinate passed 1e30; lower ρ or η");
  CHECK(why_lost(path, diverged, std::nullopt) == "diverged at step 1: a coordinate passed 1e30; lower ρ or η");
  CHECK_FALSE(overshoot_of(path, fine, {0.5}));
  CHECK(why_lost(path, fine, StabilityEdge{2}) == "");
}

TEST_CASE("The pre-conditioned sharpness counts where it is recorded") {
  Trajectory path = record_of({1}, {1});
  path.preconditioned_sharpness = {50};
  const auto begun = overshoot_of(path, ended(RunStatus::kDiverged, 0), {38});
  REQUIRE(begun);
  CHECK(begun->sharpness == 50);
}

}  // namespace
}  // namespace steplab
