// Basin maps: which minimum gradient descent reaches from every start in a window.
#pragma once

#include "core/analysis/resting.h"
#include "core/run/run.h"

#include <array>
#include <cstdint>
#include <vector>

namespace steplab {

/// Starts are the centres of width × height cells of the window.
struct BasinWindow {
  std::array<double, 2> low{}, high{};
  int width = 0, height = 0;
};

struct BasinMap {
  static constexpr std::int8_t kNowhere = -1;  ///< wandering: rests at no known minimum (see Rest in resting.h)
  static constexpr std::int8_t kDiverged = -2;
  int width = 0, height = 0;
  /// Row by row from low y: the number of the known minimum where the run rests (surroundings().minima), or one of the
  /// above.
  std::vector<std::int8_t> basin;
  /// The updates after which a cell's run was within `reach` of where it rests, for good; between two updates where
  /// that shades more smoothly. T where it rests nowhere.
  std::vector<float> steps;
  bool complete = false;  ///< false after a stop request: cells not come to are kNowhere

  /// Share of the cells with this entry.
  double share(std::int8_t entry) const;
};

/// Simulates spec (landscape of two dimensions, any rate, optimizer and oracle; `start` and `seeds` are ignored) from
/// every cell, each under noise of its own. InputError for a bad spec or window. Plain gradient descent under a
/// schedule stops early in balls around the minima from which it provably does not leave (Landscape::contracts), so the
/// map is the same as without.
BasinMap basin_map(const RunSpec& spec, const BasinWindow& window, const SimulateOptions& options = {});

/// The same window in at most `cells` cells, of nearly square shape: the first picture, and what can be had while
/// dragging.
BasinWindow coarse(const BasinWindow& window, int cells = 128 * 128);

}  // namespace steplab
