// The tables below the labs' figures: one line for each run of the scene.
#pragma once

#include "app/widgets/ui.h"

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

struct TableColumn {
  const char* head;
  const char* help;
  float weight = 1;
};

/// Below a card's head line, with heads that stay when the rest scrolls. If true, end_table() must follow.
bool begin_table(Ui& ui, const char* id, const std::vector<TableColumn>& columns, ImVec2 size);
void end_table();

/// First column: dash, colour and name; a click selects the run. Reported as "LAB.row.INDEX".
void run_cell(Ui& ui, std::string_view lab, std::size_t index, const std::string& label);
void text_cell(const std::string& text);

}  // namespace steplab
