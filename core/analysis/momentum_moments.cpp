#include "core/analysis/momentum_moments.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace steplab {

double expected_loss(const CurvedNoise& problem, std::span<const double> rates, std::span<const double> momenta) {
  assert(rates.size() == momenta.size());
  double loss = 0;
  for (const double curvature : problem.curvatures) {
    const double noise = problem.sigma * problem.sigma * curvature;
    double X = 1, C = 0, M = 0;
    for (std::size_t t = 0; t < rates.size(); ++t) {
      const double eta = rates[t], beta = momenta[t];
      M = beta * beta * M + curvature * curvature * X + 2 * beta * curvature * C + noise;
      const double Q = beta * C + curvature * X;
      X = X - 2 * eta * Q + eta * eta * M;
      C = Q - eta * M;
    }
    loss += 0.5 * curvature * X;
  }
  return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

}  // namespace steplab
