#include "app/panels/panels.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace steplab {
namespace {

std::string speed_text(double speed) {
  char text[24];
  std::snprintf(text, sizeof text, speed >= 1 ? "%.0f×" : "1/%.0f×", speed >= 1 ? speed : 1 / speed);
  return text;
}

void buttons(Ui& ui) {
  Session& session = ui.session;
  const int steps = shown_steps(session);
  const ImVec2 size{ui.px(34), ui.px(34)};
  if (icon_button(ui, "to_start", Icon::kToStart, size, false, "back to the start: same seed (R)"))
    seek(session.playback, steps, 0);
  ImGui::SameLine();
  const bool playing = session.playback.playing;
  if (icon_button(ui, "play", playing ? Icon::kPause : Icon::kPlay, size, true, "play or pause (Space)")) {
    if (playing)
      session.playback.playing = false;
    else
      play(session.playback, steps);
  }
  ImGui::SameLine();
  if (icon_button(ui, "step_back", Icon::kStepBack, size, false, "one step back (←; with Shift ten)"))
    seek(session.playback, steps, session.step() - 1);
  ImGui::SameLine();
  if (icon_button(ui, "step_on", Icon::kStepOn, size, false, "one step on (→; with Shift ten)"))
    seek(session.playback, steps, session.step() + 1);
  ImGui::SameLine();
}

/// Events of the selected run as small marks over the bar.
void event_marks(Ui& ui, ImVec2 low, ImVec2 high, float r) {
  const Picture* picture = ui.session.picture();
  const auto selected = static_cast<std::size_t>(ui.session.draft.view.selected);
  if (!picture || selected >= picture->runs.size() || !is_drawn(ui.session, selected) || is_outdated(ui.session))
    return;
  const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, selected));
  for (const auto& event : picture->runs[selected].events) {
    const float x =
        low.x + r +
        static_cast<float>(static_cast<double>(event.step) / picture->scene.steps) * (high.x - low.x - 2 * r);
    ImGui::GetWindowDrawList()->AddTriangleFilled({x - ui.px(3), low.y + ui.px(2)}, {x + ui.px(3), low.y + ui.px(2)},
                                                  {x, low.y + ui.px(7)}, packed(look.colour));
  }
}

void scrubber(Ui& ui, float width) {
  Session& session = ui.session;
  const int steps = shown_steps(session);
  mouse_area("scrub", {std::max(width, 20.0f), ui.px(34)});
  report(ui, "scrub");
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const float r = ui.px(7), span = std::max(1.0f, high.x - low.x - 2 * r);
  const auto step_at = [&](float x) {
    return std::clamp(static_cast<double>((x - low.x - r) / span), 0.0, 1.0) * steps;
  };
  if (ImGui::IsItemActive()) seek(session.playback, steps, std::round(step_at(ImGui::GetIO().MousePos.x)));
  if (ImGui::IsItemHovered()) {
    session.link.cursor_owner = kViewOwnsCursor;
    session.link.cursor_x = std::round(step_at(ImGui::GetIO().MousePos.x));
    if (const float wheel = ImGui::GetIO().MouseWheel; wheel != 0)
      seek(session.playback, steps, session.step() + std::round(static_cast<double>(wheel)));
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = std::round((low.y + high.y) / 2), t = ui.px(2);
  const float x = low.x + r + span * static_cast<float>(session.playback.step / static_cast<double>(steps));
  list->AddRectFilled({low.x, y - t}, {high.x, y + t}, packed(ui.theme.hairline), t);
  list->AddRectFilled({low.x, y - t}, {x, y + t}, packed(ui.theme.accent), t);
  event_marks(ui, low, high, r);
  list->AddCircleFilled({x, y}, r, packed(ImGui::IsItemActive() ? ui.theme.accent : ui.theme.card), 24);
  list->AddCircle({x, y}, r, packed(ui.theme.accent), 24, ui.px(2));
}

void step_field(Ui& ui) {
  Session& session = ui.session;
  int step = session.step();
  ImGui::SetNextItemWidth(ui.px(76));
  ImGui::InputInt("##step", &step, 0, 0, ImGuiInputTextFlags_AutoSelectAll);
  report(ui, "step");
  tooltip(ui, "the step that is shown: type one to jump there");
  if (ImGui::IsItemDeactivatedAfterEdit()) seek(session.playback, shown_steps(session), step);
  ImGui::SameLine(0, ui.px(4));
  dim_text(ui, ("/ " + std::to_string(shown_steps(session))));
  report(ui, "steps", false);
}

}  // namespace

void draw_timeline(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  ImGui::SetCursorPos({ui.px(16), (size.y - ui.px(34)) / 2});
  buttons(ui);
  const float right = ui.px(280);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui.px(8));
  scrubber(ui, size.x - ImGui::GetCursorPosX() - right);
  ImGui::SameLine(0, ui.px(12));
  ImGui::SetCursorPosY((size.y - ui.px(28)) / 2);
  const float y = ImGui::GetCursorPosY();
  step_field(ui);
  ImGui::SetCursorPos({size.x - ui.px(112), y});
  ImGui::SetNextItemWidth(ui.px(56));
  if (ImGui::BeginCombo("##speed", speed_text(session.playback.speed).c_str(), ImGuiComboFlags_NoArrowButton)) {
    for (double speed = kLeastSpeed; speed <= kMostSpeed; speed *= 2)
      if (ImGui::Selectable(speed_text(speed).c_str(), speed == session.playback.speed)) session.playback.speed = speed;
    ImGui::EndCombo();
  }
  report(ui, "speed");
  tooltip(ui, "speed: at 1× the whole run takes ten seconds (+ and −)");
  ImGui::SameLine();
  ImGui::SetCursorPosY((size.y - ui.px(34)) / 2);
  if (icon_button(ui, "loop", Icon::kLoop, {ui.px(34), ui.px(34)}, session.playback.loop, "begin again at the end (L)"))
    session.playback.loop ^= true;
}

}  // namespace steplab
