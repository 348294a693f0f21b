#include "core/base/smoothness_probe.h"

#include "core/base/random.h"

#include <cmath>

namespace steplab {
namespace {

/// A point at `distance` from the origin in a direction that depends on `number` and the dimension only.
Vector probe_offset(int number, Eigen::Index dim, double distance) {
  constexpr RandomKey kProbes{0x57a27, 0};
  Vector offset(dim);
  double square = 0;
  for (Eigen::Index j = 0; j < dim; ++j) {
    offset[j] = normal(kProbes, static_cast<std::uint64_t>(number * dim + j));
    square += offset[j] * offset[j];
  }
  return offset * (distance / std::sqrt(square));
}

Lanes norm(const Tile& g) {
  Lanes sum = g.col(0).square();
  for (Eigen::Index j = 1; j < g.cols(); ++j) sum += g.col(j).square();
  return sum.sqrt();
}

}  // namespace

Lanes probed_smoothness(const Tile& x, const GradientAt& gradient_at) {
  constexpr int kProbes = 5;
  constexpr double kDistance = 1e-3;
  Tile here(x.rows(), x.cols()), there = here, point = here;
  gradient_at(x, here);
  Lanes largest = Lanes::Zero(x.rows());
  for (int k = 0; k < kProbes; ++k) {
    const Vector offset = probe_offset(k, x.cols(), kDistance);
    for (Eigen::Index j = 0; j < x.cols(); ++j) point.col(j) = x.col(j) + offset[j];
    gradient_at(point, there);
    largest = largest.max(norm(there - here) / kDistance);
  }
  const Lanes slope = norm(here);
  for (Eigen::Index i = 0; i < largest.size(); ++i) {
    if (largest[i] > 0 && std::isfinite(largest[i])) continue;
    largest[i] = slope[i] > 0 && std::isfinite(slope[i]) ? slope[i] : 1.0;
  }
  return largest;
}

}  // namespace steplab
