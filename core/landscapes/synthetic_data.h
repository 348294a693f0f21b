// Synthetic data sets: pure functions of their sizes and a seed.
#pragma once

#include "core/base/tile.h"

#include <cstdint>
#include <vector>

namespace steplab {

/// Samples one after another (row-major): a sample's coordinates are contiguous.
struct Samples {
  int count = 0;
  int dim = 0;
  std::vector<double> x;  ///< count × dim
  std::vector<double> y;  ///< labels or targets, one a sample
  const double* row(int i) const { return x.data() + static_cast<std::ptrdiff_t>(i) * dim; }
  double* row(int i) { return x.data() + static_cast<std::ptrdiff_t>(i) * dim; }
};

/// count × dim independent standard normal coordinates (x only; y all 0). Sample i is the same whatever the count.
Samples normal_samples(int count, int dim, std::uint64_t seed);

/// One standard normal draw (`gaussian`) and one uniform in (0, 1) a sample, independent of normal_samples.
struct Disturbances {
  std::vector<double> gaussian, uniform;
};
Disturbances disturbances(int count, std::uint64_t seed);

/// A Gaussian direction of the given length.
Vector random_direction(int dim, double length, std::uint64_t seed);

/// Linear regression y = x·w_true + noise · ε, ‖w_true‖ = 2, whose second moment (1/n) Σ x xᵀ is diag(spectrum) to
/// rounding. Needs count ≥ spectrum.size().
Samples regression_samples(int count, const std::vector<double>& spectrum, double noise, std::uint64_t seed);

/// The same line through x ~ N(0, I) as drawn.
Samples gaussian_samples(int count, int dim, double noise, std::uint64_t seed);

/// x ~ N(0, diag(j^−a)), y = sign(w_true·x) flipped with probability `flip`, ‖w_true‖ = 2.
Samples classification_samples(int count, int dim, double a, double flip, std::uint64_t seed);

/// A labelled set for networks: inputs, targets or classes.
struct NetworkData {
  int inputs = 2;         ///< coordinates of a point
  std::vector<double> x;  ///< one point after another
  std::vector<double> y;
  int count() const { return static_cast<int>(y.size()); }
};
/// The grid {−1.5, −½, ½, 1.5}², +1 where both coordinates have the same sign, else −1.
NetworkData xor_grid();
/// Eight points at radius ½ (−1) and eight at radius 1.5 (+1), interleaved.
NetworkData two_rings();
/// `arms` spiral arms, one class each (y = 0, 1, …): point k of an arm has radius r = k/(points of an arm) and angle
/// 4·arm + 4r + spread·ε, after the demonstration of Stanford's course CS231n.
NetworkData spirals(int points, int arms, double spread, std::uint64_t seed);
/// x ~ N(0, I) in five dimensions; y = Σ_j ±relu(w_j·x) + noise·ε over three units of length 1 and signs +, −, +.
NetworkData taught(int points, double noise, std::uint64_t seed);

}  // namespace steplab
