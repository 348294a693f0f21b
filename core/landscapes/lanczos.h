// The largest eigenvalue of a symmetric matrix known by its products only.
#pragma once

#include "core/base/tile.h"

#include <functional>

namespace steplab {

/// Up to this many dimensions all eigenvalues of the matrix are as quick as the largest one by products.
inline constexpr int kDenseSpectrum = 24;

/// Largest algebraic (not: in magnitude) eigenvalue by Lanczos 1950 with full reorthogonalisation. Starts from a fixed
/// keyed vector, ends when the residual is below 1e-9 of the spectrum met: always the same number. Infinite if a
/// product is not finite.
double lanczos_largest(Eigen::Index dim, const std::function<Vector(const Vector&)>& times);

}  // namespace steplab
