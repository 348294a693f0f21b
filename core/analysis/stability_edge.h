// The sharpness above which an optimizer cannot rest.
#pragma once

#include "core/base/parameters.h"

#include <optional>

namespace steplab {

/// c such that, on a quadratic, the optimizer with step size η is stable while η λ < c; λ is the sharpness, or the
/// pre-conditioned sharpness of an adaptive optimizer once its averages have settled. Nothing where no such number is
/// known. From the root z = −1 of the update's characteristic polynomial:
///   SGD, AdaGrad: 2.  Heavy ball m ← βm + (1−τ)g: (2 + 2β)/(1 − τ) (Polyak 1964; Cohen et al. 2021, appendix B).
///   Nesterov: (2 + 2β)/(1 + 2β) (Cohen et al. 2021).  RMSprop with momentum: 2 + 2β.
///   Adam and its kin, means m ← β₁m + (1−β₁)g: (2 + 2β₁)/(1 − β₁), 38 for β₁ = 0.9 (Cohen et al. 2022,
///   arXiv:2207.14484).
/// InputError for an optimizer that does not exist.
std::optional<double> stability_factor(const Choice& optimizer);

}  // namespace steplab
