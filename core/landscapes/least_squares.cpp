#include "core/landscapes/least_squares.h"

#include "core/landscapes/dense_solve.h"
#include "core/landscapes/linear_model.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace steplab {
namespace {

struct SquaredLoss {
  static Pack value(Pack z, Pack y) { return 0.5 * (z - y) * (z - y); }
  static Pack slope(Pack z, Pack y) { return z - y; }
};

Samples samples_of(const LeastSquaresSpec& spec) {
  return spec.gaussian_dim > 0 ? gaussian_samples(spec.samples, spec.gaussian_dim, spec.noise, spec.seed)
                               : regression_samples(spec.samples, spec.spectrum, spec.noise, spec.seed);
}

double largest_eigenvalue_of(const Matrix& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Matrix>(symmetric, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}

/// f = (1/2n) Σ (x_i·w − y_i)². Seen from the minimiser w* it is f* + ½ (w − w*)ᵀH(w − w*): value and full gradient
/// cost d² instead of n d, and the excess over f* keeps its digits however small it gets.
class LeastSquares final : public LinearModel<SquaredLoss> {
 public:
  explicit LeastSquares(const LeastSquaresSpec& spec)
      : LinearModel(samples_of(spec), 0.0),
        hessian_(
            weighted_gram(samples(), std::vector<double>(static_cast<std::size_t>(spec.samples), 1.0 / spec.samples))),
        largest_(spec.gaussian_dim > 0 ? largest_eigenvalue_of(hessian_)
                                       : *std::max_element(spec.spectrum.begin(), spec.spectrum.end())) {
    solve();
    surroundings_ = {.start = Vector::Zero(dim()),
                     .view_low = best_.cwiseMin(0.0).array() - 1.5,
                     .view_high = best_.cwiseMax(0.0).array() + 1.5,
                     .minima = {{best_, least_}},
                     .least_value = least_};
  }

  const Surroundings& surroundings() const override { return surroundings_; }

  void value(const Tile& w, Lanes& f) const override {
    for (Eigen::Index i = 0; i < w.rows(); i += kPack) {
      Pack sum{};
      for (int j = 0; j < dim(); ++j) sum += pull(w, i, j) * (load(&w(i, j)) - best_[j]);
      store(&f[i], 0.5 * sum + least_);
    }
  }
  void gradient(const Tile& w, Tile& g) const override {
    for (Eigen::Index i = 0; i < w.rows(); i += kPack)
      for (int j = 0; j < dim(); ++j) store(&g(i, j), pull(w, i, j));
  }
  void descend(Tile& w, const double* step_size, const Draws& draws, int count, Lanes& extent) const override {
    if (draws.batch)
      LinearModel::descend(w, step_size, draws, count, extent);
    else
      // Past LinearModel on purpose: the plain loop over gradient() costs d² an update, not n d.
      Landscape::descend(w, step_size, draws, count, extent);  // NOLINT(bugprone-parent-virtual-call)
  }

  Matrix hessian(const Vector&) const override { return hessian_; }
  Vector hessian_times(const Vector&, const Vector& v) const override { return hessian_ * v; }
  void sharpness(const Tile&, Lanes& s) const override { s.setConstant(largest_); }

  std::optional<double> smoothness() const override { return largest_; }

  bool has_labels() const override { return true; }
  void label_gradient(const Tile& w, std::span<const int> batch, const Tile& label_shift, Tile& g) const override {
    mean_gradient(w, batch, &label_shift, g);
  }

 private:
  // (H (w − w*))_j of eight lanes.
  Pack pull(const Tile& w, Eigen::Index i, int j) const {
    const double* column = hessian_.data() + static_cast<std::ptrdiff_t>(j) * dim();  // = row j
    Pack sum{};
    for (int k = 0; k < dim(); ++k) sum += column[k] * (load(&w(i, k)) - best_[k]);
    return sum;
  }

  // X (w* − w) from the normal equations, then one refinement with the residuals.
  void solve() {
    Matrix lower = hessian_;
    const bool definite = cholesky(lower);
    assert(definite && "eigenvalues must be positive");
    (void)definite;
    best_ = Vector::Zero(dim());
    for (int pass = 0; pass < 2; ++pass) best_ += cholesky_solve(lower, residual_moment());
    residual_moment();
  }

  // (1/n) Σ (y − x·w*) x; leaves the loss there in least_.
  Vector residual_moment() {
    const int n = samples().count;
    Vector moment = Vector::Zero(dim());
    double squares = 0;
    for (int i = 0; i < n; ++i) {
      const double* x = samples().row(i);
      double residual = samples().y[static_cast<std::size_t>(i)];
      for (int j = 0; j < dim(); ++j) residual -= x[j] * best_[j];
      squares += residual * residual;
      for (int j = 0; j < dim(); ++j) moment[j] += residual / n * x[j];
    }
    least_ = squares / (2.0 * n);
    return moment;
  }

  Matrix hessian_;
  double largest_;
  Vector best_{};
  double least_ = 0;
  Surroundings surroundings_{};
};

}  // namespace

std::shared_ptr<const Landscape> make_least_squares(const LeastSquaresSpec& spec) {
  return std::make_shared<LeastSquares>(spec);
}

}  // namespace steplab
