#include "core/analysis/suggest.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

/// The largest of 1, 2, 5 × 10^k that is not above x.
double round_down(double x) {
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  const double mantissa = x / power;
  return (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1) * power;
}

double largest_sharpness(const Landscape& landscape) {
  const auto& known = landscape.surroundings();
  double largest = sharpness_at(landscape, known.start);
  for (const auto& minimum : known.minima) largest = std::max(largest, sharpness_at(landscape, minimum.x));
  return largest;
}

/// Gradient descent from the landscape's start never climbs above it in so many steps. (It may get steeper on the way:
/// at the start of a tied chain everything is flat.)
bool descends(const Landscape& landscape, double step_size) {
  constexpr int kSteps = 200;
  Vector x = landscape.surroundings().start;
  const double first = value_at(landscape, x);
  for (int t = 0; t < kSteps; ++t) {
    x -= step_size * gradient_at(landscape, x);
    const double f = value_at(landscape, x);
    if (!(f <= first + 1e-9 * std::abs(first))) return false;
  }
  return true;
}

double view_width(const Landscape& landscape) {
  const auto& known = landscape.surroundings();
  return (known.view_high - known.view_low).maxCoeff();
}

}  // namespace

double suggested_step_size(const Landscape& landscape) {
  const double sharpness = largest_sharpness(landscape);
  const double slope = gradient_at(landscape, landscape.surroundings().start).norm();
  double step_size = sharpness > 0 ? 0.5 / sharpness : slope > 0 ? view_width(landscape) / (50 * slope) : 0.01;
  for (int tries = 0; tries < 20 && !descends(landscape, step_size); ++tries) step_size /= 2;
  return round_down(step_size);
}

double suggested_noise(const Landscape& landscape) {
  const double sharpness = largest_sharpness(landscape);
  if (!(sharpness > 0)) return round_down(std::max(0.1, gradient_at(landscape, landscape.surroundings().start).norm()));
  return round_down(0.01 * view_width(landscape) * std::sqrt(2 * sharpness / suggested_step_size(landscape)));
}

}  // namespace steplab
