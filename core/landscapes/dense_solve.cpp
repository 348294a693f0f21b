#include "core/landscapes/dense_solve.h"

#include <cmath>

namespace steplab {

Matrix weighted_gram(const Samples& samples, const std::vector<double>& weight) {
  const int d = samples.dim;
  Matrix gram = Matrix::Zero(d, d);  // column j holds the sums for k ≥ j
  int i = 0;
  // Four samples a sweep: a column is loaded and stored once for all of them.
  for (; i + 4 <= samples.count; i += 4) {
    const double *a = samples.row(i), *b = samples.row(i + 1), *c = samples.row(i + 2), *e = samples.row(i + 3);
    const double* w = &weight[static_cast<std::size_t>(i)];
    for (int j = 0; j < d; ++j) {
      const double wa = w[0] * a[j], wb = w[1] * b[j], wc = w[2] * c[j], we = w[3] * e[j];
      double* column = &gram(0, j);
      for (int k = j; k < d; ++k) column[k] = column[k] + wa * a[k] + wb * b[k] + wc * c[k] + we * e[k];
    }
  }
  for (; i < samples.count; ++i) {
    const double* a = samples.row(i);
    for (int j = 0; j < d; ++j)
      for (int k = j; k < d; ++k) gram(k, j) += weight[static_cast<std::size_t>(i)] * a[j] * a[k];
  }
  for (int j = 0; j < d; ++j)
    for (int k = j + 1; k < d; ++k) gram(j, k) = gram(k, j);
  return gram;
}

bool cholesky(Matrix& a) {
  const Eigen::Index n = a.rows();
  for (Eigen::Index j = 0; j < n; ++j) {
    if (!(a(j, j) > 0)) return false;
    const double pivot = std::sqrt(a(j, j));
    for (Eigen::Index i = j; i < n; ++i) a(i, j) /= pivot;
    for (Eigen::Index k = j + 1; k < n; ++k)
      for (Eigen::Index i = k; i < n; ++i) a(i, k) -= a(i, j) * a(k, j);
  }
  return true;
}

Vector cholesky_solve(const Matrix& lower, Vector b) {
  const Eigen::Index n = b.size();
  for (Eigen::Index j = 0; j < n; ++j) {
    b[j] /= lower(j, j);
    for (Eigen::Index i = j + 1; i < n; ++i) b[i] -= lower(i, j) * b[j];
  }
  for (Eigen::Index j = n; j-- > 0;) {
    for (Eigen::Index i = j + 1; i < n; ++i) b[j] -= lower(i, j) * b[i];
    b[j] /= lower(j, j);
  }
  return b;
}

}  // namespace steplab
