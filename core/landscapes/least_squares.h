// Least squares on synthetic data: with a chosen spectrum, or Gaussian as drawn.
#pragma once

#include "core/landscapes/landscape.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace steplab {

struct LeastSquaresSpec {
  int samples = 1000;
  std::vector<double> spectrum = {1.0, 0.1};  ///< eigenvalues of the Hessian, one a coordinate; at most `samples`
  /// > 0: samples of so many independent standard normal coordinates, as drawn; `spectrum` is not used.
  int gaussian_dim = 0;
  double noise = 0.5;  ///< standard deviation of the targets about the true line
  std::uint64_t seed = 1;
};
std::shared_ptr<const Landscape> make_least_squares(const LeastSquaresSpec& spec);

}  // namespace steplab
