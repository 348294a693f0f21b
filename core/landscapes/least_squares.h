// Least squares on synthetic data with a chosen spectrum.
#pragma once

#include "core/landscapes/landscape.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace steplab {

struct LeastSquaresSpec {
  int samples = 1000;
  std::vector<double> spectrum = {1.0, 0.1};  ///< eigenvalues of the Hessian, one a coordinate; at most `samples`
  double noise = 0.5;                         ///< standard deviation of the targets about the true line
  std::uint64_t seed = 1;
};
std::shared_ptr<const Landscape> make_least_squares(const LeastSquaresSpec& spec);

}  // namespace steplab
