// Catapults, edge of stability and their pitfalls on the low-dimensional models: closed forms, and reference runs made
// by an independent program (tests/data/sharpness.json; tolerances stand there).
#include "core/catalog.h"

#include "paths.h"
#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace steplab;
using nlohmann::json;

namespace {

const json& reference() {
  static const json data = json::parse(std::ifstream(STEPLAB_SOURCE_DIR "/tests/data/sharpness.json"));
  return data;
}

std::shared_ptr<const Landscape> make(const std::string& id, std::map<std::string, Value> params = {}) {
  return make_choice(landscapes(), {id, std::move(params)}, "test");
}

std::shared_ptr<const Landscape> model_of(const json& model) {
  std::map<std::string, Value> params;
  for (const auto& [name, value] : model.items())
    if (name != "type") params[name] = value.get<double>();
  return make(model["type"], params);
}

Vector point(const json& w) {
  Vector x(static_cast<Eigen::Index>(w.size()));
  for (std::size_t j = 0; j < w.size(); ++j) x[static_cast<Eigen::Index>(j)] = w[j];
  return x;
}

void step(const Landscape& landscape, Tile& x, double step_size) {
  const std::vector<double> etas(kPack, step_size);
  Lanes extent(kPack);
  landscape.descend(x, etas.data(), {}, 1, extent);
}
double value(const Landscape& landscape, const Tile& x) {
  Lanes f(kPack);
  landscape.value(x, f);
  return f[0];
}
double sharpness(const Landscape& landscape, const Tile& x) {
  Lanes s(kPack);
  landscape.sharpness(x, s);
  return s[0];
}

// Update number t = 1, 2, …; a warm-up of one step is a constant rate (the reference's convention).
double warmup(double target, int length, int t) { return std::min(target, target * t / length); }

// ±1 by the top bit of a linear congruential generator after its update, as the reference drew them.
struct CoinFlips {
  std::uint64_t state;
  double operator()() {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return state >> 63 ? 1.0 : -1.0;
  }
};

// tolerance: a number, null (chaotic by then: no check) or "loss<1e-18".
void check_close(double got, const json& expected, const json& tolerance) {
  if (tolerance.is_null()) return;
  if (tolerance == "loss<1e-18")
    CHECK(got < 1e-18);
  else
    CHECK(std::abs(got - expected.get<double>()) <= tolerance.get<double>() * std::abs(expected.get<double>()));
}

void check_run(const json& run) {
  const auto landscape = model_of(run["model"]);
  Tile x = tile_of(point(run["w0"]));
  const double eta = run["schedule"]["eta"];
  const json& summary = run["summary"];
  double highest = 0, sharpest = 0;
  int highest_at = 0;
  auto checkpoint = run["checkpoints"].begin();
  for (int t = 0; t <= run["steps"].get<int>(); ++t) {
    const double loss = value(*landscape, x), curvature = sharpness(*landscape, x);
    if (loss > highest) {
      highest = loss;
      highest_at = t;
    }
    sharpest = std::max(sharpest, curvature);
    if (checkpoint != run["checkpoints"].end() && (*checkpoint)["t"] == t) {
      CAPTURE(t);
      check_close(loss, (*checkpoint)["loss"], (*checkpoint)["rel_tol_loss"]);
      check_close(curvature, (*checkpoint)["lambda_max"], (*checkpoint)["rel_tol_lambda"]);
      ++checkpoint;
    }
    step(*landscape, x, eta);
  }
  CHECK(checkpoint == run["checkpoints"].end());
  CHECK(highest_at == summary["t_L_max"]);
  CHECK(highest == doctest::Approx(summary["L_max"].get<double>()).epsilon(1e-8));
  CHECK(sharpest == doctest::Approx(summary["lambda_max_over_run"].get<double>()).epsilon(1e-8));
}

}  // namespace

TEST_CASE("every reference run of gradient descent on a formula passes its checkpoints") {
  int runs = 0;
  for (const json& run : reference()["cases"]) {
    if (run["optimizer"]["name"] != "gd" || run["model"]["type"] == "mlp") continue;
    CAPTURE(run["id"]);
    check_run(run);
    ++runs;
  }
  CHECK(runs == 8);
}

TEST_CASE("the largest algebraic eigenvalue is not the one of largest magnitude") {
  const json& pitfall = reference()["lambda_max_pitfall"];
  const auto chain = make("tied_chain", {{"p", 2.0}, {"y", 1.0}});
  const Vector x = point(pitfall["w"]);
  const Matrix hessian = chain->hessian(x);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      CHECK(hessian(i, j) ==
            doctest::Approx(pitfall["H"][static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>())
                .epsilon(1e-13));
  CHECK(sharpness_at(*chain, x) == doctest::Approx(0.029350704452813677).epsilon(1e-12));
}

TEST_CASE("the catapult window of the uv model with y = 0: outcomes exact, final curvature to 1e-6") {
  const auto uv = make("tied_chain", {{"p", 1.0}, {"y", 0.0}});
  for (const json& scan : reference()["catapult_window_uv2d_y0"]["scans"]) {
    const double ntk = scan["ntk0"];
    for (const json& row : scan["scan"]) {
      CAPTURE(scan["w0"]);
      CAPTURE(row["c"]);
      const double eta = row["c"].get<double>() / ntk;
      Tile x = tile_of(point(scan["w0"]));
      const double first = value(*uv, x);
      double peak = first;
      bool diverged = false;
      for (int t = 0; t < 2000 && !diverged; ++t) {
        step(*uv, x, eta);
        const double loss = value(*uv, x);
        diverged = !(loss < 1e20 * first);
        if (!diverged) peak = std::max(peak, loss);
      }
      CHECK((row["outcome"] == "diverged") == diverged);
      if (diverged) continue;
      CHECK(peak / first == doctest::Approx(row["peak_over_L0"].get<double>()).epsilon(1e-6));
      CHECK(std::abs(eta * (x(0, 0) * x(0, 0) + x(0, 1) * x(0, 1)) - row["c_end"].get<double>()) < 1e-6);
    }
  }
}

TEST_CASE("without noise the residual becomes exactly 0 during warm-up, and the run stays where it is too sharp") {
  const json& pitfall = reference()["residual_zero_pitfall"];
  const auto uv = model_of(pitfall["model"]);
  Tile x = tile_of(point(pitfall["w0"]));
  int first_zero = -1;
  for (int t = 1; t <= 2000; ++t) {
    step(*uv, x, warmup(pitfall["eta_trgt"], pitfall["T_wrm"], t));
    if (first_zero < 0 && value(*uv, x) == 0) first_zero = t;
  }
  CHECK(first_zero == pitfall["first_exact_zero_loss_step"]);
  CHECK(sharpness(*uv, x) == doctest::Approx(pitfall["lambda_end"].get<double>()).epsilon(1e-9));
}

TEST_CASE("on the balanced line the uv model ends on the analytic period-2 orbit") {
  const auto uv = make("uv");
  for (const json& row : reference()["analytic"]["uv_n1_bifurcation"]) {
    const double eta = row["eta"];
    CAPTURE(eta);
    Tile x = tile_of(Vector{{0.8, 0.8}});
    for (int t = 0; t < 20000; ++t) step(*uv, x, eta);
    double low = x(0, 0) * x(0, 1);
    step(*uv, x, eta);
    double high = x(0, 0) * x(0, 1);
    if (low > high) std::swap(low, high);
    CHECK(low == doctest::Approx(row["P_minus"].get<double>()).epsilon(1e-9));
    CHECK(high == doctest::Approx(row["P_plus"].get<double>()).epsilon(1e-9));
    CHECK(low == doctest::Approx((eta + 1 - std::sqrt((eta - 1) * (eta + 3))) / (2 * eta)).epsilon(1e-9));
  }
}

TEST_CASE("the uv model of any width follows the exact recursion of its output and its kernel") {
  for (const double n : {1.0, 2.0, 5.0, 33.0})
    for (const double y : {0.0, 1.0}) {
      const auto uv = make("uv", {{"n", n}, {"y", y}});
      const auto half = static_cast<Eigen::Index>(n);
      Tile x = tile_of(uv->surroundings().start * (n == 1 ? 0.5 : 1));
      const auto output = [&] { return (x.row(0).head(half) * x.row(0).tail(half)).sum() / std::sqrt(n); };
      double f = output(), kernel = x.row(0).square().sum() / n;
      const double eta = 1.5 / kernel;
      for (int t = 0; t < 30; ++t) {
        const double r = f - y;  // warmup-and-sharpness 9.1, x = 1
        const double next = f - eta * kernel * r + eta * eta * r * r * f / n;
        kernel += eta * r / n * (eta * r * kernel - 4 * f);
        f = next;
        step(*uv, x, eta);
        CHECK(std::abs(output() - f) < 1e-11 * (1 + std::abs(f)));
        CHECK(x.row(0).square().sum() / n == doctest::Approx(kernel).epsilon(1e-11));
      }
    }
}

TEST_CASE("the uv model's Hessian is J Jᵀ + rF") {
  const auto uv = make("uv", {{"n", 3.0}, {"x", 2.0}, {"y", 0.5}});
  const Vector w{{1.0, -2.0, 0.5, 0.3, 0.7, -1.1}};
  const double s = 2 / std::sqrt(3.0);
  Vector j(6);
  j << s * w.tail(3), s * w.head(3);
  const double r = s * (0.3 - 1.4 - 0.55) - 0.5;
  Matrix expected = j * j.transpose();
  for (int i = 0; i < 3; ++i) {
    expected(i, i + 3) += r * s;
    expected(i + 3, i) += r * s;
  }
  CHECK((uv->hessian(w) - expected).norm() < 1e-14 * expected.norm());
  CHECK(gradient_at(*uv, w).isApprox(r * j, 1e-14));
  CHECK(value_at(*uv, w) == doctest::Approx(0.5 * r * r).epsilon(1e-14));
}

TEST_CASE("every minimum of the chains is at least as sharp as the balanced one") {
  for (const double p : {1.0, 2.0, 3.0, 8.0}) {
    const auto tied = make("tied_chain", {{"p", p}});
    for (const double a : {0.5, 1.0, 1.7, 3.0}) {
      const double b = 1 / a;  // y = 1: sharpness p(a² + b²) ≥ 2p
      CHECK(sharpness_at(*tied, Vector{{a, b}}) == doctest::Approx(p * (a * a + b * b)).epsilon(1e-12));
    }
  }
}

TEST_CASE("a chain with equal copies walks as the tied chain does") {
  const auto tied = make("tied_chain", {{"p", 2.0}});
  const auto chain = make("chain", {{"depth", 4.0}});
  Tile ab = tile_of(Vector{{2.5, 0.1}}), w = tile_of(Vector{{2.5, 0.1, 2.5, 0.1}});
  for (int t = 0; t < 60; ++t) {
    CHECK(w(0, 0) == doctest::Approx(ab(0, 0)).epsilon(1e-9));
    CHECK(w(0, 3) == doctest::Approx(ab(0, 1)).epsilon(1e-9));
    CHECK(value(*chain, w) == doctest::Approx(2 * value(*tied, ab)).epsilon(1e-8));  // ½r² against r²/(2p)
    step(*tied, ab, 0.02);
    step(*chain, w, 0.02);
  }
}

TEST_CASE("the chain's derivatives: g = r q, H = q qᵀ + r q_ij") {
  const auto chain = make("chain", {{"depth", 3.0}, {"x", 2.0}, {"y", 1.0}});
  const Vector w{{1.5, -0.5, 3.0}};
  const double r = 2 * 1.5 * -0.5 * 3 - 1;  // −5.5
  const Vector q{{2 * -0.5 * 3, 2 * 1.5 * 3, 2 * 1.5 * -0.5}};
  CHECK(value_at(*chain, w) == 0.5 * r * r);
  CHECK(gradient_at(*chain, w) == r * q);
  const Matrix pairs{{0.0, 2 * 3.0, 2 * -0.5}, {2 * 3.0, 0.0, 2 * 1.5}, {2 * -0.5, 2 * 1.5, 0.0}};
  CHECK(chain->hessian(w) == q * q.transpose() + r * pairs);
  // At a zero weight the products of the others are still there.
  CHECK(gradient_at(*chain, Vector{{0.0, 2.0, 3.0}}) == Vector{{-12.0, 0.0, 0.0}});
}

TEST_CASE("sharpness at the edge of stability ends just under 2/η, from several starts at the same value") {
  const auto chain = make("tied_chain");
  const auto ending = [&](double a, double eta) {
    Tile x = tile_of(Vector{{a, 0.1}});
    for (int t = 0; t < 20000; ++t) step(*chain, x, eta);
    return eta * sharpness(*chain, x);
  };
  CHECK(ending(2.5, 0.2) == doctest::Approx(1.98547).epsilon(1e-5));
  CHECK(ending(2.5, 0.25) == doctest::Approx(1.98113).epsilon(1e-5));
  CHECK(ending(2.0, 0.25) == doctest::Approx(1.98113).epsilon(1e-5));
  CHECK(ending(2.0, 0.3) == doctest::Approx(1.97862).epsilon(1e-5));
}

TEST_CASE("the exponential valley ends on its period-2 orbit while the drive is below 1/3, and not above") {
  const double eta = 0.1, k = 1;
  const auto spread_after = [&](double drive, Tile& x) {
    const auto valley = make("exp_valley", {{"k", k}, {"y_star", std::log(2 / eta) + drive}});
    x = tile_of(Vector{{0.5, std::log(15.0)}});
    for (int t = 0; t < 30000; ++t) step(*valley, x, eta);
    double low = x(0, 1), high = x(0, 1);
    for (int t = 0; t < 200; ++t) {
      step(*valley, x, eta);
      low = std::min(low, x(0, 1));
      high = std::max(high, x(0, 1));
    }
    return high - low;
  };
  Tile x;
  for (const double drive : {0.1, 0.2, 0.33}) {
    CHECK(spread_after(drive, x) < 1e-6);
    CHECK(std::exp(x(0, 1)) == doctest::Approx(2 / eta).epsilon(1e-6));
    CHECK(std::abs(x(0, 0)) == doctest::Approx(std::sqrt(eta * k * drive)).epsilon(1e-5));
  }
  CHECK(spread_after(0.34, x) > 1e-3);
}

TEST_CASE("the exponential valley's derivatives are those written by hand") {
  const auto valley = make("exp_valley", {{"k", 0.7}, {"y_star", 1.5}});
  const double x = 0.8, y = 0.3, e = std::exp(0.3);
  CHECK(value_at(*valley, Vector{{x, y}}) == doctest::Approx(0.5 * e * x * x + 0.35 * 1.44).epsilon(1e-14));
  CHECK(gradient_at(*valley, Vector{{x, y}}).isApprox(Vector{{e * x, 0.5 * e * x * x + 0.7 * (y - 1.5)}}, 1e-14));
  CHECK(valley->hessian(Vector{{x, y}}).isApprox(Matrix{{e, e * x}, {e * x, 0.5 * e * x * x + 0.7}}, 1e-14));
}

TEST_CASE("crossings and means of the exponential valley's three regimes under warm-up agree with the reference") {
  for (const json& run : reference()["regimes_exp_valley"]["runs"]) {
    CAPTURE(run["regime"]);
    CAPTURE(run["T_wrm"]);
    const auto valley = model_of(run["model"]);
    Tile x = tile_of(point(run["w0"])), g(kPack, 2);
    CoinFlips flip{1};
    const int steps = run["steps"];
    int crossings = 0;
    double peak = 0, tail = 0, before = 0;
    for (int t = 1; t <= steps; ++t) {
      const double eta = warmup(run["eta_trgt"], run["T_wrm"], t);
      valley->gradient(x, g);
      g.col(0) += run["grad_noise_x"].get<double>() * flip();
      x -= eta * g;
      const double product = eta * std::exp(x(0, 1));
      if (t > 1 && before <= 2 && product > 2) ++crossings;
      before = product;
      peak = std::max(peak, value(*valley, x));
      if (t > steps - 500) tail += product / 500;
    }
    CHECK(std::abs(crossings - run["up_crossings_of_eta_exp_y_eq_2"].get<int>()) <= 1);
    CHECK(peak == doctest::Approx(run["peak_loss"].get<double>()).epsilon(1e-6));
    CHECK(tail == doctest::Approx(run["mean_eta_exp_y_last500"].get<double>()).epsilon(1e-6));
    CHECK(std::exp(x(0, 1)) == doctest::Approx(run["final_exp_y"].get<double>()).epsilon(1e-6));
  }
}

TEST_CASE("which cells of step size × warm-up train under label noise agrees with the reference, all of them") {
  int cells = 0;
  for (const json& map : reference()["heatmaps"]) {
    const std::string name = map["name"];
    const bool relu = name == "gd relu-uv";
    if (!relu && name.rfind("SGD", 0) != 0) continue;
    const auto landscape = relu ? make("relu_uv") : make("tied_chain", {{"p", map["p"].get<double>()}});
    const auto etas = map["etas"].get<std::vector<double>>();
    const int count = static_cast<int>(etas.size()), lanes = round_up_to_pack(count), steps = map["steps"];
    for (std::size_t row = 0; row < map["T_wrm"].size(); ++row) {
      Tile x = tile_of(point(map["w0"]), lanes), g(lanes, 2), shift(lanes, 1);
      Lanes loss(lanes), tail = Lanes::Zero(lanes);
      CoinFlips flip{map["seeds"][0].get<std::uint64_t>()};
      for (int t = 1; t <= steps; ++t) {
        shift.setConstant(map["label_noise_sigma"].get<double>() * flip());
        landscape->label_gradient(x, {}, shift, g);
        for (int i = 0; i < count; ++i)
          x.row(i) -= warmup(etas[static_cast<std::size_t>(i)], map["T_wrm"][row], t) * g.row(i);
        landscape->value(x, loss);
        if (t > steps - 256) tail += loss / 256;
      }
      std::string trainable;
      for (int i = 0; i < count; ++i) {
        const bool good = relu ? x(i, 1) > 0 : tail[i] < 0.1 * map["L0"].get<double>();
        trainable += good ? '1' : '0';
      }
      CAPTURE(name);
      CAPTURE(map["T_wrm"][row]);
      CHECK(trainable == map["trainable"][row].get<std::string>());
      cells += count;
      const double largest = map["max_trainable_eta_seed0"][row];
      for (int i = 0; i < count && !relu && etas[static_cast<std::size_t>(i)] <= largest / 2; ++i)
        CHECK(tail[i] == doctest::Approx(map["final"][row][static_cast<std::size_t>(i)].get<double>()).epsilon(1e-4));
    }
  }
  CHECK(cells == 15 * 6 * 2 + 11 * 6);
}
