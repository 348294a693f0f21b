// The tuning lab's numbers: exact quadratics, the worst problem, logistic regression (docs/notes/annealing.md, test 1,
// test 2, test 3), and what must hold for every problem.
#include "core/analysis/tuning.h"

#include "core/analysis/averaged_runs.h"
#include "core/analysis/quadratic_moments.h"
#include "core/base/parallel.h"
#include "core/scene/shipped.h"
#include "core/scene/tuning_scene.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steplab {
namespace {

const int kWorkers = hardware_workers();

Choice polynomial(double p) { return {"polynomial", {{"p", p}}}; }
const Choice kInverseRoot{"inverse_sqrt", {{"tau", 1.0}}};
const Choice kWsd{"wsd", {{"shape", "linear"}}};

std::vector<TuningRow> rows_of(const std::vector<Choice>& rates) {
  std::vector<TuningRow> rows;
  for (const auto& rate : rates) rows.push_back({.rate = rate});
  return rows;
}

TuningResults figure(const TuningSpec& spec, const TuningOptions& options) {
  Tuning tuning = tune(spec, options);
  return judge(spec, tuning, options);
}
TuningResults figure(const TuningSpec& spec) { return figure(spec, {.workers = kWorkers}); }

double R_at(const TuningResults& results, std::size_t row, double rho) {
  for (std::size_t i = 0; i < results.rho.size(); ++i)
    if (std::abs(std::log(results.rho[i] / rho)) < 1e-9) return results.curves[row].R[i];
  return NAN;
}

TEST_CASE("The default ρ are 16 a decade from 0.1 to 100, with 1 exactly and √10, 10, 31.6 among them") {
  const auto rho = RhoGrid{}.values();
  REQUIRE(rho.size() == 49);
  CHECK(rho[0] == 0.1);
  CHECK(rho[16] == 1);
  CHECK(rho[48] == 100);
  CHECK(rho[24] == doctest::Approx(std::sqrt(10.0)));
  CHECK(rho[32] == doctest::Approx(10));
  CHECK(rho[40] == doctest::Approx(std::sqrt(1000.0)));
}

// ---- exact quadratics ----

TEST_CASE("Moments of a fixed step on a quadratic are a geometric sum") {
  const double lambda = 0.7, start = 0.5, sigma = 1.3, eta = 0.2;
  const int steps = 37;
  const QuadraticMoments moments({lambda}, {start}, sigma * sigma);
  const double q = 1 - eta * lambda, mean = start * std::pow(q, steps);
  const double variance = eta * eta * sigma * sigma * (1 - std::pow(q, 2 * steps)) / (1 - q * q);
  CHECK(moments.expected_loss(std::vector<double>(steps, 1.0), eta) ==
        doctest::Approx(0.5 * lambda * (mean * mean + variance)).epsilon(1e-12));
}

TEST_CASE("Expectations agree with the mean of many seeds, for every kind of noise of known variance") {
  for (const char* noise : {"gaussian", "sign", "uniform"}) {
    TuningSpec spec;
    spec.problem.landscape = {"quadratic", {{"lambda", 0.8}, {"kappa", 4.0}, {"angle", 25.0}}};
    spec.problem.oracle = {noise, {{"sigma", 0.7}}};
    spec.problem.start = {0.9, -0.4};
    spec.problem.steps = 150;
    spec.problem.seeds = 20000;
    spec.rows = rows_of({{"cosine"}});
    spec.rho = {0.1, 10, 3};
    const Tuning at{.spec = spec, .rows = {{.step_size = 0.05}}, .complete = true};
    const auto exact = robustness(spec, at, {.workers = kWorkers});
    spec.allow_exact = false;
    const auto sampled = robustness(spec, at, {.workers = kWorkers});
    CHECK(exact.exact);
    CHECK_FALSE(sampled.exact);
    for (std::size_t i = 0; i < 3; ++i)  // losses scatter about as much as they are large: 20000 seeds give 1 %
      CHECK(exact.curves[0].R[i] * exact.curves[0].tuned.loss ==
            doctest::Approx(sampled.curves[0].R[i] * sampled.curves[0].tuned.loss).epsilon(0.03));
  }
}

TEST_CASE("docs/notes/annealing.md, test 2: the noisy quadratic, T = 10⁴, exactly") {
  TuningSpec spec;
  spec.problem.steps = 10000;
  spec.problem.seeds = 1;
  spec.rows = rows_of({{"constant"}, {"linear"}, {"cosine"}, polynomial(2)});
  const auto results = figure(spec);
  REQUIRE(results.exact);
  const double expected[3][4] = {{2.85, 9.03, 28.7, 92.2}, {1.70, 3.03, 5.39, 9.60}, {1.50, 2.26, 3.36, 4.96}};
  const double rho[] = {std::sqrt(10.0), 10, std::sqrt(1000.0), 100};
  for (std::size_t row = 0; row < 3; ++row)
    for (int i = 0; i < 4; ++i) CHECK(R_at(results, row, rho[i]) == doctest::Approx(expected[row][i]).epsilon(0.01));
  CHECK(results.curves[0].overshoot.slope == doctest::Approx(1.003).epsilon(0.005));
  CHECK(results.curves[1].overshoot.slope == doctest::Approx(0.500).epsilon(0.005));
  CHECK(results.curves[3].overshoot.slope == doctest::Approx(0.333).epsilon(0.005));
  CHECK(results.curves[1].predicted.slope == 0.5);
  CHECK(results.curves[3].predicted.slope == doctest::Approx(1.0 / 3));
}

TEST_CASE("No step size beats the η* of an exact search") {
  TuningSpec spec;
  spec.problem.steps = 300;
  spec.problem.seeds = 1;
  const Tuning tuning = tune(spec, {.workers = kWorkers});
  REQUIRE(tuning.rows.size() == 7);
  spec.rho = {0.3, 3, 401};
  const auto results = robustness(spec, tuning, {.workers = kWorkers});
  for (const auto& curve : results.curves) CHECK(*std::ranges::min_element(curve.R) > 1 - 1e-9);
}

// ---- the worst problem ----

TEST_CASE("The worst family's losses are the engine's, bit for bit") {
  WorstFamily family;
  family.slopes = {0.5, 2, 5, 11, 16, 32, 40};
  const RunSpec noise{.landscape = {"abs"}, .oracle = {"sign"}, .steps = 300, .seed = 9, .seeds = 11};
  Workshop workshop;
  const PreparedRun prepared = workshop.prepare(noise, "test");
  const FactorTable table(workshop.prepare({.rate = {"cosine"}}, "test").schedule, noise.steps);
  std::vector<double> h;
  for (int t = 0; t < noise.steps; ++t) h.push_back(table.at(t));
  const std::vector<WorstCell> cells = {{h, 0.02}, {h, 0.3}};
  const auto losses = worst_family_losses(family, prepared, noise.seeds, cells, kLastIterate, {.workers = kWorkers});
  for (std::size_t c = 0; c < cells.size(); ++c)
    for (std::size_t m = 0; m < family.slopes.size(); ++m) {
      RunSpec spec = noise;
      spec.rate = {"cosine"};
      spec.landscape = {"abs", {{"eps", family.slopes[m] / std::sqrt(noise.steps)}}};
      spec.step_size = cells[c].step_size;
      const Results results = simulate({&spec, 1});
      for (std::size_t k = 0; k < 11; ++k)
        CHECK(losses[(c * family.slopes.size() + m) * 11 + k] == results[0].outcomes[k].loss);
    }
}

TEST_CASE("docs/notes/annealing.md, test 1: over the family ε|x − c| the slopes are those of the theorem") {
  TuningSpec spec{.mode = TuningMode::kWorstProblem, .problem = default_worst_problem()};
  spec.rows = rows_of({{"constant"}, kInverseRoot, {"linear"}, polynomial(2), {"cosine"}});
  spec.refine = false;  // its grid: 8 a decade
  spec.rho = {1, 100, 17};
  REQUIRE(spec.problem.steps == 4096);
  REQUIRE(spec.problem.seeds == 512);
  const auto results = figure(spec);
  const double measured[] = {0.99, 0.99, 0.33, 0.22, 0.20}, predicted[] = {1, 1, 1.0 / 3, 0.2, 0.2};
  for (std::size_t i = 0; i < 5; ++i) {
    CAPTURE(results.curves[i].label);
    CHECK(std::abs(results.curves[i].overshoot.slope - measured[i]) < 0.06);
    CHECK(results.curves[i].predicted.slope == doctest::Approx(predicted[i]));
    CHECK(results.curves[i].slope_error < 0.05);
  }
  // The worst ε moves with ρ as in docs/notes/annealing.md, test 1: ε√T from about 1.4 to 3 … 6 where annealed, the
  // grid's end where fixed.
  const auto slope_at = [&](std::size_t row, std::size_t i) {
    return spec.family.slopes[static_cast<std::size_t>(results.curves[row].member[i])];
  };
  CHECK(slope_at(2, 0) == doctest::Approx(1.41).epsilon(0.5));
  CHECK(slope_at(2, 16) > 2.5);
  CHECK(slope_at(2, 16) < 9);
  CHECK(slope_at(0, 16) == 64);
}

TEST_CASE("One fixed sharp problem has slope 1 under every schedule: why the worst mode takes the envelope") {
  TuningSpec spec;
  spec.problem = {.landscape = {"abs"}, .oracle = {"sign"}, .steps = 2000, .seeds = 256};  // ε = 1 ≫ 1/√T
  spec.rows = rows_of({{"constant"}, {"linear"}, polynomial(2), {"cosine"}});
  spec.rho = {1, 31.622776601683793, 13};
  for (const auto& curve : figure(spec).curves) CHECK(curve.overshoot.slope == doctest::Approx(1).epsilon(0.12));
}

// ---- logistic regression ----

TEST_CASE(
    "docs/notes/annealing.md, test 3: logistic regression in two dimensions, 1000 seeds (seed 1, our own data set)") {
  TuningSpec spec;
  spec.problem = {.landscape = {"logistic"}, .oracle = {"minibatch"}, .steps = 2000, .seeds = 1000};
  spec.rows = rows_of({{"constant"}, kInverseRoot, {"linear"}, polynomial(2), polynomial(3), {"cosine"}, kWsd});
  spec.refine = false;  // its grid: 8 a decade
  spec.rho = {3.1622776601683795, 31.622776601683793, 9};
  Workshop workshop;
  const TuningOptions options{.workers = kWorkers, .workshop = &workshop};
  const double measured[] = {1.09, 1.04, 0.55, 0.36, 0.28, 0.39, 0.58};
  const auto results = figure(spec, options);
  CHECK(results.excess);
  for (std::size_t i = 0; i < 7; ++i) {
    CAPTURE(results.curves[i].label);
    CHECK(std::abs(results.curves[i].overshoot.slope - measured[i]) < 0.08);
  }
  spec.rows = rows_of({{"constant"}});
  spec.iterate = Iterate::kUniformAverage;
  CHECK(std::abs(figure(spec, options).curves[0].overshoot.slope - 1.96) < 0.08);
}

// ---- averages ----

TEST_CASE("Averages of nothing but the end are the engine's last points, bit for bit") {
  for (const char* optimizer : {"sgd", "heavy_ball"}) {
    RunSpec spec{.landscape = {"logistic", {{"n", 60.0}}},
                 .rate = {"linear"},
                 .optimizer = {optimizer},
                 .oracle = {"minibatch", {{"batch", 3.0}}},
                 .step_size = 0.1,
                 .steps = 90,
                 .seeds = 5};
    Workshop workshop;
    const PreparedRun run = workshop.prepare(spec, "test");
    const FactorTable table(run.schedule, spec.steps);
    std::vector<double> h;
    for (int t = 0; t < spec.steps; ++t) h.push_back(table.at(t));
    const AveragedCell cell{&run, h, spec.step_size};
    const auto losses = averaged_losses({&cell, 1}, spec.seeds, spec.steps, {});
    const Results results = simulate({&spec, 1});
    for (std::size_t k = 0; k < 5; ++k) CHECK(losses[k] == results[0].outcomes[k].loss);
  }
}

TEST_CASE("A suffix average is the mean of the recorded points at which gradients were asked for") {
  const RunSpec spec{.landscape = {"quadratic"},
                     .rate = {"cosine"},
                     .oracle = {"gaussian"},
                     .step_size = 0.05,
                     .steps = 40,
                     .seeds = 3};
  Workshop workshop;
  const PreparedRun run = workshop.prepare(spec, "test");
  const FactorTable table(run.schedule, spec.steps);
  std::vector<double> h;
  for (int t = 0; t < spec.steps; ++t) h.push_back(table.at(t));
  const AveragedCell cell{&run, h, spec.step_size};
  const Results results = simulate({&spec, 1}, {.trajectory = true, .sharpness = false});
  for (const int from : {0, 20, 39}) {
    const auto losses = averaged_losses({&cell, 1}, spec.seeds, from, {});
    for (std::size_t k = 0; k < 3; ++k) {
      Vector mean = Vector::Zero(2);
      for (int t = from; t < spec.steps; ++t)
        for (int j = 0; j < 2; ++j)
          mean[j] += results[0].trajectories[k].x[static_cast<std::size_t>(2 * t + j)] / (spec.steps - from);
      CHECK(losses[k] == doctest::Approx(value_at(*run.landscape, mean)).epsilon(1e-12));
    }
  }
}

// ---- what holds for every problem ----

TEST_CASE("Results do not depend on the number of workers") {
  for (const TuningMode mode : {TuningMode::kOneProblem, TuningMode::kWorstProblem, TuningMode::kBound})
    for (const Iterate iterate : {Iterate::kLast, Iterate::kSuffixAverage}) {
      TuningSpec spec{.mode = mode, .iterate = iterate, .allow_exact = false};
      spec.problem.steps = 120;
      spec.problem.seeds = 13;
      spec.rho.count = 7;
      const auto one = figure(spec, {.workers = 1}), three = figure(spec, {.workers = 3});
      REQUIRE(one.curves.size() == three.curves.size());
      for (std::size_t i = 0; i < one.curves.size(); ++i) {
        CHECK(one.curves[i].R == three.curves[i].R);
        CHECK(one.curves[i].tuned.step_size == three.curves[i].tuned.step_size);
        if (mode != TuningMode::kBound) CHECK(one.curves[i].q90 == three.curves[i].q90);
      }
    }
}

TEST_CASE("Every landscape of the catalog can be tuned; at ρ = 1 R is 1, or the rise 0") {
  for (const auto& entry : landscapes()) {
    CAPTURE(entry.id);
    TuningSpec spec;
    spec.problem = {.landscape = {entry.id}, .oracle = {"gaussian", {{"sigma", 0.1}}}, .steps = 30, .seeds = 8};
    spec.statistic = LossStatistic::kMedian;
    spec.rows = rows_of({{"constant"}, {"cosine"}});
    spec.rho = {0.1, 10, 5};
    const auto results = figure(spec);
    REQUIRE(results.complete);
    for (const auto& curve : results.curves) {
      CHECK(curve.tuned.step_size > 0);
      CHECK(std::isfinite(curve.tuned.loss));
      if (results.excess) CHECK(curve.R[2] == 1);
      CHECK(curve.rise[2] == 0);
    }
  }
}

TEST_CASE("Bands are the seeds' quantiles, and enclose the median") {
  TuningSpec spec;
  spec.allow_exact = false;
  spec.statistic = LossStatistic::kMedian;
  spec.problem.steps = 200;
  spec.rho = {0.1, 10, 9};  // 100 η* is beyond the stability limit
  for (const auto& curve : figure(spec).curves)
    for (std::size_t i = 0; i < curve.R.size(); ++i) {
      CHECK(curve.q10[i] < curve.R[i]);
      CHECK(curve.R[i] < curve.q90[i]);
    }
}

TEST_CASE("Step sizes at which runs diverge cost infinitely much and are counted") {
  TuningSpec spec;
  spec.allow_exact = false;
  spec.problem.steps = 400;
  spec.problem.seeds = 16;
  spec.rows = rows_of({{"constant"}});
  spec.rho = {1, 1e6, 3};
  const auto curve = figure(spec).curves[0];
  CHECK(std::isfinite(curve.R[0]));
  CHECK(std::isinf(curve.R[2]));
  CHECK(curve.diverged[0] == 0);
  CHECK(curve.diverged[2] == 16);
}

TEST_CASE("A stop request leaves an incomplete answer; progress ends at one otherwise") {
  std::stop_source stopped;
  stopped.request_stop();
  for (const TuningMode mode : {TuningMode::kOneProblem, TuningMode::kWorstProblem}) {
    TuningSpec spec{.mode = mode, .allow_exact = false};
    spec.problem.steps = 50;
    spec.problem.seeds = 8;
    CHECK_FALSE(tune(spec, {.stop = stopped.get_token()}).complete);
    TuningProgress progress;
    const Tuning tuning = tune(spec, {.progress = &progress});
    CHECK(tuning.complete);
    CHECK_FALSE(robustness(spec, tuning, {.stop = stopped.get_token()}).complete);
    CHECK(robustness(spec, tuning, {.progress = &progress}).complete);
    CHECK(progress.share() == doctest::Approx(1).epsilon(0.05));
  }
}

TEST_CASE("A tuning holds while only ρ and the fitted range change") {
  TuningSpec spec;
  spec.problem.steps = 50;
  const Tuning tuning = tune(spec);
  TuningSpec other = spec;
  other.rho.count = 5;
  other.fit_to = 50;
  CHECK(tuning_still_holds(tuning, other));
  other.problem.steps = 51;
  CHECK_FALSE(tuning_still_holds(tuning, other));
}

TEST_CASE("The runs beside the plot are at ρ times their own η*, on the chosen member of the family") {
  Scene scene = find_scene("tuning_worst_problem");
  scene.steps = 100;
  scene.rho = 3;
  scene.projection = {"none"};
  const std::vector<TunedRow> rows = {{0.1, 1}, {0.2, 1}, {}, {0.4, 1}, {0.5, 1}, {0.6, 1}, {0.7, 1}};
  const auto runs = run_specs(tuned_scene(scene, tuning_spec(scene), rows, 4));
  REQUIRE(runs.size() == 7);
  CHECK(runs[3].step_size == 0.4);
  CHECK(runs[3].rho == 3);
  CHECK(runs[2].step_size == scene.runs[2].step_size);  // it has no η*
  CHECK(std::get<double>(runs[0].landscape.params.at("eps")) == doctest::Approx(0.1));
  CHECK(runs[0].projection.id == "domain");  // the family's, not the scene's
  for (const auto& run : runs) check(run, "test");
}

TEST_CASE("What cannot be tuned is refused") {
  const auto refused = [](auto change) {
    TuningSpec spec;
    spec.problem.steps = 20;
    change(spec);
    CHECK_THROWS_AS(check(spec, "lab"), InputError);
  };
  refused([](TuningSpec& s) { s.rows.clear(); });
  refused([](TuningSpec& s) { s.rho.from = 0; });
  refused([](TuningSpec& s) { s.rho.to = 0.01; });
  refused([](TuningSpec& s) { s.suffix = 0; });
  refused([](TuningSpec& s) { s.fit_to = 1; });
  refused([](TuningSpec& s) { s.problem.landscape = {"nowhere"}; });
  refused([](TuningSpec& s) { s.bound.diameter = -1; });
  refused([](TuningSpec& s) {
    s.mode = TuningMode::kBound;
    s.rows = {{.rate = {"wngrad_a"}}};
  });
  refused([](TuningSpec& s) {
    s.mode = TuningMode::kWorstProblem;
    s.rows = {{.rate = {"linear"}, .optimizer = {"adam"}}};
  });
  refused([](TuningSpec& s) {
    s.mode = TuningMode::kWorstProblem;
    s.problem.oracle = {"multiplicative"};
  });
  refused([](TuningSpec& s) {
    s.iterate = Iterate::kUniformAverage;
    s.rows = {{.rate = {"wngrad_a"}}};
  });
}

}  // namespace
}  // namespace steplab
