// Minima whose place depends on parameters: found by Newton's method on the exact derivatives.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/landscapes/landscape.h"

namespace steplab {

/// The minimum that Newton's method reaches from `guess`, to the last bits; nothing if it ends farther than `reach` from
/// the guess or where the Hessian is not positive definite.
std::optional<Minimum> find_minimum(const Landscape& landscape, const Vector& guess, double reach);

/// One search from each guess. The lowest of what is found is marked global (with all that equal it to rounding).
std::vector<Minimum> find_minima(const Landscape& landscape, std::span<const Vector> guesses, double reach);

}  // namespace steplab
