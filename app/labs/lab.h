// A lab is one page of the window about one question.
#pragma once

#include "app/widgets/ui.h"

#include <span>

namespace steplab {

struct Lab {
  const char* id;
  const char* name;
  const char* question;               ///< what it is about, in a sentence
  const char* scene;                  ///< id of the shipped scene that it opens with
  void (*draw)(Ui& ui, ImVec2 size);  ///< everything between top bar and timeline
};

/// The tabs, in their order.
std::span<const Lab> labs();

void draw_trajectories(Ui& ui, ImVec2 size);

}  // namespace steplab
