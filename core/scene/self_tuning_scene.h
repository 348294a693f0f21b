// What the Self-tuning lab makes of a scene: the scene's problem, with its runs as the methods that are compared.
#pragma once

#include "core/analysis/self_tuning.h"
#include "core/scene/scene.h"

#include <string_view>

namespace steplab {

/// The scene's lab settings (those of "self_tuning" at their defaults if it belongs to another lab) and its problem as
/// a spec; step sizes of the scene do not enter. InputError at "PLACE: lab.FIELD" where a range of the plots ends below
/// its beginning.
SelfTuningSpec self_tuning_spec(const Scene& scene, std::string_view place = "");

/// The scene's runs, from the initial rate `rate`, as runs on the landscape without the lab's scaling: they go where
/// the methods go on factor · f. Plain steps and WNGrad see only η · f; rules that divide by gradients have their ε or
/// b₀ divided, and additive noise is divided by the factor. (Weight decay of an optimizer is left as it is.)
Scene unscaled_scene(const Scene& scene, double rate, double factor);

/// The problem of docs/notes/wngrad.md, A.6, and the eight methods, in the lab.
Scene default_self_tuning_scene();

}  // namespace steplab
