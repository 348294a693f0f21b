// Slopes in log-log plots, and the degree with which schedules come to zero.
#include "core/analysis/power_law.h"

#include "core/catalog.h"

#include <doctest/doctest.h>

#include <cmath>

namespace steplab {
namespace {

std::vector<double> factors(const Choice& choice, int steps) {
  const auto schedule = make_choice(schedules(), choice, "test");
  std::vector<double> h;
  for (int t = 0; t < steps; ++t) h.push_back(schedule->factor(t, steps));
  return h;
}
Choice polynomial(double p) { return {"polynomial", {{"p", p}}}; }
Choice wsd(double decay) { return {"wsd", {{"shape", "linear"}, {"decay", decay}}}; }
const Choice kInverseRoot{"inverse_sqrt", {{"tau", 1.0}}};

TEST_CASE("A schedule's degree is the power with which it comes to zero") {
  const auto degree = [](const Choice& choice) { return decay_degree(factors(choice, 1000)); };
  CHECK(degree({"constant"}) == 0);
  CHECK(degree(kInverseRoot) == 0);
  CHECK(degree({"exponential"}) == 0);
  CHECK(degree({"linear"}) == 1);
  CHECK(degree({"rex"}) == 1);
  CHECK(degree(wsd(0.2)) == 1);
  CHECK(degree({"wsd"}) == 1);  // 1 − √p is straight where p is near 1
  CHECK(degree({"cosine"}) == 2);
  for (const double p : {0.5, 1.5, 2.0, 3.0, 4.0}) CHECK(degree(polynomial(p)) == p);
  CHECK(degree({"linear", {{"span", 0.8}}}) == 1);
  CHECK(std::isnan(degree({"geometric", {{"gamma", 0.95}}})));  // no power
  CHECK(std::isnan(decay_degree(std::vector<double>(5, 1.0))));
  CHECK(worst_problem_slope(1) == doctest::Approx(1.0 / 3));
  CHECK(worst_problem_slope(2) == doctest::Approx(1.0 / 5));
  CHECK(smooth_problem_slope(2) == doctest::Approx(1.0 / 3));
}

TEST_CASE("A power law is fitted to its points inside the range only") {
  const std::vector<double> x = {0.1, 1, 2, 4, 8, 100}, y = {7, 3, 3 * std::sqrt(2), 6, 6 * std::sqrt(2), 0.1};
  const PowerLaw law = fit_power_law(x, y, 1, 8);
  CHECK(law.points == 4);
  CHECK(law.slope == doctest::Approx(0.5));
  CHECK(law.at(16) == doctest::Approx(12));
  CHECK(fit_power_law(x, std::vector<double>{7, 3, INFINITY, 6, NAN, 1}, 1, 8).points == 2);
  CHECK(std::isnan(fit_power_law(x, y, 50, 200).slope));
}

}  // namespace
}  // namespace steplab
