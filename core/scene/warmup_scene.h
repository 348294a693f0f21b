// What the Warmup lab makes of a scene. The figures are about the selected run; its step size (times ρ) is η_trgt, its
// schedule's `warmup` T_wrm.
#pragma once

#include "core/analysis/bifurcation.h"
#include "core/analysis/warmup_eta_init.h"
#include "core/analysis/warmup_gi_adam.h"
#include "core/analysis/warmup_map.h"
#include "core/analysis/warmup_strip.h"
#include "core/scene/scene.h"

#include <array>
#include <string>

namespace steplab {

enum class WarmupFigure { kStrip, kHeatmap, kEtaInit, kGiAdam, kChaos };
/// The setting "figure" (strip if the scene belongs to another lab).
WarmupFigure warmup_figure(const Scene& scene);

/// The run that the figures are about: the selected one.
std::size_t warmup_run(const Scene& scene);
/// The rate has a parameter "warmup": every schedule, and rules that climb.
bool has_warmup(const Choice& rate);
/// The run's T_wrm in updates: its rate's warmup, 1 if it has none.
int warmup_length(const RunSpec& run);

/// How the runs have to be recorded for their strips: with the pre-conditioned sharpness if any optimizer adapts.
Recording strip_recording(const Scene& scene);

struct NamedWarmupMap {
  std::string label{};
  WarmupMapSpec spec{};
};
/// The two maps that stand side by side. Problem: the selected run's with the settings' optimizer (that of the run
/// where they say "run"), B from the settings' start; the run's schedule follows the warm-up (constant for a rate
/// rule). Start "small" or "large" where sized_start() has none: the scene's own. Labels are all different.
std::array<NamedWarmupMap, 2> warmup_maps(const Scene& scene);

EtaInitSpec eta_init_spec(const Scene& scene);
GiAdamSpec gi_adam_spec(const Scene& scene);
/// On the scene's landscape if the figure can use it (a uv model in the plane), else on uv.
UvBifurcationSpec bifurcation_spec(const Scene& scene);

/// Makes `scene` show one cell of a map: the selected run with this map's optimizer, start, step size and warm-up.
void show_cell(Scene& scene, const WarmupMapSpec& map, double step_size, int warmup);

/// uv from (5, 0.3) under label noise ±0.01, T = 4096: η = 0.4525 with T_wrm = 1, 16, 64 and 256.
Scene default_warmup_scene();

}  // namespace steplab
