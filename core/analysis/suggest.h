// Values to begin with on a landscape that one has not tried yet.
#pragma once

#include "core/landscapes/landscape.h"

namespace steplab {

/// A step size with which gradient descent is stable where the landscape is known to be sharp: at most half of 1/λ, λ
/// the largest sharpness at the start and the known minima (stable below 2/λ), and small enough that a trial descent
/// from the start does not climb above it; 1, 2 or 5 times a power of ten. Where nothing is curved upwards: a fiftieth
/// of the view's width for the gradient at the start.
double suggested_step_size(const Landscape& landscape);

/// Standard deviation of gradient noise that, under the suggested step size, shakes a run by about a hundredth of the
/// view's width: σ √(η/(2λ)) is the stationary deviation of SGD on a quadratic of curvature λ for small ηλ (Mandt,
/// Hoffman, Blei 2017, eq. 14). 1, 2 or 5 times a power of ten.
double suggested_noise(const Landscape& landscape);

}  // namespace steplab
