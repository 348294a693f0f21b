#include "core/landscapes/newton.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>

namespace steplab {

std::optional<Minimum> find_minimum(const Landscape& landscape, const Vector& guess, double reach) {
  Vector x = guess;
  double last_step = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 60; ++i) {
    const Eigen::LLT<Matrix> factor(landscape.hessian(x));
    if (factor.info() != Eigen::Success) return std::nullopt;
    const Vector step = factor.solve(gradient_at(landscape, x));
    const double size = step.norm();
    if (!(size < 1e6)) return std::nullopt;
    // Close to the minimum every step is far smaller than the one before, until only rounding is left.
    const double rounding = 16 * std::numeric_limits<double>::epsilon() * (1 + x.norm());
    if (size < rounding && size >= 0.5 * last_step) break;
    x -= step;
    last_step = size;
    if (!((x - guess).norm() <= reach)) return std::nullopt;
    if (size == 0) break;
  }
  if (last_step > 1e-9 * (1 + x.norm())) return std::nullopt;
  return Minimum{x, value_at(landscape, x)};
}

std::vector<Minimum> find_minima(const Landscape& landscape, std::span<const Vector> guesses, double reach) {
  std::vector<Minimum> minima;
  for (const Vector& guess : guesses)
    if (auto minimum = find_minimum(landscape, guess, reach)) minima.push_back(std::move(*minimum));
  double least = std::numeric_limits<double>::infinity();
  for (const auto& minimum : minima) least = std::min(least, minimum.value);
  for (auto& minimum : minima) minimum.global = minimum.value <= least + 1e-12 * (1 + std::abs(least));
  return minima;
}

}  // namespace steplab
