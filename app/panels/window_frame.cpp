#include "app/labs/lab.h"
#include "app/panels/panels.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr float kTopBar = 46, kTimeline = 56, kStatus = 32;

constexpr ImGuiWindowFlags kFixed = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                                    ImGuiWindowFlags_NoNavFocus;

/// A band across the whole window in the card's colour, with a hairline towards the middle.
void band(Ui& ui, const char* id, float y, float height, bool line_below, void (*contents)(Ui&, ImVec2)) {
  const float width = ImGui::GetIO().DisplaySize.x;
  ImGui::SetCursorPos({0, y});
  ImGui::PushStyleVar(ImGuiStyleVar_ChildRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_ChildBorderSize, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild(id, {width, height}, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar(3);
  const float line = line_below ? y + height - 1 : y;
  ImGui::GetWindowDrawList()->AddLine({0, line}, {width, line}, packed(ui.theme.hairline));
  contents(ui, {width, height});
  ImGui::EndChild();
}

}  // namespace

void draw_window(Ui& ui) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(display);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::Begin("Steplab", nullptr, kFixed);
  ImGui::PopStyleVar();
  const float top = ui.px(kTopBar), foot = ui.px(kTimeline) + ui.px(kStatus);
  band(ui, "top", 0, top, true, draw_top_bar);
  ImGui::SetCursorPos({0, top});
  shown_lab(ui.session).draw(ui, {display.x, display.y - top - foot});
  band(ui, "timeline", display.y - foot, ui.px(kTimeline), false, draw_timeline);
  band(ui, "status", display.y - ui.px(kStatus), ui.px(kStatus), false, draw_status);
  ImGui::End();
  draw_dialogs(ui);
}

}  // namespace steplab
