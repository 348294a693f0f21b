#include "core/analysis/last_iterate_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::span<const double> without_trailing_zeros(std::span<const double> factors) {
  while (!factors.empty() && !(factors.back() > 0)) factors = factors.first(factors.size() - 1);
  return factors;
}

}  // namespace

// Backwards from the last update: P_T = √h_T, P_t = P_{t+1} + h_t/P_{t+1} (tight), S_t = S_{t+1} + h_t (simple);
// B = h_T + Σ h_t²/P_{t+1}² or h_t²/S_{t+1}. The average has one start only: S_1 and Σ h²/S_1.
LastIterateBound::LastIterateBound(std::span<const double> factors, BoundForm form, const BoundProblem& problem)
    : problem_(problem) {
  const auto moving = without_trailing_zeros(factors);
  if (moving.empty()) return;
  if (form == BoundForm::kAverage) {
    double sum = 0, squares = 0;
    for (const double h : moving) {
      sum += h;
      squares += h * h;
    }
    length_ = {sum};
    noise_ = {squares / sum};
    return;
  }
  const std::size_t n = moving.size();
  length_.resize(n);
  noise_.resize(n);
  double p = std::sqrt(moving[n - 1]);
  length_[n - 1] = noise_[n - 1] = moving[n - 1];
  for (std::size_t k = n - 1; k-- > 0;) {
    const double h = moving[k];
    noise_[k] = noise_[k + 1] + h * h / length_[k + 1];
    p += h / p;
    length_[k] = form == BoundForm::kTight ? p * p : length_[k + 1] + h;
  }
}

BoundValue LastIterateBound::at(double step_size) const {
  const double start = 0.5 * problem_.diameter * problem_.diameter / step_size;
  const double noise = 0.5 * problem_.gradient_norm * problem_.gradient_norm * step_size;
  BoundValue best{.value = kInfinity};
  for (std::size_t k = 0; k < length_.size(); ++k) {
    const double value = start / length_[k] + noise * noise_[k];
    if (value < best.value) best = {.value = value, .suffix = static_cast<int>(k)};
  }
  return best;
}

LastIterateBound::Tuned LastIterateBound::tuned(BoundBase base) const {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::size_t starts = base == BoundBase::kWholeRun ? std::min<std::size_t>(1, length_.size()) : length_.size();
  Tuned best{.step_size = kNan, .value = kNan};
  for (std::size_t k = 0; k < starts; ++k) {
    const double value = problem_.cap() * std::sqrt(noise_[k] / length_[k]);
    if (k > 0 && !(value < best.value)) continue;
    best = {.step_size = problem_.diameter / (problem_.gradient_norm * std::sqrt(length_[k] * noise_[k])),
            .value = value,
            .suffix = static_cast<int>(k)};
  }
  return best;
}

double fixed_step_robustness(double rho) { return 0.5 * (rho + 1 / rho); }

}  // namespace steplab
