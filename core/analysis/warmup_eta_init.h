// Where warm-up should begin: the loss-catapult search of Kalra & Barkeshli 2024 (arXiv 2406.09405, section 6.1 and
// appendix B.2), every forward pass of it.
#pragma once

#include "core/run/first_update.h"
#include "core/run/run.h"

#include <vector>

namespace steplab {

/// Plain data.
struct EtaInitSpec {
  /// Landscape, start, optimizer, oracle, seed: "one step of the actual optimizer from its initial state". The loss is
  /// the exact one, the gradient the oracle's. Its rate and T are not used.
  RunSpec problem{};
  double target = 1;  ///< η_trgt, where doubling stops
  int warmup = 256;   ///< T_wrm of the warm-up from 0 that is to be shortened
  CriticalStepOptions search{};
  friend bool operator==(const EtaInitSpec&, const EtaInitSpec&) = default;
};

struct EtaInit {
  double loss = 0;                      ///< L₀: the first forward pass
  std::vector<CriticalTrial> trials{};  ///< the others, in order
  double low = 0, high = 0;             ///< what doubling gave
  double eta_c = 0;                     ///< what the search returns; the target if no step up to it raised the loss
  int passes = 0;                       ///< forward passes, that of L₀ included
  /// False: no step size tried up to the target raised the loss.
  bool catapult = false;
  /// True: only a step size beyond the target raises it (up to kFarthest times the target; looked for where `catapult`
  /// is false, by passes that are not counted).
  bool beyond = false;
  /// η_c; the target, to be used at once, where η_c lies beyond it; a tenth of the target where no step size raises the
  /// loss (the paper's way out, there for transformers with SGD).
  double eta_init = 0;
  /// Of η_t = min(η_trgt, η_init + η_trgt t/T_wrm): it reaches the target at T_wrm (1 − η_init/η_trgt) …
  double reach = 0;
  /// … and saves T_wrm η_init/η_trgt − passes/2 steps: a step costs about two forward passes.
  double saved = 0;
};

inline constexpr double kFarthest = 1e9;

EtaInit eta_init_search(const EtaInitSpec& spec, Workshop* workshop = nullptr);

/// The schedule η_t = min(η_trgt, η_init + η_trgt t/T_wrm), update t = 1, 2, …, for runs of base step size η_trgt.
Choice shortened_warmup(double eta_init, double target, int warmup);

}  // namespace steplab
