// The two initialisations of docs/notes/warmup.md, 10.0: one that begins flat, one that begins sharp.
#pragma once

#include "core/base/parameters.h"

#include <optional>
#include <vector>

namespace steplab {

enum class StartSize { kSmall, kLarge };

/// A landscape with a start on it (empty: the landscape's own). Networks are initialised by the landscape itself.
struct SizedStart {
  Choice landscape{};
  std::vector<double> start{};
};

/// The small or large initialisation of `landscape` (its other parameters stay): uv and tied chain by its points, chain
/// by the same in pairs, exp valley a factor e^1.6 below or above the sharpness it drifts to, mlp by its standard
/// deviations. Nothing for others, where it has none.
std::optional<SizedStart> sized_start(const Choice& landscape, StartSize size);

}  // namespace steplab
