#include "app/labs/columns.h"

#include "app/labs/lab.h"
#include "app/panels/panels.h"

#include <algorithm>

namespace steplab {
namespace {

struct Columns {
  float controls = 0, left = 0, right = 0;
  bool tabs = false;  ///< too narrow for both: they share one place
};

/// Width of the right column as somebody chose it, pixels at scale 1.
double chosen_width(const Ui& ui, const ColumnsPage& page, float rest) {
  const Session& session = ui.session;
  if (page.saved_width) return session.settings.curves_width;
  const auto dragged = session.right_widths.find(session.draft.lab.id);
  if (dragged != session.right_widths.end()) return dragged->second;
  return static_cast<double>(page.right_share * rest / ui.theme.scale);
}

Columns columns_for(const Ui& ui, const ColumnsPage& page, float width) {
  const Session& session = ui.session;
  const float gap = ui.px(12);
  Columns columns;
  columns.controls = session.controls_hidden && !session.lesson
                         ? 0
                         : std::min(ui.px(static_cast<float>(session.settings.controls_width)), width * 0.5f);
  const float rest = width - columns.controls - 3 * gap, least = ui.px(page.least_right);
  columns.tabs = rest < ui.px(page.least_left + page.least_right);
  const float most =
      page.saved_width ? std::min(0.46f * rest, rest - ui.px(page.least_left)) : rest - ui.px(page.least_left);
  const float chosen = ui.px(static_cast<float>(chosen_width(ui, page, rest)));
  columns.right = columns.tabs ? 0 : std::clamp(chosen, least, std::max(least, most));
  columns.left = columns.tabs ? rest + gap : rest - columns.right;
  return columns;
}

/// A handle between two columns; true while it is dragged, with the mouse's way in `by` (pixels at scale 1).
bool splitter(Ui& ui, const char* id, float x, float top, float height, double& by) {
  ImGui::SetCursorPos({x, top});
  mouse_area(id, {ui.px(8), height});
  report(ui, id);
  if (ImGui::IsItemHovered() || ImGui::IsItemActive()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (!ImGui::IsItemActive()) return false;
  by = ImGui::GetIO().MouseDelta.x / static_cast<double>(ui.theme.scale);
  return by != 0;
}

void controls_column(Ui& ui, const ColumnsPage& page, float width, float height) {
  ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, 0);
  // With a border, though one that is not seen, or ImGui leaves the padding out.
  ImGui::PushStyleColor(ImGuiCol_Border, ui.theme.card);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{ui.px(16), ui.px(8)});
  const bool wheel_taken = ui.wheel_taken && *ui.wheel_taken;
  if (ui.wheel_taken) *ui.wheel_taken = false;
  ImGui::BeginChild("controls", {width, height}, true, wheel_taken ? ImGuiWindowFlags_NoScrollWithMouse : 0);
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{ui.px(8), ui.px(2)});
  if (open_lesson(ui.session)) draw_lesson(ui);
  page.controls(ui);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, ui.px(8)});
  ImGui::EndChild();
  const ImVec2 high = ImGui::GetItemRectMax(), low = ImGui::GetItemRectMin();
  ImGui::GetWindowDrawList()->AddLine({high.x, low.y}, high, packed(ui.theme.hairline));
}

void ground(Ui& ui, const char* id, ImVec2 size, void (*contents)(Ui&, ImVec2)) {
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme.ground);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild(id, size, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  contents(ui, size);
  ImGui::EndChild();
}

void left_column(Ui& ui, const ColumnsPage& page, ImVec2 size) {
  if (page.left_is_card)
    card(ui, "landscape", size, page.left);
  else
    ground(ui, "left", size, page.left);
}

/// One column or the other, whichever is in front.
void one_of_both(Ui& ui, const ColumnsPage& page, ImVec2 at, ImVec2 size) {
  Session& session = ui.session;
  ImGui::SetCursorPos(at);
  std::string word = session.curves_in_front ? page.right_word : page.left_word;
  segmented(ui, "front", {page.left_word, page.right_word}, word);
  session.curves_in_front = word == page.right_word;
  const float taken = ui.px(32);
  ImGui::SetCursorPos({at.x, at.y + taken});
  const ImVec2 rest{size.x, size.y - taken};
  if (session.curves_in_front)
    ground(ui, "curves", rest, page.right);
  else
    left_column(ui, page, rest);
}

void splitters(Ui& ui, const ColumnsPage& page, const Columns& columns, float top, float height) {
  Session& session = ui.session;
  const float gap = ui.px(12);
  double by = 0;
  if (columns.controls > 0 && splitter(ui, "split.controls", columns.controls, top, height, by))
    session.settings.controls_width = std::clamp(session.settings.controls_width + by, 260.0, 560.0);
  const float x = columns.controls + gap + columns.left + ui.px(2);
  if (!splitter(ui, "split.curves", x, top, height, by)) return;
  const double width = std::clamp(static_cast<double>(columns.right / ui.theme.scale) - by,
                                  static_cast<double>(page.least_right), 2400.0);
  if (page.saved_width)
    session.settings.curves_width = std::min(width, 1200.0);
  else
    session.right_widths[session.draft.lab.id] = width;
}

}  // namespace

void card(Ui& ui, const char* id, ImVec2 size, void (*contents)(Ui&, ImVec2)) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild(id, size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  contents(ui, size);
  ImGui::EndChild();
}

void draw_columns(Ui& ui, const ColumnsPage& page, ImVec2 size) {
  const Columns columns = columns_for(ui, page, size.x);
  const float top = ImGui::GetCursorPosY(), gap = ui.px(12);
  if (columns.controls > 0) controls_column(ui, page, columns.controls, size.y);
  const float x = columns.controls + gap, y = top + gap, height = size.y - 2 * gap;
  if (columns.tabs) return one_of_both(ui, page, {x, y}, {columns.left, height});
  ImGui::SetCursorPos({x, y});
  left_column(ui, page, {columns.left, height});
  ImGui::SetCursorPos({x + columns.left + gap, y});
  ground(ui, "curves", {columns.right, height}, page.right);
  splitters(ui, page, columns, top, size.y);
}

}  // namespace steplab
