// Runs that stop as soon as the gradient is flat, many in lockstep. The engine (core/run/run.h) always goes on to T;
// the rules, optimizers, oracles and the order of operations are the same, and so are the bits.
#pragma once

#include "core/run/prepare.h"

#include <limits>
#include <span>
#include <stop_token>
#include <vector>

namespace steplab {

/// Where a method keeps its divisor b: nowhere, in slot 0 of its rate rule (WNGrad, AdaGrad-Norm), or in the last slot
/// of its optimizer (WN-Adam).
enum class Divisor { kNone, kRule, kOptimizer };

/// What all lanes share. `run` gives landscape, optimizer, oracle, projection, rate, start, seed and T (the cap).
struct FlatJob {
  const PreparedRun* run = nullptr;
  const FactorTable* factors = nullptr;  ///< null for a rate rule
  Divisor divisor = Divisor::kNone;
  double flat = 0;  ///< stop where ‖∇f‖² ≤ flat (the exact gradient); 0: go on to T
};

struct FlatLane {
  double step_size = 1;                                  ///< η
  double b0 = std::numeric_limits<double>::quiet_NaN();  ///< first divisor; not a number: the method's own
  int replicate = 0;
};

/// Lost in one of the three ways of RunStatus, or not.
enum class FlatStatus { kReached, kCap, kDiverged, kNotANumber, kLeftDomain, kCancelled };
constexpr bool is_lost(FlatStatus status) {
  return status == FlatStatus::kDiverged || status == FlatStatus::kNotANumber || status == FlatStatus::kLeftDomain;
}
/// "reached", "cap", "diverged", "not_a_number", "left_domain", "cancelled".
const char* name_of(FlatStatus status);

/// How a lane ended. A lost lane keeps the last state in which all was well and counts up to it, as Outcome does.
struct FlatOutcome {
  FlatStatus status = FlatStatus::kCancelled;
  int steps = 0;                ///< updates done
  double loss = 0;              ///< exact f there
  double squared_gradient = 0;  ///< exact ‖∇f‖² there
  double b = 0;                 ///< divisor of the last update; 1/(step size) of methods without one
};

/// An update of the lanes that are still under way: row i of the tiles is lane lanes[i]; rows beyond are padding.
struct FlatStep {
  int t = 0;  ///< updates done before
  std::span<const int> lanes;
  const Tile& x;                  ///< x_t
  const Tile& gradient;           ///< the oracle's answer there
  const Lanes& squared_gradient;  ///< exact ‖∇f(x_t)‖²
  const Lanes& b;                 ///< divisor that the update uses
  const Lanes& step_size;         ///< η_t as the optimizer sees it
};

class FlatWatcher {
 public:
  virtual ~FlatWatcher() = default;
  virtual void step(const FlatStep& step) = 0;
  /// The last state of a lane (also of one that was cancelled).
  virtual void end(int lane, const FlatOutcome& outcome, const Vector& x) = 0;
};

/// One outcome a lane. The same whatever the company. If the oracle wants one key a tile, all lanes must be of one
/// replicate. progress->done grows by T a lane.
std::vector<FlatOutcome> run_until_flat(const FlatJob& job, std::span<const FlatLane> lanes,
                                        FlatWatcher* watcher = nullptr, const std::stop_token& stop = {},
                                        Progress* progress = nullptr);

}  // namespace steplab
