// Exact derivatives of formulas by forward-mode automatic differentiation (jets): a value with its partial derivatives
// along x and y. Derivatives that are zero by structure are a type, not a number: they cost nothing, so the gradient of a
// formula compiles to what one would write by hand. Second derivatives: jets of jets.
#pragma once

#include <concepts>
#include <type_traits>

#include "core/base/math.h"

namespace steplab {

/// A derivative known at compile time to be zero.
struct Zero {};

template <class V, class DX, class DY>
struct Jet {
  V v;
  [[no_unique_address]] DX dx;
  [[no_unique_address]] DY dy;
};

namespace detail {

template <class T>
inline constexpr bool is_jet = false;
template <class V, class DX, class DY>
inline constexpr bool is_jet<Jet<V, DX, DY>> = true;

// Sums and products in which Zero is absorbed.
template <class A, class B>
auto plus(const A& a, const B& b) {
  if constexpr (std::same_as<A, Zero>)
    return b;
  else if constexpr (std::same_as<B, Zero>)
    return a;
  else
    return a + b;
}
template <class A>
auto negative(const A& a) {
  if constexpr (std::same_as<A, Zero>)
    return Zero{};
  else
    return -a;
}
template <class A, class B>
auto minus(const A& a, const B& b) {
  if constexpr (std::same_as<B, Zero>)
    return a;
  else if constexpr (std::same_as<A, Zero>)
    return -b;
  else
    return a - b;
}
template <class A, class B>
auto times(const A& a, const B& b) {
  if constexpr (std::same_as<A, Zero> || std::same_as<B, Zero>)
    return Zero{};
  else
    return a * b;
}

// f(a) with f' at a: the chain rule.
template <class V, class DX, class DY, class F, class D>
auto chain(const Jet<V, DX, DY>& a, const F& f, const D& derivative) {
  const auto dx = times(a.dx, derivative);
  const auto dy = times(a.dy, derivative);
  return Jet<F, std::remove_const_t<decltype(dx)>, std::remove_const_t<decltype(dy)>>{f, dx, dy};
}

template <class V, class DX, class DY>
auto make_jet(const V& v, const DX& dx, const DY& dy) {
  return Jet<V, DX, DY>{v, dx, dy};
}

}  // namespace detail

template <class T>
concept AnyJet = detail::is_jet<T>;
/// What a jet may be combined with besides a jet: numbers, the same for all lanes or one a lane.
template <class T>
concept Constant = std::is_arithmetic_v<T> || std::same_as<T, Pack>;

namespace detail {

template <Constant C>
auto number(C c) {
  if constexpr (std::same_as<C, Pack>)
    return c;
  else
    return static_cast<double>(c);
}

}  // namespace detail

template <class V, class A, class B>
auto operator-(const Jet<V, A, B>& a) {
  return detail::make_jet(-a.v, detail::negative(a.dx), detail::negative(a.dy));
}
template <class V, class A, class B, class W, class C, class D>
auto operator+(const Jet<V, A, B>& a, const Jet<W, C, D>& b) {
  return detail::make_jet(a.v + b.v, detail::plus(a.dx, b.dx), detail::plus(a.dy, b.dy));
}
template <class V, class A, class B, class W, class C, class D>
auto operator-(const Jet<V, A, B>& a, const Jet<W, C, D>& b) {
  return detail::make_jet(a.v - b.v, detail::minus(a.dx, b.dx), detail::minus(a.dy, b.dy));
}
template <class V, class A, class B, class W, class C, class D>
auto operator*(const Jet<V, A, B>& a, const Jet<W, C, D>& b) {
  using namespace detail;
  return make_jet(a.v * b.v, plus(times(a.dx, b.v), times(a.v, b.dx)), plus(times(a.dy, b.v), times(a.v, b.dy)));
}
template <class V, class A, class B, class W, class C, class D>
auto operator/(const Jet<V, A, B>& a, const Jet<W, C, D>& b) {
  using namespace detail;
  const auto inverse = 1.0 / b.v;
  const auto q = a.v * inverse;
  return make_jet(q, times(minus(a.dx, times(q, b.dx)), inverse), times(minus(a.dy, times(q, b.dy)), inverse));
}
template <AnyJet J, Constant C>
auto operator+(const J& a, C c) {
  return detail::make_jet(a.v + detail::number(c), a.dx, a.dy);
}
template <AnyJet J, Constant C>
auto operator+(C c, const J& a) {
  return a + c;
}
template <AnyJet J, Constant C>
auto operator-(const J& a, C c) {
  return detail::make_jet(a.v - detail::number(c), a.dx, a.dy);
}
template <AnyJet J, Constant C>
auto operator-(C c, const J& a) {
  return detail::make_jet(detail::number(c) - a.v, detail::negative(a.dx), detail::negative(a.dy));
}
template <AnyJet J, Constant C>
auto operator*(const J& a, C c) {
  const auto k = detail::number(c);
  return detail::make_jet(a.v * k, detail::times(a.dx, k), detail::times(a.dy, k));
}
template <AnyJet J, Constant C>
auto operator*(C c, const J& a) {
  return a * c;
}
template <AnyJet J, Constant C>
auto operator/(const J& a, C c) {
  return a * (1.0 / detail::number(c));
}
template <AnyJet J, Constant C>
auto operator/(C c, const J& a) {
  const auto inverse = 1.0 / a.v;
  const auto q = detail::number(c) * inverse;
  return detail::chain(a, q, -(q * inverse));
}

template <AnyJet J>
auto exp(const J& a) {
  const auto e = exp(a.v);
  return detail::chain(a, e, e);
}
template <AnyJet J>
auto log(const J& a) {
  return detail::chain(a, log(a.v), 1.0 / a.v);
}
template <AnyJet J>
auto cos(const J& a);
template <AnyJet J>
auto sin(const J& a) {
  return detail::chain(a, sin(a.v), cos(a.v));
}
template <AnyJet J>
auto cos(const J& a) {
  return detail::chain(a, cos(a.v), -sin(a.v));
}
template <AnyJet J>
auto tanh(const J& a) {
  const auto t = tanh(a.v);
  return detail::chain(a, t, 1.0 - t * t);
}

/// The number under all layers of jets: what comparisons look at.
inline double base_value(double a) { return a; }
inline Pack base_value(Pack a) { return a; }
template <AnyJet J>
auto base_value(const J& a) {
  return base_value(a.v);
}

namespace detail {

// select() of unlike parts: what is zero by structure, or a plain double, is widened to the type of the other side
// (to the width of the mask if both are plain).
template <class M, class A, class B>
auto select_parts(const M& mask, const A& a, const B& b);

template <class Other, class M, class T>
auto widen(const M& /*mask*/, const T& t) {
  using Plain = std::conditional_t<std::same_as<M, bool>, double, Pack>;
  if constexpr (is_jet<T> || std::same_as<T, Pack>)
    return t;
  else if constexpr (std::same_as<T, Zero>) {
    if constexpr (is_jet<Other>)
      return make_jet(Plain{}, Zero{}, Zero{});
    else
      return Plain{};
  } else {
    if constexpr (is_jet<Other>)
      return make_jet(Plain{} + t, Zero{}, Zero{});
    else
      return Plain{} + t;
  }
}

}  // namespace detail

/// mask ? a : b with derivatives; the mask comes from comparing base_value()s. One side may be a constant.
template <class M, class A, class B>
  requires(AnyJet<A> || AnyJet<B>)
auto select(const M& mask, const A& a, const B& b) {
  if constexpr (!AnyJet<A>)
    return select(mask, detail::make_jet(a, Zero{}, Zero{}), b);
  else if constexpr (!AnyJet<B>)
    return select(mask, a, detail::make_jet(b, Zero{}, Zero{}));
  else
    return detail::make_jet(detail::select_parts(mask, a.v, b.v), detail::select_parts(mask, a.dx, b.dx),
                            detail::select_parts(mask, a.dy, b.dy));
}

namespace detail {

template <class M, class A, class B>
auto select_parts(const M& mask, const A& a, const B& b) {
  if constexpr (std::same_as<A, Zero> && std::same_as<B, Zero>)
    return Zero{};
  else
    return select(mask, widen<B>(mask, a), widen<A>(mask, b));
}

}  // namespace detail

/// The smaller of two, with the derivatives of that one (of b where they are equal).
template <class A, class B>
  requires(AnyJet<A> || AnyJet<B>)
auto min(const A& a, const B& b) {
  return select(base_value(a) < base_value(b), a, b);
}
template <class A, class B>
  requires(AnyJet<A> || AnyJet<B>)
auto max(const A& a, const B& b) {
  return select(base_value(a) > base_value(b), a, b);
}

/// |a|, with subgradient 0 at 0.
template <AnyJet J>
auto abs(const J& a) {
  const auto v = base_value(a);
  using V = std::remove_const_t<decltype(v)>;
  const auto sign = select(v > 0.0, V{} + 1.0, select(v < 0.0, V{} - 1.0, V{}));
  return detail::make_jet(abs(a.v), detail::times(a.dx, sign), detail::times(a.dy, sign));
}

/// √a, with subgradient 0 at 0 (and below 2^-960, where derivatives would overflow).
template <AnyJet J>
auto sqrt(const J& a) {
  const auto s = sqrt(a.v);
  return detail::chain(a, s, detail::select_parts(base_value(a) >= 0x1p-960, 0.5 / s, 0.0));
}

/// max(a, 0), with subgradient 0 at 0.
inline double positive_part(double a) { return a > 0.0 ? a : 0.0; }
inline Pack positive_part(Pack a) { return a > 0.0 ? a : Pack{}; }
template <AnyJet J>
auto positive_part(const J& a) {
  return select(base_value(a) > 0.0, a, 0.0);
}

/// a^n by repeated squaring.
template <AnyJet J>
auto pow_integer(const J& a, unsigned n) {
  const auto lower = pow_integer(a.v, n > 0 ? n - 1 : 0);  // a^(n−1); for n = 0 its factor below is 0
  return detail::chain(a, n > 0 ? lower * a.v : lower, static_cast<double>(n) * lower);
}

template <class T>
auto square(const T& a) {
  return a * a;
}
template <class T>
auto cube(const T& a) {
  return a * a * a;
}

}  // namespace steplab
