// Slopes in log-log plots, and the slopes that the theory of annealing predicts.
#pragma once

#include <span>

namespace steplab {

/// y ≈ c · x^slope, by least squares in the logarithms.
struct PowerLaw {
  double slope = 0;  ///< not a number with fewer than two points
  double scale = 0;  ///< c
  int points = 0;
  double at(double x) const;
};

/// Over the points with from ≤ x ≤ to (ends included up to rounding) whose y is finite and positive.
PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y, double from, double to);

/// The degree p with which a schedule comes to zero, h ≈ (1 − u)^p near the end: 0 if it does not (constant, 1/√t),
/// 1 linear, 2 cosine. Measured on the last factors; not a number where they follow no single power (a floor, a
/// geometric decay in steps, less than 8 steps). Updates of factor 0 at the end do not count.
double decay_degree(std::span<const double> factors);

/// The exponents of an over-large step size, R ~ ρ^slope, for a schedule that comes to zero with degree p.
/// The theorem of Attia & Koren 2025 (abstract): 1/(2p+1), in the worst case over problems; 1 without annealing.
double worst_problem_slope(double degree);
/// One fixed smooth problem while noise dominates (derived in docs/notes/annealing.md, A5.2, not in the paper):
/// 1/(p+1); 1 for p = 0.
double smooth_problem_slope(double degree);

}  // namespace steplab
