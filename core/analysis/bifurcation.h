// The route to chaos: where gradient descent on the uv model of width 1 ends, against the step size
// (derived and measured in docs/notes/sharpness.md, 9.1; the mechanism is that of Kalra, He & Barkeshli,
// arXiv 2311.02076).
#pragma once

#include "core/run/run.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace steplab {

/// Plain data.
struct UvBifurcationSpec {
  Choice landscape{"uv"};        ///< uv of width 1 with y ≠ 0, or tied_chain with p = 1
  std::vector<double> start{};   ///< empty: on the balanced line, x uv = 0.64 y
  double from = 0.8, to = 2.05;  ///< step sizes, evenly spaced
  int count = 600;
  int burn_in = 4000;  ///< updates before
  int keep = 96;       ///< those whose states are drawn
  friend bool operator==(const UvBifurcationSpec&, const UvBifurcationSpec&) = default;
};

/// x|y| of this landscape: everything is a function of η x|y| alone. Nothing if the figure cannot use the landscape.
std::optional<double> bifurcation_scale(const Choice& landscape);
/// A quarter of the step sizes.
UvBifurcationSpec coarse(const UvBifurcationSpec& spec);
/// InputError at "PLACE: FIELD".
void check(const UvBifurcationSpec& spec, std::string_view place);

struct EndStates {
  double step_size = 0;
  bool diverged = false;          ///< then there are no outputs
  std::vector<double> outputs{};  ///< f = x uv at the kept states, in order
  int period = 0;                 ///< of the kept outputs, to 1e-9; 0: longer than a third of them, or none
  std::optional<std::pair<double, double>> closed_form{};  ///< of the period-2 orbit, where there is one
};
struct Bifurcation {
  std::vector<EndStates> ends{};
  /// Step sizes: a minimum loses stability at `doubling`, the period-2 orbit at `period4`; beyond `divergence` the
  /// balanced line leads to infinity.
  double doubling = 0, period4 = 0, divergence = 0;
  bool complete = false;
};

Bifurcation bifurcation(const UvBifurcationSpec& spec, const SimulateOptions& options = {});

/// Outputs over y of the period-2 orbit on the balanced line, [s + 1 ∓ √((s − 1)(s + 3))]/(2s), s = η x|y|: nothing
/// unless 1 < s < √5 − 1.
std::optional<std::pair<double, double>> period_two(double s);

}  // namespace steplab
