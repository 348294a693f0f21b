#include "core/landscapes/scaled.h"

#include <Eigen/Eigenvalues>

#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace steplab {
namespace {

class Scaled final : public Landscape {
 public:
  Scaled(std::shared_ptr<const Landscape> f, double factor)
      : f_(std::move(f)), factor_(factor), surroundings_(f_->surroundings()) {
    for (Minimum& minimum : surroundings_.minima) minimum.value *= factor_;
    if (surroundings_.least_value) *surroundings_.least_value *= factor_;
  }

  int dim() const override { return f_->dim(); }
  const Surroundings& surroundings() const override { return surroundings_; }

  void value(const Tile& x, Lanes& f) const override {
    f_->value(x, f);
    f *= factor_;
  }
  void gradient(const Tile& x, Tile& g) const override {
    f_->gradient(x, g);
    g *= factor_;
  }
  Matrix hessian(const Vector& x) const override { return factor_ * f_->hessian(x); }
  void sharpness(const Tile& x, Lanes& s) const override {
    f_->sharpness(x, s);
    s *= factor_;
  }

  int terms() const override { return f_->terms(); }
  void batch_gradient(const Tile& x, std::span<const int> batch, Tile& g) const override {
    f_->batch_gradient(x, batch, g);
    g *= factor_;
  }
  bool has_labels() const override { return f_->has_labels(); }
  void label_gradient(const Tile& x, std::span<const int> batch, const Tile& label_shift, Tile& g) const override {
    f_->label_gradient(x, batch, label_shift, g);
    g *= factor_;
  }
  bool contracts(const Vector& centre, double radius, double step_size) const override {
    return f_->contracts(centre, radius, step_size * factor_);
  }
  std::optional<double> smoothness() const override {
    const auto L = f_->smoothness();
    return L ? std::optional(factor_ * *L) : std::nullopt;
  }
  double work() const override { return f_->work() + dim(); }
  Vector hessian_times(const Vector& x, const Vector& v) const override { return factor_ * f_->hessian_times(x, v); }

 private:
  std::shared_ptr<const Landscape> f_;
  double factor_;
  Surroundings surroundings_;
};

}  // namespace

std::shared_ptr<const Landscape> scaled(std::shared_ptr<const Landscape> f, double factor) {
  assert(factor > 0 && std::isfinite(factor));
  if (factor == 1) return f;
  return std::make_shared<Scaled>(std::move(f), factor);
}

Smoothness smoothness_at(const Landscape& landscape, const Vector& x) {
  if (const auto L = landscape.smoothness()) return {*L, true};
  const Matrix h = landscape.hessian(x);
  if (!h.allFinite()) return {std::numeric_limits<double>::infinity(), false};
  return {Eigen::SelfAdjointEigenSolver<Matrix>(h, Eigen::EigenvaluesOnly).eigenvalues().cwiseAbs().maxCoeff(), false};
}

}  // namespace steplab
