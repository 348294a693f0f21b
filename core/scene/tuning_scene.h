// What the Tuning lab makes of a scene: the scene's problem, with its runs as the schedules that are compared.
#pragma once

#include "core/analysis/tuning.h"
#include "core/scene/scene.h"

#include <string_view>

namespace steplab {

/// The scene's lab settings (those of "tuning" if it belongs to another lab, at their defaults) and its problem as a
/// spec; step sizes and ρ of the scene do not enter. InputError at "PLACE.FIELD" where the worst mode is asked of
/// another problem than |x − c|, whose slope it varies itself.
TuningSpec tuning_spec(const Scene& scene, std::string_view place = "");

/// The scene with every run at its own η*, to be simulated at the scene's ρ; in the worst mode on the family's member
/// `member`. Runs without an η* keep their step size.
Scene tuned_scene(const Scene& scene, const TuningSpec& spec, const std::vector<TunedRow>& rows, int member = 0);

/// The problem of this mode (one: default_tuning_problem(); worst: docs/notes/annealing.md, test 1; bound:
/// docs/notes/last-iterate-bound.md, A3.9), with the scene's runs, ρ and settings kept: another landscape, noise,
/// start, T and number of seeds.
void use_default_problem(Scene& scene, TuningMode mode);

/// The words of the setting "mode": one, worst, bound.
TuningMode tuning_mode(const Scene& scene);

}  // namespace steplab
