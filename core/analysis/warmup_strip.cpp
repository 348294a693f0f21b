#include "core/analysis/warmup_strip.h"

#include <array>
#include <limits>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> thresholds(const std::vector<double>& step_size, const Stability& stability) {
  std::vector<double> threshold;
  for (const double eta : step_size) {
    const StabilityEdge& edge = threshold.empty() ? stability.first : stability.lasting;
    threshold.push_back(eta > 0 ? edge.at(eta) : kNan);
  }
  return threshold;
}

}  // namespace

const char* name_of(WarmupRegime regime) {
  constexpr std::array kNames = {"C1", "C2", "C3"};
  return kNames[static_cast<std::size_t>(regime)];
}

const char* words_of(WarmupRegime regime) {
  constexpr std::array kWords = {"C1, head-on: the sharpness rises by itself against the falling threshold",
                                 "C2, rear-end: the sharpness falls by itself, the threshold catches up with it",
                                 "C3, lazy: the sharpness keeps still; only the rising step size lowers it"};
  return kWords[static_cast<std::size_t>(regime)];
}

WarmupStrip warmup_strip(const Trajectory& trajectory, const Outcome& outcome, const Landscape& landscape,
                         const std::optional<Stability>& stability, double reach) {
  WarmupStrip strip{.preconditioned = !trajectory.preconditioned_sharpness.empty()};
  strip.sharpness = strip.preconditioned ? trajectory.preconditioned_sharpness : trajectory.sharpness;
  EventOptions options{.reach = reach, .edge = std::nullopt};
  if (stability && (strip.preconditioned || !stability->preconditioned)) {
    strip.threshold = thresholds(trajectory.step_size, *stability);
    options.edge = stability->lasting;
  }
  strip.events = events_of(trajectory, outcome, landscape, options);
  strip.regimes = warmup_regimes(trajectory, strip.sharpness, strip.threshold);
  return strip;
}

}  // namespace steplab
