// What the Large-steps lab makes of a scene: two of its runs beside each other, and the figures about them.
#pragma once

#include "core/analysis/large_steps.h"
#include "core/analysis/network_arms.h"
#include "core/scene/scene.h"

#include <string>
#include <vector>

namespace steplab {

/// The runs that the page shows beside each other: the first, and the selected one (the second if the first is
/// selected). Equal if the scene has one run only.
struct ComparedRuns {
  std::size_t small = 0, large = 0;
};
ComparedRuns compared_runs(const Scene& scene);

/// The figure for one of the scene's runs. Its schedule, optimizer, T, noise, seeds and reach are the scene's; starts,
/// σ and lengths are those of default_large_steps(), with fewer starts in the plane. Step sizes: basins, control: the
/// run's; phase: the run's as the large one, the first run's as the small one; sweep, noise: those of
/// default_large_steps(). Where the figure cannot use the scene's noise (it varies σ itself) or schedule (phase has its
/// own), its own stand in their place. InputError for a landscape that cannot be made.
LargeStepsSpec large_steps_spec(const Scene& scene, LargeStepsFigure figure, std::size_t run);

/// The figure for all runs, without repetitions: runs that differ only in what the figure varies itself are one.
/// Control and phase leave out the first run, which is their small step.
struct NamedLargeSteps {
  std::string label{};
  LargeStepsSpec spec{};
};
std::vector<NamedLargeSteps> large_steps_specs(const Scene& scene, LargeStepsFigure figure);

/// The network's arms with the lab's settings; nothing else of the scene enters but its seed.
NetworkArmsSpec network_arms_spec(const Scene& scene);

}  // namespace steplab
