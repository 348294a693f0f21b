// A sweep: a grid of runs over named axes, with seeds; a summary for each cell and nothing kept of the runs.
#pragma once

#include "core/run/run.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// One axis: a field of the run by the name that set_field() knows, and its values. Plain data.
struct SweepAxis {
  std::string name = "rho";
  std::vector<std::string> values{};  ///< as flags write them; empty: the range below
  double from = 0.1, to = 10;
  int count = 9;
  bool logarithmic = true;
  friend bool operator==(const SweepAxis&, const SweepAxis&) = default;
};

/// "NAME=from:to:count", "NAME=from:to:count:log" or "NAME=a,b,c" (commas inside parentheses do not separate).
SweepAxis parse_axis(std::string_view text, std::string_view place);
std::string to_text(const SweepAxis& axis);
/// "rex,step(at=[…],drop=2)" at the commas that are not inside parentheses.
std::vector<std::string> split_list(std::string_view text);

/// The values as flags would write them: the given ones, or the range evenly spaced (in the logarithm), ends exact.
/// Where the field takes whole numbers only they are rounded to those.
std::vector<std::string> axis_values(const SweepAxis& axis, const ParamSpec& field);

/// What the replicates of one cell came to.
struct CellSummary {
  std::vector<std::string> values{};  ///< one for each axis
  std::size_t row = 0;                ///< which of the specs
  int seeds = 0;
  /// Of the final loss; a diverged run counts as +infinity. Quantiles are interpolated linearly (Hyndman & Fan 1996,
  /// type 7).
  double mean = 0, median = 0, q10 = 0, q90 = 0;
  int diverged = 0;
  double reached = 0;  ///< share of the runs that ended at the global minimum
};

CellSummary summarise(std::span<const Outcome> outcomes);
/// Quantile p of ascending values (n > 0) at position p(n−1), linearly interpolated; a finite and an infinite neighbour
/// give infinity.
double quantile(std::span<const double> ascending, double p);

/// Cells done and to do, and the lane-steps of the batch under way.
struct SweepProgress {
  std::atomic<std::int64_t> cells_done{0}, cells_total{0}, batch_cells{0};
  Progress batch{};
  /// Share of the whole sweep that is done.
  double share() const;
};

struct SweepOptions {
  int workers = 1;
  std::stop_token stop{};
  SweepProgress* progress = nullptr;
};

inline constexpr double kMostCells = 1e7;

/// Runs every cell of axes × specs (the specs vary fastest, then the last axis) and hands each summary over in that
/// order. Works in batches, so memory depends neither on the number of cells nor on their steps. InputError at `place`
/// for axes that the specs do not have, values not allowed, or more than kMostCells cells, before anything is run.
/// After a stop request: the cells finished by then are handed over. True if all were.
bool sweep(std::span<const RunSpec> specs, std::span<const SweepAxis> axes, const SweepOptions& options,
           std::string_view place, const std::function<void(const CellSummary&)>& on_cell);

}  // namespace steplab
