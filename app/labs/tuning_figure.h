// What the Tuning page computes in the background.
#pragma once

#include "app/session/studies.h"
#include "core/analysis/grid_search.h"
#include "core/analysis/tuning.h"

#include <memory>
#include <vector>

namespace steplab {

struct TuningFigure {
  TuningSpec spec;  ///< what it is of: of fewer seeds and ρ than wanted while it is coarse
  Tuning tuning;
  TuningResults results;
  TuningResults bound;  ///< the last iterate's bound of the same schedules and T, over the same ρ
  bool coarse = false;
  double milliseconds = 0;         ///< that it took
  double coarse_milliseconds = 0;  ///< that the coarse one before it took
};

/// A coarse figure first, then the full one. η* already found are kept as long as they hold.
void measure_tuning(const TuningSpec& spec, Study<TuningFigure>& study);

/// What is asked of the grid-search simulator.
struct GridWish {
  std::shared_ptr<const TuningFigure> figure;
  double ratio = 3, span = 1e4;
  friend bool operator==(const GridWish&, const GridWish&) = default;
};

/// Of every schedule, in the figure's order.
struct GridFigure {
  std::vector<double> ratios;                ///< ascending, for the plot
  std::vector<std::vector<GridCost>> costs;  ///< [schedule][ratio]
  std::vector<GridCost> chosen;              ///< at the wish's ratio
  std::vector<TrialsSaved> trials;           ///< against the first schedule at the wish's ratio
};
void simulate_grid(const GridWish& wish, Study<GridFigure>& study);

}  // namespace steplab
