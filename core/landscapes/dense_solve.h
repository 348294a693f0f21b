// Small dense linear algebra with one fixed order of operations, so that data sets and their minima have the same bits on
// every processor (Eigen's blocked products do not).
#pragma once

#include <vector>

#include "core/base/tile.h"
#include "core/landscapes/synthetic_data.h"

namespace steplab {

/// Σ_i weight_i x_i x_iᵀ, symmetric to the bit.
Matrix weighted_gram(const Samples& samples, const std::vector<double>& weight);

/// Replaces the lower triangle of a symmetric matrix by L with L Lᵀ = A. False if A is not positive definite.
bool cholesky(Matrix& a);
/// Solves L Lᵀ x = b for the L of cholesky().
Vector cholesky_solve(const Matrix& lower, Vector b);

}  // namespace steplab
