// Gradient descent on the line as a map x → x − ηf′(x): cobwebs, fixed points, and where runs end against η.
#pragma once

#include "core/landscapes/landscape.h"
#include "core/run/run.h"

#include <string_view>
#include <vector>

namespace steplab {

/// x − ηf′(x) at `count` ≥ 2 evenly spaced points from low to high, for drawing. The landscape has one dimension.
std::vector<double> iteration_map(const Landscape& landscape, double step_size, double low, double high, int count);

/// x_0, x_1, … up to x_steps, or up to the last one inside kDivergenceLimit. The cobweb's corners are (x_t, x_t) and
/// (x_t, x_{t+1}).
std::vector<double> iterates(const Landscape& landscape, double step_size, double start, int steps);

/// Where f′ = 0.
struct FixedPoint {
  double x = 0;
  double curvature = 0;   ///< f″: > 0 at a minimum
  double multiplier = 0;  ///< 1 − ηf″: what a small distance is multiplied by
  bool stable = false;    ///< |multiplier| < 1
};
/// Those in [low, high], in rising order: a sign change of f′ between two of `cells` points is found to the last bit,
/// and known minima are taken as they are. Kinks, where f′ jumps over 0, are no fixed points.
std::vector<FixedPoint> fixed_points(const Landscape& landscape, double step_size, double low, double high,
                                     int cells = 4096);

/// Plain data.
struct BifurcationSpec {
  Choice landscape{"sharp_well"};
  double low = -6, high = 6;  ///< starts are the centres of `starts` equal cells
  int starts = 64;
  double from = 0.01, to = 2;  ///< step sizes
  int count = 400;
  bool logarithmic = false;
  int transient = 1000;  ///< updates before anything is kept
  int keep = 32;         ///< iterates kept of every start
  friend bool operator==(const BifurcationSpec&, const BifurcationSpec&) = default;
};
/// The same with fewer step sizes and starts, while dragging.
BifurcationSpec coarse(const BifurcationSpec& spec);
/// InputError at "PLACE: FIELD".
void check(const BifurcationSpec& spec, std::string_view place);

/// The end states at one step size.
struct BifurcationColumn {
  double step_size = 0;
  std::vector<double> x{};  ///< iterates of all starts that did not diverge, `keep` each, start after start
  double diverged = 0;      ///< share of the starts
};
struct BifurcationDiagram {
  std::vector<BifurcationColumn> columns{};
  bool complete = false;  ///< false after a stop request: some columns are empty
};
BifurcationDiagram bifurcation(const BifurcationSpec& spec, const SimulateOptions& options = {});

}  // namespace steplab
