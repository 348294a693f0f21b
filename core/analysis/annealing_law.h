// Which slope of log R over log ρ theory predicts for a schedule, over the ρ that are looked at, or why none.
#pragma once

#include <limits>
#include <span>
#include <string>

namespace steplab {

/// The laws of power_law.h, both for schedules ~ (1 − u)^p.
enum class AnnealingLaw {
  kSmoothProblem,  ///< 1/(p+1)
  kWorstProblem,   ///< 1/(2p+1)
};

struct PredictedSlope {
  double slope = std::numeric_limits<double>::quiet_NaN();
  std::string reason{};  ///< why there is none; empty if there is one
  bool known() const { return reason.empty(); }
};

/// Both laws are limits for ρ → ∞, of the power with which a schedule comes to zero at its very end (decay_degree()).
/// The limit is the prediction if between from and to the schedule has the slope of (1 − u)^p itself to 0.04, by a
/// model of the law: the noise that SGD keeps on a quadratic, or the last iterate's bound. Else none: the schedule has
/// a floor, jumps, or is no power where it counts.
PredictedSlope predicted_slope(AnnealingLaw law, std::span<const double> factors, double from, double to);

}  // namespace steplab
