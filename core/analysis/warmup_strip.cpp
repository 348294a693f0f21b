#include "core/analysis/warmup_strip.h"

#include "core/analysis/stability_edge.h"
#include "core/run/fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool adapts(const Choice& optimizer) {
  constexpr std::array<std::string_view, 3> kPlain = {"sgd", "heavy_ball", "nesterov"};
  return std::ranges::find(kPlain, optimizer.id) == kPlain.end();
}

std::vector<double> thresholds(const std::vector<double>& step_size, double first, double later) {
  std::vector<double> threshold;
  for (const double eta : step_size) {
    const double c = threshold.empty() ? first : later;
    threshold.push_back(eta > 0 ? c / eta : kNan);
  }
  return threshold;
}

}  // namespace

std::optional<double> first_step_factor(const Choice& optimizer) {
  constexpr std::array<std::string_view, 5> kAdamKin = {"adam", "amsgrad", "adamw", "adamax", "gi_adam"};
  const auto later = stability_factor(optimizer);
  const Params params = resolve(family_params("optimizer", optimizer.id, "optimizer"), optimizer.params, "optimizer");
  if (optimizer.id == "heavy_ball" || optimizer.id == "rmsprop") return 2;
  if (optimizer.id == "nesterov") return 2 / (1 + params.real("momentum"));
  if (std::ranges::find(kAdamKin, optimizer.id) != kAdamKin.end()) return 2 / (1 - params.real("beta1"));
  return later;
}

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
                         const Choice& optimizer, double reach) {
  WarmupStrip strip{.preconditioned = !trajectory.preconditioned_sharpness.empty()};
  strip.sharpness = strip.preconditioned ? trajectory.preconditioned_sharpness : trajectory.sharpness;
  const auto later = stability_factor(optimizer);
  if (later && (strip.preconditioned || !adapts(optimizer)))
    strip.threshold = thresholds(trajectory.step_size, first_step_factor(optimizer).value_or(*later), *later);
  EventOptions options{.reach = reach};
  if (later) options.edge = *later;
  strip.events = events_of(trajectory, outcome, landscape, options);
  strip.regimes = warmup_regimes(trajectory, strip.sharpness, strip.threshold);
  return strip;
}

}  // namespace steplab
