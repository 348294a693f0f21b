#include "core/analysis/stability_edge.h"

#include "core/analysis/divergence.h"
#include "core/analysis/suggest.h"
#include "core/analysis/warmup_strip.h"
#include "core/catalog.h"
#include "core/run/run.h"

#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace steplab {
namespace {

/// The largest |x| of the last 200 of many steps on ½hx², h of either sign, from a point so near to 0 that the
/// pre-conditioner of an adaptive optimizer with ε = 1 stands still at 1. As a share of the start's.
double share_left(const Choice& optimizer, double curvature, double step_size) {
  constexpr double kStart = 1e-100, kGone = 1e80;  // the first updates of a mean may well make it grow
  constexpr int kSteps = 6000, kLast = 200;
  const auto rule = make_choice(optimizers(), optimizer, "test");
  Tile x = Tile::Constant(kPack, 1, kStart), g(kPack, 1);
  const Lanes eta = Lanes::Constant(kPack, step_size);
  Memory memory = rule->start(kPack, 1);
  double most = 0;
  for (int t = 0; t < kSteps; ++t) {
    g = curvature * x;
    rule->step(x, memory, g, {.step = t, .step_size = &eta});
    if (t >= kSteps - kLast) most = std::max(most, std::abs(x(0, 0)) / kStart);
    if (!(std::abs(x(0, 0)) < kGone * kStart)) return HUGE_VAL;
  }
  return most;
}

/// Every optimizer that has an edge, with the weight decays 0, 0.3 and 1, and another momentum.
std::vector<Choice> with_edges() {
  std::vector<Choice> all;
  for (const auto& entry : optimizers())
    for (const double decay : {0.0, 0.3, 1.0})
      for (const double momentum : {0.9, 0.5}) {
        Choice choice{entry.id};
        for (const auto& spec : entry.params) {
          if (spec.name == "eps") choice.params["eps"] = 1.0;
          if (spec.name == "beta2") choice.params["beta2"] = 0.9;  // RAdam's rectification is over soon
          if (spec.name == "weight_decay") choice.params["weight_decay"] = decay;
          if (spec.name == "momentum" || spec.name == "beta1") choice.params[spec.name] = momentum;
        }
        if (stability_of(choice)) all.push_back(choice);
      }
  all.push_back({"heavy_ball", {{"momentum", 0.9}, {"dampening", 0.9}, {"weight_decay", 0.5}}});
  return all;
}

// The curvature of the penalty is in the pre-conditioned sharpness of those that have one, so their edge is above it.
double curvature_at(const Choice& optimizer, double sharpness) {
  return sharpness - make_choice(optimizers(), optimizer, "test")->ridge();
}

TEST_CASE(
    "just below its edge an optimizer with any weight decay comes to rest on a parabola, just above it does not") {
  int compared = 0;
  for (const Choice& optimizer : with_edges())
    for (const double step_size : {0.5, 1.5}) {
      CAPTURE(to_text(optimizer));
      CAPTURE(step_size);
      const StabilityEdge lasting = stability_of(optimizer)->lasting;
      // A hundredth of the whole span of stable curvatures, which begins at minus the decay.
      const double edge = lasting.at(step_size), margin = 0.01 * lasting.factor / step_size;
      CHECK(share_left(optimizer, curvature_at(optimizer, edge - margin), step_size) < 1e-3);
      CHECK(share_left(optimizer, curvature_at(optimizer, edge + margin), step_size) > 1e3);
      ++compared;
    }
  CHECK(compared >= 100);
}

TEST_CASE("weight decay holds curvatures that are negative, and where it is above 2/η nothing flat rests") {
  const Choice ridge{"sgd", {{"weight_decay", 1.0}}}, decoupled{"adamw", {{"weight_decay", 1.0}, {"eps", 1.0}}};
  for (const Choice& optimizer : {ridge, decoupled}) {
    CAPTURE(optimizer.id);
    CHECK(share_left(optimizer, -0.9, 0.5) < 1e-3);
    CHECK(share_left(optimizer, -1.1, 0.5) > 1e3);
  }
  const Choice strong{"sgd", {{"weight_decay", 5.0}}};
  const double edge = stability_of(strong)->lasting.at(0.5);
  CHECK(edge == -1);
  CHECK(share_left(strong, 0, 0.5) > 1e3);
  CHECK(share_left(strong, edge + 0.05, 0.5) > 1e3);
  CHECK(share_left(strong, edge - 0.05, 0.5) < 1e-3);
}

TEST_CASE("edges are Polyak's and Cohen et al.'s closed forms, less the weight decay") {
  const auto lasting = [](const Choice& optimizer) { return stability_of(optimizer)->lasting; };
  CHECK(lasting({"sgd"}) == StabilityEdge{2, 0});
  CHECK(lasting({"heavy_ball", {{"momentum", 0.9}}}).factor == doctest::Approx(3.8));
  CHECK(lasting({"heavy_ball", {{"momentum", 0.9}, {"dampening", 0.9}}}).factor == doctest::Approx(38));
  CHECK(lasting({"nesterov", {{"momentum", 0.9}}}).factor == doctest::Approx(3.8 / 2.8));
  CHECK(lasting({"adam"}).factor == doctest::Approx(38));
  CHECK(lasting({"gi_adam", {{"beta1", 0.5}}}).factor == doctest::Approx(6));
  CHECK(lasting({"sgd", {{"weight_decay", 1.0}}}).at(0.5) == 3);
  CHECK(lasting({"adamw", {{"weight_decay", 0.1}}}).at(0.5) == doctest::Approx(19 * (2 / 0.5 - 0.1)));
  CHECK(to_text(lasting({"sgd", {{"weight_decay", 0.1}}})) == "2/η − 0.1");
  for (const char* id : {"lion", "sign_sgd", "nadam"}) CHECK_FALSE(stability_of({id}).has_value());
}

TEST_CASE("the first update's edge is where one update doubles nothing and flips the sign") {
  for (const Choice& optimizer : with_edges()) {
    CAPTURE(to_text(optimizer));
    const double step_size = 0.5, edge = stability_of(optimizer)->first.at(step_size);
    const auto rule = make_choice(optimizers(), optimizer, "test");
    constexpr double kStart = 1e-12;
    Tile x = Tile::Constant(kPack, 1, kStart), g = curvature_at(optimizer, edge) * x, p(kPack, 1);
    const Lanes eta = Lanes::Constant(kPack, step_size);
    Memory memory = rule->start(kPack, 1);
    // The pre-conditioner of the first update is not 1 yet.
    if (rule->preconditioner(memory, x, g, {.step = 0, .step_size = &eta}, p))
      g = curvature_at(optimizer, edge * p(0, 0)) * x;
    rule->step(x, memory, g, {.step = 0, .step_size = &eta});
    CHECK(x(0, 0) == doctest::Approx(-kStart).epsilon(1e-9));
  }
}

TEST_CASE("gradient descent with weight decay 1 leaves curvature 3.5 at η = 0.5, and the strip's threshold says so") {
  const RunSpec run{.landscape = {"quadratic", {{"kappa", 1.0}, {"lambda", 3.5}}},
                    .optimizer = {"sgd", {{"weight_decay", 1.0}}},
                    .start = {1, 1},
                    .step_size = 0.5,
                    .steps = 400};
  const auto results = simulate(std::span(&run, 1), {.trajectory = true});
  const auto landscape = make_choice(landscapes(), run.landscape, "test");
  const Trajectory& path = results[0].trajectories[0];
  const Outcome& outcome = results[0].outcomes[0];
  CHECK(outcome.status == RunStatus::kDiverged);
  const WarmupStrip strip = warmup_strip(path, outcome, *landscape, stability_of(run.optimizer));
  CHECK(strip.threshold[0] == 3);
  CHECK(strip.sharpness[0] == doctest::Approx(3.5));
  CHECK(why_lost(path, outcome, stability_of(run.optimizer)->lasting) ==
        "step 0: step size 0.5 × sharpness 3.5 = 1.75 > 1.5: steps overshoot; lower ρ or η");
}

TEST_CASE("an adaptive optimizer's ridge is part of its pre-conditioned sharpness, in the plane and in a network") {
  for (const Choice& choice : {Choice{"rosenbrock"}, Choice{"mlp"}, Choice{"mlp", {{"hidden", std::string("6-6")}}}}) {
    CAPTURE(to_text(choice));
    const auto landscape = make_choice(landscapes(), choice, "test");
    const Tile x = tile_of(landscape->surroundings().start);
    Tile p(x.rows(), x.cols());
    for (Eigen::Index j = 0; j < p.cols(); ++j) p.col(j).setConstant(1 + 0.5 * std::sin(3.0 * static_cast<double>(j)));
    Matrix h = landscape->hessian(x.row(0).matrix());
    h.diagonal().array() += 0.7;
    const Vector scale = p.row(0).matrix().array().rsqrt();
    h = scale.asDiagonal() * h * scale.asDiagonal();
    Lanes s(x.rows());
    landscape->preconditioned_sharpness(x, p, 0.7, s);
    CHECK(s[0] ==
          doctest::Approx(Eigen::SelfAdjointEigenSolver<Matrix>(h, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff())
              .epsilon(1e-8));
  }
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
