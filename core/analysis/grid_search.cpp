#include "core/analysis/grid_search.h"

#include "core/base/math.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kOffsets = 512;
constexpr double kSmallestRatio = 1.02;  // finer grids than this nobody searches

}  // namespace

RobustnessFunction::RobustnessFunction(std::span<const double> rho, std::span<const double> R) {
  assert(rho.size() >= 2 && rho.size() == R.size());
  for (std::size_t i = 0; i < rho.size(); ++i) {
    log_rho_.push_back(steplab::log(rho[i]));
    log_R_.push_back(std::isfinite(R[i]) && R[i] > 0 ? steplab::log(R[i]) : kInfinity);
  }
}

double RobustnessFunction::log_at(double x) const {
  constexpr double kRounding = 1e-9;
  if (x < log_rho_.front() - kRounding || x > log_rho_.back() + kRounding) return kInfinity;
  const auto next = std::clamp<std::ptrdiff_t>(std::ranges::upper_bound(log_rho_, x) - log_rho_.begin(), 1,
                                               static_cast<std::ptrdiff_t>(log_rho_.size()) - 1);
  const auto right = static_cast<std::size_t>(next), left = right - 1;
  const double share = std::clamp((x - log_rho_[left]) / (log_rho_[right] - log_rho_[left]), 0.0, 1.0);
  if (share < kRounding) return log_R_[left];
  if (share > 1 - kRounding) return log_R_[right];
  if (log_R_[left] == kInfinity || log_R_[right] == kInfinity) return kInfinity;
  return log_R_[left] + share * (log_R_[right] - log_R_[left]);
}

double RobustnessFunction::at(double rho) const { return steplab::exp(log_at(steplab::log(rho))); }
double RobustnessFunction::from() const { return steplab::exp(log_rho_.front()); }
double RobustnessFunction::to() const { return steplab::exp(log_rho_.back()); }

GridPoint best_grid_point(const RobustnessFunction& curve, double ratio, double offset) {
  const double step = steplab::log(ratio);
  const double low = steplab::log(curve.from()) / step - offset, high = steplab::log(curve.to()) / step - offset;
  double best = 0, least = kInfinity;
  const auto last = static_cast<int>(std::floor(high + 1e-9));
  for (auto k = static_cast<int>(std::ceil(low - 1e-9)); k <= last; ++k) {
    const double x = step * (offset + k), log_R = curve.log_at(x);
    if (!(log_R < least)) continue;
    least = log_R;
    best = x;
  }
  return {.rho = steplab::exp(best), .R = steplab::exp(least)};
}

GridCost grid_cost(const RobustnessFunction& curve, double ratio) {
  GridCost cost{.ratio = ratio, .expected = 0, .worst = 0};
  for (int i = 0; i < kOffsets; ++i) {
    const double R = best_grid_point(curve, ratio, static_cast<double>(i) / kOffsets).R;
    cost.expected += R / kOffsets;
    cost.worst = std::max(cost.worst, R);
  }
  return cost;
}

double ratio_for(const RobustnessFunction& curve, double worst) {
  const auto enough = [&](double log_ratio) {
    return grid_cost(curve, steplab::exp(log_ratio)).worst <= worst * (1 + 1e-9);  // a curve is as good as itself
  };
  double low = steplab::log(kSmallestRatio), high = steplab::log(curve.to() / curve.from());
  if (enough(high)) return steplab::exp(high);
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (low + high);
    (enough(middle) ? low : high) = middle;
  }
  return low > steplab::log(kSmallestRatio) ? steplab::exp(low) : 1;
}

int trials(double span, double ratio) {
  if (!(ratio > 1)) return std::numeric_limits<int>::max();
  return std::max(1, static_cast<int>(std::ceil(steplab::log(span) / steplab::log(ratio) - 1e-9)));
}

TrialsSaved trials_saved(const RobustnessFunction& reference, const RobustnessFunction& curve, double ratio,
                         double span) {
  const double worst = grid_cost(reference, ratio).worst;
  const double enough = ratio_for(curve, worst);
  return {.worst = worst, .ratio = enough, .reference_trials = trials(span, ratio), .trials = trials(span, enough)};
}

}  // namespace steplab
