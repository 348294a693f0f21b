// SGD with momentum on a noisy quadratic: the expected loss after every update without any sampling.
#pragma once

#include <span>
#include <vector>

namespace steplab {

/// f(x) = ½ Σ λ_i x_i² along independent directions, gradient noise of variance σ²λ_i in direction i (what fresh label
/// noise of variance σ² gives in least squares), E x_i² = 1 at the start and no momentum yet.
struct CurvedNoise {
  std::vector<double> curvatures = {1, 0.01};  ///< λ_i
  double sigma = 1;                            ///< σ
  friend bool operator==(const CurvedNoise&, const CurvedNoise&) = default;
};

/// E f(x_T) of m ← β_t m + g, x ← x − η_t m with T = rates.size() updates; momenta as many. Infinity where it
/// passes kDivergenceLimit², as typical coordinates then pass that limit. Per direction, with X = E x², C = E xm, M = E
/// m² and the noise's variance s (docs/notes/budget.md, B.5): M' = β²M + λ²X + 2βλC + s; Q = βC + λX; X' = X − 2ηQ +
/// η²M'; C' = Q − ηM'.
double expected_loss(const CurvedNoise& problem, std::span<const double> rates, std::span<const double> momenta);
/// The same with rates η·factors, for every step size η.
std::vector<double> expected_losses_over(const CurvedNoise& problem, std::span<const double> factors,
                                         std::span<const double> momenta, std::span<const double> step_sizes);
/// E f(x_t) for t = 0 … T.
std::vector<double> expected_losses(const CurvedNoise& problem, std::span<const double> rates,
                                    std::span<const double> momenta);

}  // namespace steplab
