#include "core/landscapes/network.h"

#include "core/base/random.h"
#include "core/landscapes/lanczos.h"
#include "core/landscapes/synthetic_data.h"

#include "paths.h"
#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

using namespace steplab;
using nlohmann::json;

namespace {

using LandscapePtr = std::shared_ptr<const Landscape>;

const json& reference() {
  static const json all = json::parse(std::ifstream(STEPLAB_SOURCE_DIR "/tests/data/sharpness.json"));
  return all;
}

LandscapePtr made(const std::map<std::string, Value>& params) {
  const auto entries = network_landscapes();
  return entries.front().make(resolve(entries.front().params, params, "test"));
}

// The network a reference entry speaks of, by parameters as a user would give them.
LandscapePtr reference_network(const json& init) {
  return made({{"hidden", static_cast<double>(init["m"].get<int>())},
               {"data", init["data"].get<std::string>()},
               {"std_w", init["std_W"].get<double>()},
               {"std_b", init["std_b"].get<double>()},
               {"std_a", init["std_a"].get<double>()},
               {"init_seed", init["lcg_seed"].get<double>()}});
}

Vector keyed_point(const Vector& about, std::uint32_t replicate, double spread) {
  Vector x = about;
  for (Eigen::Index j = 0; j < x.size(); ++j) x[j] += spread * normal({78, replicate}, static_cast<std::uint64_t>(j));
  return x;
}

// One run of plain gradient descent, by the engine's own path.
class Descent {
 public:
  Descent(const Landscape& landscape, double step_size)
      : landscape_(landscape),
        x_(tile_of(landscape.surroundings().start)),
        extent_(kPack),
        eta_(Lanes::Constant(kPack, step_size)) {}
  void update() { landscape_.descend(x_, eta_.data(), {}, 1, extent_); }
  double loss() const { return value_at(landscape_, point()); }
  double sharpness() const { return sharpness_at(landscape_, point()); }
  Vector point() const { return x_.row(0).matrix(); }

 private:
  const Landscape& landscape_;
  Tile x_;
  Lanes extent_, eta_;
};

const std::vector<std::map<std::string, Value>>& several_networks() {
  static const std::vector<std::map<std::string, Value>> all = {
      {{"hidden", "5"}},
      {{"hidden", "4-3"}, {"data", "xor"}, {"std_w", 1.0}},
      {{"hidden", "5-4"}, {"data", "spirals"}, {"points", 31.0}, {"std_w", 1.0}},
      {{"hidden", "6"}, {"activation", "relu"}, {"std_w", 1.0}},
      {{"hidden", "5-4"},
       {"activation", "relu"},
       {"data", "spirals"},
       {"points", 30.0},
       {"std_w", 1.0},
       {"std_b", 1.0}}};
  return all;
}

}  // namespace

TEST_CASE("rings and xor are the reference's data") {
  const auto check = [](const NetworkData& data, const json& expected) {
    REQUIRE(data.count() == static_cast<int>(expected["Y"].size()));
    for (std::size_t i = 0; i < data.y.size(); ++i) {
      CHECK(data.y[i] == expected["Y"][i].get<double>());
      for (std::size_t c = 0; c < 2; ++c)
        CHECK(std::abs(data.x[2 * i + c] - expected["X"][i][c].get<double>()) < 4e-16);
    }
  };
  check(two_rings(), reference()["data"]["rings"]);
  check(xor_grid(), reference()["data"]["xor"]);
}

TEST_CASE("networks start as the reference's do: parameters, loss, gradient, extreme eigenvalues, trace") {
  for (const auto& item : reference()["mlp_inits"].items()) {
    CAPTURE(item.key());
    const auto& init = item.value();
    const auto f = reference_network(init);
    REQUIRE(f->dim() == init["d"].get<int>());
    const Vector w = f->surroundings().start;
    const auto expected = init["w0"].get<std::vector<double>>();
    for (int j = 0; j < f->dim(); ++j)
      CHECK(w[j] == doctest::Approx(expected[static_cast<std::size_t>(j)]).epsilon(1e-15));
    const Matrix h = f->hessian(w);
    const Vector eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix>(h).eigenvalues();
    CHECK(value_at(*f, w) == doctest::Approx(init["L0"].get<double>()).epsilon(1e-12));
    CHECK(gradient_at(*f, w).norm() == doctest::Approx(init["grad_norm0"].get<double>()).epsilon(1e-12));
    CHECK(sharpness_at(*f, w) == doctest::Approx(init["lambda_max0"].get<double>()).epsilon(1e-11));
    CHECK(eigenvalues[0] == doctest::Approx(init["lambda_min0"].get<double>()).epsilon(1e-10));
    CHECK(h.trace() == doctest::Approx(init["trace0"].get<double>()).epsilon(1e-11));
  }
}

TEST_CASE("gradient descent passes the checkpoints of the reference within their tolerances") {
  for (const auto& c : reference()["cases"]) {
    if (c["model"]["type"] != "mlp" || c["optimizer"]["name"] != "gd") continue;
    CAPTURE(c["id"].get<std::string>());
    const auto f = reference_network(reference()["mlp_inits"][c["model"]["init"].get<std::string>()]);
    Descent run(*f, c["schedule"]["eta"].get<double>());
    int t = 0;
    for (const auto& checkpoint : c["checkpoints"]) {
      for (; t < checkpoint["t"].get<int>(); ++t) run.update();
      CAPTURE(t);
      if (const auto& tolerance = checkpoint["rel_tol_loss"]; tolerance.is_number())
        CHECK(std::abs(run.loss() / checkpoint["loss"].get<double>() - 1) <= tolerance.get<double>());
      if (const auto& tolerance = checkpoint["rel_tol_lambda"]; tolerance.is_number())
        CHECK(std::abs(run.sharpness() / checkpoint["lambda_max"].get<double>() - 1) <= tolerance.get<double>());
    }
  }
}

TEST_CASE(
    "at step size 0.6 the sharpness of the rings network crosses 2/eta at step 25 and ends at the edge of stability") {
  const auto f = made({});
  Descent run(*f, 0.6);
  double mean = 0, largest_loss = 0;
  int crossed = -1, highest = 0, rises = 0;
  double last = run.loss();
  for (int t = 0; t <= 6000; ++t) {
    if (t <= 60) {
      if (crossed < 0 && run.sharpness() > 2 / 0.6) crossed = t;
      if (run.loss() > largest_loss) {
        largest_loss = run.loss();
        highest = t;
      }
    }
    if (t > 5000 && t % 5 == 0) mean += run.sharpness() / 200;
    run.update();
    const double now = run.loss();
    rises += t < 6000 && now > last;
    last = now;
  }
  CHECK(crossed == 25);  // the summary of mlp_rings_small_gd_eta0.6
  CHECK(highest == 51);
  CHECK(largest_loss == doctest::Approx(6.465207410072811).epsilon(1e-7));
  CHECK(rises == 2965);
  CHECK(mean * 0.6 / 2 == doctest::Approx(1.0000034379296385).epsilon(2e-3));
}

TEST_CASE("at step size 0.2 the same network sharpens to 7.08 without one rise of the loss") {
  const auto f = made({});
  Descent run(*f, 0.2);
  double last = run.loss();
  int rises = 0;
  for (int t = 0; t < 6000; ++t) {
    run.update();
    rises += run.loss() > last;
    last = run.loss();
  }
  CHECK(rises == 0);
  CHECK(run.sharpness() == doctest::Approx(7.0768193137534094).epsilon(1e-9));
}

TEST_CASE("gradients and Hessians of networks agree with central differences, any depth, activation and loss") {
  for (const auto& params : several_networks()) {
    const auto f = made(params);
    const int d = f->dim();
    for (std::uint32_t k = 0; k < 2; ++k) {
      const Vector x = keyed_point(f->surroundings().start, k, 0.2);
      const double h = 1e-5;
      Vector slope(d);
      Matrix bend(d, d);
      for (int j = 0; j < d; ++j) {
        const Vector e = h * Vector::Unit(d, j);
        slope[j] = (value_at(*f, x + e) - value_at(*f, x - e)) / (2 * h);
        bend.col(j) = (gradient_at(*f, x + e) - gradient_at(*f, x - e)) / (2 * h);
      }
      const Matrix hessian = f->hessian(x);
      CHECK((gradient_at(*f, x) - slope).norm() < 1e-8);
      CHECK((hessian - bend).norm() < 1e-8);
      CHECK(hessian == hessian.transpose());
      const Vector v = keyed_point(Vector::Zero(d), 50 + k, 1);
      CHECK((f->hessian_times(x, v) - hessian * v).norm() < 1e-12 * (1 + hessian.norm() * v.norm()));
    }
  }
}

TEST_CASE("the Hessian of one hidden tanh layer is the closed form of docs/notes/sharpness.md, 9.5") {
  const auto f = made({{"hidden", "3"}, {"data", "xor"}});
  const Vector w = keyed_point(f->surroundings().start, 4, 1);
  const NetworkData data = xor_grid();
  Matrix expected = Matrix::Zero(13, 13);
  for (int i = 0; i < 16; ++i) {
    const double x[3] = {data.x[static_cast<std::size_t>(2 * i)], data.x[static_cast<std::size_t>(2 * i + 1)], 1};
    Vector jacobian = Vector::Zero(13);
    Matrix curvature = Matrix::Zero(13, 13);
    double residual = w[12] - data.y[static_cast<std::size_t>(i)];
    for (int unit = 0; unit < 3; ++unit) {
      const int at[3] = {2 * unit, 2 * unit + 1, 6 + unit};
      const double h = std::tanh(w[at[0]] * x[0] + w[at[1]] * x[1] + w[at[2]]), a = w[9 + unit], slope = 1 - h * h;
      residual += a * h;
      for (int p = 0; p < 3; ++p) {
        jacobian[at[p]] = a * slope * x[p];
        curvature(at[p], 9 + unit) = curvature(9 + unit, at[p]) = slope * x[p];
        for (int q = 0; q < 3; ++q) curvature(at[p], at[q]) = -2 * a * h * slope * x[p] * x[q];
      }
      jacobian[9 + unit] = h;
    }
    jacobian[12] = 1;
    expected += (jacobian * jacobian.transpose() + residual * curvature) / 16;
  }
  CHECK((f->hessian(w) - expected).norm() < 1e-13);
}

TEST_CASE("batches, repetitions and shifted labels of a network add up as means must") {
  for (const auto& params : several_networks()) {
    const auto f = made(params);
    const Vector x = f->surroundings().start;
    const Tile tile = tile_of(x);
    Tile full(kPack, f->dim()), batch(kPack, f->dim()), one(kPack, f->dim()), pair(kPack, f->dim());
    std::vector<int> everything;
    for (int i = 0; i < f->terms(); ++i) everything.push_back(i);
    f->gradient(tile, full);
    f->batch_gradient(tile, everything, batch);
    CHECK((full == batch).all());
    f->batch_gradient(tile, std::vector{2}, one);
    f->batch_gradient(tile, std::vector{2, 2, 2}, batch);
    CHECK((one - batch).abs().maxCoeff() < 1e-15);
    if (!f->has_labels()) continue;
    // Shifting a label by s subtracts s ∂output: linear, so half the shift is the mean of none and all.
    Tile shift = Tile::Constant(kPack, 1, 0.8);
    f->label_gradient(tile, std::vector{2}, shift, batch);
    shift *= 0.5;
    f->label_gradient(tile, std::vector{2}, shift, pair);
    CHECK((pair - 0.5 * (one + batch)).abs().maxCoeff() < 1e-14);
    CHECK(batch(0, f->dim() - 1) == doctest::Approx(one(0, f->dim() - 1) - 0.8).epsilon(1e-14));  // ∂output/∂c = 1
  }
}

TEST_CASE("a lane of a network's tile has the bits it has alone") {
  for (const auto& params : several_networks()) {
    const auto f = made(params);
    const int lanes = 24;
    Tile x(lanes, f->dim());
    for (int lane = 0; lane < lanes; ++lane)
      x.row(lane) = keyed_point(f->surroundings().start, static_cast<std::uint32_t>(lane), 0.5).transpose();
    Tile g(lanes, f->dim());
    Lanes loss(lanes);
    f->gradient(x, g);
    f->value(x, loss);
    for (int lane = 0; lane < lanes; ++lane) {
      const Vector point = x.row(lane).matrix();
      CHECK(loss[lane] == value_at(*f, point));
      CHECK(gradient_at(*f, point) == g.row(lane).matrix().transpose());
    }
  }
}

TEST_CASE("cross-entropy of equal outputs is ln 3 and survives outputs of a thousand") {
  const auto f = made({{"hidden", "4"}, {"data", "spirals"}, {"points", 30.0}});
  Vector w = f->surroundings().start;
  w.tail(4 * 3 + 3).setZero();  // output weights and biases
  CHECK(value_at(*f, w) == doctest::Approx(std::log(3.0)).epsilon(1e-14));
  w.tail(3) = Vector{{1000.0, 0.0, -1000.0}};
  // A third of the points each: (0 + 1000 + 2000)/3.
  CHECK(value_at(*f, w) == doctest::Approx(1000.0).epsilon(1e-14));
  CHECK(gradient_at(*f, w).allFinite());
}

TEST_CASE("Lanczos finds the largest eigenvalue of a full eigensolve, also when one of larger size is negative") {
  const auto f = made({{"hidden", "12-8"}, {"data", "spirals"}, {"points", 60.0}, {"std_w", 1.0}});
  REQUIRE(f->dim() == 167);  // above 100: the Lanczos path
  for (std::uint32_t k = 0; k < 3; ++k) {
    const Vector w = keyed_point(f->surroundings().start, k, 0.3);
    const Vector eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix>(f->hessian(w)).eigenvalues();
    CHECK(sharpness_at(*f, w) == doctest::Approx(eigenvalues.maxCoeff()).epsilon(1e-11));
  }
  Matrix h = Matrix::Zero(40, 40);
  for (int j = 0; j < 40; ++j) h(j, j) = 1.0 + 0.01 * j;
  h(0, 0) = -50;
  CHECK(lanczos_largest(40, [&](const Vector& v) -> Vector { return h * v; }) == doctest::Approx(1.39).epsilon(1e-12));
  CHECK(lanczos_largest(3, [](const Vector& v) -> Vector { return 2 * v; }) == doctest::Approx(2).epsilon(1e-14));
  CHECK(std::isinf(lanczos_largest(3, [](const Vector& v) -> Vector { return v * std::nan(""); })));
}

TEST_CASE("the 2-24-24-3 ReLU network learns the spirals it starts at chance on") {
  const auto f = made({{"hidden", "24-24"},
                       {"activation", "relu"},
                       {"data", "spirals"},
                       {"std_w", 1.0},
                       {"std_b", 0.1},
                       {"std_a", 0.3}});
  CHECK(f->dim() == 747);
  CHECK(f->terms() == 600);
  const int steps = 1500, batch_size = 16;
  std::vector<int> terms;
  for (int k = 0; k < steps * batch_size; ++k)
    terms.push_back(static_cast<int>(
        uniform_below(random_words(RandomKey{3, 0}, Stream::kBatch, static_cast<std::uint64_t>(k))[0], 600)));
  Tile x = tile_of(f->surroundings().start);
  const Tile eta = Tile::Constant(kPack, steps, 0.2);
  Lanes extent(kPack), before(kPack), after(kPack);
  f->value(x, before);
  f->descend(x, eta.data(), {nullptr, terms.data(), batch_size}, steps, extent);
  f->value(x, after);
  CHECK(before[0] > 0.9);
  CHECK(after[0] < 0.6 * before[0]);
}

TEST_CASE("lists of hidden layers that are none are refused") {
  for (const char* text : {"", "0", "-3", "16-", "16--2", "a", "65", "1-1-1-1-1", "16 24", "99999999999"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(made({{"hidden", text}}), InputError);
  }
  CHECK(made({{"hidden", "1-2-3-4"}})->dim() == 3 + 4 + 9 + 16 + 5);
}
