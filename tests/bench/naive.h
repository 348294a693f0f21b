// What a careful programmer writes first: one run at a time, virtual calls, libm. The yardstick of every ratio we
// state.
#pragma once

#include "core/base/random.h"

#include <Eigen/Core>

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

namespace steplab::naive {

struct Function {
  virtual ~Function() = default;
  virtual double value(const Eigen::Vector2d& x) const = 0;
  virtual Eigen::Vector2d gradient(const Eigen::Vector2d& x) const = 0;
};
std::unique_ptr<Function> rosenbrock();
std::unique_ptr<Function> himmelblau();

struct Decay {
  virtual ~Decay() = default;
  virtual double factor(int t, int steps) const = 0;
};
std::unique_ptr<Decay> cosine();

/// Two standard normals for (seed, run, t): one Philox block, Box-Muller in double precision by libm.
inline Eigen::Vector2d normals(std::uint64_t seed, std::uint32_t run, int t) {
  const auto w = random_words(RandomKey{seed, run}, Stream::kNoise, static_cast<std::uint64_t>(t));
  const double radius = std::sqrt(-2 * std::log(uniform_open(w[0])));
  const double angle = 2 * 3.14159265358979323846 * uniform_open(w[1]);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// Final loss of one run of SGD with Gaussian noise.
double descend(const Function& f, const Decay& decay, Eigen::Vector2d x, double eta, double sigma, int steps,
               std::uint64_t seed, std::uint32_t run);

/// Which of `minima` gradient descent from x ends nearest to.
int basin(const Function& f, Eigen::Vector2d x, double eta, int steps, const std::vector<Eigen::Vector2d>& minima);

/// Logistic regression on row-major data, labels ±1; descend() gives the final loss over all of it.
struct Logistic {
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> x;
  Eigen::VectorXd y;
};
Logistic logistic(int n, int d, std::uint64_t seed);
double descend(const Logistic& data, const Decay& decay, double eta, int steps, int batch, std::uint64_t seed,
               std::uint32_t run);

}  // namespace steplab::naive
