#include "app/labs/lab_table.h"

#include "app/session/session.h"

namespace steplab {

bool begin_table(Ui& ui, const char* id, const std::vector<TableColumn>& columns, ImVec2 size) {
  ImGui::SetCursorPos({ui.px(12), ui.px(40)});
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2{ui.px(4), ui.px(2)});
  constexpr ImGuiTableFlags kFlags =
      ImGuiTableFlags_ScrollY | ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingStretchProp;
  if (!ImGui::BeginTable(id, static_cast<int>(columns.size()), kFlags, {size.x - ui.px(20), size.y - ui.px(46)})) {
    ImGui::PopStyleVar();
    return false;
  }
  ImGui::TableSetupScrollFreeze(0, 1);
  for (const TableColumn& column : columns) ImGui::TableSetupColumn(column.head, 0, column.weight);
  ImGui::TableNextRow();
  const FontScope font(ui.theme.small);
  for (const TableColumn& column : columns) {
    ImGui::TableNextColumn();
    dim_text(ui, column.head);
    tooltip(ui, column.help);
  }
  return true;
}

void end_table() {
  ImGui::EndTable();
  ImGui::PopStyleVar();
}

void run_cell(Ui& ui, std::string_view lab, std::size_t index, const std::string& label) {
  Session& session = ui.session;
  ImGui::TableNextColumn();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const RunLook look = run_look(ui.theme, colour_of(session.draft, index));
  const float line = ImGui::GetTextLineHeight(), sample = ui.px(26), width = ImGui::GetContentRegionAvail().x;
  const bool selected = session.draft.view.selected == static_cast<int>(index);
  if (ImGui::Selectable(("##" + label).c_str(), selected, ImGuiSelectableFlags_SpanAllColumns, {0, line}))
    session.draft.view.selected = static_cast<int>(index);
  // The area that takes the mouse reaches half way to its neighbours.
  report_rect(ui, std::string(lab) + ".row." + std::to_string(index), at, {at.x + width, at.y + line}, true);
  dashed_line(ImGui::GetWindowDrawList(), {at.x, at.y + line / 2}, {at.x + sample, at.y + line / 2},
              packed(look.colour), ui.px(2.5f), look.dash, ui.theme.scale);
  ImGui::GetWindowDrawList()->AddText({at.x + sample + ui.px(8), at.y}, packed(ui.theme.ink), label.c_str());
}

void text_cell(const std::string& text) {
  ImGui::TableNextColumn();
  ImGui::TextUnformatted(text.c_str());
}

}  // namespace steplab
