// GI-Adam beside Adam: how much smaller v₀ = g₀² makes the catapult at the start (Kalra & Barkeshli 2024,
// arXiv 2406.09405, section 6.2 and appendix I).
#pragma once

#include "core/run/run.h"

#include <string_view>
#include <vector>

namespace steplab {

/// Plain data.
struct GiAdamSpec {
  /// Landscape, start, oracle, T = how long the peak is looked for, seed. Its optimizer gives β₁, β₂, ε (of those it
  /// has); its rate is the schedule after the warm-up.
  RunSpec problem{};
  std::vector<double> step_sizes{};
  std::vector<int> warmups{};
  double tolerance = 0.01;  ///< δ of the search for η_c (the paper's for Adam)
  friend bool operator==(const GiAdamSpec&, const GiAdamSpec&) = default;
};

/// The uv model from (5, 0.3), 100 updates, step sizes 0.04·2^j to 5.12, warm-ups 1, 8, 32, 128: as in
/// docs/notes/warmup.md, 10.9.
GiAdamSpec default_gi_adam();
/// InputError at "PLACE: FIELD". Makes the landscape.
void check(const GiAdamSpec& spec, std::string_view place);

struct CatapultSize {
  double step_size = 0;
  int warmup = 1;
  double peak = 1;  ///< largest exact loss over the initial one; infinite if the run diverged
  int rises = 0;    ///< updates that raised the loss
};

/// Adam or GI-Adam.
struct AdamStart {
  Choice optimizer{};
  double sharpness = 0;         ///< pre-conditioned, at the start
  double first_step_bound = 0;  ///< Stability::first of the sharpness (docs/notes/warmup.md, 2)
  double late_bound = 0;        ///< Stability::lasting of it
  double eta_c = 0;             ///< where the first update begins to raise the loss; not a number if it never does
  std::vector<CatapultSize> cells{};  ///< warm-ups × step sizes, step sizes fastest
};

struct GiAdamResults {
  AdamStart adam{}, gi_adam{};
  double ratio = 0;           ///< of the two initial sharpnesses
  double expected_ratio = 0;  ///< √(1 − β₂), exact where ε is negligible (docs/notes/warmup.md, 8)
  bool complete = false;
};

GiAdamResults compare_gi_adam(const GiAdamSpec& spec, const SimulateOptions& options = {});

/// √(1 − β₂^t), t = 1, 2, …: the warm-up that GI-Adam has built in.
double built_in_warmup(double beta2, int t);

}  // namespace steplab
