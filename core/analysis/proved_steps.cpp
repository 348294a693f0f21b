#include "core/analysis/proved_steps.h"

#include "core/base/parameters.h"
#include "core/run/run.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Where `holds` stops to hold on the way from `inside` to `outside`.
double end_of(double inside, double outside, const std::function<bool(double)>& holds) {
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (inside + outside);
    (holds(middle) ? inside : outside) = middle;
  }
  return inside;
}

/// The interval around η = 1 in which `holds`, cut at `lowest` and 2; nothing if it does not hold at 1. Below 1 the
/// conditions are |1 − η|(A + Bη) < C with A, B > 0: concave in η, so the set there that ends at 1 is an interval.
std::optional<StepRange> around_one(double lowest, const std::function<bool(double)>& holds) {
  if (lowest >= 2) return {};
  const double inside = std::max(1.0, lowest * (1 + 1e-12));
  if (!holds(inside)) return {};
  return StepRange{.kind = StepRangeKind::kLarge,
                   .low = inside > 1 || holds(lowest) ? lowest : end_of(inside, lowest, holds),
                   .high = holds(2) ? 2 : end_of(inside, 2, holds)};
}

Params params_of(const Choice& landscape) {
  return resolve(find_entry(landscapes(), landscape.id, "landscape").params, landscape.params, "landscape");
}

struct SharpWell {
  double m, kappa, c;
  WellRims rims;
};
std::optional<SharpWell> sharp_well_of(const Choice& landscape) {
  if (landscape.id != "sharp_well") return {};
  const Params p = params_of(landscape);
  SharpWell well{p.real("m"), p.real("kappa"), p.real("c"), {}};
  if (!(well.kappa > 1 && well.c < 0.5 * well.m * well.m)) return {};
  well.rims = sharp_well_rims(well.m, well.kappa, well.c);
  return well;
}

/// The condition of docs/notes/large-steps.md, B4: no point that a step out of the well leads to comes back into it.
bool large_enough(const SharpWell& well, double eta) {
  const auto [left, right] = well.rims;
  const double b = eta * well.kappa - 1, out = well.m + b * (well.m - left);
  if (!(b > 1)) return false;
  if (eta <= 1) return (1 - eta) * out < left;
  return (eta - 1) * std::max(0.0, b * (right - well.m) - well.m) < left && (eta - 1) * (eta - 1) * out < left;
}

void add_sharp_well(const SharpWell& well, std::vector<StepRange>& ranges) {
  const auto [left, right] = well.rims;
  if (auto large = around_one(2 / well.kappa, [&](double eta) { return large_enough(well, eta); })) {
    large->words = "every start but a null set reaches the global minimum (proved in docs/notes/large-steps.md, B4)";
    ranges.push_back(*large);
  }
  ranges.push_back(
      {.kind = StepRangeKind::kTrap,
       .low = 0,
       .high = std::min((1 + (well.m - left) / (right - well.m)) / well.kappa, 1 - left / right),
       .high_open = false,
       .from = left,
       .to = kInfinity,
       .words = "every start beyond the well's left rim is trapped (proved in docs/notes/large-steps.md, B4)"});
}

/// One hard well in the plane: the disc with centre κm/(κ − 1) (docs/notes/large-steps.md, B5).
void add_single_well(const Choice& landscape, std::vector<StepRange>& ranges) {
  const Params p = params_of(landscape);
  if (p.integer("K") != 1 || p.real("tau") != 0) return;
  const double m = p.real("radius"), kappa = p.real("kappa"), c = p.real("c");
  if (!(c < 0.5 * m * m)) return;
  const double centre = kappa * m / (kappa - 1);
  const double radius = std::sqrt(centre * centre - (kappa * m * m + 2 * c) / (kappa - 1));
  const double farthest = radius + centre - m;
  auto large = around_one(
      2 / kappa, [&](double eta) { return std::abs(1 - eta) * (m + (eta * kappa - 1) * farthest) < centre - radius; });
  if (!large) return;
  large->words = "every start but a null set reaches the global minimum (proved in docs/notes/large-steps.md, B5)";
  ranges.push_back(*large);
}

/// Where not even the flattest local minimum can hold a run.
void add_unstable(const Choice& choice, std::vector<StepRange>& ranges) {
  const auto landscape = make_choice(landscapes(), choice, "landscape");
  double flattest = kInfinity;
  for (const auto& minimum : landscape->surroundings().minima)
    if (!minimum.global) flattest = std::min(flattest, sharpness_at(*landscape, minimum.x));
  if (!(flattest > 0 && flattest < kInfinity)) return;
  ranges.push_back(
      {.kind = StepRangeKind::kUnstable,
       .low = 2 / flattest,
       .high = kInfinity,
       .words = "no local minimum can hold a run that is not exactly on it: their sharpness is above 2/η"});
}

}  // namespace

WellRims sharp_well_rims(double m, double kappa, double c) {
  const double a = kappa - 1, root = std::sqrt(kappa * m * m - 2 * c * a);
  return {(kappa * m - root) / a, (kappa * m + root) / a};
}

std::vector<StepRange> proved_step_ranges(const Choice& landscape) {
  std::vector<StepRange> ranges;
  if (const auto well = sharp_well_of(landscape)) add_sharp_well(*well, ranges);
  if (landscape.id == "ring_of_wells") add_single_well(landscape, ranges);
  add_unstable(landscape, ranges);
  return ranges;
}

double noise_threshold(const Choice& landscape) {
  const auto well = sharp_well_of(landscape);
  return well ? well->kappa * (well->m - well->rims.left) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace steplab
