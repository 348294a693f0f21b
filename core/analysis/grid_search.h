// What a coarse grid of step sizes costs, from the curve R(ρ).
#pragma once

#include <span>
#include <vector>

namespace steplab {

/// A curve R(ρ) as a function: straight in log-log between its points (ρ ascending), which must enclose what is asked.
class RobustnessFunction {
 public:
  /// Points whose R is not finite count as infinite. Needs two points at least.
  RobustnessFunction(std::span<const double> rho, std::span<const double> R);
  /// Infinite outside of the curve.
  double at(double rho) const;
  /// log R at log ρ.
  double log_at(double log_rho) const;
  double from() const;
  double to() const;

 private:
  std::vector<double> log_rho_, log_R_;
};

/// The grid η* · r^(offset + k), k = …, −1, 0, 1, …, with ratio r > 1 and 0 ≤ offset < 1, within the curve's reach.
struct GridPoint {
  double rho = 1;  ///< the best grid point, as a multiple of η*
  double R = 1;    ///< the loss there over loss*; infinite if the curve reaches no grid point
};
GridPoint best_grid_point(const RobustnessFunction& curve, double ratio, double offset);

/// What the best point of a grid costs when nothing is known of η*: over all offsets, evenly.
struct GridCost {
  double ratio = 1;
  double expected = 1, worst = 1;
};
GridCost grid_cost(const RobustnessFunction& curve, double ratio);

/// The largest ratio (up to that of the curve's ends) whose worst loss is at most `worst` times loss*: 1 if none
/// above 1.02 is.
double ratio_for(const RobustnessFunction& curve, double worst);

/// Runs that a grid of this ratio needs so that some point is near η*, wherever that is in an interval whose ends
/// differ by the factor `span` ≥ 1: ⌈log span / log ratio⌉, at least 1.
int trials(double span, double ratio);

/// At the worst loss that `reference` has on a grid of `ratio`: the ratio that is enough for `curve`, and the trials of
/// both over `span`.
struct TrialsSaved {
  double worst = 1, ratio = 1;
  int reference_trials = 1, trials = 1;
  int saved() const { return reference_trials - trials; }
};
TrialsSaved trials_saved(const RobustnessFunction& reference, const RobustnessFunction& curve, double ratio,
                         double span);

}  // namespace steplab
