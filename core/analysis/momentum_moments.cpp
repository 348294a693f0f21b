#include "core/analysis/momentum_moments.h"

#include "core/run/run.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace steplab {

namespace {

/// Second moments of one direction.
struct Moments {
  double X = 1, C = 0, M = 0;
  void update(double curvature, double noise, double eta, double beta) {
    M = beta * beta * M + curvature * curvature * X + 2 * beta * curvature * C + noise;
    const double Q = beta * C + curvature * X;
    X = X - 2 * eta * Q + eta * eta * M;
    C = Q - eta * M;
  }
};

/// A run whose coordinates typically pass kDivergenceLimit has diverged.
double finite_or_infinite(double loss) {
  return loss < kDivergenceLimit * kDivergenceLimit ? loss : std::numeric_limits<double>::infinity();
}

}  // namespace

double expected_loss(const CurvedNoise& problem, std::span<const double> rates, std::span<const double> momenta) {
  assert(rates.size() == momenta.size());
  double loss = 0;
  for (const double curvature : problem.curvatures) {
    Moments moments;
    for (std::size_t t = 0; t < rates.size(); ++t)
      moments.update(curvature, problem.sigma * problem.sigma * curvature, rates[t], momenta[t]);
    loss += 0.5 * curvature * moments.X;
  }
  return finite_or_infinite(loss);
}

std::vector<double> expected_losses(const CurvedNoise& problem, std::span<const double> rates,
                                    std::span<const double> momenta) {
  assert(rates.size() == momenta.size());
  std::vector<double> losses(rates.size() + 1, 0.0);
  for (const double curvature : problem.curvatures) {
    Moments moments;
    losses[0] += 0.5 * curvature * moments.X;
    for (std::size_t t = 0; t < rates.size(); ++t) {
      moments.update(curvature, problem.sigma * problem.sigma * curvature, rates[t], momenta[t]);
      losses[t + 1] += 0.5 * curvature * moments.X;
    }
  }
  for (double& loss : losses) loss = finite_or_infinite(loss);
  return losses;
}

}  // namespace steplab
