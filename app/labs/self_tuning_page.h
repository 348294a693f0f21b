// The parts of the Self-tuning page, by file.
#pragma once

#include "app/labs/self_tuning_figure.h"
#include "app/widgets/page_plot.h"
#include "app/widgets/ui.h"

#include <string>

namespace steplab {

// The figures for the scene as it is in this frame.
StudyView<SelfTuningFigure> wanted_runs(Ui& ui);
StudyView<SelfTuningSweep> wanted_sweep(Ui& ui, bool over_L);
StudyView<SelfTuningRates> wanted_rates(Ui& ui);

plot::LineStyle method_style(Ui& ui, std::size_t index);

void draw_self_tuning_controls(Ui& ui);
/// Loss, b, 1/b, gradient of the runs, one under the other.
void draw_self_tuning_curves(Ui& ui, ImVec2 size);
/// Updates (or loss) against the initial rate or L; its line is the slider.
void draw_self_tuning_sweep(Ui& ui, bool over_L, ImVec2 size);
void draw_self_tuning_rates(Ui& ui, ImVec2 size);
void draw_weight_norm_twin(Ui& ui, ImVec2 size);
/// Methods at the present rate.
void draw_self_tuning_table(Ui& ui, ImVec2 size);

}  // namespace steplab
