#include "core/base/math.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <vector>

using namespace steplab;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Error of `got` in units of the last place of the true value.
double ulps(double got, long double truth) {
  const double nearest = static_cast<double>(truth);
  const double above = std::nextafter(std::fabs(nearest), kInf);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - truth) / (above - std::fabs(nearest)));
}

// A spread of arguments without pattern: fractional parts of multiples of the golden ratio.
double spread(int i) {
  const double x = i * 0.6180339887498949;
  return x - std::floor(x);
}

template <class F, class Truth>
double worst_ulps(double low, double high, F f, Truth truth) {
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = low + (high - low) * spread(i);
    worst = std::max(worst, ulps(f(x), truth(static_cast<long double>(x))));
  }
  return worst;
}

double scalar_exp(double x) { return steplab::exp(x); }
double scalar_log(double x) { return steplab::log(x); }
double scalar_sin(double x) { return steplab::sin(x); }
double scalar_cos(double x) { return steplab::cos(x); }
double scalar_tanh(double x) { return steplab::tanh(x); }
long double true_exp(long double x) { return std::exp(x); }
long double true_log(long double x) { return std::log(x); }
long double true_sin(long double x) { return std::sin(x); }
long double true_cos(long double x) { return std::cos(x); }
long double true_tanh(long double x) { return std::tanh(x); }

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
}

}  // namespace

TEST_CASE("exp is within one unit of the last place of libm's long double") {
  CHECK(worst_ulps(-1, 1, scalar_exp, true_exp) < 1);
  CHECK(worst_ulps(-700, 709, scalar_exp, true_exp) < 1);
}

TEST_CASE("log is within one unit of the last place of libm's long double") {
  CHECK(worst_ulps(0.5, 2, scalar_log, true_log) < 1);
  CHECK(worst_ulps(1e-3, 1e3, scalar_log, true_log) < 1);
  CHECK(worst_ulps(1e-300, 1e300, scalar_log, true_log) < 1);
  CHECK(worst_ulps(1e-320, 1e-308, scalar_log, true_log) < 1);
}

TEST_CASE("sin and cos are within one and a half units of the last place up to 1e5, near their zeros too") {
  for (const double reach : {1.0, 10.0, 1000.0, 1e5}) {
    CHECK(worst_ulps(-reach, reach, scalar_sin, true_sin) < 1.5);
    CHECK(worst_ulps(-reach, reach, scalar_cos, true_cos) < 1.5);
  }
  for (int k = 1; k < 60000; k += 7) {
    const double zero_of_sin = k * 3.141592653589793, zero_of_cos = (k - 0.5) * 3.141592653589793;
    if (zero_of_sin > 1e5) break;
    REQUIRE(ulps(scalar_sin(zero_of_sin), true_sin(zero_of_sin)) < 1.5);
    REQUIRE(ulps(scalar_cos(zero_of_cos), true_cos(zero_of_cos)) < 1.5);
  }
}

TEST_CASE("tanh is within three units of the last place of libm's long double") {
  CHECK(worst_ulps(-1e-3, 1e-3, scalar_tanh, true_tanh) < 3);
  CHECK(worst_ulps(-1, 1, scalar_tanh, true_tanh) < 3);
  CHECK(worst_ulps(-25, 25, scalar_tanh, true_tanh) < 3);
}

TEST_CASE("a pack computes the bits that each of its lanes computes alone") {
  std::vector<double> arguments{0.0,     -0.0, 1.0,   -1.0,   kInf,  -kInf,  kNan,  5e-324, 1e-310,
                                -1e-310, 1e5,  -1e5,  100001, 1e20,  709.7,  709.8, -708.4, -745.1,
                                -746,    20,   -20.5, 0.5,    1e300, -1e300, 2.5,   3e-9};
  for (int i = 0; i < 4000; ++i) arguments.push_back(3000 * (spread(i) - 0.5));
  while (arguments.size() % kPack != 0) arguments.push_back(1);
  for (std::size_t i = 0; i < arguments.size(); i += kPack) {
    const Pack x = load(&arguments[i]);
    const Pack e = exp(x), l = log(x), s = sin(x), c = cos(x), t = tanh(x), p = pow(x, 0.75), q = pow(x, 3.0);
    for (int j = 0; j < kPack; ++j) {
      const double a = arguments[i + static_cast<std::size_t>(j)];
      CAPTURE(a);
      REQUIRE(same_bits(e[j], steplab::exp(a)));
      REQUIRE(same_bits(l[j], steplab::log(a)));
      REQUIRE(same_bits(s[j], steplab::sin(a)));
      REQUIRE(same_bits(c[j], steplab::cos(a)));
      REQUIRE(same_bits(t[j], steplab::tanh(a)));
      REQUIRE(same_bits(p[j], steplab::pow(a, 0.75)));
      REQUIRE(same_bits(q[j], steplab::pow(a, 3.0)));
    }
  }
}

TEST_CASE("special arguments give the values of the C standard") {
  CHECK(scalar_exp(0.0) == 1);
  CHECK(scalar_exp(-0.0) == 1);
  CHECK(scalar_exp(kInf) == kInf);
  CHECK(scalar_exp(-kInf) == 0);
  CHECK(scalar_exp(709.78) < kInf);
  CHECK(scalar_exp(709.79) == kInf);
  CHECK(scalar_exp(-745.13) == 5e-324);
  CHECK(scalar_exp(-745.14) == 0);
  CHECK(std::isnan(scalar_exp(kNan)));
  CHECK(scalar_log(1.0) == 0);
  CHECK(scalar_log(0.0) == -kInf);
  CHECK(scalar_log(kInf) == kInf);
  CHECK(std::isnan(scalar_log(-1.0)));
  CHECK(std::isnan(scalar_log(kNan)));
  CHECK(scalar_sin(0.0) == 0);
  CHECK(scalar_cos(0.0) == 1);
  CHECK(std::isnan(scalar_sin(kInf)));
  CHECK(std::isnan(scalar_cos(-kInf)));
  CHECK(scalar_sin(1e10) == doctest::Approx(-0.48750602508751067).epsilon(1e-14));  // sin(10¹⁰), by mpmath
  CHECK(scalar_tanh(0.0) == 0);
  CHECK(scalar_tanh(kInf) == 1);
  CHECK(scalar_tanh(-1000.0) == -1);
  CHECK(std::isnan(scalar_tanh(kNan)));
}

TEST_CASE("sin and tanh are odd and cos is even to the last bit") {
  for (int i = 0; i < 10000; ++i) {
    const double x = 500 * spread(i);
    REQUIRE(scalar_sin(-x) == -scalar_sin(x));
    REQUIRE(scalar_cos(-x) == scalar_cos(x));
    REQUIRE(scalar_tanh(-x) == -scalar_tanh(x));
  }
}

TEST_CASE("pow multiplies for whole exponents and errs by |p log x| roundings for others") {
  CHECK(steplab::pow(3.0, 4) == 81);
  CHECK(steplab::pow(-2.0, 3) == -8);
  CHECK(steplab::pow(7.0, 0) == 1);
  CHECK(steplab::pow(0.0, 0.5) == 0);
  CHECK(steplab::pow(0.0, -0.5) == kInf);
  CHECK(steplab::pow(kInf, -0.5) == 0);
  CHECK(std::isnan(steplab::pow(-1.0, 0.5)));
  for (int i = 1; i < 20000; ++i) {
    const double x = 1e-3 + 50 * spread(i), p = 8 * (spread(3 * i) - 0.5);
    const long double truth = std::pow(static_cast<long double>(x), static_cast<long double>(p));
    // log errs by one ulp and its product with p by half of one: absolute errors in the exponent; exp adds its own.
    REQUIRE(ulps(steplab::pow(x, p), truth) < 2 + 2 * 1.5 * std::abs(p * std::log(x)));
  }
}
