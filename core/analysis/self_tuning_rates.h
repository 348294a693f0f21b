// How fast: T·min‖g‖² with exact gradients and gap·√T with noisy ones, each beside its bound; and the schedule that
// WNGrad makes of noise by itself.
#pragma once

#include "core/analysis/self_tuning.h"

#include <string>
#include <vector>

namespace steplab {

/// After T gradients (at x_0 … x_{T−1}).
struct BatchRate {
  int T = 0;
  double scaled = 0;  ///< T·min‖g_j‖²
  double bound = 0;   ///< what it cannot exceed; not a number if nothing is proved
  double ratio = 0;   ///< scaled/bound, 0 where both are 0
  double b = 0, b_bound = 0, b_ratio = 0;
};
/// One for each row of the run. Let it go on to T (spec.flat = 0) to see more than its beginning.
std::vector<BatchRate> batch_rates(const SelfTuningRun& run);

/// Pseudo-Huber from x = 5, noise N(0, 1), T = 10000, 200 seeds, WNGrad B from b₀ = 1: the run of docs/notes/wngrad.md,
/// A.5.
SelfTuningSpec default_stochastic_spec();

/// After T updates, means over the seeds that did not diverge.
struct StochasticRate {
  int T = 0;
  double gap = 0;           ///< of f at x̄, the mean of x_0 … x_{T−1}, over min f (f itself if min f is not known)
  double scaled_gap = 0;    ///< gap·√T
  double scaled_bound = 0;  ///< its bound (wngrad_stochastic_gap·√T); not a number if nothing is proved
  double b = 0;             ///< b_T, the divisor of update T
  double b_over_sqrt = 0;   ///< b_T/√T
  double b_bound = 0;       ///< wngrad_stochastic_b
  double predicted = 0;     ///< √(2 mean‖G‖²), which b_T/√T approaches (WNGrad; without the 2: AdaGrad-Norm)
  double step_size = 0;     ///< mean of 1/b_T: the emergent schedule
};
struct StochasticRates {
  std::string method{}, label{};
  double rate0 = 0, L = 0;
  std::vector<StochasticRate> rows{};  ///< ten T a decade
  int seeds = 0, diverged = 0;
  double G = 0, radius = 0;  ///< largest ‖G_j‖ and ‖x_j − x*‖ met; radius is not a number without a known minimum
  double limit = 0;  ///< √2·σ·√d for Gaussian and sign noise (AdaGrad-Norm: without √2), else not a number
  double eta0 = 0;   ///< η₀ of the overlay η₀/√t that meets the emergent schedule at the end
};
struct StochasticResults {
  std::vector<StochasticRates> methods{};  ///< of spec.methods, those with a divisor
  bool complete = false;
};
/// All seeds of spec.problem from spec.rate0 at smoothness spec.L, to T (spec.flat is not used).
StochasticResults stochastic_rates(const SelfTuningSpec& spec, const SelfTuningOptions& options = {});

}  // namespace steplab
