#include "core/analysis/last_iterate_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

std::span<const double> without_trailing_zeros(std::span<const double> factors) {
  while (!factors.empty() && !(factors.back() > 0)) factors = factors.first(factors.size() - 1);
  return factors;
}

}  // namespace

// The argument asks for a gradient at the point that it speaks of. For the point after T updates this is the gradient
// of an update T + 1 that is never made, so its step size a > 0 is free. With updates counted from 1, P_{T+1} = √a and
// P_t = P_{t+1} + η_t/P_{t+1}, the proof gives for every start k
//   E f(x_{T+1}) − f* ≤ D²/(2P_k²) + (G²/2)(a + Σ_{t≥k} η_t²/P_{t+1}²) = D²/(2P_k²) + (G²/2)(P_k² − 2S_k),
// S_k = Σ_{t≥k} η_t, because η_t²/P_{t+1}² = P_t² − P_{t+1}² − 2η_t. Hence only P_k matters, and the least is at
// P_k² = D/G, or at the smallest P_k that an a gives if that is above. x + η/x is least at x = √η, so the smallest is
// m_k = x + η_k/x with x = max(m_{k+1}, √η_k), m_{T+1} = 0, and all that is larger can be had. Here A_k = m_k² and
// B_k = m_k² − 2S_k, both of the factors alone. Start T + 1 (a alone) gives D·G.
// Simple form, with a as large as the last update: A_k = S_k + a, B_k = a + Σ_{t≥k} η_t²/(S_{t+1} + a). The average has
// one start only: S_1 and Σ η²/S_1.
LastIterateBound::LastIterateBound(std::span<const double> factors, BoundForm form, const BoundProblem& problem)
    : form_(form), problem_(problem), steps_(static_cast<int>(factors.size())) {
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
  length_.resize(moving.size());
  noise_.resize(moving.size());
  const bool tight = form == BoundForm::kTight;
  double length = tight ? 0 : moving.back(), noise = length;
  for (std::size_t k = moving.size(); k-- > 0;) {
    const double h = moving[k], next = tight ? std::max(length, h) : length;  // P_{k+1}², or S_{k+1} + a
    noise += (next - length) + h * h / next;
    length = next + (tight ? 2 * h + h * h / next : h);
    length_[k] = length;
    noise_[k] = noise;
  }
}

BoundValue LastIterateBound::at(double step_size) const {
  const double D = problem_.diameter, G = problem_.gradient_norm;
  BoundValue best{.value = problem_.cap(), .suffix = steps_};
  for (std::size_t k = 0; k < length_.size(); ++k) {
    const double least = step_size * length_[k];
    const double length = form_ == BoundForm::kTight ? std::max(least, D / G) : least;
    const double value = 0.5 * D * D / length + 0.5 * G * G * ((length - least) + step_size * noise_[k]);
    if (value < best.value) best = {.value = value, .suffix = static_cast<int>(k)};
  }
  return best;
}

// Where a step size is so small that P_k² = D/G can be had, the bound D·G − G²S_k still falls with it: never the least.
LastIterateBound::Tuned LastIterateBound::tuned() const {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Tuned best{.step_size = kNan, .value = kNan};
  for (std::size_t k = 0; k < length_.size(); ++k) {
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
