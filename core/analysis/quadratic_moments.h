// SGD on a quadratic with noise of known variance: the expected loss without any sampling.
#pragma once

#include "core/run/prepare.h"

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace steplab {

/// f(x) − f* = ½ Σ λ_i x_i² along independent directions, noise of variance σ² in each.
class QuadraticMoments {
 public:
  QuadraticMoments(std::vector<double> curvatures, std::vector<double> start, double variance);
  /// The problem of a run, if that is exactly one: landscape "quadratic" or "least_squares", plain SGD under a
  /// schedule, exact gradients or additive noise of finite variance, no projection.
  static std::optional<QuadraticMoments> of(const PreparedRun& run);

  /// E f(x_T) − f* under step sizes η·factors: mean ← (1 − ηλ) mean, variance ← (1 − ηλ)² variance + η²σ².
  /// After a stop request: any number.
  double expected_loss(std::span<const double> factors, double step_size, const std::stop_token& stop = {}) const;

 private:
  std::vector<double> curvatures_, start_;
  double variance_;
};

}  // namespace steplab
