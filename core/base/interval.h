// Interval arithmetic, for proofs: every operation encloses all values that its arguments allow (outward rounding by
// one ulp, which covers round-to-nearest; functions by their stated error). With jets it bounds second derivatives over
// a box. Source: Moore, Kearfott, Cloud 2009, "Introduction to Interval Analysis".
#pragma once

#include "core/base/math.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <numbers>

namespace steplab {

struct Interval {
  double low = 0, high = 0;
  static constexpr Interval entire() {
    return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  }
};

/// A comparison of intervals may be undecided.
struct IntervalMask {
  bool may_be_true, may_be_false;
};

namespace detail {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline Interval outward(double low, double high) {
  if (is_nan(low) || is_nan(high)) return Interval::entire();
  return {std::nextafter(low, -kInfinity), std::nextafter(high, kInfinity)};
}
// Our functions are within 3 ulp (math.h): four steps outward.
inline Interval outward_function(double low, double high) {
  Interval i{low, high};
  for (int step = 0; step < 4; ++step) i = outward(i.low, i.high);
  return i;
}

template <class T>
concept IntervalNumber = std::is_arithmetic_v<T>;

inline Interval to_interval(const Interval& a) { return a; }
template <IntervalNumber C>
Interval to_interval(C c) {
  return {static_cast<double>(c), static_cast<double>(c)};
}

template <class A, class B>
concept IntervalPair = (std::same_as<A, Interval> && (std::same_as<B, Interval> || IntervalNumber<B>)) ||
                       (IntervalNumber<A> && std::same_as<B, Interval>);

// 0 · ∞ is 0 at the edge of an interval: the bound itself is never attained there.
inline double product(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

}  // namespace detail

inline Interval operator-(const Interval& a) { return {-a.high, -a.low}; }

template <class A, class B>
requires detail::IntervalPair<A, B> Interval operator+(const A& x, const B& y) {
  const Interval a = detail::to_interval(x), b = detail::to_interval(y);
  return detail::outward(a.low + b.low, a.high + b.high);
}
template <class A, class B>
requires detail::IntervalPair<A, B> Interval operator-(const A& x, const B& y) { return x + -detail::to_interval(y); }
template <class A, class B>
requires detail::IntervalPair<A, B> Interval operator*(const A& x, const B& y) {
  const Interval a = detail::to_interval(x), b = detail::to_interval(y);
  const double p = detail::product(a.low, b.low), q = detail::product(a.low, b.high),
               r = detail::product(a.high, b.low), s = detail::product(a.high, b.high);
  return detail::outward(std::min({p, q, r, s}), std::max({p, q, r, s}));
}
template <class A, class B>
requires detail::IntervalPair<A, B> Interval operator/(const A& x, const B& y) {
  const Interval b = detail::to_interval(y);
  if (b.low <= 0 && b.high >= 0) return Interval::entire();
  return x * detail::outward(1.0 / b.high, 1.0 / b.low);
}
template <class A, class B>
requires detail::IntervalPair<A, B> IntervalMask operator<(const A& x, const B& y) {
  const Interval a = detail::to_interval(x), b = detail::to_interval(y);
  return {a.low < b.high, a.high >= b.low};
}
template <class A, class B>
requires detail::IntervalPair<A, B> IntervalMask operator>(const A& x, const B& y) { return y < x; }
template <class A, class B>
requires detail::IntervalPair<A, B> IntervalMask operator<=(const A& x, const B& y) {
  const Interval a = detail::to_interval(x), b = detail::to_interval(y);
  return {a.low <= b.high, a.high > b.low};
}
template <class A, class B>
requires detail::IntervalPair<A, B> IntervalMask operator>=(const A& x, const B& y) { return y <= x; }

/// Where the comparison is undecided nothing is claimed: a kink inside the box has unbounded curvature.
inline Interval select(IntervalMask mask, const Interval& a, const Interval& b) {
  if (mask.may_be_true && mask.may_be_false) return Interval::entire();
  return mask.may_be_true ? a : b;
}

inline Interval base_value(const Interval& a) { return a; }

inline Interval exp(const Interval& a) { return detail::outward_function(steplab::exp(a.low), steplab::exp(a.high)); }
inline Interval log(const Interval& a) {
  if (a.low <= 0) return Interval::entire();
  return detail::outward_function(steplab::log(a.low), steplab::log(a.high));
}
inline Interval sqrt(const Interval& a) {
  if (a.low < 0) return Interval::entire();
  return detail::outward(std::sqrt(a.low), std::sqrt(a.high));
}
inline Interval tanh(const Interval& a) {
  return detail::outward_function(steplab::tanh(a.low), steplab::tanh(a.high));
}
inline Interval abs(const Interval& a) {
  if (a.low >= 0) return a;
  if (a.high <= 0) return -a;
  return {0, std::max(-a.low, a.high)};
}
inline Interval min(const Interval& a, const Interval& b) { return {std::min(a.low, b.low), std::min(a.high, b.high)}; }
inline Interval max(const Interval& a, const Interval& b) { return {std::max(a.low, b.low), std::max(a.high, b.high)}; }
inline Interval pow_integer(Interval a, unsigned n) {
  Interval result{1, 1};
  for (; n > 0; --n) result = result * a;
  return result;
}
inline Interval positive_part(const Interval& a) { return {std::max(a.low, 0.0), std::max(a.high, 0.0)}; }
/// cos over [low, high]: its extrema are at the multiples of π.
inline Interval cos(const Interval& a) {
  if (!(a.high - a.low < 6) || std::abs(a.low) > 1e4 || std::abs(a.high) > 1e4) return {-1, 1};
  const double from = a.low / std::numbers::pi, to = a.high / std::numbers::pi;
  Interval c = detail::outward_function(std::min(steplab::cos(a.low), steplab::cos(a.high)),
                                        std::max(steplab::cos(a.low), steplab::cos(a.high)));
  // The multiples kπ inside, those included that rounding may have put outside.
  const int first = static_cast<int>(std::ceil(from - 1e-9)), last = static_cast<int>(std::floor(to + 1e-9));
  for (int k = first; k <= last; ++k) (k % 2 == 0 ? c.high : c.low) = k % 2 == 0 ? 1 : -1;
  return {std::max(c.low, -1.0), std::min(c.high, 1.0)};
}
inline Interval sin(const Interval& a) { return cos(a - detail::outward(std::numbers::pi / 2, std::numbers::pi / 2)); }

}  // namespace steplab
