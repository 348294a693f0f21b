// The usual page: controls (or a lesson) at the left, two columns beside them with a handle between; in a narrow window
// the two share one place under tabs.
#pragma once

#include "app/widgets/ui.h"

namespace steplab {

struct ColumnsPage {
  void (*controls)(Ui&);                ///< inside a child window that scrolls
  void (*left)(Ui&, ImVec2 size);       ///< inside a child window
  void (*right)(Ui&, ImVec2 size);      ///< inside a child window
  const char* left_word = "landscape";  ///< of the tabs
  const char* right_word = "curves";
  bool left_is_card = true;                   ///< one card; false: several, on the ground
  float right_share = 0.5f;                   ///< of the room beside the controls, where nobody dragged the handle
  bool saved_width = false;                   ///< the right column's width is the one in the settings
  float least_left = 360, least_right = 300;  ///< pixels at scale 1
};

void draw_columns(Ui& ui, const ColumnsPage& page, ImVec2 size);

/// A child window that looks like a card and does not scroll; `contents` gets its inner size.
void card(Ui& ui, const char* id, ImVec2 size, void (*contents)(Ui&, ImVec2));

}  // namespace steplab
