// How a scene is looked at. Nothing here changes a number of the simulation.
#pragma once

#include "core/base/parameters.h"

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// Plain data; part of the scene, so that a shared scene opens as it was seen.
struct SceneView {
  std::string shape = "map";     ///< map, surface, both
  std::vector<double> window{};  ///< of the map: low x, low y, high x, high y; empty: the landscape's own view
  std::string levels = "auto";  ///< contours evenly spaced in f − f* (linear), in its logarithm, or what reads better
  std::string overlay = "none";     ///< none, stability (sharpness above 2/η of the selected run), gradient (arrows)
  std::string plane = "start_end";  ///< of more than two dimensions: what is seen
  std::string paths = "median";     ///< median, all, none
  bool cloud = true;                ///< where all replicates are
  double azimuth = -55, elevation = 35, zoom = 1;                        ///< camera of the surface, degrees
  std::vector<std::string> curves = {"step_size", "loss", "sharpness"};  ///< plots shown, from curve_ids()
  std::vector<std::string> log_curves = {"loss", "grad_norm", "sharpness", "distance"};
  int selected = 0;  ///< the run that is edited and whose 2/η the stability map shows
  int step = -1;     ///< where the timeline stands, in updates; −1: at the end
  friend bool operator==(const SceneView&, const SceneView&) = default;
};

/// step_size, loss, grad_norm, sharpness, distance.
const std::vector<std::string>& curve_ids();

const std::vector<ParamSpec>& view_fields();
const ParamSpec& view_field(std::string_view name);

}  // namespace steplab
