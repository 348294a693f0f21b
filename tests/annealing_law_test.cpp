// Predicted slopes: only where a schedule follows the law over the ρ that are looked at, else the reason.
#include "core/analysis/tuning.h"
#include "core/catalog.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

namespace steplab {
namespace {

const Choice kStep{"step"};
const Choice kFloor{"cosine", {{"floor", 0.1}}};

std::vector<TuningRow> many_rows() {
  std::vector<TuningRow> rows = default_tuning_rows();
  for (const auto& entry : schedules()) rows.push_back({.label = "default " + entry.id, .rate = {entry.id}});
  rows.push_back({.label = "cubic", .rate = {"polynomial", {{"p", 3.0}}}});
  rows.push_back({.label = "floor", .rate = kFloor});
  rows.push_back({.label = "late floor", .rate = {"linear", {{"to", 0.02}}}});
  rows.push_back({.label = "two linear", .rate = {"knots", {{"at", "0,0.8,1"}, {"values", "1,0.9,0"}}}});
  return rows;
}

std::map<std::string, RobustnessCurve> curves_of(const TuningSpec& spec) {
  std::map<std::string, RobustnessCurve> curves;
  for (const auto& curve : robustness(spec, tune(spec)).curves) curves[curve.label] = curve;
  return curves;
}

TEST_CASE("Wherever a slope is predicted the measured one is within 0.05 of it; elsewhere stands a reason") {
  for (const TuningMode mode : {TuningMode::kOneProblem, TuningMode::kBound})
    for (const int steps : {500, 5000})
      for (const double from : {2.0, 3.1622776601683795}) {
        TuningSpec spec{.mode = mode, .rows = many_rows()};
        spec.problem.steps = steps;
        spec.problem.seeds = 1;
        spec.fit_from = from;
        for (const auto& [label, curve] : curves_of(spec)) {
          CAPTURE(label);
          CAPTURE(steps);
          CHECK(std::isnan(curve.predicted.slope) == !curve.predicted.reason.empty());
          if (curve.predicted.known()) CHECK(std::abs(curve.overshoot.slope - curve.predicted.slope) <= 0.05);
        }
      }
}

TEST_CASE("Powers, cosine, REX and a linear end are predicted; jumps, floors and other curves are not, and say why") {
  TuningSpec spec{.rows = many_rows()};
  spec.problem.seeds = 1;
  const auto curves = curves_of(spec);
  const std::map<std::string, double> slopes = {
      {"constant", 1},     {"inverse_sqrt", 1}, {"linear", 0.5}, {"polynomial", 1.0 / 3},
      {"cosine", 1.0 / 3}, {"wsd", 0.5},        {"rex", 0.5},    {"cubic", 0.25}};
  for (const auto& [label, slope] : slopes) {
    CAPTURE(label);
    CHECK(curves.at(label).predicted.slope == doctest::Approx(slope).epsilon(1e-9));
  }
  CHECK(curves.at("default step").predicted.reason == "the schedule jumps");
  CHECK(curves.at("floor").predicted.reason == "the schedule changes but does not end at zero");
  CHECK(curves.at("late floor").predicted.reason == "the schedule changes but does not end at zero");
  CHECK(curves.at("default exponential").predicted.reason == "the schedule changes but does not end at zero");
  CHECK(curves.at("default wsd").predicted.reason == "the schedule is no power of the steps left");  // 1 − √
}

TEST_CASE("The law is of SGD's last iterate on a smooth minimum under noise: elsewhere nothing is predicted") {
  const auto reason = [](auto change) {
    TuningSpec spec;
    spec.problem.steps = 60;
    spec.problem.seeds = 4;
    spec.rows = {{.rate = {"linear"}}};
    spec.rho.count = 7;
    change(spec);
    return curves_of(spec).begin()->second.predicted.reason;
  };
  CHECK(reason([](TuningSpec&) {}) == "");
  CHECK(reason([](TuningSpec& s) { s.problem.oracle = {"exact"}; }) ==
        "the law is of noise, and none is left at the minimum");
  CHECK(reason([](TuningSpec& s) { s.problem.oracle = {"multiplicative"}; }) ==
        "the law is of noise, and none is left at the minimum");
  CHECK(reason([](TuningSpec& s) { s.rows[0].optimizer = {"adam"}; }) == "the law is of SGD");
  CHECK(reason([](TuningSpec& s) { s.rows[0].rate = {"wngrad_b"}; }) == "the law is of schedules");
  CHECK(reason([](TuningSpec& s) { s.iterate = Iterate::kUniformAverage; }) == "the law is of the last iterate");
  CHECK(reason([](TuningSpec& s) { s.problem.landscape = {"abs"}, s.problem.start = {}; }) ==
        "the law is of smooth minima");
  for (const char* bumpy : {"rastrigin", "rosenbrock", "himmelblau"})
    CHECK(reason([bumpy](TuningSpec& s) { s.problem.landscape = {bumpy}, s.problem.start = {}; }) ==
          "the law is of one smooth valley; this may have other curvatures");
  CHECK(reason([](TuningSpec& s) { s.problem.landscape = {"mlp"}, s.problem.start = {}; }) ==
        "the least loss is not known");
  CHECK(reason([](TuningSpec& s) { s.fit_from = 200, s.fit_to = 300; }) ==
        "the figure has no two ρ where slopes are fitted");
  CHECK(reason([](TuningSpec& s) { s.rho.to = 1e5, s.fit_to = 1e5; }) == "runs diverge where slopes are fitted");
  CHECK(reason([](TuningSpec& s) { s.mode = TuningMode::kBound, s.rows[0].rate = {"constant"}; }) ==
        "where a schedule does not fall to zero the bound holds a logarithm");
}

TEST_CASE(
    "Where the least loss is not known there is no R but a rise: loss(ρη*) − loss(η*), 0 at ρ = 1, shift by shift") {
  TuningSpec spec;
  spec.problem = {.landscape = {"mlp"}, .oracle = {"exact"}, .steps = 40, .seeds = 1};
  spec.rows = {{.rate = {"linear"}}};
  spec.rho = {0.1, 10, 5};
  const Tuning tuning = tune(spec);
  const auto results = robustness(spec, tuning);
  REQUIRE_FALSE(results.excess);
  CHECK_FALSE(has_ratio(spec));
  const auto& curve = results.curves[0];
  for (std::size_t i = 0; i < results.rho.size(); ++i) {
    RunSpec run = spec.problem;
    run.rate = spec.rows[0].rate;
    run.step_size = tuning.rows[0].step_size;
    const double least = simulate({&run, 1})[0].outcomes[0].loss;
    run.rho = results.rho[i];
    const auto outcome = simulate({&run, 1})[0].outcomes[0];
    if (outcome.status == RunStatus::kDiverged) continue;
    CHECK(curve.rise[i] == doctest::Approx(outcome.loss - least).epsilon(1e-9));
    CHECK(std::isnan(curve.R[i]));
    CHECK(cost_at(results, 0, results.rho[i]) == curve.rise[i]);
  }
  CHECK(curve.rise[2] == 0);
  CHECK(std::isnan(curve.overshoot.slope));
}

}  // namespace
}  // namespace steplab
