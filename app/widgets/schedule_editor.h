// Handles on the plotted curve of a schedule.
#pragma once

#include "app/widgets/plot.h"
#include "app/widgets/ui.h"
#include "core/base/parameters.h"

namespace steplab {

/// Between the plot's setup and its end(): draws the schedule's handles and obeys the mouse; while one is held, the
/// curve of what the schedule is now. x counts updates, y is `scale` times the factor. True if `rate` changed.
/// A rate rule has none.
bool edit_schedule_in_plot(Ui& ui, plot::Plot& plot, Choice& rate, double scale, int T, ImU32 colour);

}  // namespace steplab
