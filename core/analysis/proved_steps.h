// Step sizes about which something is proved, to be drawn on a slider. The theorems are those of
// docs/notes/large-steps.md, B4 and B5 (derived there after the conditions of Mohtashami, Jaggi & Stich 2023, whose
// constants were not available to us); nothing here is measured.
#pragma once

#include "core/base/parameters.h"

#include <string>
#include <vector>

namespace steplab {

enum class StepRangeKind {
  kLarge,    ///< every start outside a null set converges to the global minimum
  kTrap,     ///< every start in `from` … `to` (the first coordinate) converges to the local minimum
  kUnstable  ///< the local minimum cannot hold a run that is not on it exactly: η > 2/λ
};

/// Step sizes between `low` and `high`, which may be infinite. Plain data.
struct StepRange {
  StepRangeKind kind = StepRangeKind::kLarge;
  double low = 0, high = 0;
  bool low_open = true, high_open = true;
  double from = 0, to = 0;  ///< kTrap: the starts; `from` itself is not among them
  std::string words{};      ///< one sentence
};

/// Of exact gradient descent on this landscape; empty where nothing is proved. For every landscape whose minima are
/// known: where none of the local ones can hold a run. Large and trap ranges: sharp_well (any dimension, any
/// parameters with a sharp minimum), ring_of_wells with K = 1 and τ = 0. InputError for a landscape that does not
/// exist.
std::vector<StepRange> proved_step_ranges(const Choice& landscape);

/// The rims e₀ < m < e₁ of the sharp well, between which its branch is the lower one.
struct WellRims {
  double left = 0, right = 0;
};
/// Roots of (κ − 1)x² − 2κm x + κm² + 2c = 0, for κ > 1 and 2c(κ − 1) < κm².
WellRims sharp_well_rims(double m, double kappa, double c);

/// Bounded noise |ξ| ≤ σ and η ≤ 1/κ: a run that has come within σ/κ of m never leaves the well again if σ is below
/// this, κ(m − e₀). Proved for the whole line of sharp_well; not a number for other landscapes.
double noise_threshold(const Choice& landscape);

}  // namespace steplab
