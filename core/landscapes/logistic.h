// Logistic regression on synthetic data.
#pragma once

#include <memory>

#include "core/base/math.h"
#include "core/landscapes/landscape.h"

namespace steplab {

/// 1/(1 + e^m) to 4 ulp for every m (0 instead of less than 1e-307). With e^m = 2^k (q + r q + r c)/q in the notation of
/// exp(), one division serves both the exponential and the quotient.
template <Number T>
T falling_sigmoid(T m) {
  constexpr double p[] = {1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
                          -1.65339022054652515390e-06, 4.13813679705723846039e-08};
  const T y = min(detail::constant<T>(708.0), max(detail::constant<T>(-708.0), m));  // NaN comes through both
  const T k = (y * 1.44269504088896338700 + detail::kRound) - detail::kRound;
  const T r = (y - k * detail::kLn2High) - k * detail::kLn2Low;
  const T t = r * r;
  const T c = r - t * detail::horner(t, p);
  const T q = 2.0 - c;
  const T power = detail::from_bits<T>(detail::bits_of<T>(k + (detail::kRound + 1023.0)) << 52);
  return q / (q + power * ((q + r * q) + r * c));
}

/// log(1 + e^−m) without overflow or loss of small values.
template <Number T>
T softplus_falling(T m) {
  const T t = steplab::exp(-steplab::abs(m));
  const T u = 1.0 + t;
  // log(1 + t) with what rounding 1 + t lost given back (as in Higham 2002, section 1.14.1).
  const T log1p = steplab::log(u) - ((u - 1.0) - t) / u;
  return select(m < 0.0, -m, detail::constant<T>(0.0)) + log1p;
}

struct LogisticSpec {
  int samples = 1000;
  int dim = 2;
  double a = 0;       ///< features have variances j^−a
  double flip = 0.1;  ///< share of flipped labels
  double ridge = 0;
  std::uint64_t seed = 1;
};
std::shared_ptr<const Landscape> make_logistic(const LogisticSpec& spec);

}  // namespace steplab
