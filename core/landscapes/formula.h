// Landscapes of one or two dimensions that are written once, as a formula over any scalar:
//   struct Booth { template <class X, class Y> auto operator()(const X& x, const Y& y) const { return …; } };
// Jets give its exact gradient and Hessian, packs its SIMD version.
#pragma once

#include "core/base/jet.h"
#include "core/landscapes/landscape.h"

#include <array>
#include <concepts>
#include <limits>
#include <memory>
#include <utility>

namespace steplab {

/// Closed form of the largest eigenvalue of [[a, b], [b, d]].
template <Number T>
T largest_eigenvalue(T a, T b, T d) {
  const T half = 0.5 * (a - d);
  return 0.5 * (a + d) + sqrt(half * half + b * b);
}

/// F is a function object of one or two scalars (see above); it may say its work() if that is not small, and its
/// smoothness() if it has one. If its call
/// also takes a trailing label shift (x, y, shift) it has a label, and oracles may add noise to it.
template <class F>
class FormulaLandscape final : public Landscape {
  static constexpr int kDim = std::invocable<F, double> ? 1 : 2;
  static constexpr bool kLabel = std::invocable<F, double, double, double>;

 public:
  FormulaLandscape(F formula, Surroundings surroundings)
      : formula_(std::move(formula)), surroundings_(std::move(surroundings)) {}

  int dim() const override { return kDim; }
  const Surroundings& surroundings() const override { return surroundings_; }

  void value(const Tile& x, Lanes& f) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack)
      store(&f[i], detail::constant<Pack>(0.0) + value_of(load_point(x, i)));
  }

  void gradient(const Tile& x, Tile& g) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) store_point(g, i, gradient_of(load_point(x, i)));
  }

  Matrix hessian(const Vector& x) const override {
    std::array<double, kDim> point;
    for (int j = 0; j < kDim; ++j) point[static_cast<std::size_t>(j)] = x[j];
    const auto [a, b, d] = second_derivatives(point);
    Matrix h(kDim, kDim);
    h(0, 0) = a;
    if constexpr (kDim == 2) {
      h(0, 1) = h(1, 0) = b;
      h(1, 1) = d;
    }
    return h;
  }

  void sharpness(const Tile& x, Lanes& s) const override {
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) {
      const auto [a, b, d] = second_derivatives(load_point(x, i));
      const Pack largest = kDim == 1 ? a : largest_eigenvalue(a, b, d);
      // Where derivatives overflow there is no number to give; infinite means "sharper than anything".
      store(&s[i], select(is_nan(largest), splat(std::numeric_limits<double>::infinity()), largest));
    }
  }

  void descend(Tile& x, const double* step_size, const Draws& draws, int count, Lanes& extent) const override {
    if (draws.noise)
      descend_all<true>(x, step_size, draws.noise, count, extent);
    else
      descend_all<false>(x, step_size, nullptr, count, extent);
  }

  bool has_labels() const override { return kLabel; }
  void label_gradient(const Tile& x, std::span<const int> batch, const Tile& label_shift, Tile& g) const override {
    if constexpr (kLabel) {
      for (Eigen::Index i = 0; i < x.rows(); i += kPack)
        store_point(g, i, derivatives(load_point(x, i), load(&label_shift(i, 0))));
    } else {
      Landscape::label_gradient(x, batch, label_shift, g);
    }
  }

  // x ← x − η∇f(x) maps x − m to (I − ηH̄)(x − m), where H̄ is the mean Hessian between x and the minimum m. Interval
  // arithmetic encloses every Hessian of the box around the ball, so all eigenvalues of H̄: in (0, 2/η) means nearer.
  bool contracts(const Vector& centre, double radius, double step_size) const override {
    std::array<Interval, kDim> box;
    for (int j = 0; j < kDim; ++j)
      box[static_cast<std::size_t>(j)] = detail::outward(centre[j] - radius, centre[j] + radius);
    const auto [a, b, d] = second_derivatives(box);
    if constexpr (kDim == 1) return a.low > 0 && step_size * a.high < 2;
    const auto middle = [](const Interval& i) { return 0.5 * (i.low + i.high); };
    const auto half = [](const Interval& i) { return 0.5 * (i.high - i.low) * (1 + 1e-12); };
    // Weyl: eigenvalues move by no more than the norm of what is added, here at most the Frobenius norm of the half
    // widths.
    const double spread = steplab::sqrt(half(a) * half(a) + 2 * half(b) * half(b) + half(d) * half(d)) * (1 + 1e-12);
    const double largest = largest_eigenvalue(middle(a), middle(b), middle(d)) * (1 + 1e-12) + spread;
    const double least = -largest_eigenvalue(-middle(a), middle(b), -middle(d)) - spread - 1e-12 * largest;
    return least > 0 && step_size * largest < 2;
  }

  std::optional<double> smoothness() const override {
    if constexpr (requires(const F& f) { f.smoothness(); })
      return formula_.smoothness();
    else
      return std::nullopt;
  }

  double work() const override {
    if constexpr (requires(const F& f) { f.work(); })
      return formula_.work();
    else
      return Landscape::work();
  }

  /// Value at a point of any scalar.
  template <class S>
  auto value_of(const std::array<S, kDim>& p) const {
    if constexpr (kDim == 1)
      return formula_(p[0]);
    else
      return formula_(p[0], p[1]);
  }

  /// (f_xx, f_xy, f_yy) at a point of any scalar; f_xy = f_yy = 0 in one dimension.
  template <class S>
  std::array<S, 3> second_derivatives(const std::array<S, kDim>& p) const {
    const auto inner_x = Jet<S, double, Zero>{p[0], 1.0, {}};
    const auto x = Jet<decltype(inner_x), double, Zero>{inner_x, 1.0, {}};
    if constexpr (kDim == 1) {
      return {number<S>(inner(formula_(x).dx).dx), S{}, S{}};
    } else {
      const auto inner_y = Jet<S, Zero, double>{p[1], {}, 1.0};
      const auto y = Jet<decltype(inner_y), Zero, double>{inner_y, {}, 1.0};
      const auto f = formula_(x, y);
      return {number<S>(inner(f.dx).dx), number<S>(inner(f.dx).dy), number<S>(inner(f.dy).dy)};
    }
  }

 private:
  using Point = std::array<Pack, kDim>;

  static Point load_point(const Tile& x, Eigen::Index i) {
    Point p;
    for (int j = 0; j < kDim; ++j) p[static_cast<std::size_t>(j)] = load(&x(i, j));
    return p;
  }
  static void store_point(Tile& x, Eigen::Index i, const Point& p) {
    for (int j = 0; j < kDim; ++j) store(&x(i, j), p[static_cast<std::size_t>(j)]);
  }

  // A derivative as a number of type S, whatever the jets made of it.
  template <class S, class D>
  static S number(const D& d) {
    if constexpr (std::same_as<D, Zero>)
      return S{};
    else if constexpr (std::same_as<D, S>)
      return d;
    else
      return S{} + d;
  }
  // The inner jet of a derivative; a derivative that is a plain number has none, so its own derivatives are zero.
  template <class D>
  static auto inner(const D& d) {
    if constexpr (AnyJet<D>)
      return d;
    else
      return Jet<double, Zero, Zero>{};
  }

  template <class... Label>
  Point derivatives(const Point& p, const Label&... label) const {
    const auto x = Jet<Pack, double, Zero>{p[0], 1.0, {}};
    if constexpr (kDim == 1) {
      return {number<Pack>(formula_(x, label...).dx)};
    } else {
      const auto y = Jet<Pack, Zero, double>{p[1], {}, 1.0};
      const auto f = formula_(x, y, label...);
      return {number<Pack>(f.dx), number<Pack>(f.dy)};
    }
  }
  Point gradient_of(const Point& p) const { return derivatives(p); }

  template <bool kNoise>
  void descend_all(Tile& x, const double* step_size, const double* noise, int count, Lanes& extent) const {
    // Four packs go side by side: one alone would wait for the latency of its own chain of operations.
    Eigen::Index i = 0;
    for (; i + 4 * kPack <= x.rows(); i += 4 * kPack)
      descend_packs<kNoise>(x, i, step_size, noise, count, extent, std::make_index_sequence<4>());
    for (; i < x.rows(); i += kPack)
      descend_packs<kNoise>(x, i, step_size, noise, count, extent, std::make_index_sequence<1>());
  }

  // Packs first … first + N − 1 of the tile (counted in lanes), side by side, for all updates. They are unrolled by
  // hand (a fold over n), or the compiler would keep them in memory; flattened, because a jet that is returned by a
  // call goes through memory too.
  template <bool kNoise, std::size_t... n>
  [[gnu::flatten]] void descend_packs(Tile& x, Eigen::Index first, const double* step_size, const double* noise,
                                      int count, Lanes& extent, std::index_sequence<n...>) const {
    const Eigen::Index lanes = x.rows();
    const auto lane = [first](std::size_t pack) { return first + static_cast<Eigen::Index>(pack) * kPack; };
    Point p[] = {load_point(x, lane(n))...};
    Pack reach[] = {(static_cast<void>(n), Pack{})...};
    for (int k = 0; k < count; ++k) {
      (descend_once<kNoise>(p[n], reach[n], step_size + lane(n), noise + (kNoise ? lane(n) : 0), lanes), ...);
      step_size += lanes;
      if constexpr (kNoise) noise += kDim * lanes;
    }
    (store_point(x, lane(n), p[n]), ...);
    (store(&extent[lane(n)], extent_of(p[n], reach[n])), ...);
  }

  template <bool kNoise>
  [[gnu::always_inline]] void descend_once(Point& p, Pack& reach, const double* step_size, const double* noise,
                                           Eigen::Index lanes) const {
    const Point g = gradient_of(p);
    const Pack eta = load(step_size);
    for (std::size_t j = 0; j < kDim; ++j) {
      Pack along = g[j];
      if constexpr (kNoise) along = along + load(noise + static_cast<Eigen::Index>(j) * lanes);
      p[j] = p[j] - eta * along;
      reach = max(reach, abs(p[j]));
    }
  }

  // max() drops a NaN that something larger follows; the coordinates themselves stay NaN once they are.
  static Pack extent_of(const Point& p, Pack reach) {
    for (const Pack& last : p) reach = select(is_nan(last), last, reach);
    return reach;
  }

  F formula_;
  Surroundings surroundings_;
};

template <class F>
std::shared_ptr<const Landscape> make_formula(F formula, Surroundings surroundings) {
  return std::make_shared<FormulaLandscape<F>>(std::move(formula), std::move(surroundings));
}

/// f(x, y) = g(x) + ½ y²: a one-dimensional formula seen in the plane. The coordinates decouple, so what is proved for
/// g in one dimension holds here for |1 − η| < 1.
template <class G>
struct WithBowl {
  G g;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return g(x) + 0.5 * y * y;
  }
};

}  // namespace steplab
