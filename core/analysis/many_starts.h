// The same run from many starts: where each ends, and what share ends where.
#pragma once

#include "core/run/run.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// Starts: the centres of `per_side` (per_side × per_side in the plane) equal cells of a box. Plain data.
struct StartBox {
  std::vector<double> low{}, high{};  ///< one entry for each coordinate: 1 or 2
  int per_side = 0;
  /// count × dim, row by row from low y. The box must have passed check().
  std::vector<double> points() const;
  friend bool operator==(const StartBox&, const StartBox&) = default;
};
/// InputError at `place` unless the box fits a landscape of `dim` dimensions.
void check(const StartBox& box, int dim, std::string_view place);

enum class Fate : std::uint8_t {
  kGlobal,     ///< rests at a global minimum
  kTrapped,    ///< rests at another known minimum
  kDiverged,   ///< left kDivergenceLimit
  kWandering,  ///< none of these: still under way, cycling, shaken by noise, or where no minimum is known
  kCancelled   ///< not come to before a stop request
};

/// How one run ended.
struct StartEnd {
  Fate fate = Fate::kCancelled;
  std::int8_t minimum = -1;  ///< number of the minimum (surroundings().minima) it rests at, or −1
  /// Number of the minimum that it rests at after settling (Settle), or −1. Without settling: `minimum`.
  std::int8_t settled = -1;
  /// Rests at a minimum that its last step size cannot hold, only because the gradient there is 0 to the last bit.
  bool by_last_bit = false;
  int first_reach = -1;  ///< updates after count_from when it first came within `reach` of a global minimum, or −1
  int since = 0;         ///< updates after count_from since which it has been within `reach` of where it ended
};

/// After the run the noise is switched off and gradient descent goes on with a small step, to see whose basin a run is
/// in that noise keeps moving.
struct Settle {
  bool on = false;
  double step_size = 0;  ///< 0: min(0.02, 1/λ), λ the largest sharpness of a known minimum
  friend bool operator==(const Settle&, const Settle&) = default;
};

/// One run from every start. Plain data.
struct ManyRuns {
  RunSpec run{};       ///< its `start` is not used; `seeds` replicates from every start, each with noise of its own
  int count_from = 0;  ///< updates before this one do not count as steps
  double nudge = 0;    ///< before update nudge_at every coordinate is moved by up to this much, at random; 0: never
  int nudge_at = 0;
  Settle settle{};
  friend bool operator==(const ManyRuns&, const ManyRuns&) = default;
};

/// Resting: the run ended within `reach` of the minimum and nearer to it than to any other, at a minimum that its last
/// step size η can hold (ηλ ≤ 2 for plain gradient descent, λ the sharpness there), or its gradient is 0 to the last
/// bit. Ends are [many][start · seeds + replicate]. The replicate's noise key is its place in that list, so arms that
/// differ in step size meet the same noise. The same numbers for any `workers`. Adds its lane-steps to options.progress.
/// InputError for bad specs.
std::vector<std::vector<StartEnd>> run_from_all(std::span<const ManyRuns> many, const std::vector<double>& starts,
                                                const SimulateOptions& options = {});

/// Shares in [0, 1] of the ends; they add up to 1.
struct FateShares {
  int runs = 0;
  double global = 0, trapped = 0, diverged = 0, wandering = 0;
  double by_last_bit = 0;   ///< StartEnd::by_last_bit, at local minima (part of `trapped`)
  double median_steps = 0;  ///< of first_reach over the runs that ended at a global minimum; not a number if none did
};
/// Which end counts. kLast: where the run rests. kSettled: where it rests after settling. kLastThenSettled: the runs
/// that do not rest are trapped if settling takes them to a local minimum, and wandering otherwise.
enum class FateBy { kLast, kSettled, kLastThenSettled };
FateShares shares(std::span<const StartEnd> ends, FateBy by, const Landscape& landscape);

}  // namespace steplab
