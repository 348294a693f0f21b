// Why a run diverged, in a sentence.
#pragma once

#include "core/run/run.h"

#include <optional>
#include <string>

namespace steplab {

/// Where the steps of a diverged replicate began to overshoot for good.
struct Overshoot {
  int step = 0;
  double step_size = 0, sharpness = 0;
  double edge = 2;  ///< stability_factor() of its optimizer
};

/// The first known row from which on step size × sharpness stays above `edge` to the end of the record; the
/// pre-conditioned sharpness takes the place of the sharpness where it is recorded. Nothing for a replicate that did
/// not diverge, and where the last known product is not above the edge (or none is known): noise or momentum, not the
/// curvature, carried it away.
std::optional<Overshoot> overshoot_of(const Trajectory& trajectory, const Outcome& outcome, double edge);

/// "step 3: step size 0.5 × sharpness 12 = 6 > 2: steps overshoot; lower ρ or η", or what else can be said: "" for a
/// replicate that did not diverge.
std::string why_diverged(const Trajectory& trajectory, const Outcome& outcome, std::optional<double> edge);

}  // namespace steplab
