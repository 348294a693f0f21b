// A table of numbers with a colour in each cell.
#include "app/labs/budget_page.h"
#include "app/session/session.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

struct Layout {
  ImVec2 corner;     // of the heads, on the screen
  float name = 0;    // width of the first column
  float column = 0;  // width of the others
  float heads = 0;   // height of the heads
  float row = 0;     // height of a row
  ImVec2 cell(std::size_t r, std::size_t c) const {
    return {corner.x + name + static_cast<float>(c) * column, corner.y + heads + static_cast<float>(r) * row};
  }
};

Layout layout_of(const Ui& ui, const NumberTable& table, ImVec2 size) {
  const FontScope font(ui.theme.small);
  Layout layout{.corner = ImGui::GetCursorScreenPos()};
  for (const auto& row : table.rows)
    layout.name = std::max(layout.name, ImGui::CalcTextSize(row.name.c_str()).x + ui.px(row.run < 0 ? 10 : 42));
  layout.name = std::min(layout.name, 0.3f * size.x);
  const auto columns = static_cast<float>(std::max<std::size_t>(table.heads.size(), 1));
  layout.column = std::floor((size.x - layout.name) / columns);
  const bool grouped = std::ranges::any_of(table.heads, [](const auto& head) { return !head.group.empty(); });
  layout.heads = ui.px(grouped ? 38 : 22);
  const auto rows = static_cast<float>(std::max<std::size_t>(table.rows.size(), 1));
  layout.row = std::floor(std::clamp((size.y - layout.heads) / rows, ui.px(17), ui.px(27)));
  return layout;
}

ImVec4 mixed(const ImVec4& a, const ImVec4& b, float share) {
  const auto mix = [share](float x, float y) { return x + share * (y - x); };
  return {mix(a.x, b.x), mix(a.y, b.y), mix(a.z, b.z), 1};
}

/// Best is strongest; the worst is the card's own colour.
ImU32 shade_colour(const Theme& theme, double shade) {
  constexpr float kStrongest = 0.42f;
  return packed(mixed(theme.card, theme.accent, kStrongest * static_cast<float>(1 - std::clamp(shade, 0.0, 1.0))));
}

void centred(Ui& ui, const std::string& text, ImVec2 low, ImVec2 size, const ImVec4& colour, ImFont* font) {
  const FontScope scope(font);
  const std::string shown = fitted(text, size.x - ui.px(2));
  const ImVec2 extent = ImGui::CalcTextSize(shown.c_str());
  ImGui::GetWindowDrawList()->AddText({low.x + (size.x - extent.x) / 2, low.y + (size.y - extent.y) / 2},
                                      packed(colour), shown.c_str());
}

/// True if it was clicked.
bool pressable(Ui& ui, const std::string& name, ImVec2 low, ImVec2 size, const std::string& help) {
  ImGui::SetCursorScreenPos({low.x + 1, low.y + 1});
  const bool clicked = mouse_area(name.c_str(), {size.x - 2, size.y - 2});
  report(ui, name);
  if (!help.empty()) tooltip(ui, help);
  if (ImGui::IsItemHovered())
    ImGui::GetWindowDrawList()->AddRect(low, {low.x + size.x, low.y + size.y}, packed(ui.theme.dim), ui.px(3));
  return clicked;
}

void one_head(Ui& ui, const Layout& layout, const NumberTable& table, std::size_t c, ClickedCell& clicked) {
  const auto& head = table.heads[c];
  const float line = ui.px(19);
  const ImVec2 low{layout.cell(0, c).x, layout.corner.y + layout.heads - line}, size{layout.column, line};
  if (pressable(ui, "budget.head." + std::to_string(c), low, size, head.help)) clicked = {-1, static_cast<int>(c)};
  centred(ui, head.text, low, size, head.chosen ? ui.theme.ink : ui.theme.dim,
          head.chosen ? ui.theme.bold : ui.theme.small);
  if (head.group.empty() || (c > 0 && table.heads[c - 1].group == head.group)) return;
  std::size_t last = c;
  while (last + 1 < table.heads.size() && table.heads[last + 1].group == head.group) ++last;
  centred(ui, head.group, {low.x, layout.corner.y}, {layout.column * static_cast<float>(last - c + 1), line},
          head.chosen ? ui.theme.ink : ui.theme.dim, head.chosen ? ui.theme.bold : ui.theme.small);
}

void one_cell(Ui& ui, const Layout& layout, const NumberTable::Cell& cell, std::size_t r, std::size_t c,
              ClickedCell& clicked) {
  const ImVec2 low = layout.cell(r, c), size{layout.column, layout.row};
  if (cell.shade >= 0)
    ImGui::GetWindowDrawList()->AddRectFilled({low.x + 1, low.y + 1}, {low.x + size.x - 1, low.y + size.y - 1},
                                              shade_colour(ui.theme, cell.shade), ui.px(2));
  const std::string name = "budget.cell." + std::to_string(r) + "." + std::to_string(c);
  if (pressable(ui, name, low, size, cell.help)) clicked = {static_cast<int>(r), static_cast<int>(c)};
  centred(ui, cell.text + (cell.unsure ? "~" : "") + (cell.edge ? "*" : ""), low, size, ui.theme.ink,
          layout.column < ui.px(58) ? ui.theme.small
          : cell.best               ? ui.theme.bold
                                    : ui.theme.body);
}

void row_name(Ui& ui, const Layout& layout, const NumberTable::Row& row, std::size_t r, bool chosen) {
  const ImVec2 low{layout.corner.x, layout.cell(r, 0).y};
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (chosen)
    list->AddRectFilled(low, {low.x + layout.name - ui.px(2), low.y + layout.row}, packed(ui.theme.selection),
                        ui.px(3));
  float x = low.x + ui.px(4);
  if (row.run >= 0) {
    const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, static_cast<std::size_t>(row.run)));
    dashed_line(list, {x, low.y + layout.row / 2}, {x + ui.px(24), low.y + layout.row / 2}, packed(look.colour),
                ui.px(2.5f), look.dash, ui.theme.scale);
    x += ui.px(30);
  }
  const FontScope font(ui.theme.small);
  const std::string text = fitted(row.name, low.x + layout.name - x - ui.px(4));
  list->AddText({x, low.y + (layout.row - ImGui::GetFontSize()) / 2}, packed(ui.theme.ink), text.c_str());
}

/// A frame round the columns that are chosen.
void frame_chosen(Ui& ui, const Layout& layout, const NumberTable& table) {
  for (std::size_t c = 0; c < table.heads.size(); ++c) {
    if (!table.heads[c].chosen || (c > 0 && table.heads[c - 1].chosen)) continue;
    std::size_t end = c;
    while (end < table.heads.size() && table.heads[end].chosen) ++end;
    ImGui::GetWindowDrawList()->AddRect({layout.cell(0, c).x, layout.corner.y + ui.px(1)},
                                        layout.cell(table.rows.size(), end), packed(ui.theme.accent), ui.px(4), 0,
                                        ui.px(1.5f));
  }
}

}  // namespace

ClickedCell draw_number_table(Ui& ui, const NumberTable& table, ImVec2 size) {
  ClickedCell clicked;
  const Layout layout = layout_of(ui, table, size);
  {
    const FontScope font(ui.theme.small);
    ImGui::GetWindowDrawList()->AddText({layout.corner.x + ui.px(4), layout.corner.y + layout.heads - ui.px(18)},
                                        packed(ui.theme.dim), fitted(table.corner, layout.name - ui.px(8)).c_str());
  }
  for (std::size_t c = 0; c < table.heads.size(); ++c) one_head(ui, layout, table, c, clicked);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    row_name(ui, layout, table.rows[r], r, table.chosen_row == static_cast<int>(r));
    for (std::size_t c = 0; c < table.rows[r].cells.size(); ++c)
      one_cell(ui, layout, table.rows[r].cells[c], r, c, clicked);
  }
  frame_chosen(ui, layout, table);
  return clicked;
}

}  // namespace steplab
