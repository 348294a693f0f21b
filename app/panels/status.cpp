#include "app/panels/panels.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

/// Newest events of all drawn runs up to the step shown.
std::vector<std::string> latest_events(const Session& session, const Picture& picture, std::size_t most) {
  struct Line {
    int step;
    std::string text;
  };
  std::vector<Line> lines;
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    if (!is_pictured(session, i)) continue;
    for (const auto& event : picture.runs[i].events)
      if (event.step <= session.step())
        lines.push_back({event.step, picture.runs[i].label + " " + event_words(picture.runs[i], event)});
  }
  std::ranges::stable_sort(lines, std::greater{}, &Line::step);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) texts.push_back(lines[i].text);
  return texts;
}

std::string loss_summary(const Session& session, const Picture& picture) {
  std::string text = "step " + std::to_string(std::min(session.step(), picture.scene.steps)) + ": median loss";
  int count = 0;
  for (std::size_t i = 0; i < picture.runs.size() && count < 5; ++i) {
    const RunPicture& run = picture.runs[i];
    if (!is_pictured(session, i) || run.curves.loss.empty()) continue;
    const bool ended = 2 * run.curves.diverged > run.curves.seeds && session.step() > run.curves.step.back();
    const auto row = static_cast<std::size_t>(row_of_step(run.curves.step, session.step()));
    const double loss = ended ? HUGE_VAL : run.curves.loss.median[row];
    text += (count++ ? ", " : " ") + run.label + ": " + (std::isfinite(loss) ? short_number(loss) : "diverged");
  }
  return text;
}

std::string state_words(const Session& session, const Picture& picture) {
  std::string text = std::to_string(picture.seeds()) + " of " + std::to_string(picture.seeds_wanted) + " seeds";
  if (picture.stride > 1) text += " · every " + std::to_string(picture.stride) + "th step recorded";
  if (session.busy && session.progress > 0 && session.progress < 1)
    text += " · computing " + std::to_string(static_cast<int>(100 * session.progress)) + " %";
  else
    text += " · computed in " + short_number(std::max(0.1, std::round(picture.milliseconds * 10) / 10)) + " ms";
  return text + " · seed " + std::to_string(picture.scene.seed);
}

}  // namespace

std::string event_words(const RunPicture& run, const Event& event) {
  const std::string words = to_text(event);
  return event.kind == EventKind::kDiverged ? words + " (" + run.divergence + ")" : words;
}

void draw_status(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const FontScope font(ui.theme.small);
  const float y = (size.y - ImGui::GetFontSize()) / 2, pad = ui.px(16);
  const Picture* picture = session.picture();
  const std::string right = picture ? state_words(session, *picture) : "";
  const float right_width = ImGui::CalcTextSize(right.c_str()).x;
  std::string left = picture ? loss_summary(session, *picture) : "";
  ImVec4 colour = ui.theme.dim;
  if (picture)
    for (const auto& event : latest_events(session, *picture, 2)) left += "   ·   " + event;
  if (is_outdated(session)) left = outdated_words(session);
  if (!session.finished.error.empty()) left = session.finished.error, colour = ui.theme.warning;
  if (session.note && session.note->until > session.now) {
    left = session.note->text;
    colour = session.note->problem ? ui.theme.warning : ui.theme.ink;
  }
  const float room = size.x - right_width - 3 * pad;
  ImGui::SetCursorPos({pad, y});
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  const std::string shown = fitted(left, room);
  ImGui::TextUnformatted(shown.c_str());
  ImGui::PopStyleColor();
  report(ui, "status", false);
  tooltip(ui, shown == left ? "click for the whole log" : left);
  if (ImGui::IsItemClicked()) session.log_open = true;
  if (session.busy && !right.empty()) {
    ImGui::SetCursorPos({size.x - pad - right_width, y});
    if (mouse_area("cancel", {right_width, ImGui::GetFontSize()})) session.command(Command::kCancel);
    tooltip(ui, "click to stop computing; what is there is kept");
  }
  ImGui::SetCursorPos({size.x - pad - right_width, y});
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  ImGui::TextUnformatted(right.c_str());
  ImGui::PopStyleColor();
  report(ui, "state", false);
}

}  // namespace steplab
