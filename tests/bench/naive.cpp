#include "tests/bench/naive.h"

#include <algorithm>

namespace steplab::naive {
namespace {

struct Rosenbrock final : Function {
  double value(const Eigen::Vector2d& p) const override {
    const double a = 1 - p[0], b = p[1] - p[0] * p[0];
    return a * a + 100 * b * b;
  }
  Eigen::Vector2d gradient(const Eigen::Vector2d& p) const override {
    const double b = p[1] - p[0] * p[0];
    return {-2 * (1 - p[0]) - 400 * p[0] * b, 200 * b};
  }
};

struct Himmelblau final : Function {
  double value(const Eigen::Vector2d& p) const override {
    const double a = p[0] * p[0] + p[1] - 11, b = p[0] + p[1] * p[1] - 7;
    return a * a + b * b;
  }
  Eigen::Vector2d gradient(const Eigen::Vector2d& p) const override {
    const double a = p[0] * p[0] + p[1] - 11, b = p[0] + p[1] * p[1] - 7;
    return {4 * p[0] * a + 2 * b, 2 * a + 4 * p[1] * b};
  }
};

struct Cosine final : Decay {
  double factor(int t, int steps) const override { return 0.5 * (1 + std::cos(3.14159265358979323846 * t / steps)); }
};

}  // namespace

std::unique_ptr<Function> rosenbrock() { return std::make_unique<Rosenbrock>(); }
std::unique_ptr<Function> himmelblau() { return std::make_unique<Himmelblau>(); }
std::unique_ptr<Decay> cosine() { return std::make_unique<Cosine>(); }

double descend(const Function& f, const Decay& decay, Eigen::Vector2d x, double eta, double sigma, int steps,
               std::uint64_t seed, std::uint32_t run) {
  for (int t = 0; t < steps; ++t) x -= eta * decay.factor(t, steps) * (f.gradient(x) + sigma * normals(seed, run, t));
  return f.value(x);
}

int basin(const Function& f, Eigen::Vector2d x, double eta, int steps, const std::vector<Eigen::Vector2d>& minima) {
  for (int t = 0; t < steps; ++t) x -= eta * f.gradient(x);
  if (!x.allFinite()) return -1;
  int nearest = 0;
  for (std::size_t k = 1; k < minima.size(); ++k)
    if ((x - minima[k]).squaredNorm() < (x - minima[static_cast<std::size_t>(nearest)]).squaredNorm())
      nearest = static_cast<int>(k);
  return nearest;
}

Logistic logistic(int n, int d, std::uint64_t seed) {
  Logistic data{{n, d}, Eigen::VectorXd(n)};
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < d; ++j)
      data.x(i, j) = normal({seed, static_cast<std::uint32_t>(i)}, static_cast<std::uint64_t>(j)) / std::sqrt(1.0 + j);
    data.y[i] = data.x.row(i).sum() > 0 ? 1 : -1;
  }
  return data;
}

double descend(const Logistic& data, const Decay& decay, double eta, int steps, int batch, std::uint64_t seed,
               std::uint32_t run) {
  Eigen::VectorXd w = Eigen::VectorXd::Zero(data.x.cols()), g(data.x.cols());
  const auto n = static_cast<std::uint32_t>(data.x.rows());
  std::uint64_t draw = 0;
  for (int t = 0; t < steps; ++t) {
    g.setZero();
    for (int k = 0; k < batch; ++k, ++draw) {
      const auto words = random_words(RandomKey{seed, run}, Stream::kBatch, draw / 4);
      const auto i = static_cast<Eigen::Index>(uniform_below(words[draw % 4], n));
      const double margin = data.y[i] * data.x.row(i).dot(w);
      g.noalias() -= (data.y[i] / (1 + std::exp(margin))) * data.x.row(i).transpose();
    }
    w.noalias() -= (eta * decay.factor(t, steps) / batch) * g;
  }
  // What a sweep is for: the loss over the whole data at the end.
  double loss = 0;
  for (Eigen::Index i = 0; i < data.x.rows(); ++i) {
    const double margin = data.y[i] * data.x.row(i).dot(w);
    loss += std::max(-margin, 0.0) + std::log1p(std::exp(-std::abs(margin)));
  }
  return loss / n;
}

}  // namespace steplab::naive
