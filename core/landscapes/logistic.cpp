#include "core/landscapes/logistic.h"

#include "core/landscapes/dense_solve.h"
#include "core/landscapes/linear_model.h"

#include <cmath>
#include <mutex>

namespace steplab {
namespace {

/// ℓ(z) = log(1 + e^−z) of the signed prediction z = y x·w: the label is folded into the sample.
struct LogisticLoss {
  static Pack value(Pack z, Pack /*y*/) { return softplus_falling(z); }
  static Pack slope(Pack z, Pack /*y*/) { return -falling_sigmoid(z); }
};

Samples fold_labels(Samples s) {
  for (int i = 0; i < s.count; ++i)
    for (int j = 0; j < s.dim; ++j) s.row(i)[j] *= s.y[static_cast<std::size_t>(i)];
  return s;
}

class Logistic final : public LinearModel<LogisticLoss> {
 public:
  explicit Logistic(const LogisticSpec& spec)
      : LinearModel(fold_labels(classification_samples(spec.samples, spec.dim, spec.a, spec.flip, spec.seed)),
                    spec.ridge) {}

  // The optimum costs several passes over the data that most uses never need: found at the first question.
  const Surroundings& surroundings() const override {
    std::call_once(once_, [this] { surroundings_ = explore(); });
    return surroundings_;
  }

  Matrix hessian(const Vector& w) const override {
    std::vector<double> weight = curvatures(w);
    for (double& c : weight) c /= samples().count;
    Matrix h = weighted_gram(samples(), weight);
    for (int j = 0; j < dim(); ++j) h(j, j) += ridge();
    return h;
  }

  // The logistic loss is most curved (¼) at z = 0, where all samples are at once for w = 0.
  std::optional<double> smoothness() const override { return sharpness_at(*this, Vector::Zero(dim())); }

  Vector hessian_times(const Vector& w, const Vector& v) const override {
    const std::vector<double> weight = curvatures(w);
    Vector product = Vector::Zero(dim());
    for (int i = 0; i < samples().count; ++i) {
      const double along = weight[static_cast<std::size_t>(i)] / samples().count * prediction(i, v);
      for (int j = 0; j < dim(); ++j) product[j] += along * samples().row(i)[j];
    }
    for (int j = 0; j < dim(); ++j) product[j] += ridge() * v[j];
    return product;
  }

 private:
  double prediction(int i, const Vector& w) const {
    double sum = 0;
    for (int j = 0; j < dim(); ++j) sum += samples().row(i)[j] * w[j];
    return sum;
  }

  // σ(z)(1 − σ(z)) of every sample.
  std::vector<double> curvatures(const Vector& w) const {
    std::vector<double> c;
    c.reserve(static_cast<std::size_t>(samples().count));
    for (int i = 0; i < samples().count; ++i) {
      const double z = prediction(i, w);
      c.push_back(falling_sigmoid(z) * falling_sigmoid(-z));
    }
    return c;
  }

  // Newton with step halving. Absent if there is none: separable samples without ridge are fitted ever better by ever
  // longer w.
  std::optional<Vector> optimum() const {
    constexpr int kMostSteps = 100;
    Vector w = Vector::Zero(dim());
    double least_gradient = std::numeric_limits<double>::infinity();
    for (int k = 0; k < kMostSteps; ++k) {
      const Vector g = gradient_at(*this, w);
      const double size = norm(g);
      if (k > 0 && ridge() == 0 && separates(w)) return std::nullopt;
      // At the level of rounding the gradient stops falling.
      if (size < 1e-13 || (size < 1e-12 && size >= least_gradient)) return w;
      least_gradient = std::min(least_gradient, size);
      Matrix h = hessian(w);
      if (!cholesky(h)) return std::nullopt;
      w = descend_along(w, cholesky_solve(h, g));
    }
    return std::nullopt;
  }

  Vector descend_along(const Vector& w, const Vector& step) const {
    const double f = value_at(*this, w), ceiling = f + 1e-14 * std::abs(f);
    Vector next = w - step;
    for (double length = 0.5; !(value_at(*this, next) <= ceiling) && length > 1e-6; length *= 0.5)
      next = w - length * step;
    return next;
  }

  bool separates(const Vector& w) const {
    for (int i = 0; i < samples().count; ++i)
      if (!(prediction(i, w) > 0)) return false;
    return true;
  }

  static double norm(const Vector& v) {
    double square = 0;
    for (const double x : v) square += x * x;
    return std::sqrt(square);
  }

  Surroundings explore() const {
    Surroundings s{.start = Vector::Zero(dim()),
                   .view_low = Vector::Constant(dim(), -3.0),
                   .view_high = Vector::Constant(dim(), 3.0)};
    if (const auto best = optimum()) {
      const double least = value_at(*this, *best);
      s.minima = {{*best, least}};
      s.least_value = least;
      for (int j = 0; j < dim(); ++j) {
        s.view_low[j] = std::min(0.0, (*best)[j]) - 1.5;
        s.view_high[j] = std::max(0.0, (*best)[j]) + 1.5;
      }
    }
    return s;
  }

  mutable std::once_flag once_;
  mutable Surroundings surroundings_;
};

}  // namespace

std::shared_ptr<const Landscape> make_logistic(const LogisticSpec& spec) { return std::make_shared<Logistic>(spec); }

}  // namespace steplab
