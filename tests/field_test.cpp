#include "core/analysis/field.h"

#include "core/catalog.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <functional>

namespace steplab {
namespace {

using doctest::Approx;

std::shared_ptr<const Landscape> make(const std::string& id, std::map<std::string, Value> params = {}) {
  return make_choice(landscapes(), {id, std::move(params)}, "test");
}

// Any function of three variables, with or without a known least value.
class Probe final : public Landscape {
 public:
  Probe(std::function<double(double, double, double)> f, std::optional<double> least) : f_(std::move(f)) {
    surroundings_.least_value = least;
  }
  int dim() const override { return 3; }
  const Surroundings& surroundings() const override { return surroundings_; }
  void value(const Tile& x, Lanes& f) const override {
    for (Eigen::Index i = 0; i < x.rows(); ++i) f[i] = f_(x(i, 0), x(i, 1), x(i, 2));
  }
  void gradient(const Tile&, Tile& g) const override {
    g.col(0) = 1;
    g.col(1) = 2;
    g.col(2) = 3;
  }
  Matrix hessian(const Vector&) const override { return Vector{{5.0, 1.0, -2.0}}.asDiagonal(); }

 private:
  std::function<double(double, double, double)> f_;
  Surroundings surroundings_;
};

const FieldWindow kOdd{{-2, -1}, {3, 4}, 37, 23};

TEST_CASE("A cell holds the value at its centre, row by row from low y") {
  // λ = 2, κ = 3, no turn: f = x² + 3y².
  const auto bowl = make("quadratic", {{"lambda", 2.0}, {"kappa", 3.0}, {"angle", 0.0}});
  const Field field = make_field(*bowl, identity_plane(), kOdd, {.sharpness = true});
  REQUIRE(field.value.size() == 37 * 23);
  CHECK(field.complete);
  CHECK(field.base_known);
  for (int j = 0; j < 23; ++j)
    for (int i = 0; i < 37; ++i) {
      const double x = -2 + 5.0 * (i + 0.5) / 37, y = -1 + 5.0 * (j + 0.5) / 23;
      const auto cell = static_cast<std::size_t>(j * 37 + i);
      CHECK(double{field.value[cell]} == Approx(x * x + 3 * y * y).epsilon(1e-6));
      CHECK(field.sharpness[cell] == 6);
    }
}

TEST_CASE("Least and most are those of the cells") {
  const auto bowl = make("quadratic", {{"lambda", 2.0}, {"kappa", 1.0}});
  const Field field = make_field(*bowl, identity_plane(), {{-2, -2}, {2, 2}, 4, 4});
  CHECK(field.least == Approx(0.5));  // centres at ±½ and ±3/2
  CHECK(field.most == Approx(4.5));
}

TEST_CASE("The height over the base keeps its digits where f is large") {
  // One centimetre over a floor at 10⁹: a float of f would show nothing of it.
  const Probe high([](double x, double, double) { return 1e9 + 0.01 * x; }, 1e9);
  const Plane plane{Vector::Zero(3), Vector::Unit(3, 0), Vector::Unit(3, 1)};
  const Field field = make_field(high, plane, {{0, 0}, {1, 1}, 10, 1});
  CHECK(field.base == 1e9);
  for (std::size_t i = 0; i < 10; ++i)
    CHECK(double{field.value[i]} == Approx(0.01 * (static_cast<double>(i) + 0.5) / 10).epsilon(1e-4));
}

TEST_CASE("Where the least value is not known the least cell is the base") {
  const Probe plane_wave([](double x, double, double) { return 100 + x; }, std::nullopt);
  const Plane plane{Vector::Zero(3), Vector::Unit(3, 0), Vector::Unit(3, 1)};
  const Field field = make_field(plane_wave, plane, {{0, 0}, {4, 1}, 4, 2});
  CHECK_FALSE(field.base_known);
  CHECK(field.base == 100.5);
  CHECK(field.least == 0);
  CHECK(field.most == 3);
  CHECK(field.value[1] == 1);
}

TEST_CASE("A field of a slanting plane is f at the plane's points") {
  const Probe f([](double x, double y, double z) { return x + 10 * y + 100 * z; }, 0.0);
  const Plane plane{Vector{{1.0, 2.0, 3.0}}, Vector{{0.6, 0.8, 0.0}}, Vector{{0.0, 0.0, 1.0}}};
  const Field field = make_field(f, plane, {{0, 0}, {2, 2}, 2, 2});
  // Centres at a, b = ½, 3/2.
  CHECK(double{field.value[0]} == Approx(1.3 + 10 * 2.4 + 100 * 3.5));
  CHECK(double{field.value[3]} == Approx(1.9 + 10 * 3.2 + 100 * 4.5));
}

TEST_CASE("What is not finite stays so and does not count for least and most") {
  const double inf = std::numeric_limits<double>::infinity();
  const Probe f([&](double x, double, double) { return x < 1 ? -inf : x < 2 ? x : x < 3 ? inf : std::nan(""); }, 0.0);
  const Plane plane{Vector::Zero(3), Vector::Unit(3, 0), Vector::Unit(3, 1)};
  const Field field = make_field(f, plane, {{0, 0}, {4, 1}, 64, 1});
  CHECK(field.value[0] == -inf);
  CHECK(field.value[40] == inf);
  CHECK(std::isnan(field.value[63]));
  CHECK(field.least > 1);
  CHECK(field.most < 2);
  const Probe nowhere([&](double, double, double) { return inf; }, std::nullopt);
  const Field empty = make_field(nowhere, plane, {{0, 0}, {4, 1}, 3, 2});
  CHECK(empty.least > empty.most);
}

TEST_CASE("A field has the same bits whatever the workers, and a wide one the same as its parts") {
  const auto himmelblau = make("himmelblau");
  const FieldWindow window{{-5, -5}, {5, 5}, 2100, 9};
  const Field one = make_field(*himmelblau, identity_plane(), window),
              two = make_field(*himmelblau, identity_plane(), window, {.workers = 3});
  CHECK(std::memcmp(one.value.data(), two.value.data(), one.value.size() * sizeof(float)) == 0);
  for (const int i : {0, 1023, 1024, 2099}) {
    const Vector x{{-5 + 10 * ((i + 0.5) / 2100), -5 + 10 * ((4 + 0.5) / 9)}};
    CHECK(one.value[static_cast<std::size_t>(4 * 2100 + i)] == static_cast<float>(value_at(*himmelblau, x)));
  }
}

TEST_CASE("A field that was stopped says so, and its cells are not numbers") {
  std::stop_source stop;
  stop.request_stop();
  const Field field =
      make_field(*make("himmelblau"), identity_plane(), kOdd, {.sharpness = true, .stop = stop.get_token()});
  CHECK_FALSE(field.complete);
  CHECK(std::isnan(field.value[100]));
  CHECK(std::isnan(field.sharpness[100]));
}

TEST_CASE("The number of cells follows the cost of the landscape and keeps the proportions") {
  const PlaneWindow window{{-1, -2}, {3, 4}};
  const FieldWindow cheap = sized(window, 1000, 800, *make("himmelblau"), 60);
  CHECK(cheap == FieldWindow{{-1, -2}, {3, 4}, 1000, 800});
  const FieldWindow dear = sized(window, 1000, 800, *make("mlp"), 60);
  CHECK(dear.width < 500);
  CHECK(dear.width / static_cast<double>(dear.height) == Approx(1.25).epsilon(0.05));
  const FieldWindow dearer = sized(window, 1000, 800, *make("mlp"), 60, true);
  CHECK(dearer.width < dear.width);
  CHECK(sized(window, 1000, 800, *make("mlp"), 0).width == 16);
  CHECK(sized(window, 8, 4, *make("mlp"), 0) == FieldWindow{{-1, -2}, {3, 4}, 8, 4});
}

TEST_CASE("Arrows point downhill along the plane, with the norm of what the plane holds of the gradient") {
  const auto bowl = make("quadratic", {{"lambda", 1.0}, {"kappa", 1.0}});
  const auto arrows = gradient_arrows(*bowl, identity_plane(), {{0, 0}, {12, 16}, 2, 2});
  REQUIRE(arrows.size() == 4);
  CHECK(arrows[1].position == std::array{9.0, 4.0});
  CHECK(arrows[2].position == std::array{3.0, 12.0});
  CHECK(arrows[0].norm == Approx(5));  // at (3, 4)
  CHECK(arrows[0].direction[0] == Approx(-0.6));
  CHECK(arrows[0].direction[1] == Approx(-0.8));
  // The gradient (1, 2, 3), seen in the plane of the last two coordinates.
  const Probe slope([](double, double, double) { return 0.0; }, 0.0);
  const Plane plane{Vector::Zero(3), Vector::Unit(3, 2), Vector::Unit(3, 1)};
  const auto projected = gradient_arrows(slope, plane, {{0, 0}, {1, 1}, 1, 1});
  CHECK(projected[0].norm == Approx(std::sqrt(13.0)));
  CHECK(projected[0].direction[0] == Approx(-3 / std::sqrt(13.0)));
}

TEST_CASE("Where the gradient vanishes the arrow has no direction") {
  const auto bowl = make("quadratic");
  const auto arrows = gradient_arrows(*bowl, identity_plane(), {{-1, -1}, {1, 1}, 1, 1});
  CHECK(arrows[0].norm == 0);
  CHECK(arrows[0].direction == std::array{0.0, 0.0});
}

}  // namespace
}  // namespace steplab
