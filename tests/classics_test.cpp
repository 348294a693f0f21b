// Published facts of the classic test functions, and hand computations.
#include "core/catalog.h"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace steplab;

TEST_CASE("published minima: values and places of the classic functions") {
  const auto lowest = [](const char* id) { return make_choice(landscapes(), {id}, "test"); };
  const auto value = [&](const char* id, double x, double y) { return value_at(*lowest(id), Vector{{x, y}}); };
  // Jamil and Yang 2013 (arXiv 1308.4008), Surjanovic and Bingham's library; digits beyond those printed: Newton's
  // method.
  CHECK(value("rosenbrock", -1.2, 1.0) == doctest::Approx(24.2).epsilon(1e-14));
  CHECK(value("rosenbrock", 1, 1) == 0);
  CHECK(value("himmelblau", 3, 2) == 0);
  CHECK(std::abs(value("himmelblau", -2.805118086952745, 3.131312518250573)) < 1e-26);
  CHECK(std::abs(value("himmelblau", -3.779310253377747, -3.283185991286170)) < 1e-26);
  CHECK(std::abs(value("himmelblau", 3.584428340330492, -1.848126526964404)) < 1e-26);
  CHECK(value("himmelblau", -0.270844590667348, -0.923038556479981) ==
        doctest::Approx(181.616521522583).epsilon(1e-14));
  CHECK(value("beale", 3, 0.5) == 0);
  CHECK(value("beale", 1, 1) == 14.203125);
  CHECK(value("booth", 1, 3) == 0);
  CHECK(value("booth", 0, 0) == 74);
  CHECK(value("matyas", 0, 0) == 0);
  CHECK(value("goldstein_price", 0, -1) == 3);
  CHECK(value("goldstein_price", -0.6, -0.4) == doctest::Approx(30).epsilon(1e-14));
  CHECK(value("goldstein_price", 1.8, 0.2) == doctest::Approx(84).epsilon(1e-12));
  CHECK(value("goldstein_price", 1.2, 0.8) == doctest::Approx(840).epsilon(1e-13));
  CHECK(value("goldstein_price", 0, 0) == 600);
  CHECK(value("six_hump_camel", 0.089842013103, -0.712656403021) ==
        doctest::Approx(-1.0316284534898774).epsilon(1e-15));
  CHECK(value("six_hump_camel", -0.089842013103, 0.712656403021) ==
        doctest::Approx(-1.0316284534898774).epsilon(1e-15));
  CHECK(value("three_hump_camel", 1.7475523458, -0.8737761729) == doctest::Approx(0.298638442236).epsilon(1e-12));
  CHECK(value("styblinski_tang", -2.903534027771177, -2.903534027771177) ==
        doctest::Approx(2 * -39.16616570377142).epsilon(1e-15));
  CHECK(value("rastrigin", 0, 0) == 0);
  CHECK(value("rastrigin", 1, 1) == doctest::Approx(2).epsilon(1e-14));
  CHECK(value("rastrigin", 0.5, 0.5) == doctest::Approx(40.5).epsilon(1e-14));
  CHECK(std::abs(value("ackley", 0, 0)) < 1e-14);
  CHECK(value("ackley", 1, 1) == doctest::Approx(20 - 20 * std::exp(-0.2)).epsilon(1e-14));
  CHECK(value("monkey_saddle", 2, 1) == 2);
  CHECK(value("saddle", 2, 1) == 1.5);
}

TEST_CASE(
    "the listed minima are all that is known to exist: four, three and six humps, nine and a hundred and twenty-one "
    "wells") {
  const auto count = [](const char* id) {
    return make_choice(landscapes(), {id}, "test")->surroundings().minima.size();
  };
  CHECK(count("himmelblau") == 4);
  CHECK(count("styblinski_tang") == 4);
  CHECK(count("goldstein_price") == 4);
  CHECK(count("three_hump_camel") == 3);
  CHECK(count("six_hump_camel") == 6);
  CHECK(count("ring_of_wells") == 9);
  CHECK(count("washboard") == 9);
  CHECK(count("rastrigin") == 121);  // those of [−5.12, 5.12]²
  // The first Rastrigin minimum off the axis: root of x + 10π sin 2πx, by Newton's method to 50 digits.
  const auto rastrigin = make_choice(landscapes(), {"rastrigin"}, "test");
  bool found = false;
  for (const auto& minimum : rastrigin->surroundings().minima)
    found |= std::abs(minimum.x[0] - 0.9949586376523348) < 1e-15 && std::abs(minimum.x[1]) < 1e-15 &&
             std::abs(minimum.value - 0.9949590570932914) < 1e-13;
  CHECK(found);
}

TEST_CASE("at its tip Ackley's cone has the subgradient 0 and a finite Hessian, and slope 2 beside it") {
  const auto ackley = make_choice(landscapes(), {"ackley"}, "test");
  for (const Vector& x : {Vector{{0.0, 0.0}}, Vector{{1e-160, 0.0}}, Vector{{1e-200, -1e-310}}}) {
    CHECK(gradient_at(*ackley, x).allFinite());
    CHECK(ackley->hessian(x).allFinite());
    CHECK(std::isfinite(sharpness_at(*ackley, x)));
  }
  CHECK(gradient_at(*ackley, Vector{{0.0, 0.0}}).norm() == 0);
  CHECK(gradient_at(*ackley, Vector{{1e-9, 1e-9}}).norm() ==
        doctest::Approx(4 / std::sqrt(2.0)).epsilon(1e-6));  // 20 · 0.2 / √2
}

TEST_CASE("a quadratic has the curvatures λ and λκ along axes turned by the angle") {
  const auto bowl =
      make_choice(landscapes(), {"quadratic", {{"lambda", 2.0}, {"kappa", 50.0}, {"angle", 30.0}}}, "test");
  const Matrix hessian = bowl->hessian(Vector{{0.3, -0.4}});
  const Vector a{{std::sqrt(0.75), 0.5}}, b{{-0.5, std::sqrt(0.75)}};
  CHECK((hessian * a - 2 * a).norm() < 1e-13);
  CHECK((hessian * b - 100 * b).norm() < 1e-12);
  CHECK(value_at(*bowl, 3 * a - 2 * b) == doctest::Approx(0.5 * (2 * 9 + 100 * 4)).epsilon(1e-14));
}

TEST_CASE("two wells have the depth and curvature that were set, each whatever the other is") {
  for (const double w1 : {0.05, 0.25, 1.0, 3.0})
    for (const double d2 : {0.0, 1.0, 20.0}) {
      const auto wells =
          make_choice(landscapes(), {"two_wells", {{"w1", w1}, {"d1", 0.7}, {"w2", 1.5}, {"d2", d2}}}, "test");
      const Vector left{{-2.0, 0.0}}, right{{2.0, 0.0}};
      CHECK(value_at(*wells, left) == doctest::Approx(-0.7).epsilon(1e-15));
      CHECK(value_at(*wells, right) == doctest::Approx(-d2).epsilon(1e-15));
      CHECK(gradient_at(*wells, left).norm() < 1e-14);
      CHECK(gradient_at(*wells, right).norm() < 1e-14);
      CHECK((wells->hessian(left) - Matrix::Identity(2, 2) / (w1 * w1)).norm() < 1e-12 / (w1 * w1));
      CHECK((wells->hessian(right) - Matrix::Identity(2, 2) / 2.25).norm() < 1e-12);
    }
}
