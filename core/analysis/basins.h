// Basin maps: which minimum gradient descent reaches from every start in a window.
#pragma once

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
  static constexpr std::int8_t kNowhere = -1;  ///< ended nearer than `reach` to no known minimum
  static constexpr std::int8_t kDiverged = -2;
  int width = 0, height = 0;
  /// Row by row from low y: the number of the nearest known minimum (surroundings().minima), or one of the above.
  std::vector<std::int8_t> basin;
  bool complete = false;  ///< false after a stop request: cells not come to are kNowhere

  /// Share of the cells with this entry.
  double share(std::int8_t entry) const;
};

/// Simulates spec (landscape of two dimensions, any rate, optimizer and oracle; `start` and `seeds` are ignored) from
/// every cell. InputError for a bad spec or window. Plain gradient descent under a schedule stops early in balls around
/// the minima from which it provably does not leave (Landscape::contracts), so the map is the same as without.
BasinMap basin_map(const RunSpec& spec, const BasinWindow& window, const SimulateOptions& options = {});

/// The radius of a ball around minimum `k` that gradient descent with steps up to `step_size` provably does not leave
/// and in which it comes nearer with every step; at most `largest`. 0 if none could be proved.
double contraction_radius(const Landscape& landscape, const Minimum& minimum, double step_size, double largest);

}  // namespace steplab
