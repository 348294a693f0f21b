// Which minimum a step size chooses: theorems and measured shares of docs/notes/large-steps.md, B2, B4 and B5.
#include "core/analysis/large_steps.h"

#include "core/analysis/proved_steps.h"
#include "core/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

using namespace steplab;

namespace {

constexpr auto kBasins = LargeStepsFigure::kBasins;
constexpr auto kNoise = LargeStepsFigure::kNoise;
constexpr auto kControl = LargeStepsFigure::kControl;
constexpr auto kPhase = LargeStepsFigure::kPhase;

LargeStepsSpec spec_of(LargeStepsFigure figure, const Choice& landscape, std::vector<double> step_sizes, int per_side) {
  LargeStepsSpec spec = default_large_steps(figure, landscape);
  spec.step_sizes = std::move(step_sizes);
  spec.starts.per_side = per_side;
  return spec;
}

FateShares at(const LargeStepsResults& results, double step_size, const std::string& arm = "run", double sigma = 0) {
  for (const auto& row : results.rows)
    if (std::abs(row.step_size - step_size) < 1e-12 && row.arm == arm && row.sigma == sigma) return row.shares;
  FAIL("no such row");
  return {};
}

double trapped(const LargeStepsSpec& spec, double step_size) {
  LargeStepsSpec one = spec;
  one.step_sizes = {step_size};
  return large_steps(one).rows.front().shares.trapped;
}

const StepRange& range(const std::vector<StepRange>& ranges, StepRangeKind kind) {
  return *std::ranges::find(ranges, kind, &StepRange::kind);
}

}  // namespace

TEST_CASE("F1b from U[-6,6]: 36.4 % are trapped below 0.1254, 17 % at 0.15, 13.5 % at 0.165, nothing from 0.167 on") {
  const LargeStepsSpec spec = spec_of(kBasins, {"sharp_well"}, {0.03, 0.12, 0.15, 0.165, 0.167, 0.5, 1.8}, 4000);
  const auto results = large_steps(spec, {.workers = 2});
  const double rim = (24 - std::sqrt(24.0 * 24 - 11 * 49)) / 11;
  CHECK(std::abs(at(results, 0.03).trapped - (6 - rim) / 12) < 1.0 / 4000);
  CHECK(std::abs(at(results, 0.12).trapped - (6 - rim) / 12) < 1.0 / 4000);
  CHECK(std::abs(at(results, 0.15).trapped - 0.17) < 0.01);
  CHECK(std::abs(at(results, 0.165).trapped - 0.135) < 0.01);
  for (const double eta : {0.167, 0.5, 1.8}) CHECK(at(results, eta).trapped == 0);
  CHECK(at(results, 0.5).global == 1);
  for (const auto& row : results.rows)
    CHECK(row.shares.global + row.shares.trapped + row.shares.diverged + row.shares.wandering == doctest::Approx(1));
}

TEST_CASE("The threshold of the sharp well lies at 2/κ") {
  LargeStepsSpec spec = spec_of(kBasins, {"sharp_well"}, {1}, 200);
  CHECK(trapped(spec, 0.166) > 0.1);
  CHECK(trapped(spec, 0.1667) == 0);
  spec = spec_of(kBasins, {"sharp_well", {{"kappa", 50.0}}}, {1}, 200);
  CHECK(trapped(spec, 0.0399) > 0.05);
  CHECK(trapped(spec, 0.0401) == 0);
}

TEST_CASE("F2 from U[-4,4]²: 60 % trapped at 0.05, 34 % at 0.15, none and all at the global minimum from 0.18 on") {
  const auto results =
      large_steps(spec_of(kBasins, {"ring_of_wells"}, {0.05, 0.15, 0.18, 0.5, 1.0}, 80), {.workers = 2});
  CHECK(std::abs(at(results, 0.05).trapped - 0.60) < 0.02);
  CHECK(std::abs(at(results, 0.15).trapped - 0.34) < 0.02);
  for (const double eta : {0.18, 0.5, 1.0}) CHECK(at(results, eta).global == 1);
}

TEST_CASE("F3: nobody reaches 0 at 0.02, 6.6 % at 0.05, all from 0.1 to 1.5, 98.9 % at 1.7") {
  const auto results = large_steps(spec_of(kBasins, {"washboard"}, {0.02, 0.05, 0.1, 1.5, 1.7}, 3000), {.workers = 2});
  CHECK(at(results, 0.02).trapped == 1);
  CHECK(std::abs(at(results, 0.05).global - 0.066) < 0.02);
  CHECK(at(results, 0.1).global == 1);
  CHECK(at(results, 1.5).global == 1);
  CHECK(std::abs(at(results, 1.7).global - 0.989) < 0.01);
}

TEST_CASE("The dent: runs that cycle about it at 0.001 > 2/2040 are not trapped but wander") {
  const auto results = large_steps(spec_of(kBasins, {"quintic_dent"}, {9.5e-4, 1e-3, 2e-3}, 2000), {.workers = 2});
  CHECK(std::abs(at(results, 9.5e-4).trapped - 0.436) < 0.01);
  CHECK(at(results, 1e-3).trapped == 0);
  CHECK(at(results, 1e-3).wandering > 0.4);
  CHECK(at(results, 2e-3).global == 1);
}

TEST_CASE("Noise table of F1b: the best fixed noise gives small steps 0.13, 0.15, 0.16; large steps need none") {
  LargeStepsSpec spec = spec_of(kNoise, {"sharp_well"}, {0.01, 0.03, 0.1, 0.2, 1.2}, 1500);
  spec.annealed = false;
  spec.sigmas = {0, 2, 4, 8};
  const auto results = large_steps(spec, {.workers = 2});
  const std::map<double, double> measured = {{0.01, 0.131}, {0.03, 0.154}, {0.1, 0.164}};
  for (const auto& [eta, best] : measured) {
    double found = 0;
    for (const double sigma : spec.sigmas) found = std::max(found, at(results, eta, "fixed", sigma).global);
    CAPTURE(eta);
    CHECK(std::abs(found - best) < 0.03);
    CHECK(at(results, eta, "fixed", 0).trapped == 1);
  }
  CHECK(at(results, 0.03, "fixed", 2).trapped > 0.99);   // σ ≤ 2 leaves every run inside M
  CHECK(at(results, 0.03, "fixed", 4).trapped < 0.05);   // σ = 4 frees 97.6 % of them
  CHECK(at(results, 0.03, "fixed", 4).wandering > 0.7);  // but the spread holds them off
  CHECK(at(results, 0.2, "fixed", 0).global == 1);
  CHECK(at(results, 1.2, "fixed", 0).global == 1);
}

TEST_CASE("Annealed noise does reach the global minimum of F1b: 0.98 in 200 steps of 0.1") {
  LargeStepsSpec spec = spec_of(kNoise, {"sharp_well"}, {0.1}, 1000);
  spec.problem.steps = 200;
  spec.sigmas = {2, 4, 6};
  const auto results = large_steps(spec);
  double best = 0;
  for (const double sigma : spec.sigmas) best = std::max(best, at(results, 0.1, "annealed", sigma).global);
  CHECK(std::abs(best - 0.98) < 0.03);
}

TEST_CASE("Control: with the same noise a large step leaves the well, ten small ones and fresh small ones never do") {
  LargeStepsSpec spec = spec_of(kControl, {"sharp_well"}, {0.5}, 1000);
  spec.annealed = false;
  const auto results = large_steps(spec, {.workers = 2});
  const std::map<double, double> measured = {{0.5, 1.0}, {1, 1.0}, {2, 0.998}, {3, 0.916}, {4, 0.841}};
  for (const auto& [sigma, share] : measured) {
    CAPTURE(sigma);
    CHECK(std::abs(at(results, 0.5, "L", sigma).global - share) < 0.03);
    CHECK(at(results, 0.05, "R", sigma).trapped == 1);  // theorem: σ < 4.45
    CHECK(at(results, 0.05, "S", sigma).trapped == 1);
  }
}

TEST_CASE(
    "Warm start: up to 20 small steps hardly matter, after 40 the last bit holds what exact arithmetic would not") {
  LargeStepsSpec spec = spec_of(kPhase, {"sharp_well"}, {0.5}, 2000);
  spec.lengths = {5, 10, 20, 40, 60};
  const auto results = large_steps(spec);
  CHECK(at(results, 0.5, "small 5").median_steps == 7);
  CHECK(at(results, 0.5, "small 10").median_steps == 11);
  CHECK(at(results, 0.5, "small 20").median_steps == 21);
  CHECK(at(results, 0.5, "small 10").global == 1);
  CHECK(std::abs(at(results, 0.5, "small 20").global - 0.991) < 0.01);
  CHECK(at(results, 0.5, "small 60").by_last_bit == 1);
  CHECK(at(results, 0.5, "small 60").trapped == 1);
  CHECK(at(results, 0.5, "large 20").global == 1);
  CHECK(at(results, 0.5, "large 20").by_last_bit == 0);
  spec.lengths = {60};
  spec.nudge = 1e-9;
  CHECK(at(large_steps(spec), 0.5, "small 60").global == 1);
}

TEST_CASE("Large steps choose the flat well, whether it is the deeper one or not") {
  for (const bool flat_is_deep : {true, false}) {
    const Choice landscape{"two_wells", {{"d1", flat_is_deep ? 0.5 : 1.0}, {"d2", flat_is_deep ? 1.0 : 0.5}}};
    const auto results = large_steps(spec_of(kBasins, landscape, {0.05, 0.5}, 40));
    CHECK(at(results, 0.05).trapped > 0.2);
    CHECK(at(results, 0.05).global > 0.2);
    CHECK((flat_is_deep ? at(results, 0.5).global : at(results, 0.5).trapped) == 1);
  }
}

TEST_CASE(
    "Proved ranges: F1b (0.635, 1.206) large, up to 0.1254 a trap, unstable above 1/6, noise below 4.45 in vain") {
  const auto ranges = proved_step_ranges({"sharp_well"});
  CHECK(range(ranges, StepRangeKind::kLarge).low == doctest::Approx(0.635).epsilon(1e-3));
  CHECK(range(ranges, StepRangeKind::kLarge).high == doctest::Approx(1.206).epsilon(1e-3));
  CHECK(range(ranges, StepRangeKind::kTrap).high == doctest::Approx(0.1254).epsilon(1e-3));
  CHECK(range(ranges, StepRangeKind::kTrap).from == doctest::Approx(1.6288).epsilon(1e-4));
  CHECK(range(ranges, StepRangeKind::kUnstable).low == doctest::Approx(1.0 / 6));
  CHECK(noise_threshold({"sharp_well"}) == doctest::Approx(4.45).epsilon(1e-3));
  // Below 1 the condition is (1 − η)(e₀ + κ(m − e₀)η) < e₀, so η > 1 − e₀/(κ(m − e₀)).
  const double rim = range(ranges, StepRangeKind::kTrap).from;
  CHECK(range(ranges, StepRangeKind::kLarge).low == doctest::Approx(1 - rim / (12 * (2 - rim))).epsilon(1e-12));
}

TEST_CASE("Proved ranges: one hard well in the plane, (0.806, 1.143), and (0.714, 1.183) for a blunter one") {
  const auto large = [](double kappa, double c) {
    return range(proved_step_ranges({"ring_of_wells", {{"K", 1.0}, {"tau", 0.0}, {"kappa", kappa}, {"c", c}}}),
                 StepRangeKind::kLarge);
  };
  CHECK(large(12, 0.5).low == doctest::Approx(0.806).epsilon(1e-3));
  CHECK(large(12, 0.5).high == doctest::Approx(1.143).epsilon(1e-3));
  CHECK(large(6, 1).low == doctest::Approx(0.714).epsilon(1e-3));
  CHECK(large(6, 1).high == doctest::Approx(1.183).epsilon(1e-3));
  for (const auto& found : proved_step_ranges({"ring_of_wells"})) CHECK(found.kind == StepRangeKind::kUnstable);
  CHECK(proved_step_ranges({"himmelblau"}).empty());
}

TEST_CASE(
    "What is proved of the sharp well holds for other wells: no start is trapped in a large range, all in a trap") {
  for (const double kappa : {6.0, 20.0, 100.0})
    for (const double c : {0.1, 1.0}) {
      const Choice landscape{"sharp_well", {{"kappa", kappa}, {"c", c}}};
      CAPTURE(kappa);
      CAPTURE(c);
      for (const auto& proved : proved_step_ranges(landscape)) {
        LargeStepsSpec spec = spec_of(kBasins, landscape, {1}, 300);
        spec.problem.steps = 4000;
        if (proved.kind == StepRangeKind::kLarge) {
          spec.starts.low = {-20};
          spec.starts.high = {20};
          spec.step_sizes = {proved.low + 1e-3, 0.5 * (proved.low + proved.high), proved.high - 1e-3};
          for (const auto& row : large_steps(spec).rows) CHECK(row.shares.global == 1);
        } else if (proved.kind == StepRangeKind::kTrap) {
          spec.starts.low = {proved.from};
          spec.starts.high = {20};
          spec.step_sizes = {0.3 * proved.high, proved.high};
          for (const auto& row : large_steps(spec).rows) CHECK(row.shares.trapped == 1);
        }
      }
    }
}

TEST_CASE("Ends do not depend on the workers, and plain descent by the engine ends where our own loop ends") {
  LargeStepsSpec spec = spec_of(kNoise, {"sharp_well"}, {0.03, 0.2}, 150);
  spec.problem.steps = 300;
  spec.sigmas = {4};
  const auto one = large_steps(spec), two = large_steps(spec, {.workers = 2});
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    CHECK(one.rows[i].shares.global == two.rows[i].shares.global);
    CHECK(one.rows[i].shares.trapped == two.rows[i].shares.trapped);
  }
  ManyRuns plain{.run = {.landscape = {"sharp_well"},
                         .oracle = {"gaussian", {{"sigma", 3.0}}},
                         .step_size = 0.05,
                         .steps = 200,
                         .seeds = 2}};
  ManyRuns engine = plain;
  engine.run.optimizer = {"heavy_ball", {{"momentum", 0.0}}};
  const std::vector<double> starts = {-3, 1.7, 2.2, 5.9, 2.5};
  const ManyRuns both[] = {plain, engine};
  const auto ends = run_from_all(both, starts);
  REQUIRE(ends[0].size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(ends[0][i].fate == ends[1][i].fate);
    CHECK(ends[0][i].first_reach == ends[1][i].first_reach);
    CHECK(ends[0][i].since == ends[1][i].since);
  }
}

TEST_CASE("A stop request leaves an incomplete answer; bad specs are refused by name") {
  std::stop_source stop;
  stop.request_stop();
  CHECK(!large_steps(default_large_steps(kBasins), {.stop = stop.get_token()}).complete);
  LargeStepsSpec spec = default_large_steps(kControl);
  spec.problem.oracle = {"student_t"};
  CHECK_THROWS_WITH_AS(check(spec, "lab"), doctest::Contains("lab.oracle: 'student_t'"), InputError);
  spec = default_large_steps(kBasins);
  spec.starts.high = {-7};
  CHECK_THROWS_WITH_AS(check(spec, ""), doctest::Contains("view: "), InputError);
  CHECK_THROWS_WITH_AS(check(LargeStepsSpec{.problem = {.landscape = {"rosenbrok"}}}, ""),
                       doctest::Contains("rosenbrok"), InputError);
  spec = default_large_steps(kPhase);
  spec.lengths = {500};
  CHECK_THROWS_WITH_AS(check(spec, ""), doctest::Contains("lengths: '500'"), InputError);
}

TEST_CASE("run_of a row is the run that simulate() repeats from one start") {
  const LargeStepsSpec spec = default_large_steps(kPhase);
  RunSpec run = run_of(spec, {.step_size = 0.5, .arm = "small 10"});
  run.start = {2.1};
  const auto x = simulate({&run, 1}, {.trajectory = true}).front().trajectories.front().x;
  CHECK(x[10] - 2 == doctest::Approx(0.1 * std::pow(-0.2, 10)).epsilon(1e-6));  // 1 − 0.1 · 12
  CHECK(x[12] - 2 == doctest::Approx(0.1 * std::pow(-0.2, 10) * 25).epsilon(1e-6));
}
