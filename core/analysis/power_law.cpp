#include "core/analysis/power_law.h"

#include "core/base/math.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kRounding = 1 + 1e-9;

/// log₂ of how much larger the factor is at twice the distance from the end; steps are counted from the end.
double local_degree(std::span<const double> factors, std::size_t steps) {
  const double near = factors[factors.size() - steps], far = factors[factors.size() - 2 * steps];
  return steplab::log(far / near) / steplab::log(2.0);
}

}  // namespace

double PowerLaw::at(double x) const { return scale * steplab::exp(slope * steplab::log(x)); }

PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y, double from, double to) {
  double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i] * kRounding >= from && x[i] <= to * kRounding && y[i] > 0 && std::isfinite(y[i]))) continue;
    const double u = steplab::log(x[i]), v = steplab::log(y[i]);
    n += 1;
    sum_x += u;
    sum_y += v;
    sum_xx += u * u;
    sum_xy += u * v;
  }
  PowerLaw law{.slope = kNan, .scale = kNan, .points = static_cast<int>(n)};
  const double spread = n * sum_xx - sum_x * sum_x;
  if (n < 2 || !(spread > 0)) return law;
  law.slope = (n * sum_xy - sum_x * sum_y) / spread;
  law.scale = steplab::exp((sum_y - law.slope * sum_x) / n);
  return law;
}

double decay_degree(std::span<const double> factors) {
  constexpr double kSame = 0.1;  // how far two places of one power law may differ
  while (!factors.empty() && !(factors.back() > 0)) factors = factors.first(factors.size() - 1);
  if (factors.size() < 8) return kNan;
  const double near = local_degree(factors, 1);
  const double far = local_degree(factors, std::max<std::size_t>(2, factors.size() / 128));
  if (!(std::abs(near - far) <= kSame * std::max(1.0, std::abs(near)))) return kNan;
  return std::max(0.0, std::floor(near * 50 + 0.5) / 50);  // a second digit would be the grid's, not the schedule's
}

double worst_problem_slope(double degree) { return 1 / (2 * degree + 1); }
double smooth_problem_slope(double degree) { return 1 / (degree + 1); }

}  // namespace steplab
