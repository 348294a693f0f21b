// Free play: runs race on a landscape; controls left, landscape in the middle, curves right.
#include "app/labs/columns.h"
#include "app/labs/lab.h"
#include "app/panels/panels.h"

namespace steplab {

void draw_trajectories(Ui& ui, ImVec2 size) {
  draw_columns(ui, {.controls = draw_controls, .left = draw_landscape, .right = draw_curves, .saved_width = true},
               size);
}

}  // namespace steplab
