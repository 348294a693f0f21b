#include "core/landscapes/linear_net.h"

#include "core/landscapes/formula.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

Pack coordinate(const Tile& x, Eigen::Index lane, int j) { return load(&x(lane, j)); }

/// With s = x/√n, f = s u·v and r = f − y: gradient r s (v, u), Hessian J Jᵀ + r F, J = s (v, u), F = s [[0, I], [I,
/// 0]].
class UvModel final : public Landscape {
 public:
  UvModel(int n, double x, double y) : n_(n), scale_(x / std::sqrt(n)), label_(y) {
    const Vector wide = Vector::Constant(2 * n, 6.0);
    surroundings_ = {
        .start = Vector(2 * n), .view_low = -wide, .view_high = wide, .least_value = 0.0, .minima_form_a_set = true};
    // A fixed draw of the usual start, weights N(0, 2²): the sharpness x²(|u|² + |v|²)/n is about 8x².
    for (int j = 0; j < 2 * n; ++j)
      surroundings_.start[j] = std::clamp(2 * normal({.seed = 1}, static_cast<std::uint64_t>(j)), -5.0, 5.0);
  }

  int dim() const override { return 2 * n_; }
  const Surroundings& surroundings() const override { return surroundings_; }
  bool has_labels() const override { return true; }
  double work() const override { return 4.0 * n_ + 10; }

  void value(const Tile& x, Lanes& f) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) {
      const Pack r = residual(x, i);
      store(&f[i], 0.5 * r * r);
    }
  }

  void gradient(const Tile& x, Tile& g) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) store_gradient(x, i, residual(x, i), g);
  }

  void label_gradient(const Tile& x, std::span<const int> /*batch*/, const Tile& label_shift, Tile& g) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack)
      store_gradient(x, i, residual(x, i) - load(&label_shift(i, 0)), g);
  }

  Matrix hessian(const Vector& x) const override {
    const Vector j = jacobian(x);
    Matrix h = j * j.transpose();
    const double off = residual_at(x) * scale_;
    for (int i = 0; i < n_; ++i) {
      h(i, n_ + i) += off;
      h(n_ + i, i) += off;
    }
    return h;
  }

  Vector hessian_times(const Vector& x, const Vector& v) const override {
    const Vector j = jacobian(x);
    Vector result = j * sum_of_products(j, v, 2 * n_);
    const double off = residual_at(x) * scale_;
    result.head(n_) += off * v.tail(n_);
    result.tail(n_) += off * v.head(n_);
    return result;
  }

  /// F has the eigenvectors (w, w) and (w, −w) with eigenvalues ±s. J lies in the plane of (u + v, u + v) and
  /// (v − u, u − v); in it the Hessian is [[|J₊|² + rs, |J₊||J₋|], [|J₊||J₋|, |J₋|² − rs]], outside of it ±rs, which is
  /// not larger than the largest eigenvalue inside.
  void sharpness(const Tile& x, Lanes& s) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) {
      Pack plus{}, minus{};
      for (int j = 0; j < n_; ++j) {
        const Pack u = coordinate(x, i, j), v = coordinate(x, i, n_ + j);
        plus = plus + (u + v) * (u + v);
        minus = minus + (u - v) * (u - v);
      }
      const double weight = 0.5 * scale_ * scale_;
      plus = weight * plus;
      minus = weight * minus;
      const Pack bend = residual(x, i) * scale_;
      const Pack largest = largest_eigenvalue<Pack>(plus + bend, sqrt(plus * minus), minus - bend);
      store(&s[i], select(is_nan(largest), splat(std::numeric_limits<double>::infinity()), largest));
    }
  }

 private:
  Pack residual(const Tile& x, Eigen::Index lane) const {
    Pack sum{};
    for (int j = 0; j < n_; ++j) sum = sum + coordinate(x, lane, j) * coordinate(x, lane, n_ + j);
    return scale_ * sum - label_;
  }
  double residual_at(const Vector& x) const { return scale_ * sum_of_products(x.head(n_), x.tail(n_), n_) - label_; }

  // In this order on every processor, which Eigen's dot() does not promise.
  template <class A, class B>
  static double sum_of_products(const A& a, const B& b, int count) {
    double sum = 0;
    for (int j = 0; j < count; ++j) sum += a[j] * b[j];
    return sum;
  }

  Vector jacobian(const Vector& x) const {
    Vector j(2 * n_);
    j << scale_ * x.tail(n_), scale_ * x.head(n_);
    return j;
  }

  void store_gradient(const Tile& x, Eigen::Index lane, Pack r, Tile& g) const {
    const Pack factor = scale_ * r;
    for (int j = 0; j < n_; ++j) {
      store(&g(lane, j), factor * coordinate(x, lane, n_ + j));
      store(&g(lane, n_ + j), factor * coordinate(x, lane, j));
    }
  }

  int n_;
  double scale_, label_;
  Surroundings surroundings_;
};

/// With r = x Πw − y and q_A = x times the product of all weights but those in A:
/// g_i = r q_i, H_ii = q_i², H_ij = q_i q_j + r q_ij.
class Chain final : public Landscape {
 public:
  Chain(int depth, double x, double y) : depth_(depth), input_(x), label_(y) {
    assert(depth >= 2 && depth <= kDeepestChain);
    const Vector wide = Vector::Constant(depth, 3.0);
    surroundings_ = {
        .start = Vector(depth), .view_low = -wide, .view_high = wide, .least_value = 0.0, .minima_form_a_set = true};
    // Unequal neighbours: a flat start from which the sharpness grows.
    for (int i = 0; i < depth; ++i) surroundings_.start[i] = i % 2 == 0 ? 2.5 : 0.2;
  }

  int dim() const override { return depth_; }
  const Surroundings& surroundings() const override { return surroundings_; }
  bool has_labels() const override { return true; }
  double work() const override { return 4.0 * depth_ + 10; }

  void value(const Tile& x, Lanes& f) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) {
      Pack product = splat(input_);
      for (int j = 0; j < depth_; ++j) product = product * coordinate(x, i, j);
      const Pack r = product - label_;
      store(&f[i], 0.5 * r * r);
    }
  }

  void gradient(const Tile& x, Tile& g) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) store_gradient(x, i, splat(label_), g);
  }

  void label_gradient(const Tile& x, std::span<const int> /*batch*/, const Tile& label_shift, Tile& g) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) store_gradient(x, i, label_ + load(&label_shift(i, 0)), g);
  }

  Matrix hessian(const Vector& x) const override {
    const double r = without(x, -1, -1) - label_;
    Matrix h(depth_, depth_);
    for (int i = 0; i < depth_; ++i) {
      const double q = without(x, i, -1);
      h(i, i) = q * q;
      for (int j = 0; j < i; ++j) h(i, j) = h(j, i) = q * without(x, j, -1) + r * without(x, i, j);
    }
    return h;
  }

 private:
  double without(const Vector& x, int first, int second) const {
    double product = input_;
    for (int j = 0; j < depth_; ++j)
      if (j != first && j != second) product *= x[j];
    return product;
  }

  void store_gradient(const Tile& x, Eigen::Index lane, Pack label, Tile& g) const {
    std::array<Pack, kDeepestChain> before;  // input times the weights before this one
    Pack product = splat(input_);
    for (int j = 0; j < depth_; ++j) {
      before[static_cast<std::size_t>(j)] = product;
      product = product * coordinate(x, lane, j);
    }
    Pack after = product - label;  // the residual times the weights after this one
    for (int j = depth_; j-- > 0;) {
      store(&g(lane, j), after * before[static_cast<std::size_t>(j)]);
      after = after * coordinate(x, lane, j);
    }
  }

  int depth_;
  double input_, label_;
  Surroundings surroundings_;
};

}  // namespace

std::shared_ptr<const Landscape> make_uv_model(int n, double x, double y) { return std::make_shared<UvModel>(n, x, y); }
std::shared_ptr<const Landscape> make_chain(int depth, double x, double y) {
  return std::make_shared<Chain>(depth, x, y);
}

}  // namespace steplab
