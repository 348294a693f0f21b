#include "core/analysis/annealing_law.h"

#include "core/analysis/last_iterate_bound.h"
#include "core/analysis/log_grid.h"
#include "core/analysis/power_law.h"
#include "core/base/math.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace steplab {
namespace {

constexpr double kSameSlope = 0.04;
constexpr int kPoints = 9;
constexpr std::size_t kMostCells = 4096;

/// The schedule by means over at most kMostCells equal parts.
std::vector<double> thinned(std::span<const double> factors) {
  const std::size_t cells = std::min(kMostCells, factors.size());
  std::vector<double> means;
  for (std::size_t i = 0; i < cells; ++i) {
    const std::size_t from = i * factors.size() / cells, to = (i + 1) * factors.size() / cells;
    double sum = 0;
    for (std::size_t t = from; t < to; ++t) sum += factors[t];
    means.push_back(sum / static_cast<double>(to - from));
  }
  return means;
}

/// The noise that is left on a quadratic at ρ times a step size at which the mean shrinks by e⁻⁴ in all, about what
/// tuning gives: after dt the variance has shrunk by e^{−2ηλ dt} and grown by η² dt. Slope over ρ.
double noise_slope(std::span<const double> factors, std::span<const double> rho) {
  constexpr double kContraction = 4;
  double sum = 0;
  for (const double h : factors) sum += h;
  std::vector<double> loss;
  for (const double each : rho) {
    const double eta = each * kContraction / sum;
    double variance = 0;
    for (const double h : factors) variance = steplab::exp(-2 * eta * h) * variance + eta * eta * h * h;
    loss.push_back(variance);
  }
  return fit_power_law(rho, loss, rho.front(), rho.back()).slope;
}

double bound_slope(std::span<const double> factors, std::span<const double> rho) {
  const LastIterateBound bound(factors);
  const double tuned = bound.tuned().step_size;
  std::vector<double> loss;
  for (const double each : rho) loss.push_back(bound.at(each * tuned).value);
  return fit_power_law(rho, loss, rho.front(), rho.back()).slope;
}

std::vector<double> power(double degree, std::size_t steps) {
  std::vector<double> factors;
  for (std::size_t t = 0; t < steps; ++t) {
    const double left = 1 - static_cast<double>(t) / static_cast<double>(steps);
    factors.push_back(steplab::exp(degree * steplab::log(left)));
  }
  return factors;
}

/// One change between two updates that is large, and far larger than the changes beside it.
bool jumps(std::span<const double> factors) {
  const double most = *std::ranges::max_element(factors);
  const auto change = [&](std::size_t t) {
    return t + 1 < factors.size() ? std::abs(factors[t + 1] - factors[t]) : 0.0;
  };
  for (std::size_t t = 1; t + 1 < factors.size(); ++t)
    if (change(t) > 0.02 * most && change(t) > 8 * std::max(change(t - 1), change(t + 1))) return true;
  return false;
}

/// A power p ≥ 0.3 that comes to zero ends at less than five times its last change.
bool ends_above_zero(std::span<const double> factors) {
  return factors.back() > 5 * std::abs(factors[factors.size() - 2] - factors.back());
}

std::string why_none(std::span<const double> factors) {
  if (jumps(factors)) return "the schedule jumps";
  if (ends_above_zero(factors)) return "the schedule changes but does not end at zero";
  return "the schedule is no power of the steps left";
}

}  // namespace

PredictedSlope predicted_slope(AnnealingLaw law, std::span<const double> all, double from, double to) {
  std::span<const double> factors = all;
  while (!factors.empty() && !(factors.back() > 0)) factors = factors.first(factors.size() - 1);
  constexpr std::size_t kFewest = 8;  // of decay_degree()
  if (factors.size() < kFewest) return {.reason = "too few updates"};
  const double degree = decay_degree(factors);
  if (std::isnan(degree)) return {.reason = why_none(factors)};
  const auto rho = LogGrid{from, to, kPoints}.values();
  const auto model = law == AnnealingLaw::kSmoothProblem ? noise_slope : bound_slope;
  const std::vector<double> cells = thinned(factors);
  const double apart = model(cells, rho) - model(power(degree, cells.size()), rho);
  if (!(std::abs(apart) <= kSameSlope)) return {.reason = why_none(factors)};
  return {.slope = law == AnnealingLaw::kSmoothProblem ? smooth_problem_slope(degree) : worst_problem_slope(degree)};
}

}  // namespace steplab
