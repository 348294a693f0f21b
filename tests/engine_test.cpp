// The engine: closed forms of runs, and what must not change a single bit of them.
#include "core/run/run.h"
#include "tests/support/bits.h"

#include <doctest/doctest.h>

#include <cmath>
#include <thread>

using namespace steplab;
using steplab::testing::same_bits;

namespace {

RunSpec quadratic(double lambda, double eta, int steps) {
  return {.landscape = {"quadratic", {{"lambda", lambda}, {"kappa", 1.0}}},
          .start = {1.0, 0.0},
          .step_size = eta,
          .steps = steps};
}

const Recording kEverything{.trajectory = true, .preconditioned_sharpness = true};

// One run of every optimizer, schedule, rule and oracle of the catalog that Rosenbrock's neighbours can take.
std::vector<RunSpec> one_of_everything() {
  std::vector<RunSpec> specs;
  const RunSpec base{.landscape = {"quadratic"},
                     .rate = {"cosine"},
                     .oracle = {"gaussian", {{"sigma", 0.3}}},
                     .step_size = 0.02,
                     .steps = 45,
                     .seed = 11,
                     .seeds = 3};
  const auto add = [&](const auto& entries, Choice RunSpec::*field) {
    for (const auto& entry : entries) {
      RunSpec spec = base;
      (spec.*field) = Choice{entry.id};
      try {
        check(spec, "test");
      } catch (const InputError&) {
        continue;  // mini-batches of a quadratic, and the like: they have tests of their own
      }
      specs.push_back(spec);
    }
  };
  add(optimizers(), &RunSpec::optimizer);
  add(schedules(), &RunSpec::rate);
  add(rate_rules(), &RunSpec::rate);
  add(oracles(), &RunSpec::oracle);
  add(projections(), &RunSpec::projection);
  add(landscapes(), &RunSpec::landscape);
  return specs;
}

}  // namespace

TEST_CASE("gradient descent on a quadratic is x0 (1 - eta lambda)^t") {
  const auto results = simulate({{quadratic(2.0, 0.1, 50)}}, kEverything);
  const Trajectory& run = results[0].trajectories[0];
  REQUIRE(run.rows() == 51);
  for (std::size_t t = 0; t <= 50; ++t) {
    const double x = std::pow(0.8, static_cast<double>(t));
    CHECK(run.step[t] == static_cast<int>(t));
    CHECK(run.x[2 * t] == doctest::Approx(x).epsilon(1e-13));
    CHECK(run.x[2 * t + 1] == 0);
    CHECK(run.loss[t] == doctest::Approx(x * x).epsilon(1e-13));
    CHECK(run.grad_norm[t] == doctest::Approx(2 * x).epsilon(1e-13));
    CHECK(run.sharpness[t] == doctest::Approx(2.0).epsilon(1e-15));
    if (t < 50) CHECK(run.step_size[t] == 0.1);
  }
  CHECK(std::isnan(run.step_size[50]));
}

TEST_CASE("rho multiplies the step size") {
  RunSpec twice = quadratic(1.0, 0.1, 20), rho = twice;
  twice.step_size = 0.2;
  rho.rho = 2;
  const auto results = simulate({{twice, rho}});
  CHECK(same_bits(results[0], results[1]));
}

TEST_CASE("update t uses h(t/T): linear decay over two steps takes a full and a half step") {
  RunSpec spec = quadratic(1.0, 0.5, 2);
  spec.rate = {"linear"};
  CHECK(simulate({{spec}})[0].final_x[0] == doctest::Approx(0.5 * 0.75).epsilon(1e-15));
}

TEST_CASE(
    "a run whose coordinates double every step diverges when they pass the limit, and keeps the last state inside") {
  // x_t = (−2)^t from 1, and 2^99 < 1e30 < 2^100: update 99 leaves the region.
  for (const bool recorded : {false, true}) {
    Recording recording = kEverything;
    recording.trajectory = recorded;
    recording.stride = 7;
    const auto results = simulate({{quadratic(1.0, 3.0, 1000), quadratic(1.0, 0.5, 1000)}}, recording);
    CHECK(results[0].outcomes[0].status == RunStatus::kDiverged);
    CHECK(results[0].outcomes[0].steps == 99);
    CHECK(results[0].final_x[0] == -std::ldexp(1.0, 99));
    CHECK(results[0].outcomes[0].loss == std::ldexp(1.0, 197));
    CHECK(results[1].outcomes[0].status == RunStatus::kFinished);
    if (!recorded) continue;
    CHECK(results[0].trajectories[0].step.back() == 99);
    for (const double x : results[0].trajectories[0].x) CHECK(std::isfinite(x));
  }
}

TEST_CASE("momentum runs diverge at the same step whether they are recorded or not") {
  RunSpec spec = quadratic(1.0, 3.9, 3000);
  spec.optimizer = {"heavy_ball", {{"momentum", 0.9}}};
  const auto bare = simulate({{spec}}), recorded = simulate({{spec}}, kEverything);
  CHECK(bare[0].outcomes[0].status == RunStatus::kDiverged);  // 3.9 > 2 + 2 · 0.9
  CHECK(same_bits(bare[0].outcomes[0], recorded[0].outcomes[0]));
  spec.step_size = 3.7;
  CHECK(simulate({{spec}})[0].outcomes[0].status == RunStatus::kFinished);
}

TEST_CASE("every run of the catalog gives the same bits for one, two and three workers") {
  const auto specs = one_of_everything();
  const auto one = simulate(specs, kEverything, {.workers = 1});
  CHECK(same_bits(one, simulate(specs, kEverything, {.workers = 2})));
  CHECK(same_bits(one, simulate(specs, kEverything, {.workers = 3})));
}

TEST_CASE("every run of the catalog gives the same bits alone, in company, and with nothing recorded") {
  const auto specs = one_of_everything();
  const auto together = simulate(specs, kEverything);
  const auto bare = simulate(specs);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    CAPTURE(specs[i].landscape.id);
    CAPTURE(specs[i].rate.id);
    CAPTURE(specs[i].optimizer.id);
    CAPTURE(specs[i].oracle.id);
    const auto alone = simulate({&specs[i], 1}, kEverything);
    CHECK(same_bits(together[i], alone[0]));
    CHECK(same_bits(together[i].final_x, bare[i].final_x));
    for (std::size_t k = 0; k < bare[i].outcomes.size(); ++k)
      CHECK(same_bits(together[i].outcomes[k], bare[i].outcomes[k]));
  }
}

TEST_CASE("every run of the catalog goes on from a snapshot with the same bits") {
  const auto specs = one_of_everything();
  Recording recording = kEverything;
  recording.snapshots = {1, 7, 32};
  const auto whole = simulate(specs, recording);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    CAPTURE(specs[i].landscape.id);
    CAPTURE(specs[i].rate.id);
    CAPTURE(specs[i].optimizer.id);
    CAPTURE(specs[i].oracle.id);
    for (const auto& snapshot : whole[i].snapshots[1]) {
      const SpecResults rest = resume(specs[i], 1, snapshot, kEverything);
      CHECK(same_bits(rest.outcomes[1], whole[i].outcomes[1]));
      const Trajectory& tail = rest.trajectories[1];
      const Trajectory& full = whole[i].trajectories[1];
      REQUIRE(tail.rows() + static_cast<std::size_t>(snapshot.step) == full.rows());
      CHECK(same_bits(tail.x, {full.x.end() - static_cast<std::ptrdiff_t>(tail.x.size()), full.x.end()}));
      CHECK(same_bits(tail.step_size,
                      {full.step_size.end() - static_cast<std::ptrdiff_t>(tail.rows()), full.step_size.end()}));
    }
  }
}

TEST_CASE("replicate 3 of eight seeds is the run that replicate 3 of four seeds is") {
  RunSpec spec{.landscape = {"quadratic"}, .oracle = {"gaussian"}, .step_size = 0.01, .seeds = 8};
  const auto eight = simulate({&spec, 1});
  spec.seeds = 4;
  const auto four = simulate({&spec, 1});
  CHECK(same_bits(eight[0].outcomes[3], four[0].outcomes[3]));
  CHECK_FALSE(same_bits(eight[0].outcomes[3], eight[0].outcomes[2]));
}

TEST_CASE("runs that differ only in schedule meet the same noise") {
  // Pure noise on an almost flat bowl: after one update of equal size the two runs stand at the same point.
  RunSpec constant{.landscape = {"quadratic"}, .oracle = {"gaussian"}, .step_size = 0.1, .steps = 10, .seeds = 5};
  RunSpec cosine = constant;
  cosine.rate = {"cosine"};
  const auto results = simulate({{constant, cosine}}, {.trajectory = true});
  for (std::size_t k = 0; k < 5; ++k)
    for (std::size_t j = 2; j < 4; ++j)
      CHECK(same_bits(results[0].trajectories[k].x[j], results[1].trajectories[k].x[j]));
}

TEST_CASE("rows are recorded at multiples of the stride and at the end") {
  RunSpec spec = quadratic(1.0, 0.1, 25);
  const auto results = simulate({{spec}}, {.trajectory = true, .stride = 10});
  CHECK(results[0].trajectories[0].step == std::vector<int>{0, 10, 20, 25});
}

TEST_CASE("a stop request ends a long run at once, and what was finished stays") {
  RunSpec spec = quadratic(1.0, 1e-9, 1'000'000'000);
  std::stop_source stop;
  Progress progress;
  std::jthread stopper([&](const std::stop_token& given_up) {
    while (progress.done < 1000 && !given_up.stop_requested()) std::this_thread::yield();
    stop.request_stop();
  });
  const auto results = simulate({{spec}}, {}, {.workers = 2, .stop = stop.get_token(), .progress = &progress});
  CHECK(results[0].outcomes[0].status == RunStatus::kCancelled);
  CHECK(results[0].outcomes[0].steps < 1'000'000'000);
  CHECK(progress.total == 1'000'000'000);
}

TEST_CASE("progress counts every update of every lane") {
  RunSpec spec = quadratic(1.0, 0.1, 123);
  spec.seeds = 70;
  Progress progress;
  simulate({{spec}}, {}, {.workers = 2, .progress = &progress});
  CHECK(progress.done == 123 * 70);
  CHECK(progress.total == 123 * 70);
}

TEST_CASE("a run reaches the global minimum only if it ends near it and nearer to it than to a worse one") {
  RunSpec spec = quadratic(1.0, 0.5, 3);  // ends at 1/8
  spec.reach = 0.2;
  CHECK(simulate({{spec}})[0].outcomes[0].reached);
  CHECK(simulate({{spec}})[0].outcomes[0].distance == doctest::Approx(0.125));
  spec.reach = 0.1;
  CHECK_FALSE(simulate({{spec}})[0].outcomes[0].reached);
}

TEST_CASE("bad specs are refused with the place, the value and what is allowed") {
  const auto message = [](const RunSpec& spec) -> std::string {
    try {
      simulate({&spec, 1});
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(message({.landscape = {"quadratik"}}).find("did you mean 'quadratic'?") != std::string::npos);
  CHECK(message({.landscape = {"quadratic", {{"kapa", 2.0}}}}).find("did you mean 'kappa'?") != std::string::npos);
  CHECK(message({.landscape = {"quadratic", {{"kappa", -1.0}}}}).find("runs[0].landscape.quadratic.kappa: '-1'") == 0);
  CHECK(message({.landscape = {"quadratic"}, .steps = -5}).find("runs[0].steps: '-5'") == 0);
  CHECK(message({.landscape = {"quadratic"}, .step_size = std::nan("")}).find("runs[0].step_size: 'nan'") == 0);
  CHECK(message({.landscape = {"quadratic"}, .start = {1.0}}).find("runs[0].start") == 0);
  CHECK(message({.landscape = {"quadratic"}}).empty());
}

TEST_CASE("a run that is put outside its domain begins at the nearest point inside") {
  RunSpec spec = quadratic(1.0, 0.5, 1);
  spec.start = {100.0, -3.0};
  spec.projection = {"box", {{"low", -2.0}, {"high", 2.0}}};
  const auto results = simulate({{spec}}, {.trajectory = true});
  CHECK(results[0].trajectories[0].x == std::vector<double>{2.0, -2.0, 1.0, -1.0});
}
