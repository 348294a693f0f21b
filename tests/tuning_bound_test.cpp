// The tuning lab's bound mode.
#include "core/analysis/tuning.h"
#include "core/catalog.h"

#include <doctest/doctest.h>

namespace steplab {
namespace {

TEST_CASE("In bound mode R(1) = 1 exactly and R ≥ 1 everywhere, for every schedule and for one drawn by hand") {
  TuningSpec spec{.mode = TuningMode::kBound};
  spec.problem.steps = 1000;
  spec.rows.clear();
  for (const auto& entry : schedules()) spec.rows.push_back({.rate = {entry.id}});
  spec.rows.push_back({.rate = {"inverse_time", {{"tau", 1.0}}}});
  spec.rows.push_back({.rate = {"inverse_sqrt", {{"tau", 1.0}}}});
  spec.rows.push_back({.rate = {"knots", {{"at", "0,0.3,0.31,1"}, {"values", "0.1,1,0.02,0.5"}}}});
  spec.rho = {0.001, 1000, 61};
  for (const BoundForm form : {BoundForm::kTight, BoundForm::kSimple, BoundForm::kAverage}) {
    spec.form = form;
    for (const auto& curve : robustness(spec, tune(spec)).curves) {
      CAPTURE(curve.label);
      CHECK(curve.R[30] == 1);
      for (const double R : curve.R) CHECK(R >= 1 - 1e-12);
    }
  }
}

}  // namespace
}  // namespace steplab
