// A landscape on a grid of cells: what heat maps, contours and surfaces are drawn from.
#pragma once

#include "core/analysis/plane.h"
#include "core/landscapes/landscape.h"

#include <array>
#include <stop_token>
#include <vector>

namespace steplab {

/// A window of a plane, cut into width × height cells.
struct FieldWindow {
  std::array<double, 2> low{}, high{};
  int width = 0, height = 0;
  friend bool operator==(const FieldWindow&, const FieldWindow&) = default;
};

/// Row by row from low y; the value of a cell is the one at its centre.
struct Field {
  FieldWindow window;
  /// f − base, subtracted in double precision, so that the floor of a valley keeps its digits in a float. Infinite or
  /// not a number where f is.
  std::vector<float> value{};
  std::vector<float> sharpness{};  ///< largest eigenvalue of the Hessian; empty unless asked for
  double base = 0;                 ///< least value of f, or of the cells if that is not known
  bool base_known = false;         ///< base is the least value of f everywhere
  double least = 0, most = 0;      ///< of the finite entries of `value`; least > most if there are none
  bool complete = false;           ///< false after a stop request: cells not come to are not numbers
};

struct FieldOptions {
  bool sharpness = false;
  int workers = 1;
  std::stop_token stop{};
};

/// f on the window of a plane (dim ≥ 2). width, height ≥ 1 and low < high, all finite, are the caller's duty. The same
/// bits whatever the workers.
Field make_field(const Landscape& landscape, const Plane& plane, const FieldWindow& window,
                 const FieldOptions& options = {});

/// The window with as many cells, at most most_width × most_height and of these proportions, as one worker computes in
/// about `milliseconds` on a usual machine (by the landscape's work()); at least 16 cells on the longer side.
FieldWindow sized(const PlaneWindow& window, int most_width, int most_height, const Landscape& landscape,
                  double milliseconds, bool with_sharpness = false);

/// −∇f at a place, projected on the plane.
struct Arrow {
  std::array<double, 2> position{};   ///< (a, b)
  std::array<double, 2> direction{};  ///< downhill, of length 1; (0, 0) if the gradient is 0 or not finite
  double norm = 0;                    ///< of the projected gradient
};
/// At the centres of the window's cells, row by row from low y.
std::vector<Arrow> gradient_arrows(const Landscape& landscape, const Plane& plane, const FieldWindow& window);

}  // namespace steplab
