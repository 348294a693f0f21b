#include "core/landscapes/lanczos.h"

#include "core/landscapes/synthetic_data.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <limits>
#include <vector>

namespace steplab {
namespace {

struct Ritz {
  double value;     ///< the largest Ritz value
  double residual;  ///< ‖A v − value v‖ of its Ritz vector
  double scale;     ///< the largest |Ritz value|
};

// Of the tridiagonal matrix so far; `beta` has one entry more than the matrix uses.
Ritz largest_ritz(const std::vector<double>& alpha, const std::vector<double>& beta) {
  const auto m = static_cast<Eigen::Index>(alpha.size());
  const Vector diagonal = Eigen::Map<const Vector>(alpha.data(), m),
               below = Eigen::Map<const Vector>(beta.data(), m - 1);
  Eigen::SelfAdjointEigenSolver<Matrix> solver;
  solver.computeFromTridiagonal(diagonal, below);
  const auto& values = solver.eigenvalues();
  return {values[m - 1], beta.back() * std::abs(solver.eigenvectors()(m - 1, m - 1)),
          std::max(std::abs(values[0]), std::abs(values[m - 1]))};
}

}  // namespace

double lanczos_largest(Eigen::Index dim, const std::function<Vector(const Vector&)>& times) {
  constexpr double kTolerance = 1e-9;  // of the residual; the eigenvalue's own error is its square over the gap
  constexpr std::size_t kBetweenTests = 4;
  std::vector<Vector> basis = {random_direction(static_cast<int>(dim), 1.0, 0)};
  std::vector<double> alpha, beta;
  while (true) {
    const Vector& q = basis.back();
    Vector next = times(q);
    if (!next.allFinite()) return std::numeric_limits<double>::infinity();
    alpha.push_back(q.dot(next));
    // Twice is enough (Parlett 1980, section 6.9).
    for (int pass = 0; pass < 2; ++pass)
      for (const Vector& b : basis) next -= b.dot(next) * b;
    beta.push_back(next.norm());
    const bool complete = static_cast<Eigen::Index>(alpha.size()) == dim;
    if (complete || alpha.size() % kBetweenTests == 0 || beta.back() == 0) {
      const Ritz ritz = largest_ritz(alpha, beta);
      if (complete || ritz.residual <= kTolerance * ritz.scale) return ritz.value;
    }
    basis.push_back(next / beta.back());
  }
}

}  // namespace steplab
