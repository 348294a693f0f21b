// The parts of the Tuning page, by file.
#pragma once

#include "app/labs/tuning_figure.h"
#include "app/widgets/ui.h"

namespace steplab {

/// The figure for the scene as it is in this frame.
StudyView<TuningFigure> wanted_tuning(Ui& ui);
/// Position of ρ nearest to the scene's in the figure.
std::size_t nearest_rho(const TuningResults& results, double rho);

void draw_tuning_controls(Ui& ui);
/// R(ρ) with the line that is the ρ slider.
void draw_tuning_plot(Ui& ui, const StudyView<TuningFigure>& study, ImVec2 size);
/// Slopes, or the grid-search simulator.
void draw_tuning_table(Ui& ui, const StudyView<TuningFigure>& study, ImVec2 size);
void draw_grid_search(Ui& ui, const StudyView<TuningFigure>& study, ImVec2 size);
/// Bound mode's left side: the schedules, and where each behaves as if it began.
void draw_suffixes(Ui& ui, ImVec2 size);

}  // namespace steplab
