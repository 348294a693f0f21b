// Why a run was lost, in a sentence.
#pragma once

#include "core/run/run.h"

#include <optional>
#include <span>
#include <string>

namespace steplab {

/// Where the steps of a replicate that went beyond kDivergenceLimit began to overshoot for good.
struct Overshoot {
  int step = 0;
  double step_size = 0, sharpness = 0;
  double edge = 2;  ///< what their product is compared with: step size × StabilityEdge::at(step size)
};

/// The first known row from which on the sharpness stays above `edge` to the end of the record; the
/// pre-conditioned sharpness takes the place of the sharpness where it is recorded. Nothing for a replicate that did
/// not diverge, and where the last known one is not above the edge (or none is known): noise or momentum, not the
/// curvature, carried it away.
std::optional<Overshoot> overshoot_of(const Trajectory& trajectory, const Outcome& outcome, const StabilityEdge& edge);

/// "step 3: step size 0.5 × sharpness 12 = 6 > 2: steps overshoot; lower ρ or η", or what else can be said: of the
/// three ways of RunStatus each has its own reason. "" for a replicate that was not lost.
std::string why_lost(const Trajectory& trajectory, const Outcome& outcome, const std::optional<StabilityEdge>& edge);

/// "3 diverged, 1 left the domain": how many of the replicates were lost, and how; "none" if none was.
std::string lost_text(std::span<const Outcome> outcomes);

}  // namespace steplab
