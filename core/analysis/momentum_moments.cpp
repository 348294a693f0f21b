#include "core/analysis/momentum_moments.h"

#include "core/base/pack.h"
#include "core/run/run.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace steplab {

namespace {

/// Second moments of one direction: of one run, or of a pack of them.
template <class S>
struct Moments {
  S X = S{} + 1.0, C{}, M{};
  void update(double curvature, double noise, S eta, double beta) {
    M = beta * beta * M + curvature * curvature * X + 2 * beta * curvature * C + noise;
    const S Q = beta * C + curvature * X;
    X = X - 2.0 * eta * Q + eta * eta * M;
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
    Moments<double> moments;
    for (std::size_t t = 0; t < rates.size(); ++t)
      moments.update(curvature, problem.sigma * problem.sigma * curvature, rates[t], momenta[t]);
    loss += 0.5 * curvature * moments.X;
  }
  return finite_or_infinite(loss);
}

std::vector<double> expected_losses_over(const CurvedNoise& problem, std::span<const double> factors,
                                         std::span<const double> momenta, std::span<const double> step_sizes) {
  assert(factors.size() == momenta.size());
  std::vector<double> losses;
  for (std::size_t first = 0; first < step_sizes.size(); first += kPack) {
    const auto some = step_sizes.subspan(first, std::min<std::size_t>(kPack, step_sizes.size() - first));
    Pack etas = splat(some[0]), loss{};
    for (std::size_t i = 0; i < some.size(); ++i) etas[i] = some[i];
    for (const double curvature : problem.curvatures) {
      Moments<Pack> moments;
      for (std::size_t t = 0; t < factors.size(); ++t)
        moments.update(curvature, problem.sigma * problem.sigma * curvature, etas * factors[t], momenta[t]);
      loss += 0.5 * curvature * moments.X;
    }
    for (std::size_t i = 0; i < some.size(); ++i) losses.push_back(finite_or_infinite(loss[i]));
  }
  return losses;
}

std::vector<double> expected_losses(const CurvedNoise& problem, std::span<const double> rates,
                                    std::span<const double> momenta) {
  assert(rates.size() == momenta.size());
  std::vector<double> losses(rates.size() + 1, 0.0);
  for (const double curvature : problem.curvatures) {
    Moments<double> moments;
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
