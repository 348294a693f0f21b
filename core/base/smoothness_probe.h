// A first guess of the smoothness L from a few gradients: WNGrad's automatic b₀.
#pragma once

#include "core/base/tile.h"

#include <functional>

namespace steplab {

using GradientAt = std::function<void(const Tile& x, Tile& g)>;

/// max_j ‖∇f(u_j) − ∇f(x)‖/‖u_j − x‖ over five points u_j at distance 1e-3 from each lane's x, in directions that
/// depend on the dimension only: never above L (Wu, Ward & Bottou 2018, as quoted in the CS-439 report on modifying
/// WNGrad; number and distance of the points are our own). ‖∇f(x)‖ where that is zero or no number, and 1 if that is
/// zero too.
Lanes probed_smoothness(const Tile& x, const GradientAt& gradient_at);

}  // namespace steplab
