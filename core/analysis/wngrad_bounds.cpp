#include "core/analysis/wngrad_bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

/// What holds from the first b_J ≥ L on: docs/notes/wngrad.md, A.4: 3 leads to 1.
struct Crossing {
  double rise, gap, b;
};
Crossing crossing(double L, double D, double b1, double first_squared_gradient) {
  if (b1 >= L) return {0, D, b1};
  const double first = first_squared_gradient;
  const double rise = L / 2 * (first / (b1 * b1) + std::log(L / b1));
  const double growth = (1 + L / b1) * (1 + L / b1);
  return {rise, D + rise, L + growth * std::max(L, first / b1)};
}

}  // namespace

WNGradBound wngrad_bound(double L, double D, double b1, double first_squared_gradient) {
  const Crossing at = crossing(L, D, b1, first_squared_gradient);
  const double b = at.b + 8 * at.gap;
  return {.b = b, .gradient = b1 >= L ? 2 * D * b : std::numeric_limits<double>::quiet_NaN(), .rise = at.rise};
}

double wngrad_crossing_steps(double L, double b1, double eps) {
  return b1 >= L ? 0 : 1 + std::ceil((L * L - b1 * b1) / (2 * eps));
}

double wngrad_steps_to(double L, double D, double b1, double first_squared_gradient, double eps) {
  const Crossing at = crossing(L, D, b1, first_squared_gradient);
  return wngrad_crossing_steps(L, b1, eps) + 1 + std::ceil(2 * at.gap * (at.b + 8 * at.gap) / eps);
}

double wngrad_convex_b(double D, double b1) { return b1 + 2 * D; }

AdaGradNormBound adagrad_norm_bound(double D, double b0, double eta) {
  const double b = b0 + 2 * D / eta;
  return {.b = b, .gradient = 2 * D * b / eta};
}

double wngrad_stochastic_b(double G, double b0, double T) {
  return std::sqrt(b0 * b0 + T * (2 * G * G + G * G * G * G / (b0 * b0)));
}

double wngrad_stochastic_gap(double G, double radius, double b0, double T) {
  return (radius * radius + 1) / 2 * wngrad_stochastic_b(G, b0, T) / T;
}

}  // namespace steplab
