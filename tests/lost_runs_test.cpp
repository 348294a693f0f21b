// How runs end before T by themselves: beyond 1e30, in a number that is none, outside of the landscape's domain.
#include "core/analysis/divergence.h"
#include "core/analysis/events.h"
#include "core/analysis/until_flat.h"
#include "core/catalog.h"
#include "core/landscapes/formula.h"
#include "core/run/prepare.h"
#include "core/run/sweep.h"
#include "core/run/tile_run.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

namespace steplab {
namespace {

/// −log x: not a number for x < 0, its gradient −1/x is one everywhere.
struct Barrier {
  template <class X>
  auto operator()(const X& x) const {
    return -log(x);
  }
};
/// 1/(1 + eˣ): at 1000 a loss of 0, whose slope comes out as ∞/∞.
struct Sigmoid {
  template <class X>
  auto operator()(const X& x) const {
    return 1.0 / (1.0 + exp(x));
  }
};
struct Parabola {
  template <class X>
  auto operator()(const X& x) const {
    return 0.5 * (x * x);
  }
};

template <class F>
std::shared_ptr<const Landscape> landscape_of(F formula) {
  Surroundings around;
  around.start = Vector{{1.0}};
  return std::make_shared<FormulaLandscape<F>>(formula, std::move(around));
}

struct Ended {
  Outcome outcome;
  Trajectory path;
  double x = 0;
};

/// One run on a landscape that no list has.
Ended ended_on(std::shared_ptr<const Landscape> landscape, RunSpec spec, bool recorded = true) {
  spec.landscape = {"abs"};  // any of one dimension: it gives its place to the other
  spec.projection = {"none"};
  Workshop workshop;
  PreparedRun run = workshop.prepare(spec, "test");
  run.landscape = std::move(landscape);
  run.start = spec.start;
  SpecResults results;
  results.dim = 1;
  results.outcomes.resize(1);
  results.final_x.resize(1);
  if (recorded) results.trajectories.resize(1);
  const FactorTable factors(run.schedule, spec.steps);
  const LaneTask lane{.run = &run, .factors = &factors, .replicate = 0, .results = &results};
  TileRun(std::span(&lane, 1), {.trajectory = recorded}).run({}, nullptr);
  return {results.outcomes[0], recorded ? results.trajectories[0] : Trajectory{}, results.final_x[0]};
}

// By plain SGD (the fused kernel) and by an optimizer with a memory.
const std::vector<Choice> kOptimizers = {{"sgd"}, {"heavy_ball", {{"momentum", 0.0}}}};

TEST_CASE("a run that goes beyond 1e30 has diverged, one whose update is ∞/∞ stopped being a number") {
  for (const Choice& optimizer : kOptimizers)
    for (const bool recorded : {false, true}) {
      CAPTURE(optimizer.id);
      CAPTURE(recorded);
      const Ended beyond = ended_on(landscape_of(Parabola{}),
                                    {.optimizer = optimizer, .start = {1}, .step_size = 3, .steps = 200}, recorded);
      CHECK(beyond.outcome.status == RunStatus::kDiverged);
      CHECK(beyond.outcome.steps == 99);  // 2^99 ≤ 1e30 < 2^100
      const Ended none = ended_on(landscape_of(Sigmoid{}),
                                  {.optimizer = optimizer, .start = {1000}, .step_size = 0.1, .steps = 20}, recorded);
      CHECK(none.outcome.status == RunStatus::kNotANumber);
      CHECK(none.outcome.steps == 0);
      CHECK(none.outcome.loss == 0);
      CHECK(none.x == 1000);
    }
}

TEST_CASE("a run that comes to where the loss is not a number left the domain, also with its very last update") {
  for (const Choice& optimizer : kOptimizers) {
    CAPTURE(optimizer.id);
    // At −1 the loss is not a number, but its slope −1/x is: the run goes on, and what it comes to has no loss.
    const Ended outside =
        ended_on(landscape_of(Barrier{}), {.optimizer = optimizer, .start = {-1}, .step_size = 0.1, .steps = 5});
    CHECK(outside.outcome.status == RunStatus::kLeftDomain);
    CHECK(std::isnan(outside.outcome.loss));
    CHECK_FALSE(outside.outcome.reached);
    CHECK(why_lost(outside.path, outside.outcome, StabilityEdge{}) ==
          "left the landscape's domain at step 5: the loss is not a number there; lower ρ or η");
  }
}

TEST_CASE("each of the three ends has its own words, and only one beyond 1e30 is blamed on overshooting") {
  Trajectory path;
  path.step = {0, 1};
  path.step_size = {1, std::nan("")};
  path.sharpness = {40, 40};
  path.loss = {1, 1};
  path.x = {1, 1};
  Outcome outcome{.status = RunStatus::kNotANumber, .steps = 1, .loss = 1};
  CHECK(why_lost(path, outcome, StabilityEdge{}) ==
        "stopped being a number at step 1: the update there is not a number (0/0, ∞ − ∞ or the like)");
  const auto landscape = landscape_of(Parabola{});
  CHECK(to_text(events_of(path, outcome, *landscape).back()) == "step 1: stopped being a number");
  outcome.status = RunStatus::kDiverged;
  CHECK(why_lost(path, outcome, StabilityEdge{}).ends_with("40 > 2: steps overshoot; lower ρ or η"));
  outcome.status = RunStatus::kFinished;
  CHECK(why_lost(path, outcome, StabilityEdge{}) == "");
  const std::vector<Outcome> all = {{.status = RunStatus::kLeftDomain},
                                    {.status = RunStatus::kDiverged},
                                    {.status = RunStatus::kFinished},
                                    {.status = RunStatus::kNotANumber},
                                    {.status = RunStatus::kDiverged}};
  CHECK(lost_text(all) == "2 diverged, 1 stopped being a number, 1 left the landscape's domain");
  const CellSummary cell = summarise(all);
  CHECK(cell.diverged == 2);
  CHECK(cell.not_a_number == 1);
  CHECK(cell.left_domain == 1);
  CHECK(cell.median == std::numeric_limits<double>::infinity());
}

TEST_CASE("no listed landscape has a loss that is not a number inside 1e6, so leaving a domain is never said of one") {
  for (const auto& entry : landscapes()) {
    CAPTURE(entry.id);
    const auto landscape = make_choice(landscapes(), {entry.id}, "test");
    for (int trial = 0; trial < 40; ++trial) {
      Vector x = landscape->surroundings().start;
      for (Eigen::Index j = 0; j < x.size(); ++j)
        x[j] = std::sin(12.9898 * (trial + 1) + 78.233 * static_cast<double>(j + 1)) * std::pow(10.0, trial % 7);
      CHECK_FALSE(std::isnan(value_at(*landscape, x)));
    }
  }
}

TEST_CASE("abs with slope 0.1 keeps centred RMSprop going for ever") {
  const RunSpec spec{.landscape = {"abs", {{"eps", 0.1}}},
                     .optimizer = {"rmsprop", {{"centered", 1.0}}},
                     .start = {0.5},
                     .step_size = 1e-7,
                     .steps = 6000};
  CHECK(simulate(std::span(&spec, 1))[0].outcomes[0].status == RunStatus::kFinished);
}

}  // namespace
}  // namespace steplab
