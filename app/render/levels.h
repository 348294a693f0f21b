// From the height of a landscape to its contour lines, its fill and its height in the box. The shaders compute the
// same.
#pragma once

#include "app/render/types.h"

namespace steplab::render {

/// Contour coordinate of an excess: lines are where it is an integer ≥ 0. −infinity for e ≤ 0 if logarithmic.
double level_of(const LevelMap& levels, double excess);
/// Excess of contour `level`: the inverse of level_of().
double excess_of(const LevelMap& levels, double level);

/// How far up between floor (0, e ≤ 0) and top (1, e ≥ top): log(1 + e/first) / log(1 + top/first) if logarithmic,
/// which follows the levels but is finite at a minimum, or e/top. NaN for NaN.
double rise(const LevelMap& levels, double top, double excess);

}  // namespace steplab::render
