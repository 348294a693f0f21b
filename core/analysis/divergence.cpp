#include "core/analysis/divergence.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace steplab {
namespace {

std::string three_digits(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 3).ptr};
}

}  // namespace

std::optional<Overshoot> overshoot_of(const Trajectory& trajectory, const Outcome& outcome, const StabilityEdge& edge) {
  if (outcome.status != RunStatus::kDiverged) return std::nullopt;
  const auto& sharpness =
      trajectory.preconditioned_sharpness.empty() ? trajectory.sharpness : trajectory.preconditioned_sharpness;
  std::optional<Overshoot> begun;
  for (std::size_t row = sharpness.size(); row-- > 0;) {
    const double eta = trajectory.step_size[row];
    if (std::isnan(eta * sharpness[row])) continue;  // not recorded in this row, or no update follows
    if (!(eta > 0 && sharpness[row] > edge.at(eta))) break;
    begun = {trajectory.step[row], eta, sharpness[row], edge.decay == 0 ? edge.factor : eta * edge.at(eta)};
  }
  return begun;
}

std::string why_lost(const Trajectory& trajectory, const Outcome& outcome, const std::optional<StabilityEdge>& edge) {
  if (!outcome.lost()) return "";
  const std::string end = std::string(words_of(outcome.status)) + " at step " + std::to_string(outcome.steps) + ": ";
  if (outcome.status == RunStatus::kNotANumber)
    return end + "the update there is not a number (0/0, ∞ − ∞ or the like)";
  if (outcome.status == RunStatus::kLeftDomain) return end + "the loss is not a number there; lower ρ or η";
  const auto begun = edge ? overshoot_of(trajectory, outcome, *edge) : std::nullopt;
  if (!begun) return end + "a coordinate passed 1e30; lower ρ or η";
  return "step " + std::to_string(begun->step) + ": step size " + three_digits(begun->step_size) + " × sharpness " +
         three_digits(begun->sharpness) + " = " + three_digits(begun->step_size * begun->sharpness) + " > " +
         three_digits(begun->edge) + ": steps overshoot; lower ρ or η";
}

std::string lost_text(std::span<const Outcome> outcomes) {
  std::string text;
  for (const RunStatus way : {RunStatus::kDiverged, RunStatus::kNotANumber, RunStatus::kLeftDomain}) {
    const auto count = std::ranges::count(outcomes, way, &Outcome::status);
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + words_of(way);
  }
  return text.empty() ? "none" : text;
}

}  // namespace steplab
