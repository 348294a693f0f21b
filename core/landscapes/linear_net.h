// Scalar linear networks of more than two weights; the rest of their family is in sharpness.cpp.
#pragma once

#include <memory>

#include "core/landscapes/landscape.h"

namespace steplab {

inline constexpr int kDeepestChain = 16;

/// ½(x/√n Σuᵢvᵢ − y)² over (u₁ … uₙ, v₁ … vₙ).
std::shared_ptr<const Landscape> make_uv_model(int n, double x, double y);
/// ½(x Πwᵢ − y)² over `depth` weights, 2 to kDeepestChain.
std::shared_ptr<const Landscape> make_chain(int depth, double x, double y);

}  // namespace steplab
