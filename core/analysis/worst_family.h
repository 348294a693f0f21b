// The hard instances of the theorem on annealing: f(x) = ε|x − c| on an interval, for many ε at once.
// One fixed problem does not show the exponent 1/(2p+1): the worst ε changes with the step size (notes, A5, test 1).
#pragma once

#include "core/run/prepare.h"

#include <span>
#include <vector>

namespace steplab {

/// Plain data. The set-up of docs/notes/annealing.md, test 1.
struct WorstFamily {
  double centre = 0.3;  ///< c, off the middle of [−½, ½]: a symmetric place would flatter averages
  double start = -0.5;
  /// ε √T of the members, ascending: ¼ · 2^{j/2} up to 64.
  std::vector<double> slopes = {0.25, 0.35355339059327379, 0.5, 0.70710678118654757, 1, 1.4142135623730951,
                                2,    2.8284271247461903,  4,   5.6568542494923806,  8, 11.313708498984761,
                                16,   22.627416997969522,  32,  45.254833995939045,  64};
  friend bool operator==(const WorstFamily&, const WorstFamily&) = default;
};

/// Update t uses step_size · factors[t].
struct WorstCell {
  std::span<const double> factors;
  double step_size = 0;
};

/// The points that count: x_T alone, or the mean of those at which updates average_from … T−1 ask for their gradients.
inline constexpr int kLastIterate = -1;

/// Projected SGD on every member of the family under every cell, all with the same noise: the final loss at
/// [(cell · members + member) · seeds + replicate]. `noise` gives the oracle, seed, seeds and T; its landscape must be
/// one-dimensional, its oracle exact or additive. The same numbers as simulate() gives, run by run, but ten times as
/// fast. After a stop request the rest is not a number.
std::vector<double> worst_family_losses(const WorstFamily& family, const PreparedRun& noise, int seeds,
                                        std::span<const WorstCell> cells, int average_from,
                                        const SimulateOptions& options);

}  // namespace steplab
