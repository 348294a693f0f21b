#include "core/base/jet.h"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <type_traits>

using namespace steplab;

namespace {

using X = Jet<double, double, Zero>;
using Y = Jet<double, Zero, double>;

X along_x(double v) { return {v, 1.0, {}}; }
Y along_y(double v) { return {v, {}, 1.0}; }

// Variables that carry second derivatives too.
auto twice_x(double v) { return Jet<X, double, Zero>{along_x(v), 1.0, {}}; }
auto twice_y(double v) { return Jet<Y, Zero, double>{along_y(v), {}, 1.0}; }

template <class A, class B>
constexpr bool same = std::same_as<std::remove_cvref_t<A>, B>;

doctest::Approx near(double x) { return doctest::Approx(x).epsilon(1e-14); }

}  // namespace

TEST_CASE("sums, products and quotients differentiate by the rules of calculus") {
  const auto x = along_x(2);
  const auto y = along_y(3);
  const auto f = (x * x * y + 4.0) / (y - x);  // 16 over 1
  CHECK(f.v == 16);
  CHECK(f.dx == 28);   // 2xy/(y − x) + f/(y − x)
  CHECK(f.dy == -12);  // x²/(y − x) − f/(y − x)
  const auto g = -(1.0 / x) + (5.0 - y) * 2.0 - y / 4.0 + (3.0 + x) - (x - 1.0);
  CHECK(g.v == -0.5 + 4 - 0.75 + 5 - 1);
  CHECK(g.dx == 0.25);
  CHECK(g.dy == -2.25);
}

TEST_CASE("a derivative that is zero by structure stays a type and costs nothing") {
  const auto x = along_x(2);
  const auto y = along_y(3);
  static_assert(same<decltype((x * x + 3.0).dy), Zero>);
  static_assert(same<decltype((exp(x) - 2.0 * x).dy), Zero>);
  static_assert(same<decltype((y / 2.0).dx), Zero>);
  static_assert(same<decltype((x * y).dx), double>);
  static_assert(same<decltype((x * y).dy), double>);
  static_assert(same<decltype(abs(x).dy), Zero>);
  static_assert(same<decltype(square(y).dx), Zero>);
  static_assert(same<decltype(pow_integer(x, 3u).dy), Zero>);
  static_assert(same<decltype(min(x, 1.0).dy), Zero>);
  static_assert(std::is_empty_v<Zero> && sizeof(X) <= 3 * sizeof(double));
  // The mixed derivative of a sum of one-variable functions is zero by structure.
  const auto u = twice_x(2);
  const auto w = twice_y(3);
  static_assert(same<decltype((u * u + w * w).dx.dy), Zero>);
  static_assert(same<decltype((u * w).dx.dy), double>);
  CHECK((x * y).v == 6);
  CHECK((u * w).v.v == 6);
}

TEST_CASE("elementary functions have their textbook derivatives") {
  const double a = 0.7;
  const auto x = along_x(a);
  CHECK(exp(2.0 * x).dx == near(2 * std::exp(2 * a)));
  CHECK(log(x).dx == near(1 / a));
  CHECK(sin(3.0 * x).dx == near(3 * std::cos(3 * a)));
  CHECK(cos(3.0 * x).dx == near(-3 * std::sin(3 * a)));
  CHECK(sqrt(x).dx == near(0.5 / std::sqrt(a)));
  CHECK(tanh(x).dx == near(1 / (std::cosh(a) * std::cosh(a))));
  CHECK(square(x).dx == near(2 * a));
  CHECK(pow_integer(x, 5u).dx == near(5 * std::pow(a, 4)));
  CHECK(pow_integer(x, 1u).dx == 1);
  CHECK(pow_integer(x, 0u).v == 1);
  CHECK(pow_integer(x, 0u).dx == 0);
}

TEST_CASE("jets of jets give second derivatives") {
  const double a = 0.7, b = -1.3;
  const auto x = twice_x(a);
  const auto y = twice_y(b);
  const auto f = exp(x * y) + sin(x) * tanh(y) + log(x) / y;  // derivatives below by hand
  const double e = std::exp(a * b), t = std::tanh(b), s2 = 1 - t * t;
  CHECK(f.dx.dx == near(b * b * e - std::sin(a) * t - 1 / (a * a * b)));
  CHECK(f.dx.dy == near(e + a * b * e + std::cos(a) * s2 - 1 / (a * b * b)));
  CHECK(f.dy.dx == near(f.dx.dy));
  CHECK(f.dy.dy == near(a * a * e - 2 * std::sin(a) * t * s2 + 2 * std::log(a) / (b * b * b)));
  CHECK(pow_integer(x, 4u).dx.dx == near(12 * a * a));
  CHECK(sqrt(x).dx.dx == near(-0.25 * std::pow(a, -1.5)));
  CHECK(cos(x).dx.dx == near(-std::cos(a)));
  CHECK(square(x * y).dx.dy == near(4 * a * b));
}

TEST_CASE("select, min and max take value and derivatives of one branch, unlike types included") {
  const auto x = along_x(2);
  const auto y = along_y(3);
  const auto low = min(x * x, y);  // 4 against 3
  CHECK(low.v == 3);
  CHECK(low.dx == 0);
  CHECK(low.dy == 1);
  const auto high = max(x * x, y);
  CHECK(high.v == 4);
  CHECK(high.dx == 4);
  CHECK(high.dy == 0);
  CHECK(min(x, x * x - 2.0).dx == 4);  // equal values: the second one's
  CHECK(max(x, 5.0).v == 5);
  CHECK(max(x, 5.0).dx == 0);
  CHECK(min(5.0, x).dx == 1);
  CHECK(select(base_value(x) > 1.0, x * y, 7.0).dy == 2);
  const auto u = twice_x(2);
  CHECK(min(u * u * u, u).dx.dx == 0);
  CHECK(max(u * u * u, u).dx.dx == 12);
  CHECK(max(u * u, 0.0).dx.dx == 2);
}

TEST_CASE("at kinks abs and sqrt take the subgradient 0, finite to second order") {
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(abs(along_x(-3)).dx == -1);
  CHECK(abs(along_x(3)).dx == 1);
  CHECK(abs(along_x(0)).dx == 0);
  CHECK(abs(twice_x(-3) * twice_x(-3)).dx.dx == 2);
  const auto x = twice_x(0);
  const auto norm = sqrt(x * x);
  CHECK(norm.v.v == 0);
  CHECK(norm.dx.v == 0);
  CHECK(norm.dx.dx == 0);
  for (const double tiny : {1e-200, 1e-160, 1e-150, 1e-140}) {
    const auto z = twice_x(tiny);
    CHECK(std::isfinite(sqrt(z * z).dx.dx));
  }
  CHECK(std::isnan(sqrt(along_x(std::numeric_limits<double>::quiet_NaN())).v));
  CHECK(sqrt(along_x(inf)).v == inf);
}

TEST_CASE("a pack of jets holds the bits of eight jets") {
  const double xs[] = {-2, -1, -0.5, 0, 0.25, 1, 3, 7};
  const auto formula = [](const auto& x, const auto& y) {
    return max(min(x * x, 2.0 + cos(y)) * exp(-x) + sqrt(square(x) + y * y), abs(x)) + tanh(x * y) / (3.0 + sin(x));
  };
  const Pack p = load(xs);
  const auto f = formula(Jet<Pack, double, Zero>{p, 1.0, {}}, Jet<Pack, Zero, double>{0.5 - p, {}, 1.0});
  for (int i = 0; i < kPack; ++i) {
    const auto alone = formula(along_x(xs[i]), along_y(0.5 - xs[i]));
    CHECK(f.v[i] == alone.v);
    CHECK(f.dx[i] == alone.dx);
    CHECK(f.dy[i] == alone.dy);
  }
}
