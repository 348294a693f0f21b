// Free play: runs race on a landscape; controls left, landscape in the middle, curves right.
#include "app/labs/lab.h"
#include "app/panels/panels.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr float kLeastMap = 360, kLeastCurves = 300;  // pixels at scale 1

struct Columns {
  float controls = 0, map = 0, curves = 0;
  bool tabs = false;  ///< too narrow for both: map and curves share one place
};

Columns columns_for(const Ui& ui, float width) {
  const Session& session = ui.session;
  const float gap = ui.px(12);
  Columns columns;
  columns.controls =
      session.controls_hidden ? 0 : std::min(ui.px(static_cast<float>(session.settings.controls_width)), width * 0.5f);
  const float rest = width - columns.controls - 3 * gap;
  columns.tabs = rest < ui.px(kLeastMap + kLeastCurves);
  columns.curves = columns.tabs
                       ? 0
                       : std::clamp(ui.px(static_cast<float>(session.settings.curves_width)), ui.px(kLeastCurves),
                                    std::max(ui.px(kLeastCurves), std::min(0.46f * rest, rest - ui.px(kLeastMap))));
  columns.map = columns.tabs ? rest + gap : rest - columns.curves;
  return columns;
}

/// A handle between two columns; true while it is dragged, with the mouse's way in `by` (pixels at scale 1).
bool splitter(Ui& ui, const char* id, float x, float height, double& by) {
  ImGui::SetCursorPos({x, 0});
  ImGui::SetCursorPosY(ui.px(46));
  mouse_area(id, {ui.px(8), height});
  report(ui, id);
  if (ImGui::IsItemHovered() || ImGui::IsItemActive()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  if (!ImGui::IsItemActive()) return false;
  by = ImGui::GetIO().MouseDelta.x / static_cast<double>(ui.theme.scale);
  return by != 0;
}

void controls_column(Ui& ui, float width, float height) {
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
  draw_controls(ui);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, ui.px(8)});
  ImGui::EndChild();
  const ImVec2 high = ImGui::GetItemRectMax(), low = ImGui::GetItemRectMin();
  ImGui::GetWindowDrawList()->AddLine({high.x, low.y}, high, packed(ui.theme.hairline));
}

void landscape_card(Ui& ui, ImVec2 size) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild("landscape", size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  draw_landscape(ui, size);
  ImGui::EndChild();
}

void curves_column(Ui& ui, ImVec2 size) {
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme.ground);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild("curves", size, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  draw_curves(ui, size);
  ImGui::EndChild();
}

/// Map or curves, whichever is in front.
void one_of_both(Ui& ui, ImVec2 at, ImVec2 size) {
  Session& session = ui.session;
  ImGui::SetCursorPos(at);
  std::string word = session.curves_in_front ? "curves" : "landscape";
  segmented(ui, "front", {"landscape", "curves"}, word);
  session.curves_in_front = word == "curves";
  const float taken = ui.px(32);
  ImGui::SetCursorPos({at.x, at.y + taken});
  const ImVec2 rest{size.x, size.y - taken};
  if (session.curves_in_front)
    curves_column(ui, rest);
  else
    landscape_card(ui, rest);
}

}  // namespace

void draw_trajectories(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const Columns columns = columns_for(ui, size.x);
  const float top = ImGui::GetCursorPosY(), gap = ui.px(12);
  if (columns.controls > 0) controls_column(ui, columns.controls, size.y);
  const float x = columns.controls + gap, y = top + gap, height = size.y - 2 * gap;
  if (columns.tabs) return one_of_both(ui, {x, y}, {columns.map, height});
  ImGui::SetCursorPos({x, y});
  landscape_card(ui, {columns.map, height});
  ImGui::SetCursorPos({x + columns.map + gap, y});
  curves_column(ui, {columns.curves, height});
  double by = 0;
  if (columns.controls > 0 && splitter(ui, "split.controls", columns.controls, size.y, by))
    session.settings.controls_width = std::clamp(session.settings.controls_width + by, 260.0, 560.0);
  if (splitter(ui, "split.curves", x + columns.map + ui.px(2), size.y, by))
    session.settings.curves_width =
        std::clamp(static_cast<double>(columns.curves / ui.theme.scale) - by, 300.0, 1200.0);
}

}  // namespace steplab
