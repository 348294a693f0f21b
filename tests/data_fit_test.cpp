#include "core/base/random.h"
#include "core/landscapes/dense_solve.h"
#include "core/landscapes/least_squares.h"
#include "core/landscapes/logistic.h"
#include "core/landscapes/synthetic_data.h"

#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace steplab;

namespace {

using LandscapePtr = std::shared_ptr<const Landscape>;

LandscapeEntry entry(const std::string& id) { return find_entry(data_fit_landscapes(), id, "test"); }
LandscapePtr made(const std::string& id, const std::map<std::string, Value>& params) {
  return entry(id).make(resolve(entry(id).params, params, "test"));
}

// Keyed points of a given spread.
Vector keyed_point(int dim, std::uint32_t replicate, double spread = 1) {
  Vector x(dim);
  for (int j = 0; j < dim; ++j) x[j] = spread * normal({77, replicate}, static_cast<std::uint64_t>(j));
  return x;
}
Tile keyed_tile(int lanes, int dim) {
  Tile x(lanes, dim);
  for (int lane = 0; lane < lanes; ++lane)
    x.row(lane) = keyed_point(dim, static_cast<std::uint32_t>(lane), 0.3).transpose();
  return x;
}
std::vector<int> keyed_terms(int count, int n) {
  std::vector<int> terms;
  for (int k = 0; k < count; ++k)
    terms.push_back(
        static_cast<int>(uniform_below(random_words(RandomKey{5, 0}, Stream::kBatch, static_cast<std::uint64_t>(k))[0],
                                       static_cast<std::uint32_t>(n))));
  return terms;
}

Vector difference_gradient(const Landscape& f, const Vector& x, double h) {
  Vector g(x.size());
  for (Eigen::Index j = 0; j < x.size(); ++j) {
    const Vector e = h * Vector::Unit(x.size(), j);
    g[j] = (value_at(f, x + e) - value_at(f, x - e)) / (2 * h);
  }
  return g;
}
Matrix difference_hessian(const Landscape& f, const Vector& x, double h) {
  Matrix hessian(x.size(), x.size());
  for (Eigen::Index j = 0; j < x.size(); ++j) {
    const Vector e = h * Vector::Unit(x.size(), j);
    hessian.col(j) = (gradient_at(f, x + e) - gradient_at(f, x - e)) / (2 * h);
  }
  return hessian;
}

// SGD of one lane written as one would by hand; the mean gradient of a batch from the samples themselves.
struct Reference {
  Samples samples;
  bool logistic;
  double ridge;
  Vector mean_gradient(const Vector& w, std::span<const int> batch) const {
    Vector g = ridge * w;
    for (const int i : batch) {
      const Eigen::Map<const Vector> x(samples.row(i), samples.dim);
      const double y = samples.y[static_cast<std::size_t>(i)], z = x.dot(w);
      g += (logistic ? -y / (1 + std::exp(y * z)) : z - y) / static_cast<double>(batch.size()) * x;
    }
    return g;
  }
};

struct Case {
  LandscapePtr landscape;
  Reference reference;
};
Case logistic_case(int n, int d, double a, double ridge) {
  return {make_logistic({.samples = n, .dim = d, .a = a, .ridge = ridge}),
          {classification_samples(n, d, a, 0.1, 1), true, ridge}};
}
Case squares_case(int n, const std::vector<double>& spectrum) {
  return {make_least_squares({.samples = n, .spectrum = spectrum, .noise = 0.5}),
          {regression_samples(n, spectrum, 0.5, 1), false, 0}};
}

}  // namespace

TEST_CASE("a data set of normal samples is the beginning of every larger one, and has the moments of its law") {
  const Samples small = normal_samples(5, 3, 9), large = normal_samples(20000, 3, 9);
  for (std::size_t k = 0; k < small.x.size(); ++k) CHECK(small.x[k] == large.x[k]);
  double sum = 0, square = 0, fourth = 0;
  for (const double x : large.x) {
    sum += x;
    square += x * x;
    fourth += x * x * x * x;
  }
  const double n = static_cast<double>(large.x.size());
  CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
  CHECK(std::abs(square / n - 1) < 5 * std::sqrt(2 / n));
  CHECK(std::abs(fourth / n - 3) < 5 * std::sqrt(96 / n));
}

TEST_CASE("classification samples have variances j^-a and one label in ten flipped") {
  const int n = 20000;
  const Samples s = classification_samples(n, 3, 1.0, 0.1, 4);
  const Vector truth = random_direction(3, 2.0, 4);
  CHECK(truth.norm() == doctest::Approx(2.0).epsilon(1e-14));
  int flipped = 0;
  double square[3] = {};
  for (int i = 0; i < n; ++i) {
    const Eigen::Map<const Vector> x(s.row(i), 3);
    flipped += (x.dot(truth) > 0 ? 1.0 : -1.0) != s.y[static_cast<std::size_t>(i)];
    for (int j = 0; j < 3; ++j) square[j] += x[j] * x[j] / n;
  }
  CHECK(std::abs(flipped / double{n} - 0.1) < 5 * std::sqrt(0.09 / n));
  for (int j = 0; j < 3; ++j) CHECK(std::abs(square[j] * (j + 1) - 1) < 5 * std::sqrt(2.0 / n));
}

TEST_CASE("the Hessian of least squares has the chosen eigenvalues") {
  for (const int d : {1, 5, 40}) {
    std::vector<double> spectrum;
    for (int j = 0; j < d; ++j) spectrum.push_back(1.0 / (1 + j));
    for (const int n : {d, 4 * d + 3}) {
      const auto f = make_least_squares({.samples = n, .spectrum = spectrum});
      const Vector eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix>(f->hessian(Vector::Zero(d))).eigenvalues();
      for (int j = 0; j < d; ++j)
        CHECK(eigenvalues[d - 1 - j] == doctest::Approx(spectrum[static_cast<std::size_t>(j)]).epsilon(1e-11));
      CHECK(sharpness_at(*f, Vector::Zero(d)) == doctest::Approx(eigenvalues[d - 1]).epsilon(1e-11));
    }
  }
}

TEST_CASE("spectra are what their parameters say: power law, geometric, list") {
  const auto diagonal = [](const std::map<std::string, Value>& params) -> Vector {
    const auto f = made("least_squares", params);
    return f->hessian(Vector::Zero(f->dim())).diagonal();
  };
  const auto check = [](const Vector& found, const Vector& expected) {
    CHECK((found - expected).norm() < 1e-12 * expected.norm());
  };
  check(diagonal({{"d", 4.0}, {"spectrum", "power_law"}, {"a", 2.0}}), Vector{{1, 1 / 4.0, 1 / 9.0, 1 / 16.0}});
  check(diagonal({{"d", 3.0}, {"kappa", 100.0}}), Vector{{1, 0.1, 0.01}});
  check(diagonal({{"d", 3.0}, {"spectrum", "list"}, {"eigenvalues", std::vector{5.0, 0.25, 3.0}}}),
        Vector{{5, 0.25, 3}});
}

TEST_CASE("the least-squares optimum satisfies the normal equations and has the loss of its residuals") {
  for (const double kappa : {1.0, 1e3}) {
    const int n = 300, d = 12;
    std::vector<double> spectrum;
    for (int j = 0; j < d; ++j) spectrum.push_back(std::pow(kappa, -j / (d - 1.0)));
    const auto [f, reference] = squares_case(n, spectrum);
    const Samples& s = reference.samples;
    using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const Rows> x(s.x.data(), n, d);
    const Eigen::Map<const Vector> y(s.y.data(), n);
    const Minimum best = f->surroundings().minima.at(0);
    const Vector residual = x * best.x - y;
    CHECK((x.transpose() * residual / n).norm() < 1e-14);
    CHECK(best.value == doctest::Approx(residual.squaredNorm() / (2 * n)).epsilon(1e-13));
    CHECK(value_at(*f, best.x) == best.value);
    CHECK(gradient_at(*f, best.x).norm() == 0);
    // The form about the minimiser is the sum of squares itself.
    const Vector w = keyed_point(d, 3);
    CHECK(value_at(*f, w) == doctest::Approx((x * w - y).squaredNorm() / (2 * n)).epsilon(1e-12));
  }
}

TEST_CASE("least squares in one dimension agrees with the formulas worked by hand") {
  // f = (1/2n) Σ (x w − y)²: w* = Σxy/Σx², f* = (Σy² − (Σxy)²/Σx²)/2n, f' = (w Σx² − Σxy)/n, f'' = Σx²/n.
  const int n = 7;
  const auto [f, reference] = squares_case(n, {2.5});
  double xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < n; ++i) {
    xx += reference.samples.x[i] * reference.samples.x[i];
    xy += reference.samples.x[i] * reference.samples.y[i];
    yy += reference.samples.y[i] * reference.samples.y[i];
  }
  const Minimum best = f->surroundings().minima.at(0);
  CHECK(best.x[0] == doctest::Approx(xy / xx).epsilon(1e-13));
  CHECK(best.value == doctest::Approx((yy - xy * xy / xx) / (2 * n)).epsilon(1e-12));
  CHECK(gradient_at(*f, Vector{{0.7}})[0] == doctest::Approx((0.7 * xx - xy) / n).epsilon(1e-13));
  CHECK(f->hessian(Vector{{0.7}})(0, 0) == doctest::Approx(xx / n).epsilon(1e-13));
  CHECK(xx / n == doctest::Approx(2.5).epsilon(1e-13));
}

TEST_CASE("a shifted label moves the least-squares gradient by minus shift times sample") {
  const int d = 3;
  const auto [f, reference] = squares_case(20, {1.0, 0.5, 0.25});
  const std::vector<int> batch = {4, 4, 11};
  const Tile x = keyed_tile(kPack, d);
  Tile plain(kPack, d), shifted(kPack, d);
  f->batch_gradient(x, batch, plain);
  const Tile shift = keyed_tile(kPack, 3);
  f->label_gradient(x, batch, shift, shifted);
  for (int lane = 0; lane < kPack; ++lane)
    for (int j = 0; j < d; ++j) {
      double expected = plain(lane, j);
      for (int k = 0; k < 3; ++k)
        expected -= shift(lane, k) * reference.samples.row(batch[static_cast<std::size_t>(k)])[j] / 3;
      CHECK(shifted(lane, j) == doctest::Approx(expected).epsilon(1e-13).scale(1));
    }
}

TEST_CASE("the falling sigmoid and its logarithm are exact to rounding, and stable for every argument") {
  for (int k = 0; k <= 3783; ++k) {
    const double m = -700 + 0.37 * k;
    const auto exact = 1 / (1 + std::exp(static_cast<long double>(m)));
    const auto exact_log = m < 0 ? -m + std::log1p(std::exp(static_cast<long double>(m)))
                                 : std::log1p(std::exp(-static_cast<long double>(m)));
    CHECK(std::abs(static_cast<double>(falling_sigmoid(m) / exact - 1)) < 8e-16);
    CHECK(std::abs(static_cast<double>(softplus_falling(m) / exact_log - 1)) < 8e-16);
  }
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(falling_sigmoid(-inf) == 1);
  CHECK(falling_sigmoid(inf) < 1e-300);
  CHECK(softplus_falling(-1e6) == 1e6);
  CHECK(softplus_falling(1e6) == 0);
  CHECK(std::isnan(falling_sigmoid(std::nan(""))));
  CHECK(std::isnan(softplus_falling(std::nan(""))));
}

TEST_CASE("logistic regression starts at ln 2, and Newton ends where the gradient vanishes") {
  for (const auto& params :
       {std::map<std::string, Value>{}, {{"n", 2000.0}, {"d", 30.0}, {"a", 1.0}}, {{"d", 5.0}, {"ridge", 0.1}}}) {
    const auto f = made("logistic", params);
    // n additions one after another: relative error at most n/2⁵³.
    CHECK(std::abs(value_at(*f, Vector::Zero(f->dim())) / std::log(2.0) - 1) <= (f->terms() + 3) * 0x1p-53);
    const Minimum best = f->surroundings().minima.at(0);
    CHECK(gradient_at(*f, best.x).norm() < 1e-12);
    CHECK(best.value == value_at(*f, best.x));
    CHECK(best.value < std::log(2.0));
    CHECK(Eigen::SelfAdjointEigenSolver<Matrix>(f->hessian(best.x)).eigenvalues()[0] > 0);
    for (std::uint32_t k = 0; k < 5; ++k) CHECK(value_at(*f, best.x + keyed_point(f->dim(), k, 0.1)) > best.value);
  }
}

TEST_CASE("separable samples have no logistic minimum, and none is claimed") {
  std::map<std::string, Value> params = {{"n", 20.0}, {"d", 4.0}, {"flip", 0.0}};
  const auto f = made("logistic", params);
  CHECK(f->surroundings().minima.empty());
  CHECK(!f->surroundings().least_value);
  params["ridge"] = 0.01;  // which makes it strongly convex
  CHECK(gradient_at(*made("logistic", params), made("logistic", params)->surroundings().minima.at(0).x).norm() < 1e-12);
}

TEST_CASE("gradients and Hessians of data fits agree with central differences") {
  for (const auto& f : {logistic_case(150, 6, 1.0, 0.0).landscape, logistic_case(150, 6, 0.0, 0.3).landscape,
                        squares_case(60, {3, 1, 0.1}).landscape})
    for (std::uint32_t k = 0; k < 4; ++k) {
      const Vector x = keyed_point(f->dim(), k);
      const Matrix h = f->hessian(x);
      CHECK((gradient_at(*f, x) - difference_gradient(*f, x, 1e-5)).norm() < 1e-9);
      CHECK((h - difference_hessian(*f, x, 1e-5)).norm() < 1e-9);
      CHECK(h == h.transpose());
      const Vector v = keyed_point(f->dim(), 100 + k);
      CHECK((f->hessian_times(x, v) - h * v).norm() < 1e-13);
    }
}

TEST_CASE("the batch of all terms has the full gradient") {
  for (const auto& f : {logistic_case(101, 7, 1.0, 0.2).landscape, squares_case(101, {1, 0.1, 0.01}).landscape}) {
    std::vector<int> everything;
    for (int i = 0; i < f->terms(); ++i) everything.push_back(i);
    const Tile x = keyed_tile(16, f->dim());
    Tile full(16, f->dim()), batch(16, f->dim());
    f->gradient(x, full);
    f->batch_gradient(x, everything, batch);
    CHECK((full - batch).abs().maxCoeff() < 1e-14);
  }
}

TEST_CASE("descend is SGD as one would write it for one run") {
  for (const int batch_size : {1, 2, 5, 32, 70})
    for (const auto& [f, reference] :
         {logistic_case(200, 7, 1.0, 0.0), logistic_case(200, 6, 0.0, 0.1), squares_case(200, {1, 0.5, 0.2, 0.1})})
      for (const bool noisy : {false, true}) {
        const int steps = 40, lanes = 16, d = f->dim();
        const std::vector<int> terms = keyed_terms(steps * batch_size, f->terms());
        const Tile eta = 0.05 * keyed_tile(lanes, steps).abs() + 0.02, noise = keyed_tile(lanes, steps * d);
        Tile x = keyed_tile(lanes, d);
        std::vector<Vector> expected;
        for (int lane = 0; lane < lanes; ++lane) {
          Vector w = x.row(lane).matrix();
          for (int t = 0; t < steps; ++t) {
            Vector g = reference.mean_gradient(w, std::span(terms).subspan(static_cast<std::size_t>(t * batch_size),
                                                                           static_cast<std::size_t>(batch_size)));
            if (noisy)
              for (int j = 0; j < d; ++j) g[j] += noise(lane, t * d + j);
            w -= eta(lane, t) * g;
          }
          expected.push_back(w);
        }
        Lanes extent(lanes);
        f->descend(x, eta.data(), {noisy ? noise.data() : nullptr, terms.data(), batch_size}, steps, extent);
        for (int lane = 0; lane < lanes; ++lane)
          CHECK((x.row(lane).matrix().transpose() - expected[static_cast<std::size_t>(lane)]).norm() < 1e-12);
      }
}

TEST_CASE("an update of descend gives the same bits in any piece and any width of tile") {
  for (const int batch_size : {1, 5, 0})
    for (const auto& f : {logistic_case(50, 5, 1.0, 0.0).landscape, logistic_case(50, 4, 0.0, 0.1).landscape,
                          squares_case(50, {1, 0.5, 0.2}).landscape}) {
      const int steps = 12, widest = 64, d = f->dim();
      const std::vector<int> terms = keyed_terms(steps * batch_size, f->terms());
      const int* batch = batch_size ? terms.data() : nullptr;
      const Tile start = keyed_tile(widest, d), eta = 0.3 * keyed_tile(widest, steps).abs();
      Tile whole = start;
      Lanes extent(widest);
      f->descend(whole, eta.data(), {nullptr, batch, batch_size}, steps, extent);
      for (const int lanes : {8, 16, 24, 32, 40, 48, 56, 64})
        for (const int piece : {1, 3, 12}) {
          Tile x = start.topRows(lanes);
          const Tile step_size = eta.topRows(lanes);
          Lanes reached(lanes);
          for (int t = 0; t < steps; t += piece)
            f->descend(x, step_size.data() + t * lanes, {nullptr, batch ? batch + t * batch_size : nullptr, batch_size},
                       piece, reached);
          CHECK((x == whole.topRows(lanes)).all());
        }
    }
}

TEST_CASE("extent is the largest coordinate of one update, a close bound for more, and says when one is not a number") {
  for (const int batch_size : {1, 4}) {
    const auto f = logistic_case(50, 5, 0.0, 0.0).landscape;
    const int steps = 10, lanes = 48;
    const std::vector<int> terms = keyed_terms(steps * batch_size, 50);
    const Tile eta = Tile::Constant(lanes, steps, 2.0);
    Tile x = keyed_tile(lanes, 5), y = x;
    Lanes one(lanes), all(lanes), largest = Lanes::Zero(lanes);
    for (int t = 0; t < steps; ++t) {
      f->descend(x, eta.data(), {nullptr, terms.data() + t * batch_size, batch_size}, 1, one);
      CHECK((one == x.abs().rowwise().maxCoeff()).all());
      largest = largest.max(one);
    }
    f->descend(y, eta.data(), {nullptr, terms.data(), batch_size}, steps, all);
    CHECK((all >= largest).all());
    // A step moves a coordinate by at most η |x_ij| < 2 · 4.5.
    CHECK((all <= largest + steps * 9).all());
    Tile bad = keyed_tile(lanes, 5);
    bad(3, 2) = std::nan("");
    bad(9, 4) = std::numeric_limits<double>::infinity();
    for (const int count : {1, steps}) {
      Tile z = bad;
      f->descend(z, eta.data(), {nullptr, terms.data(), batch_size}, count, all);
      CHECK(!(all[3] <= 1e30));
      CHECK(!(all[9] <= 1e30));
      CHECK(all[4] <= 1e3);
    }
  }
}

TEST_CASE("a triangular factor by hand: [[4, 2], [2, 5]] = L Lᵀ with L = [[2, 0], [1, 2]]") {
  Matrix a{{4, 2}, {2, 5}};
  CHECK(cholesky(a));
  CHECK(a(0, 0) == 2);
  CHECK(a(1, 0) == 1);
  CHECK(a(1, 1) == 2);
  const Vector x = cholesky_solve(a, Vector{{8, 12}});  // 4x + 2y = 8, 2x + 5y = 12
  CHECK(x[0] == 1);
  CHECK(x[1] == 2);
  Matrix indefinite{{1, 2}, {2, 1}};
  CHECK(!cholesky(indefinite));
}

TEST_CASE("sizes that cannot be are refused in one line that names the parameter") {
  const auto refusal = [](const std::string& id, const std::map<std::string, Value>& params) -> std::string {
    try {
      made(id, params);
    } catch (const InputError& e) {
      return e.what();
    }
    return "";
  };
  CHECK(refusal("least_squares", {{"n", 5.0}, {"d", 6.0}}).find("landscape.least_squares.d: '6'") == 0);
  CHECK(refusal("least_squares", {{"spectrum", "list"}, {"eigenvalues", std::vector{1.0}}})
            .find("landscape.least_squares.eigenvalues: '1'") == 0);
  CHECK(refusal("logistic", {{"n", 1e5}, {"d", 500.0}}).find("landscape.logistic.n: '1e+05'") == 0);
}
