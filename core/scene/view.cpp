#include "core/scene/view.h"

#include <algorithm>
#include <cassert>

namespace steplab {

const std::vector<std::string>& curve_ids() {
  static const std::vector<std::string> ids = {"step_size", "loss", "grad_norm", "sharpness", "distance"};
  return ids;
}

const std::vector<ParamSpec>& view_fields() {
  static const std::vector<ParamSpec> fields = {
      {.name = "shape",
       .kind = ParamKind::kChoice,
       .initial = "map",
       .meaning = "contour map, surface, or both side by side",
       .choices = {"map", "surface", "both"}},
      {.name = "window",
       .kind = ParamKind::kList,
       .initial = std::vector<double>{},
       .min = -1e100,
       .max = 1e100,
       .meaning = "what the map shows: low x, low y, high x, high y; empty: the landscape's own view"},
      {.name = "levels",
       .kind = ParamKind::kChoice,
       .initial = "auto",
       .meaning = "contours evenly spaced in f − f* (linear) or in its logarithm (log); auto: what reads better",
       .choices = {"auto", "linear", "log"}},
      {.name = "overlay",
       .kind = ParamKind::kChoice,
       .initial = "none",
       .meaning = "stability: where the sharpness exceeds 2/η_t of the selected run, so that gradient descent cannot "
                  "rest there; gradient: arrows downhill",
       .choices = {"none", "stability", "gradient"}},
      {.name = "plane",
       .kind = ParamKind::kChoice,
       .initial = "start_end",
       .meaning = "of a landscape with more than two dimensions: the plane through the start and two end points, the "
                  "two principal directions of the runs, or the first two coordinates",
       .choices = {"start_end", "principal", "axes"}},
      {.name = "paths",
       .kind = ParamKind::kChoice,
       .initial = "median",
       .meaning = "of every run: the path of the replicate with the median final loss, all paths, or none",
       .choices = {"median", "all", "none"}},
      {.name = "cloud", .kind = ParamKind::kSwitch, .initial = 1.0, .meaning = "mark where all replicates are"},
      {.name = "azimuth",
       .initial = -55.0,
       .min = -360,
       .max = 360,
       .unit = "degrees",
       .meaning = "camera of the surface: direction it looks from"},
      {.name = "elevation",
       .initial = 35.0,
       .min = 5,
       .max = 89,
       .unit = "degrees",
       .meaning = "camera of the surface: height over the ground"},
      {.name = "zoom",
       .initial = 1.0,
       .min = 0.2,
       .max = 10,
       .logarithmic = true,
       .meaning = "camera of the surface: magnification"},
      {.name = "selected",
       .kind = ParamKind::kInteger,
       .initial = 0.0,
       .min = 0,
       .max = 999,
       .meaning = "number of the run that is edited, from 0"},
      {.name = "step",
       .kind = ParamKind::kInteger,
       .initial = -1.0,
       .min = -1,
       .max = 1e9,
       .unit = "updates",
       .meaning = "where the timeline stands; -1: at the end"},
  };
  return fields;
}

const ParamSpec& view_field(std::string_view name) {
  const auto field = std::ranges::find(view_fields(), name, &ParamSpec::name);
  assert(field != view_fields().end());
  return *field;
}

}  // namespace steplab
