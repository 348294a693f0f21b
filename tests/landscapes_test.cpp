// What every landscape of the catalog must keep.
#include "tests/landscape_cases.h"

#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

using namespace steplab;

namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();

double step_of(const Landscape& landscape) {
  const auto& around = landscape.surroundings();
  return std::min(1.0, (around.view_high - around.view_low).mean() / 8) / 1024;
}

void check_gradient(const Case& c, const Vector& x, const Vector& v) {
  const double h = step_of(*c.landscape);
  double size = 1;
  const auto difference = [&](double d) {
    const double up = value_at(*c.landscape, x + d * v), down = value_at(*c.landscape, x - d * v);
    size = std::max({size, std::abs(up), std::abs(down)});
    return (up - down) / (2 * d);
  };
  const double coarse = difference(h), fine = difference(h / 2);
  const double richardson = fine + (fine - coarse) / 3;
  // Richardson's error is of fourth order: a small share of what the last halving changed, plus rounding over h.
  REQUIRE(std::abs(gradient_at(*c.landscape, x).dot(v) - richardson) <=
          0.01 * std::abs(fine - coarse) + 300 * kEps * size / h);
}

void check_hessian(const Case& c, const Vector& x, const Vector& v) {
  const double h = step_of(*c.landscape);
  double size = 1;
  const auto difference = [&](double d) -> Vector {
    const Vector up = gradient_at(*c.landscape, x + d * v), down = gradient_at(*c.landscape, x - d * v);
    size = std::max({size, up.lpNorm<Eigen::Infinity>(), down.lpNorm<Eigen::Infinity>()});
    return (up - down) / (2 * d);
  };
  const Vector coarse = difference(h), fine = difference(h / 2);
  const Vector richardson = fine + (fine - coarse) / 3;
  const Matrix hessian = c.landscape->hessian(x);
  REQUIRE(hessian == hessian.transpose());
  const double allowed = 0.01 * (fine - coarse).norm() + 300 * kEps * size / h;
  REQUIRE((hessian * v - richardson).norm() <= allowed);
  REQUIRE((c.landscape->hessian_times(x, v) - hessian * v).norm() <= 1e-12 * (1 + hessian.norm()));
}

}  // namespace

TEST_CASE(
    "every landscape is described: id, name, one-line summary, source, and each parameter with meaning and range") {
  std::set<std::string> ids;
  for (const auto& entry : landscapes()) {
    CAPTURE(entry.id);
    CHECK(ids.insert(entry.id).second);
    for (const auto& text : {entry.name, entry.summary, entry.source}) CHECK(!text.empty());
    CHECK(entry.summary.find('\n') == std::string::npos);
    std::map<std::string, Value> initial;
    for (const auto& spec : entry.params) {
      CAPTURE(spec.name);
      CHECK(!spec.meaning.empty());
      CHECK(spec.min < spec.max);
      if (spec.logarithmic) CHECK(spec.min >= 0);
      initial[spec.name] = spec.initial;
    }
    CHECK_NOTHROW(resolve(entry.params, initial, entry.id));  // the defaults are allowed values
  }
}

TEST_CASE("the low-dimensional landscapes of the catalog are all there") {
  for (const char* id : {"quadratic",
                         "abs",
                         "rosenbrock",
                         "himmelblau",
                         "beale",
                         "booth",
                         "rastrigin",
                         "ackley",
                         "styblinski_tang",
                         "three_hump_camel",
                         "six_hump_camel",
                         "goldstein_price",
                         "matyas",
                         "saddle",
                         "monkey_saddle",
                         "two_wells",
                         "sharp_well",
                         "ring_of_wells",
                         "washboard",
                         "quintic_dent",
                         "uv",
                         "tied_chain",
                         "chain",
                         "exp_valley",
                         "relu_uv"})
    CHECK_NOTHROW(find_entry(landscapes(), id, "test"));
}

TEST_CASE("start, minima and domain fit the view, at the ends of every parameter's range too") {
  for (const auto& c : variations(true)) {
    CAPTURE(c.label());
    const auto& around = c.landscape->surroundings();
    const auto inside = [](const Vector& x, const Vector& low, const Vector& high) {
      return (x.array() >= low.array()).all() && (x.array() <= high.array()).all();
    };
    const int dim = c.landscape->dim();
    REQUIRE(around.start.size() == dim);
    REQUIRE(around.view_low.size() == dim);
    REQUIRE(around.view_high.size() == dim);
    CHECK((around.view_low.array() < around.view_high.array()).all());
    CHECK(inside(around.start, around.view_low, around.view_high));
    CHECK(std::isfinite(value_at(*c.landscape, around.start)));
    CHECK(gradient_at(*c.landscape, around.start).allFinite());
    CHECK(std::isfinite(sharpness_at(*c.landscape, around.start)));
    REQUIRE(around.domain_low.size() == around.domain_high.size());
    if (around.domain_low.size() > 0) {
      REQUIRE(around.domain_low.size() == dim);
      CHECK(inside(around.start, around.domain_low, around.domain_high));
    }
    for (const auto& minimum : around.minima) {
      if (is_formula(c)) CHECK(inside(minimum.x, around.view_low, around.view_high));
      if (around.domain_low.size() > 0) CHECK(inside(minimum.x, around.domain_low, around.domain_high));
    }
  }
}

TEST_CASE("at every listed minimum the value is the stated one, the gradient vanishes and the Hessian bends upwards") {
  for (const auto& c : variations(true)) {
    CAPTURE(c.label());
    const auto& around = c.landscape->surroundings();
    for (const auto& minimum : around.minima) {
      CAPTURE(minimum.x.transpose());
      const double value = value_at(*c.landscape, minimum.x);
      const Matrix hessian = c.landscape->hessian(minimum.x);
      const double size = hessian.norm() * (1 + minimum.x.norm());
      CHECK(std::abs(value - minimum.value) <= 1e-12 * (1 + std::abs(minimum.value)));
      CHECK(gradient_at(*c.landscape, minimum.x).norm() <= 1e-13 * size + 1e-11);
      CHECK(Eigen::SelfAdjointEigenSolver<Matrix>(hessian).eigenvalues().minCoeff() >= -1e-12 * size);
      if (around.least_value) {
        if (minimum.global) CHECK(minimum.value == doctest::Approx(*around.least_value).epsilon(1e-12));
        CHECK(minimum.value >= *around.least_value - 1e-12 * (1 + std::abs(*around.least_value)));
      }
    }
  }
}

TEST_CASE("nothing near a listed minimum lies below it") {
  for (const auto& c : variations(false)) {
    CAPTURE(c.label());
    const auto& around = c.landscape->surroundings();
    for (const auto& minimum : around.minima)
      for (int i = 0; i < 16; ++i) {
        const Vector x = minimum.x + 1e-3 * random_direction(c.landscape->dim(), i);
        CHECK(value_at(*c.landscape, x) >= minimum.value - 1e-12 * (1 + std::abs(minimum.value)));
      }
  }
}

TEST_CASE("no point of the view lies below the least value") {
  for (const auto& c : variations(true)) {
    const auto& around = c.landscape->surroundings();
    if (!around.least_value) continue;
    CAPTURE(c.label());
    const Tile x = random_tile(*c.landscape, 2048);
    Lanes f(x.rows());
    c.landscape->value(x, f);
    CHECK(f.minCoeff() >= *around.least_value - 1e-12 * (1 + std::abs(*around.least_value)));
  }
}

TEST_CASE("gradients agree with differences of the value, away from kinks") {
  for (const auto& c : variations(false)) {
    CAPTURE(c.label());
    int tried = 0;
    for (int i = 0; i < 40; ++i) {
      const Vector x = random_point(*c.landscape, i);
      if (!smooth_around(c, x)) continue;
      ++tried;
      CAPTURE(x.transpose());
      check_gradient(c, x, random_direction(c.landscape->dim(), i));
    }
    CHECK(tried >= 10);
  }
}

TEST_CASE("Hessians are symmetric and agree with differences of the gradient, away from kinks") {
  for (const auto& c : variations(false)) {
    CAPTURE(c.label());
    for (int i = 0; i < 20; ++i) {
      const Vector x = random_point(*c.landscape, i);
      if (!smooth_around(c, x)) continue;
      CAPTURE(x.transpose());
      check_hessian(c, x, random_direction(c.landscape->dim(), i));
    }
  }
}

TEST_CASE("sharpness is the largest algebraic eigenvalue of the Hessian") {
  for (const auto& c : variations(false)) {
    CAPTURE(c.label());
    const Tile x = random_tile(*c.landscape, 16);
    Lanes sharpness(16);
    c.landscape->sharpness(x, sharpness);
    for (int lane = 0; lane < 16; ++lane) {
      const Matrix hessian = c.landscape->hessian(x.row(lane).matrix());
      const double largest = Eigen::SelfAdjointEigenSolver<Matrix>(hessian).eigenvalues().maxCoeff();
      CHECK(std::abs(sharpness[lane] - largest) <= 1e-12 * (1 + hessian.norm()));
    }
  }
}

TEST_CASE("a lane has the same bits alone and inside any tile") {
  for (const auto& c : variations(false)) {
    CAPTURE(c.label());
    const int lanes = 72;
    const Tile x = random_tile(*c.landscape, lanes);
    Tile g(lanes, x.cols());
    Lanes f(lanes), s(lanes);
    c.landscape->value(x, f);
    c.landscape->gradient(x, g);
    c.landscape->sharpness(x, s);
    for (int lane = 0; lane < lanes; lane += 5) {
      const Vector point = x.row(lane).matrix();
      REQUIRE(value_at(*c.landscape, point) == f[lane]);
      REQUIRE((gradient_at(*c.landscape, point).array() == g.row(lane).transpose()).all());
      REQUIRE(sharpness_at(*c.landscape, point) == s[lane]);
    }
  }
}

TEST_CASE(
    "n updates by descend() are n single ones bit for bit, for a lane alone and in a tile, with noise and without") {
  for (const auto& c : variations(false)) {
    CAPTURE(c.label());
    const int lanes = 40, count = 7, dim = c.landscape->dim();
    const Tile start = random_tile(*c.landscape, lanes);
    std::vector<double> step_size(count * lanes), noise(static_cast<std::size_t>(count * lanes * dim));
    Tile slope(lanes, dim);
    c.landscape->gradient(start, slope);
    const double scale = 0.01 / (1 + slope.abs().maxCoeff());
    for (std::size_t i = 0; i < step_size.size(); ++i) step_size[i] = scale * uniform(i);
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = uniform(77 + i) - 0.5;
    for (const bool noisy : {false, true}) {
      Tile at_once = start, one_by_one = start, by_hand = start, g(lanes, dim);
      Lanes extent(lanes), largest = Lanes::Zero(lanes);
      c.landscape->descend(at_once, step_size.data(), {.noise = noisy ? noise.data() : nullptr}, count, extent);
      for (int k = 0; k < count; ++k) {
        const double* draw = noise.data() + k * lanes * dim;
        Lanes reach(lanes);
        c.landscape->descend(one_by_one, &step_size[static_cast<std::size_t>(k * lanes)],
                             {.noise = noisy ? draw : nullptr}, 1, reach);
        c.landscape->gradient(by_hand, g);
        if (noisy) g += Eigen::Map<const Tile>(draw, lanes, dim);
        by_hand -= g.colwise() * Eigen::Map<const Lanes>(&step_size[static_cast<std::size_t>(k * lanes)], lanes);
        largest = largest.max(by_hand.abs().rowwise().maxCoeff());
      }
      REQUIRE((at_once == one_by_one).all());
      CHECK((at_once - by_hand).abs().maxCoeff() <= 1e-12 * (1 + largest.maxCoeff()));
      CHECK((extent - largest).abs().maxCoeff() <= 1e-12 * (1 + largest.maxCoeff()));

      const int lane = 33;
      Tile alone = tile_of(start.row(lane).matrix());
      std::vector<double> its_steps(count * kPack), its_noise(static_cast<std::size_t>(count * kPack * dim));
      for (int k = 0; k < count; ++k)
        for (int i = 0; i < kPack; ++i) {
          its_steps[static_cast<std::size_t>(k * kPack + i)] = step_size[static_cast<std::size_t>(k * lanes + lane)];
          for (int j = 0; j < dim; ++j)
            its_noise[static_cast<std::size_t>((k * dim + j) * kPack + i)] =
                noise[static_cast<std::size_t>((k * dim + j) * lanes + lane)];
        }
      Lanes reach(kPack);
      c.landscape->descend(alone, its_steps.data(), {.noise = noisy ? its_noise.data() : nullptr}, count, reach);
      REQUIRE((alone.row(3) == at_once.row(lane)).all());
      REQUIRE(reach[3] == extent[lane]);
    }
  }
}

TEST_CASE("the mean of all terms is the whole: batch gradient over every term equals the gradient") {
  for (const auto& c : defaults()) {
    if (c.landscape->terms() == 0) continue;
    CAPTURE(c.label());
    std::vector<int> all(static_cast<std::size_t>(c.landscape->terms()));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
    const Tile x = random_tile(*c.landscape, 8);
    Tile whole(8, x.cols()), mean(8, x.cols());
    c.landscape->gradient(x, whole);
    c.landscape->batch_gradient(x, all, mean);
    CHECK((whole - mean).abs().maxCoeff() <= 1e-11 * (1 + whole.abs().maxCoeff()));
  }
}

TEST_CASE("a run that overflows leaves an extent that is not finite") {
  const auto landscape = make_choice(landscapes(), {"rosenbrock"}, "test");
  Tile x = tile_of(Vector{{3.0, -3.0}});
  const std::vector<double> step_size(60 * kPack, 1.0);
  Lanes extent(kPack);
  landscape->descend(x, step_size.data(), {}, 60, extent);
  CHECK(!std::isfinite(extent[0]));
}

TEST_CASE("label noise acts as a changed label") {
  for (const auto& entry : landscapes()) {
    const auto plain = make_case(entry, {}).landscape;
    const bool has_y = std::ranges::find(entry.params, "y", &ParamSpec::name) != entry.params.end();
    if (!plain->has_labels() || plain->terms() > 0 || !has_y) continue;
    CAPTURE(entry.id);
    for (const double y : {0.5, 2.0}) {
      const auto changed = make_case(entry, {{"y", y}}).landscape;
      const Tile x = random_tile(*plain, 16);
      Tile expected(16, x.cols()), got(16, x.cols()), unshifted(16, x.cols());
      changed->gradient(x, expected);
      plain->label_gradient(x, {}, Tile::Constant(16, 1, y - 1), got);  // the default label is 1
      CHECK((got == expected).all());
      plain->gradient(x, expected);
      plain->label_gradient(x, {}, Tile::Zero(16, 1), unshifted);
      CHECK((unshifted == expected).all());
    }
  }
}
