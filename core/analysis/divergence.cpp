#include "core/analysis/divergence.h"

#include <charconv>
#include <cmath>

namespace steplab {
namespace {

std::string three_digits(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 3).ptr};
}

}  // namespace

std::optional<Overshoot> overshoot_of(const Trajectory& trajectory, const Outcome& outcome, double edge) {
  if (outcome.status != RunStatus::kDiverged) return std::nullopt;
  const auto& sharpness =
      trajectory.preconditioned_sharpness.empty() ? trajectory.sharpness : trajectory.preconditioned_sharpness;
  std::optional<Overshoot> begun;
  for (std::size_t row = sharpness.size(); row-- > 0;) {
    const double product = trajectory.step_size[row] * sharpness[row];
    if (std::isnan(product)) continue;  // not recorded in this row, or no update follows
    if (!(product > edge)) break;
    begun = {trajectory.step[row], trajectory.step_size[row], sharpness[row], edge};
  }
  return begun;
}

std::string why_diverged(const Trajectory& trajectory, const Outcome& outcome, std::optional<double> edge) {
  if (outcome.status != RunStatus::kDiverged) return "";
  const auto begun = edge ? overshoot_of(trajectory, outcome, *edge) : std::nullopt;
  if (!begun) return "diverged at step " + std::to_string(outcome.steps) + ": a coordinate passed 1e30; lower ρ or η";
  return "step " + std::to_string(begun->step) + ": step size " + three_digits(begun->step_size) + " × sharpness " +
         three_digits(begun->sharpness) + " = " + three_digits(begun->step_size * begun->sharpness) + " > " +
         three_digits(begun->edge) + ": steps overshoot; lower ρ or η";
}

}  // namespace steplab
