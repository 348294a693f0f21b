// From all replicates of a run to curves over the steps: median and quantiles, row by row.
#pragma once

#include "core/landscapes/landscape.h"
#include "core/run/run.h"

#include <span>
#include <stop_token>
#include <vector>

namespace steplab {

/// Quantiles over the replicates, one entry for each row; interpolated linearly (Hyndman & Fan 1996, type 7) as in
/// sweeps. With one replicate all three are its values. Empty if the column was not recorded or not asked for.
struct Band {
  std::vector<double> median, low, high;
  std::vector<std::vector<double>> others;  ///< [k][row]: CurveOptions::others[k]
  bool empty() const { return median.empty(); }
};

/// What becomes of one RunSpec. Rows are those of a replicate that finished (the longest one, if all were lost).
struct Curves {
  std::vector<int> step;
  Band loss;  ///< f − least value; f itself if that is not known
  Band step_size, grad_norm, sharpness, preconditioned_sharpness;
  Band distance;                ///< to the nearest known minimum; empty if none is known or they form a set
  std::vector<int> alive;       ///< replicates that have a state at that row
  bool loss_is_excess = false;  ///< the least value is known and was subtracted
  int seeds = 0;                ///< replicates counted
  int reached = 0, lost = 0;
  int representative = -1;  ///< replicate with the (lower) median final loss, lost ones last, ties by number
};

/// Columns as bits of a mask.
enum CurveColumn : unsigned {
  kLossColumn = 1,
  kStepSizeColumn = 2,
  kGradNormColumn = 4,
  kSharpnessColumn = 8,
  kPreconditionedColumn = 16,
  kDistanceColumn = 32,
  kAllColumns = 63,
};

struct CurveOptions {
  unsigned columns = kAllColumns;
  double low = 0.1, high = 0.9;
  std::vector<double> others{};  ///< further quantiles, each in [0, 1]
  int workers = 1;
  std::stop_token stop{};
};

/// A run's results (with trajectories) and the landscape it ran on.
struct CurveSource {
  const SpecResults* results = nullptr;
  const Landscape* landscape = nullptr;
};

/// One Curves for each source. After its end a lost replicate counts as +infinity, as does what is not finite; only
/// the step size is taken over the replicates that are alive (not a number where there is none, as after the last
/// update). Cancelled replicates are left out. The same bits whatever the workers. After a stop request rows not come
/// to are not numbers.
std::vector<Curves> curves_of(std::span<const CurveSource> sources, const CurveOptions& options = {});

/// Sorts `count` rows of kPack numbers each, column by column: data[0·kPack + k], data[1·kPack + k], … becomes
/// ascending for every k. No number may be NaN. Batcher's odd-even merge sort (1968; Knuth, The Art of Computer
/// Programming 3, 5.2.2, algorithm M): the same comparisons whatever the numbers, so packs need no branch.
void sort_lanes(double* data, int count);

}  // namespace steplab
