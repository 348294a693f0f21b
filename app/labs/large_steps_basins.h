// What the Large-steps page computes in the background: basin maps and the ground below them as pictures, and the
// figures. No drawing.
#pragma once

#include "app/session/studies.h"
#include "core/analysis/basins.h"
#include "core/analysis/contours.h"
#include "core/analysis/large_steps.h"
#include "core/analysis/line_map.h"
#include "core/analysis/network_arms.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace steplab {

/// Colours of cells, red in the lowest byte.
using CellColour = std::uint32_t;

/// What a cell of a basin map is painted with.
struct BasinColours {
  std::vector<CellColour> minima{};  ///< by number; where runs that come there fast start
  CellColour wandering = 0, diverged = 0;
  CellColour ground = 0;  ///< towards which slow starts fade
  friend bool operator==(const BasinColours&, const BasinColours&) = default;
};

/// Which cells: of the plane, or `height` 1 of the line (low[1], high[1] do not count then).
struct BasinWish {
  RunSpec run;
  std::array<double, 2> low{}, high{};
  int width = 0, height = 0;
  BasinColours colours;
  friend bool operator==(const BasinWish&, const BasinWish&) = default;
};

struct BasinPicture {
  std::array<double, 2> low{}, high{};
  int width = 0, height = 0;  ///< cells, fewer than wanted while it is coarse
  std::vector<CellColour> cells;
  std::vector<double> shares;  ///< by minimum
  double wandering = 0, diverged = 0;
  std::uint64_t version = 0;
  double first_milliseconds = 0;  ///< that its coarsest picture took
  double milliseconds = 0;        ///< that this one took
  int pictures = 0;               ///< of this wish so far
};
/// 64², 128², all cells. A first picture that is quick is finished although it is outdated: a drag shall show
/// something.
void paint_basins(const BasinWish& wish, Study<BasinPicture>& study);

/// Contour lines over nothing, and what hatching needs.
struct GroundWish {
  Choice landscape;
  std::array<double, 2> low{}, high{};
  int width = 0, height = 0;
  std::string levels{"auto"};
  CellColour line = 0;
  friend bool operator==(const GroundWish&, const GroundWish&) = default;
};
struct GroundPicture {
  Field field;  ///< with sharpness
  Levels levels;
  std::vector<CellColour> cells;
  std::uint64_t version = 0;
};
void paint_ground(const GroundWish& wish, Study<GroundPicture>& study);

/// Where the sharpness is above the threshold.
struct HatchWish {
  std::shared_ptr<const GroundPicture> ground;
  double threshold = 0;
  CellColour line = 0;
  int period = 9;  ///< pixels
  friend bool operator==(const HatchWish&, const HatchWish&) = default;
};
struct HatchPicture {
  std::array<double, 2> low{}, high{};
  int width = 0, height = 0;
  std::vector<CellColour> cells;
  double share = 0;
  std::uint64_t version = 0;
};
void paint_hatch(const HatchWish& wish, Study<HatchPicture>& study);

struct ShareFigure {
  LargeStepsSpec spec;
  LargeStepsResults results;
  bool coarse = false;
  double coarse_milliseconds = 0;
};
/// Fewer starts first.
void measure_shares(const LargeStepsSpec& spec, Study<ShareFigure>& study);

struct ArmsFigure {
  NetworkArmsSpec spec;
  NetworkArmsResults results;
  bool coarse = false;
};
void measure_arms(const NetworkArmsSpec& spec, Study<ArmsFigure>& study);

/// Where runs on the line end against the step size: how many, as ink.
struct EndsWish {
  BifurcationSpec spec;
  double low = 0, high = 0;  ///< x of the picture
  int height = 0;            ///< rows
  CellColour ink = 0;
  friend bool operator==(const EndsWish&, const EndsWish&) = default;
};
struct EndsPicture {
  EndsWish wish;
  int width = 0;
  std::vector<CellColour> cells;
  std::vector<double> step_sizes, diverged;  ///< share of the starts
  std::uint64_t version = 0;
  bool coarse = false;
};
void paint_ends(const EndsWish& wish, Study<EndsPicture>& study);

}  // namespace steplab
