// Coarse grids of step sizes against closed forms for R = ½(ρ + 1/ρ), and docs/notes/annealing.md, test 4.
#include "core/analysis/grid_search.h"

#include "core/analysis/last_iterate_bound.h"
#include "core/analysis/tuning.h"
#include "core/base/parallel.h"

#include <doctest/doctest.h>

#include <cmath>

namespace steplab {
namespace {

RobustnessFunction cosh_curve() {
  const auto rho = RhoGrid{1e-3, 1e3, 2401}.values();
  std::vector<double> R;
  for (const double r : rho) R.push_back(fixed_step_robustness(r));
  return {rho, R};
}

TEST_CASE("The best point of a grid lies within √r of η*; its cost is cosh, its mean sinh(L/2)/(L/2), L = log r") {
  const auto curve = cosh_curve();
  for (const double r : {2.0, 3.0, 10.0, 100.0}) {
    const GridCost cost = grid_cost(curve, r);
    CHECK(cost.worst == doctest::Approx(0.5 * (std::sqrt(r) + 1 / std::sqrt(r))).epsilon(1e-3));
    CHECK(cost.expected == doctest::Approx(std::sinh(std::log(r) / 2) / (std::log(r) / 2)).epsilon(1e-3));
    CHECK(ratio_for(curve, cost.worst) == doctest::Approx(r).epsilon(1e-3));
  }
  const GridPoint point = best_grid_point(curve, 10, 0.3);
  CHECK(point.rho == doctest::Approx(std::pow(10, 0.3)));
  CHECK(point.R == doctest::Approx(fixed_step_robustness(point.rho)).epsilon(1e-4));
  CHECK(best_grid_point(curve, 10, 0.8).rho == doctest::Approx(std::pow(10, -0.2)));
}

TEST_CASE("A curve R = max(ρ, 1)^½ forgives ratio r² where R = max(ρ, 1) forgives r: half the trials") {
  const auto rho = RhoGrid{1e-2, 1e4, 601}.values();
  std::vector<double> steep, flat;
  for (const double r : rho) {  // too small a step costs 1/ρ in both
    steep.push_back(r < 1 ? 1 / r : r);
    flat.push_back(r < 1 ? 1 / (r * r) : std::sqrt(r));
  }
  // Worst offset of `steep`: both neighbours cost the same, √r. Of `flat` (exponents ½ and 2): (4/5) log r · ½.
  const RobustnessFunction a(rho, steep), b(rho, flat);
  CHECK(grid_cost(a, 10).worst == doctest::Approx(std::sqrt(10.0)).epsilon(0.01));
  CHECK(grid_cost(b, 10).worst == doctest::Approx(std::pow(10, 0.4)).epsilon(0.01));
  const TrialsSaved saved = trials_saved(a, b, 10, 1e6);
  CHECK(saved.ratio == doctest::Approx(std::pow(10, 1.25)).epsilon(0.01));
  CHECK(saved.reference_trials == 6);
  CHECK(saved.trials == 5);
  CHECK(saved.saved() == 1);
}

TEST_CASE("Trials are the ratios that fit into the interval, at least one") {
  CHECK(trials(1000, 10) == 3);
  CHECK(trials(1001, 10) == 4);
  CHECK(trials(1, 10) == 1);
  CHECK(trials(5, 10) == 1);
}

TEST_CASE("Outside of the curve, and where runs diverged, a grid point is worth nothing") {
  const std::vector<double> rho = {0.1, 1, 10, 100}, R = {10, 1, 2, INFINITY};
  const RobustnessFunction curve(rho, R);
  CHECK(std::isinf(curve.at(0.05)));
  CHECK(std::isinf(curve.at(50)));
  CHECK(curve.at(10) == doctest::Approx(2));
  CHECK(curve.at(std::sqrt(10.0)) == doctest::Approx(std::sqrt(2.0)));
}

TEST_CASE(
    "docs/notes/annealing.md, test 4: on the worst problem a grid of ratio 10 costs 1.46 linear, 1.44 cosine, fixed "
    "twice that") {
  TuningSpec spec{.mode = TuningMode::kWorstProblem, .problem = default_worst_problem()};
  spec.rows = {{.rate = {"constant"}}, {.rate = {"linear"}}, {.rate = {"cosine"}}};
  spec.refine = false;
  spec.rho = {0.1, 10, 17};
  const TuningOptions options{.workers = hardware_workers()};
  const auto results = robustness(spec, tune(spec, options), options);
  const auto worst = [&](std::size_t row) { return grid_cost({results.rho, results.curves[row].R}, 10).worst; };
  // Theirs came from 512 runs and a grid of 8 a decade, too.
  CHECK(worst(1) == doctest::Approx(1.46).epsilon(0.12));
  CHECK(worst(2) == doctest::Approx(1.44).epsilon(0.12));
  // Theirs is 2.83 with η*√T = 0.316 on their grid; ours hits the optimum between 0.316 and 0.422 better, and what a
  // grid misses it by is then larger.
  CHECK(worst(0) > 2.83);
  CHECK(worst(0) < 3.7);
}

}  // namespace
}  // namespace steplab
