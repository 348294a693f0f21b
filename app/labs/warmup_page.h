// The parts of the Warmup page, by file.
#pragma once

#include "app/labs/warmup_figures.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"
#include "app/widgets/ui.h"

#include <optional>
#include <string>

namespace steplab {

/// The scene whose runs are shown: that under edit with one replicate, or in the heat map's figure that of the chosen
/// cell.
Scene strip_scene(const Scene& scene);
/// Run for run that scene's.
StudyView<StripFigure> wanted_strips(Ui& ui);
StudyView<EtaInitFigure> wanted_eta_init(Ui& ui);
/// 0: map A, 1: map B.
StudyView<HeatFigure> wanted_heat(Ui& ui, std::size_t map);

/// T_wrm of a run of the scene; set_warmup() makes a rule that has none a constant rate.
int warmup_of(const Scene& scene, std::size_t run);
void set_warmup(SceneRun& run, int warmup);
/// The step size that the selected run climbs to, ρ included.
double target_of(const Scene& scene);
void set_target(Scene& scene, double target);

/// Words in the dim colour over the width; returns the height that they took.
float dim_words(Ui& ui, const std::string& text, float width);

void draw_warmup_controls(Ui& ui);
/// Loss, sharpness beside its threshold and (`all`) step size over the same steps.
void draw_strip(Ui& ui, ImVec2 size, bool all);
/// What the selected run is doing at the step shown.
std::string strip_words(Ui& ui);
/// What befell the runs, by step: a click goes there.
void draw_event_list(Ui& ui, ImVec2 size);
void draw_heat_maps(Ui& ui, ImVec2 size);
void draw_eta_init(Ui& ui, ImVec2 size);
void draw_gi_adam(Ui& ui, ImVec2 size);
void draw_chaos(Ui& ui, ImVec2 size);

}  // namespace steplab
