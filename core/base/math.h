// exp, log, sin, cos, tanh, pow for double and Pack by one source: the same bits on every processor, compiler and libm.
// Argument reduction after Cody and Waite 1980; polynomial cores are the kernels published with fdlibm (Sun 1993).
// Error against the true value: below 1 ulp for exp and log, 1.5 ulp for sin and cos (|x| ≤ 1e5), 3 ulp for tanh
// (tested).
#pragma once

#include "core/base/pack.h"

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace steplab {

template <class T>
concept Number = std::same_as<T, double> || std::same_as<T, Pack>;

namespace detail {

template <Number T>
using Bits = std::conditional_t<std::same_as<T, double>, std::int64_t, PackMask>;

template <Number T>
T constant(double c) {
  return T{} + c;
}
template <Number T>
Bits<T> bits_of(T x) {
  return std::bit_cast<Bits<T>>(x);
}
template <Number T>
T from_bits(Bits<T> b) {
  return std::bit_cast<T>(b);
}

// 1.5 · 2^52: adding it rounds |x| < 2^51 to the nearest integer and leaves that integer in the low mantissa bits.
inline constexpr double kRound = 6755399441055744.0;

// Polynomial c[0] + c[1] x + …, highest first in the evaluation (Horner).
template <Number T, std::size_t N>
T horner(T x, const double (&c)[N]) {
  T sum = constant<T>(c[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

inline constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;

// e^r − 1 for |r| ≤ ½ ln 2, by the fdlibm rational form: r + r c/(2 − c) … with c = r − r² P(r²).
template <Number T>
T expm1_reduced(T r) {
  constexpr double p[] = {1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
                          -1.65339022054652515390e-06, 4.13813679705723846039e-08};
  const T t = r * r;
  const T c = r - t * horner(t, p);
  return r + r * c / (2.0 - c);
}

// m · 2^k for integer-valued k in [−2100, 2100], in two factors so that results may be subnormal or infinite.
template <Number T>
T scale(T m, T k) {
  const T half = (k * 0.5 + kRound) - kRound;
  const auto power = [](T e) { return from_bits<T>((bits_of<T>(e + (kRound + 1023.0))) << 52); };
  return m * power(half) * power(k - half);
}

// x reduced to r in [−π/4, π/4] and the quadrant in `quadrant` (an integer value); |x| ≤ kLargestAngle.
inline constexpr double kLargestAngle = 1e5;
template <Number T>
T reduce_angle(T x, T& quadrant) {
  // π/2 in three parts of 33 bits: their products with |quadrant| < 2^17 are exact.
  constexpr double kPart1 = 1.57079632673412561417e+00, kPart2 = 6.07710050630396597660e-11,
                   kPart3 = 2.02226624871116645580e-21, kRest = 8.47842766036889956997e-32;
  quadrant = (x * 6.36619772367581382433e-01 + kRound) - kRound;
  const T high = x - quadrant * kPart1;
  const T middle = quadrant * kPart2;
  const T r = high - middle;
  // What the subtraction above rounded away comes back together with the third part.
  const T lost = (high - r) - middle;
  return r + (lost - quadrant * kPart3 - quadrant * kRest);
}

template <Number T>
T sin_kernel(T r) {
  constexpr double s[] = {-1.66666666666666324348e-01, 8.33333333332248946124e-03,  -1.98412698298579493134e-04,
                          2.75573137070700676789e-06,  -2.50507602534068634195e-08, 1.58969099521155010221e-10};
  const T z = r * r;
  return r + r * (z * horner(z, s));
}

template <Number T>
T cos_kernel(T r) {
  constexpr double c[] = {4.16666666666666019037e-02,  -1.38888888888741095749e-03, 2.48015872894767294178e-05,
                          -2.75573143513906633035e-07, 2.08757232129817482790e-09,  -1.13596475577881948265e-11};
  const T z = r * r;
  const T half = 0.5 * z;
  const T w = 1.0 - half;
  return w + (((1.0 - w) - half) + z * z * horner(z, c));
}

// sin (shift 0) or cos (shift 1) within |x| ≤ kLargestAngle.
template <Number T>
[[gnu::always_inline]] inline T sin_shifted(T x, double shift) {
  T quadrant;
  const T r = reduce_angle(x, quadrant);
  const auto q = bits_of<T>(quadrant + (kRound + shift));
  const T s = select((q & 1) != 0, cos_kernel(r), sin_kernel(r));
  return from_bits<T>(bits_of<T>(s) ^ ((q & 2) << 62));
}

}  // namespace detail

// exp, sin and cos are inlined always: a call would empty every vector register of the formula around it, and packs
// that go side by side would wait for each other.
template <Number T>
[[gnu::always_inline]] inline T exp(T x) {
  // Clamped where the result is 0 or infinite anyway; NaN passes through both comparisons.
  const T low = select(x < -746.0, detail::constant<T>(-746.0), x);
  const T y = select(low > 710.0, detail::constant<T>(710.0), low);
  const T k = (y * 1.44269504088896338700 + detail::kRound) - detail::kRound;
  const T r = (y - k * detail::kLn2High) - k * detail::kLn2Low;
  const T result = detail::scale(1.0 + detail::expm1_reduced(r), k);
  return select(is_nan(x), x, result);
}

/// −infinity at 0, NaN below.
template <Number T>
T log(T x) {
  using detail::constant;
  constexpr double l[] = {6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01,
                          2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01,
                          1.479819860511658591e-01};
  const auto tiny = x < std::numeric_limits<double>::min();
  const T scaled = select(tiny, x * 0x1p54, x);
  const auto bits = detail::bits_of<T>(scaled);
  // Exponent such that the mantissa lies in [√½, √2).
  const auto shifted = bits - 0x3fe6a09e00000000LL;
  const T exponent = detail::from_bits<T>(((shifted >> 52) + 0x4338000000000000LL)) - detail::kRound;
  const T m = detail::from_bits<T>((shifted & 0x000fffffffffffffLL) + 0x3fe6a09e00000000LL);
  const T k = exponent - select(tiny, constant<T>(54.0), constant<T>(0.0));
  const T f = m - 1.0;
  const T s = f / (2.0 + f);
  const T z = s * s;
  const T half_square = 0.5 * f * f;
  const T r = z * detail::horner(z, l);
  const T result = k * detail::kLn2High - ((half_square - (s * (half_square + r) + k * detail::kLn2Low)) - f);
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const T edge = select(x == 0.0, constant<T>(-inf), select(x < 0.0, constant<T>(nan), x));
  return select((x > 0.0) & (x < inf), result, edge);
}

namespace detail {

// sin (shift 0) or cos (shift 1) by libm where |x| > kLargestAngle. Out of line, so that loops keep their registers for
// the lanes that are near; const, so that a value nobody reads is not computed.
template <int kShift>
[[gnu::noinline, gnu::cold, gnu::const]] Pack with_far(Pack x, Pack near) {
  for (int i = 0; i < kPack; ++i)
    if (!(abs(x[i]) <= kLargestAngle)) near[i] = kShift == 0 ? std::sin(x[i]) : std::cos(x[i]);
  return near;
}
template <int kShift>
[[gnu::noinline, gnu::cold, gnu::const]] double with_far(double x, double /*near*/) {
  return kShift == 0 ? std::sin(x) : std::cos(x);
}

template <int kShift, Number T>
[[gnu::always_inline]] inline T near_or_far(T x) {
  const T near = sin_shifted(x, kShift);
  if (any(!(abs(x) <= kLargestAngle))) [[unlikely]]
    return with_far<kShift>(x, near);
  return near;
}

}  // namespace detail

/// Beyond |x| = 1e5 (a run far outside any landscape's window) each lane is handed to libm.
template <Number T>
[[gnu::always_inline]] inline T sin(T x) {
  return detail::near_or_far<0>(x);
}
template <Number T>
[[gnu::always_inline]] inline T cos(T x) {
  return detail::near_or_far<1>(x);
}

template <Number T>
T tanh(T x) {
  // tanh x = m/(m + 2) with m = e^{2x} − 1, for |x|; beyond 20 the result is 1 to the last bit.
  const T a = select(abs(x) > 20.0, detail::constant<T>(20.0), abs(x));
  const T y = a + a;
  const T k = (y * 1.44269504088896338700 + detail::kRound) - detail::kRound;
  const T r = (y - k * detail::kLn2High) - k * detail::kLn2Low;
  const T two_k = detail::scale(detail::constant<T>(1.0), k);
  const T m = two_k * detail::expm1_reduced(r) + (two_k - 1.0);
  const T t = m / (m + 2.0);
  return select(is_nan(x), x, select(x < 0.0, -t, t));
}

/// x^n by repeated squaring.
template <Number T>
T pow_integer(T x, unsigned n) {
  T result = T{} + 1.0;
  for (; n > 0; n >>= 1) {
    if (n & 1) result = result * x;
    x = x * x;
  }
  return result;
}

/// x^p for x ≥ 0; whole p up to 64 by multiplication, otherwise exp(p log x).
template <Number T>
T pow(T x, double p) {
  if (p >= 0 && p <= 64 && p == std::floor(p)) return pow_integer(x, static_cast<unsigned>(p));
  return select(x == 0.0, detail::constant<T>(p > 0 ? 0.0 : std::numeric_limits<double>::infinity()), exp(p * log(x)));
}

}  // namespace steplab
