#include "core/base/math.h"
#include "core/catalog.h"
#include "core/landscapes/formula.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

using namespace steplab;

namespace {

/// mean over i of ½ (s_i·x − y_i)², a small finite sum with labels; every number is a small dyadic fraction.
class SmallFit final : public Landscape {
 public:
  SmallFit(int terms, int dim) : terms_(terms), dim_(dim) {
    for (int i = 0; i < terms; ++i) all_.push_back(i);
  }
  int dim() const override { return dim_; }
  const Surroundings& surroundings() const override { return surroundings_; }
  int terms() const override { return terms_; }
  bool has_labels() const override { return true; }
  double feature(int i, int j) const { return ((5 * i + 3 * j) % 8 - 3.5) / 4; }
  double label(int i) const { return ((3 * i) % 16 - 7) / 8.0; }

  void value(const Tile& x, Lanes& f) const override {
    f.setZero();
    for (int i = 0; i < terms_; ++i) {
      Lanes r = Lanes::Constant(x.rows(), -label(i));
      for (int j = 0; j < dim_; ++j) r += feature(i, j) * x.col(j);
      f += 0.5 * r * r / terms_;
    }
  }
  void gradient(const Tile& x, Tile& g) const override { batch_gradient(x, all_, g); }
  void batch_gradient(const Tile& x, std::span<const int> batch, Tile& g) const override {
    label_gradient(x, batch, Tile::Zero(x.rows(), static_cast<Eigen::Index>(batch.size())), g);
  }
  void label_gradient(const Tile& x, std::span<const int> batch, const Tile& shift, Tile& g) const override {
    g.setZero();
    for (std::size_t k = 0; k < batch.size(); ++k) {
      Lanes r = -(label(batch[k]) + shift.col(static_cast<Eigen::Index>(k)));
      for (int j = 0; j < dim_; ++j) r += feature(batch[k], j) * x.col(j);
      for (int j = 0; j < dim_; ++j) g.col(j) += r * feature(batch[k], j);
    }
    g /= static_cast<double>(batch.size());
  }
  Matrix hessian(const Vector&) const override {
    Matrix h = Matrix::Zero(dim_, dim_);
    for (int i = 0; i < terms_; ++i)
      for (int a = 0; a < dim_; ++a)
        for (int b = 0; b < dim_; ++b) h(a, b) += feature(i, a) * feature(i, b) / terms_;
    return h;
  }

 private:
  int terms_, dim_;
  std::vector<int> all_;
  Surroundings surroundings_;
};

/// ½ (xy − 1 − shift)²: a formula with a label.
struct Uv {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.5 * square(x * y - 1.0);
  }
  template <class X, class Y, class S>
  auto operator()(const X& x, const Y& y, const S& shift) const {
    return 0.5 * square(x * y - 1.0 - shift);
  }
};
/// The same without one.
struct Unlabelled {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.5 * square(x * y - 1.0);
  }
};

std::shared_ptr<const Oracle> oracle(const std::string& id, const std::map<std::string, Value>& params = {}) {
  return make_choice(oracles(), {id, params}, "test");
}

std::vector<RandomKey> keys_of(RandomKey key, int lanes = kPack) {
  return std::vector<RandomKey>(static_cast<std::size_t>(lanes), key);
}

std::vector<RandomKey> different_keys(int lanes) {
  std::vector<RandomKey> keys;
  for (int i = 0; i < lanes; ++i) keys.push_back({7, static_cast<std::uint32_t>(i)});
  return keys;
}

/// Every oracle with its defaults, and the modes that the defaults leave out.
std::vector<Choice> every_oracle() {
  std::vector<Choice> all;
  for (const auto& entry : oracles()) all.push_back({entry.id, {}});
  all.push_back({"multiplicative", {{"common", 0.0}}});
  all.push_back({"minibatch", {{"batch", 5.0}}});
  all.push_back({"minibatch", {{"batch", 5.0}, {"replacement", 0.0}}});
  all.push_back({"label_noise", {{"noise", "sign"}, {"batch", 3.0}}});
  all.push_back({"repeated_batch", {{"k", 3.0}, {"noise", "uniform"}}});
  all.push_back({"repeated_batch", {{"k", 3.0}, {"sigma", 0.0}, {"batch", 2.0}}});
  all.push_back({"repeated_batch", {{"k", 7.0}, {"noise", "sign"}, {"batch", 2.0}}});
  return all;
}

/// All numbers of the draws of updates first … as one list.
std::vector<double> numbers(const Draws& draws, std::size_t noise_per_update, int count) {
  std::vector<double> all;
  if (draws.noise) all.assign(draws.noise, draws.noise + noise_per_update * static_cast<std::size_t>(count));
  for (int i = 0; draws.batch && i < draws.batch_size * count; ++i) all.push_back(draws.batch[i]);
  return all;
}

Tile points(int lanes, int dim) {
  Tile x(lanes, dim);
  for (int i = 0; i < lanes; ++i)
    for (int j = 0; j < dim; ++j) x(i, j) = std::sin(1.0 + i + 10.0 * j);
  return x;
}

Tile gradient_of(GradientSource& source, const Tile& x, int step) {
  Tile g(x.rows(), x.cols());
  source.gradient(x, step, g);
  return g;
}

/// 2^20 numbers that an additive oracle draws, of one key.
std::vector<double> sample(const std::string& id, const std::map<std::string, Value>& params = {}) {
  const SmallFit landscape(1, 64);
  const auto source = oracle(id, params)->open(landscape, keys_of({2024, 3}));
  std::vector<double> all;
  for (int step = 0; step < 1 << 14; step += 16) {
    const Draws draws = *source->draws(step, 16);
    for (int i = 0; i < 16 * 64; ++i) all.push_back(draws.noise[i * kPack]);
  }
  return all;
}

double mean_of(const std::vector<double>& all, const auto& f) {
  double sum = 0;
  for (const double x : all) sum += f(x);
  return sum / static_cast<double>(all.size());
}

/// The mean of f over the sample is `expected` within five standard errors, `variance` being that of f.
void check_mean(const std::vector<double>& all, const auto& f, double expected, double variance) {
  const double error = std::sqrt(variance / static_cast<double>(all.size()));
  CHECK(std::abs(mean_of(all, f) - expected) < 5 * error);
}

void check_uncorrelated(const std::vector<double>& all, double variance) {
  for (const std::size_t lag : {std::size_t{1}, std::size_t{2}, std::size_t{64}}) {  // coordinates, pairs, updates
    double sum = 0;
    for (std::size_t i = lag; i < all.size(); ++i) sum += all[i] * all[i - lag];
    const double n = static_cast<double>(all.size() - lag);
    CHECK(std::abs(sum / n) < 5 * variance / std::sqrt(n));
  }
}

double square_of(double x) { return x * x; }
double fourth_of(double x) { return x * x * x * x; }
double itself(double x) { return x; }

std::string refusal(const std::shared_ptr<const Oracle>& made, const Landscape& landscape) {
  try {
    made->check(landscape, "scene.oracle");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("one key gives one answer; another replicate or seed gives another, of every oracle with randomness") {
  const SmallFit landscape(12, 3);
  const Tile x = points(kPack, 3);
  for (const Choice& choice : every_oracle()) {
    CAPTURE(choice.id);
    const auto made = make_choice(oracles(), choice, "test");
    const auto answers = [&](RandomKey key) {
      const auto source = made->open(landscape, keys_of(key));
      Tile all(kPack, 0);
      for (int step = 0; step < 60; ++step) {
        Tile longer(kPack, all.cols() + 3);
        longer << all, gradient_of(*source, x, step);
        all = longer;
      }
      return all;
    };
    const Tile first = answers({5, 1});
    CHECK((answers({5, 1}) == first).all());
    CHECK((answers({5, 2}) == first).all() == (choice.id == "exact"));
    CHECK((answers({6, 1}) == first).all() == (choice.id == "exact"));
  }
}

TEST_CASE("draws and gradients do not depend on what was asked before, on windows, or on their length") {
  struct Request {
    int first, count;
  };
  const Request requests[] = {{0, 5},     {5, 40}, {3, 17},  {100, 1}, {96, 64},
                              {101, 150}, {15, 2}, {16, 16}, {0, 1},   {2000000000, 9}};
  for (const int dim : {1, 2, 3, 4, 6, 65})
    for (const Choice& choice : every_oracle()) {
      CAPTURE(choice.id);
      CAPTURE(dim);
      const SmallFit landscape(12, dim);
      const auto made = make_choice(oracles(), choice, "test");
      const auto keys = made->one_key_per_tile() ? keys_of({7, 1}, 2 * kPack) : different_keys(2 * kPack);
      const auto source = made->open(landscape, keys);
      const Tile x = points(2 * kPack, dim);
      const std::size_t noise_per_update = static_cast<std::size_t>(2 * kPack * dim);
      for (const Request& request : requests) {
        const int first = request.first, count = request.count;
        CAPTURE(first);
        CAPTURE(count);
        CHECK((gradient_of(*source, x, first) == gradient_of(*made->open(landscape, keys), x, first)).all());
        if (!source->draws(first, count)) continue;
        std::vector<double> one_by_one_noise, one_by_one_batch;
        for (int i = 0; i < count; ++i) {
          const auto fresh = made->open(landscape, keys);
          const Draws one = *fresh->draws(first + i, 1);
          for (const double n : numbers({.noise = one.noise}, noise_per_update, 1)) one_by_one_noise.push_back(n);
          for (const double n : numbers({.batch = one.batch, .batch_size = one.batch_size}, 0, 1))
            one_by_one_batch.push_back(n);
        }
        const Draws together = *source->draws(first, count);
        CHECK(numbers({.noise = together.noise}, noise_per_update, count) == one_by_one_noise);
        CHECK(numbers({.batch = together.batch, .batch_size = together.batch_size}, 0, count) == one_by_one_batch);
      }
    }
}

TEST_CASE("SGD through gradient() and through the fused kernel with draws() meet the same bits") {
  const FormulaLandscape<Uv> formula(Uv{}, {});
  const SmallFit fit(12, 2);
  for (const Landscape* landscape : {static_cast<const Landscape*>(&formula), static_cast<const Landscape*>(&fit)})
    for (const Choice& choice : every_oracle()) {
      CAPTURE(choice.id);
      const auto made = make_choice(oracles(), choice, "test");
      if (!refusal(made, *landscape).empty()) continue;
      const auto source =
          made->open(*landscape, made->one_key_per_tile() ? keys_of({7, 1}, 2 * kPack) : different_keys(2 * kPack));
      if (!source->draws(0, 1)) continue;
      Tile x = points(2 * kPack, 2), fused = x, g(2 * kPack, 2);
      const Lanes rates = Lanes::Constant(20 * 2 * kPack, 0.01);
      Lanes extent(2 * kPack);
      for (int step = 5; step < 25; ++step) {
        source->gradient(x, step, g);
        for (Eigen::Index j = 0; j < 2; ++j) x.col(j) -= 0.01 * g.col(j);
      }
      landscape->descend(fused, rates.data(), *source->draws(5, 20), 20, extent);
      CHECK((x == fused).all());
    }
}

TEST_CASE("a lane meets the same noise wherever its key stands in whatever tile") {
  const SmallFit landscape(12, 3);
  for (const char* id :
       {"gaussian", "sign", "uniform", "student_t", "multiplicative", "label_noise", "repeated_batch"}) {
    CAPTURE(id);
    const auto keys = different_keys(3 * kPack);
    const auto tile = oracle(id)->open(landscape, keys);
    const Tile x = tile_of(Vector{{1.0, 2.0, 3.0}}, 3 * kPack);
    for (const int step : {0, 1, 17}) {
      const Tile g = gradient_of(*tile, x, step);
      for (const Eigen::Index lane : {0, 9, 23}) {
        const auto alone = oracle(id)->open(landscape, keys_of(keys[static_cast<std::size_t>(lane)]));
        const Tile own = gradient_of(*alone, tile_of(Vector{{1.0, 2.0, 3.0}}), step);
        for (Eigen::Index i = 0; i < kPack; ++i) CHECK((own.row(i) == g.row(lane)).all());
      }
    }
  }
}

TEST_CASE("Gaussian noise is σ times normal draw number step·dim + coordinate of the lane's key") {
  const SmallFit landscape(1, 3);
  const auto keys = different_keys(2 * kPack);
  const auto source = oracle("gaussian", {{"sigma", 0.75}})->open(landscape, keys);
  for (const int step : {0, 1, 5, 16, 1000}) {
    const Draws draws = *source->draws(step, 1);
    for (int j = 0; j < 3; ++j)
      for (int lane = 0; lane < 2 * kPack; ++lane)
        CHECK(draws.noise[j * 2 * kPack + lane] ==
              0.75 * normal(keys[static_cast<std::size_t>(lane)], static_cast<std::uint64_t>(3 * step + j)));
  }
}

TEST_CASE("Gaussian noise has mean 0, variance σ² and fourth moment 3σ⁴, without correlation") {
  const auto all = sample("gaussian", {{"sigma", 2.0}});
  check_mean(all, itself, 0, 4);
  check_mean(all, square_of, 4, 2 * 16);
  check_mean(all, fourth_of, 48, 96 * 256);
  check_uncorrelated(all, 4);
}

TEST_CASE("coin-flip noise is ±σ, one as often as the other, without correlation") {
  const auto all = sample("sign", {{"sigma", 0.5}});
  for (const double x : all) REQUIRE(std::abs(x) == 0.5);
  check_mean(all, itself, 0, 0.25);
  check_uncorrelated(all, 0.25);
}

TEST_CASE("uniform noise stays within ±σ and has variance σ²/3 and fourth moment σ⁴/5, without correlation") {
  const auto all = sample("uniform", {{"sigma", 2.0}});
  for (const double x : all) REQUIRE(std::abs(x) < 2);
  check_mean(all, itself, 0, 4.0 / 3);
  check_mean(all, square_of, 4.0 / 3, 16 * (1.0 / 5 - 1.0 / 9));
  check_mean(all, fourth_of, 16.0 / 5, 256 * (1.0 / 9 - 1.0 / 25));
  check_uncorrelated(all, 4.0 / 3);
}

TEST_CASE("Student-t noise of ν = 10 has variance ν/(ν − 2), without correlation") {
  const auto all = sample("student_t", {{"nu", 10.0}});
  const double variance = 10.0 / 8, fourth = 3 * 100.0 / (8 * 6);
  check_mean(all, itself, 0, variance);
  check_mean(all, square_of, variance, fourth - variance * variance);
  check_uncorrelated(all, variance);
}

TEST_CASE("Student-t noise follows the distribution functions of ν = 1, 2, 3") {
  const auto cdf = [](int nu, double x) {
    if (nu == 1) return 0.5 + std::atan(x) / std::numbers::pi;
    if (nu == 2) return 0.5 + x / (2 * std::sqrt(2 + x * x));
    const double z = x / std::sqrt(3.0);
    return 0.5 + (z / (1 + z * z) + std::atan(z)) / std::numbers::pi;
  };
  for (const int nu : {1, 2, 3}) {
    const auto all = sample("student_t", {{"nu", double(nu)}, {"sigma", 2.0}});
    for (const double x : {-30.0, -3.0, -1.0, -0.2, 0.0, 0.5, 1.5, 6.0, 100.0}) {
      CAPTURE(nu);
      CAPTURE(x);
      const double p = cdf(nu, x);
      check_mean(
          all, [&](double draw) { return draw <= 2 * x ? 1.0 : 0.0; }, p, p * (1 - p));
    }
  }
}

TEST_CASE("multiplicative noise scales the gradient by 1 + σξ, with one ξ for all coordinates or one for each") {
  const SmallFit landscape(12, 3);
  const Tile x = points(kPack, 3);
  Tile exact(kPack, 3);
  landscape.gradient(x, exact);
  const auto keys = different_keys(kPack);
  const auto common = oracle("multiplicative", {{"sigma", 0.5}})->open(landscape, keys);
  const auto each = oracle("multiplicative", {{"sigma", 0.5}, {"common", 0.0}})->open(landscape, keys);
  CHECK_FALSE(common->draws(0, 1));
  for (const int step : {0, 7}) {
    const Tile g_common = gradient_of(*common, x, step), g_each = gradient_of(*each, x, step);
    for (int lane = 0; lane < kPack; ++lane)
      for (int j = 0; j < 3; ++j) {
        const RandomKey key = keys[static_cast<std::size_t>(lane)];
        CHECK(g_common(lane, j) == exact(lane, j) * (1 + 0.5 * normal(key, static_cast<std::uint64_t>(step))));
        CHECK(g_each(lane, j) == exact(lane, j) * (1 + 0.5 * normal(key, static_cast<std::uint64_t>(3 * step + j))));
      }
  }
}

TEST_CASE("noise of strength 0 leaves the exact gradient, or the bare mini-batch, bit by bit") {
  const SmallFit landscape(12, 3);
  const Tile x = points(kPack, 3);
  Tile exact(kPack, 3);
  landscape.gradient(x, exact);
  for (const auto& entry : oracles())
    if (std::ranges::any_of(entry.params, [](const ParamSpec& spec) { return spec.name == "sigma"; })) {
      CAPTURE(entry.id);
      const auto source = oracle(entry.id, {{"sigma", 0.0}})->open(landscape, different_keys(kPack));
      for (const int step : {0, 9}) CHECK((gradient_of(*source, x, step) == exact).all());
    }
  const auto bare = oracle("minibatch", {{"batch", 3.0}})->open(landscape, keys_of({7, 1}));
  for (const char* id : {"label_noise", "repeated_batch"}) {
    std::map<std::string, Value> params{{"sigma", 0.0}, {"batch", 3.0}};
    if (id == std::string("repeated_batch")) params["k"] = 1.0;
    const auto source = oracle(id, params)->open(landscape, keys_of({7, 1}));
    for (const int step : {0, 9}) CHECK((gradient_of(*source, x, step) == gradient_of(*bare, x, step)).all());
  }
}

TEST_CASE(
    "shuffled mini-batches visit every term once an epoch, in an order that changes, and drop an incomplete batch") {
  for (const auto& sizes : std::vector<std::pair<int, int>>{{12, 4}, {10, 3}, {7, 7}, {5, 1}, {9, 5}}) {
    const int terms = sizes.first, batch = sizes.second;
    CAPTURE(terms);
    CAPTURE(batch);
    const SmallFit landscape(terms, 2);
    const auto source =
        oracle("minibatch", {{"batch", double(batch)}, {"replacement", 0.0}})->open(landscape, keys_of({11, 0}));
    const int updates = terms / batch;
    std::set<std::vector<int>> orders;
    for (int epoch = 0; epoch < 40; ++epoch) {
      const Draws draws = *source->draws(epoch * updates, updates);
      REQUIRE(draws.batch_size == batch);
      const std::vector<int> order(draws.batch, draws.batch + updates * batch);
      const std::set<int> visited(order.begin(), order.end());
      CHECK(visited.size() == order.size());
      CHECK(*visited.begin() >= 0);
      CHECK(*visited.rbegin() < terms);
      orders.insert(order);
    }
    CHECK(orders.size() > 25);
  }
}

TEST_CASE("the mini-batch gradients of an epoch average to the full gradient") {
  const SmallFit landscape(12, 3);
  const Tile x = points(kPack, 3);
  Tile exact(kPack, 3);
  landscape.gradient(x, exact);
  const auto source = oracle("minibatch", {{"batch", 3.0}, {"replacement", 0.0}})->open(landscape, keys_of({7, 1}));
  for (const int epoch : {0, 1, 1000}) {
    Tile sum = Tile::Zero(kPack, 3);
    for (int i = 0; i < 4; ++i) sum += gradient_of(*source, x, 4 * epoch + i);
    CHECK(((sum / 4 - exact).abs() < 1e-15).all());
  }
}

namespace {

/// χ² of counts that should be equal; within five standard deviations √(2 df) of its mean df.
void check_equal_counts(const std::vector<int>& counts) {
  double total = 0, chi_square = 0;
  for (const int count : counts) total += count;
  const double expected = total / static_cast<double>(counts.size());
  for (const int count : counts) chi_square += (count - expected) * (count - expected) / expected;
  const double freedom = static_cast<double>(counts.size()) - 1;
  CHECK(std::abs(chi_square - freedom) < 5 * std::sqrt(2 * freedom));
}

}  // namespace

TEST_CASE("mini-batches with replacement draw every term equally often, in every slot") {
  constexpr int kTerms = 50, kBatch = 4, kUpdates = 20000;
  const SmallFit landscape(kTerms, 2);
  const auto source = oracle("minibatch", {{"batch", double(kBatch)}})->open(landscape, keys_of({3, 0}));
  std::vector<std::vector<int>> counts(kBatch, std::vector<int>(kTerms));
  std::vector<int> pairs(kTerms);  // difference of two slots, modulo the terms
  for (int t = 0; t < kUpdates; t += 16) {
    const Draws draws = *source->draws(t, 16);
    for (int i = 0; i < 16; ++i) {
      const int* batch = draws.batch + i * kBatch;
      for (std::size_t slot = 0; slot < kBatch; ++slot) ++counts[slot][static_cast<std::size_t>(batch[slot])];
      ++pairs[static_cast<std::size_t>((batch[1] - batch[0] + kTerms) % kTerms)];
    }
  }
  for (const auto& slot : counts) check_equal_counts(slot);
  check_equal_counts(pairs);
}

TEST_CASE("shuffles bring all 24 orders of four terms equally often") {
  const SmallFit landscape(4, 2);
  const auto source = oracle("minibatch", {{"batch", 4.0}, {"replacement", 0.0}})->open(landscape, keys_of({3, 0}));
  std::map<std::vector<int>, int> orders;
  for (int epoch = 0; epoch < 24000; ++epoch) {
    const Draws draws = *source->draws(epoch, 1);
    ++orders[std::vector<int>(draws.batch, draws.batch + 4)];
  }
  CHECK(orders.size() == 24);
  std::vector<int> counts;
  for (const auto& [order, count] : orders) counts.push_back(count);
  check_equal_counts(counts);
}

TEST_CASE("label noise on ½(xy − y*)² shifts y* by σ times the normal draw of the update") {
  const FormulaLandscape<Uv> landscape(Uv{}, {});
  const auto keys = different_keys(kPack);
  const Tile x = points(kPack, 2);
  const auto gaussian = oracle("label_noise", {{"sigma", 0.25}})->open(landscape, keys);
  const auto flips = oracle("label_noise", {{"sigma", 0.25}, {"noise", "sign"}})->open(landscape, keys);
  CHECK_FALSE(gaussian->draws(0, 1));
  int up = 0;
  for (int step = 0; step < 50; ++step) {
    const Tile g = gradient_of(*gaussian, x, step), g_flip = gradient_of(*flips, x, step);
    for (int lane = 0; lane < kPack; ++lane) {
      const double u = x(lane, 0), v = x(lane, 1);
      const double r =
          u * v - 1 - 0.25 * normal(keys[static_cast<std::size_t>(lane)], static_cast<std::uint64_t>(step));
      CHECK(std::abs(g(lane, 0) - r * v) < 1e-15);
      CHECK(std::abs(g(lane, 1) - r * u) < 1e-15);
      const double shift = u * v - 1 - g_flip(lane, 0) / v;
      CHECK(std::abs(std::abs(shift) - 0.25) < 1e-13);
      up += shift > 0;
    }
  }
  CHECK(std::abs(up - 200) < 5 * 10);  // 400 fair coins
}

TEST_CASE("label noise on a finite sum shifts each label drawn, of all terms or of a mini-batch with replacement") {
  const SmallFit landscape(12, 3);
  const Tile x = points(kPack, 3);
  for (const int batch : {0, 5}) {
    const auto source =
        oracle("label_noise", {{"sigma", 0.5}, {"batch", double(batch)}})->open(landscape, keys_of({7, 1}));
    const auto batches = oracle("minibatch", {{"batch", 5.0}})->open(landscape, keys_of({7, 1}));
    for (const int step : {0, 1, 30}) {
      std::vector<int> terms;
      for (int i = 0; i < (batch ? 5 : 12); ++i) terms.push_back(batch ? batches->draws(step, 1)->batch[i] : i);
      Tile shift(kPack, static_cast<Eigen::Index>(terms.size())), expected(kPack, 3);
      for (Eigen::Index k = 0; k < shift.cols(); ++k)
        shift.col(k).setConstant(0.5 * normal({7, 1}, static_cast<std::uint64_t>(step * shift.cols() + k)));
      landscape.label_gradient(x, terms, shift, expected);
      CHECK((gradient_of(*source, x, step) == expected).all());
    }
  }
}

TEST_CASE("a repeated batch holds each draw for k updates: update t has the draw of update ⌊t/k⌋ without repetition") {
  const SmallFit landscape(12, 3);
  for (const int k : {1, 2, 3, 10, 33})
    for (const double sigma : {0.0, 0.5})
      for (const int batch : {0, 4}) {
        const std::map<std::string, Value> params{{"sigma", sigma}, {"batch", double(batch)}, {"noise", "uniform"}};
        auto held_params = params, single_params = params;
        held_params["k"] = double(k);
        single_params["k"] = 1.0;
        const auto held = oracle("repeated_batch", held_params)->open(landscape, keys_of({7, 1}));
        const auto single = oracle("repeated_batch", single_params)->open(landscape, keys_of({7, 1}));
        std::set<std::vector<double>> different;
        for (int t = 0; t < 100; ++t) {
          const Draws now = *held->draws(t, 1), draw = *single->draws(t / k, 1);
          CHECK((now.noise != nullptr) == (sigma > 0));
          CHECK((now.batch != nullptr) == (batch > 0));
          CHECK(numbers(now, 3 * kPack, 1) == numbers(draw, 3 * kPack, 1));
          different.insert(numbers(now, 3 * kPack, 1));
        }
        if (sigma > 0) CHECK(different.size() == static_cast<std::size_t>((99 + k) / k));
      }
}

TEST_CASE(
    "an oracle that cannot serve a landscape refuses it in one line that names place, value and what is allowed") {
  const FormulaLandscape<Unlabelled> formula(Unlabelled{}, {});
  const SmallFit fit(12, 2);
  CHECK(refusal(oracle("minibatch", {{"batch", 3.0}}), formula) ==
        "scene.oracle.batch: '3' terms cannot be drawn from this landscape; allowed: landscapes that are a mean of "
        "terms (finite sums)");
  CHECK(
      refusal(oracle("minibatch", {{"batch", 13.0}, {"replacement", 0.0}}), fit) ==
      "scene.oracle.batch: '13' is more than the terms of this landscape; allowed without replacement: 1 ≤ batch ≤ 12");
  CHECK(refusal(oracle("minibatch", {{"batch", 12.0}, {"replacement", 0.0}}), fit).empty());
  CHECK(refusal(oracle("minibatch", {{"batch", 13.0}}), fit).empty());
  CHECK(refusal(oracle("label_noise"), formula) ==
        "scene.oracle: label noise has no label to act on in this landscape; allowed: landscapes with a label y");
  CHECK(
      refusal(oracle("repeated_batch", {{"batch", 2.0}}), formula).starts_with("scene.oracle.batch: '2' terms cannot"));
  CHECK(refusal(oracle("repeated_batch"), formula).empty());
  const FormulaLandscape<Uv> labelled(Uv{}, {});
  CHECK(refusal(oracle("label_noise"), labelled).empty());
  CHECK(refusal(oracle("label_noise", {{"batch", 2.0}}), labelled).starts_with("scene.oracle.batch: '2' terms cannot"));
}

TEST_CASE("the lanes of a tile must share a key exactly where they share a mini-batch") {
  for (const char* id :
       {"exact", "gaussian", "sign", "student_t", "uniform", "multiplicative", "label_noise", "repeated_batch"})
    CHECK_FALSE(oracle(id)->one_key_per_tile());
  CHECK(oracle("minibatch")->one_key_per_tile());
  CHECK(oracle("label_noise", {{"batch", 1.0}})->one_key_per_tile());
  CHECK(oracle("repeated_batch", {{"batch", 1.0}})->one_key_per_tile());
}

TEST_CASE("annealed noise is the same noise, shrunk along a line to nothing") {
  const auto landscape = make_choice(landscapes(), {"himmelblau"}, "test");
  std::vector<RandomKey> keys;
  for (std::uint32_t k = 0; k < 16; ++k) keys.push_back({.seed = 3, .replicate = k});
  for (const char* id : {"gaussian", "sign", "uniform", "student_t"}) {
    const auto steady = make_choice(oracles(), {id}, "test")->open(*landscape, keys);
    const auto annealed = make_choice(oracles(), {id, {{"anneal", 10.0}}}, "test")->open(*landscape, keys);
    for (int first = 0; first < 24; first += 3) {
      const double* a = steady->draws(first, 3)->noise;
      const double* b = annealed->draws(first, 3)->noise;
      for (int i = 0; i < 3 * 32; ++i) CHECK(b[i] == a[i] * std::max(0.0, 1 - (first + i / 32) / 10.0));
    }
  }
}
