// What the plots of all pages have in common.
#pragma once

#include "app/session/studies.h"
#include "app/widgets/plot.h"
#include "app/widgets/ui.h"

#include <string>

namespace steplab {

/// With the window's theme and motion; fills `capture` when somebody exports the figures.
plot::Options plot_options(const Ui& ui, std::string title, ImVec2 size, plot::Capture* capture = nullptr);

/// Draws it, reports where it lies as `name`, and hands `capture` over to the export. Valid as long as the plot.
const plot::Outcome& end_plot(Ui& ui, plot::Plot& plot, const std::string& name, plot::Capture* capture = nullptr);

/// A click in a plot over the steps moves the timeline there; a double click, whose first half has done so, takes it
/// back.
void follow_click(Session& session, const plot::Outcome& outcome);

/// plot::Options::progress of a figure that is being computed.
template <class Result>
float progress_of(const StudyView<Result>& study) {
  return study.busy ? static_cast<float>(study.share) : -1.0f;
}

}  // namespace steplab
