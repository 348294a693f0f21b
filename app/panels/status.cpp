#include "app/panels/panels.h"
#include "app/session/lesson_progress.h"
#include "app/session/studies.h"

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
    const bool ended = 2 * run.curves.lost > run.curves.seeds && session.step() > run.curves.step.back();
    const auto row = static_cast<std::size_t>(row_of_step(run.curves.step, session.step()));
    const double loss = ended ? HUGE_VAL : run.curves.loss.median[row];
    text += (count++ ? ", " : " ") + run.label + ": " +
            (std::isfinite(loss) ? short_number(loss)
             : ended             ? words_of(run.lost_status)
                                 : "infinite");
  }
  return text;
}

std::string duration_words(double milliseconds) {
  if (milliseconds >= 1000) return short_number(std::round(milliseconds / 100) / 10) + " s";
  return short_number(std::max(0.1, std::round(milliseconds * 10) / 10)) + " ms";
}

std::string state_words(const Session& session, const Picture& picture) {
  std::string text = std::to_string(picture.seeds()) + " of " + std::to_string(picture.seeds_wanted) + " seeds";
  if (picture.stride > 1) text += " · one step in " + std::to_string(picture.stride) + " recorded";
  if (session.busy && session.progress > 0 && session.progress < 1)
    text += " · computing " + std::to_string(static_cast<int>(100 * session.progress)) + " %";
  else
    text += " · computed in " + duration_words(picture.milliseconds);
  return text + " · seed " + std::to_string(picture.scene.seed);
}

}  // namespace

std::string event_words(const RunPicture& run, const Event& event) {
  const std::string words = to_text(event);
  return event.kind == EventKind::kLost ? words + " (" + run.why_lost + ")" : words;
}

namespace {

struct Line {
  std::string text;
  ImVec4 colour;
};

/// What the runs do, or what is more urgent.
Line left_line(const Ui& ui) {
  const Session& session = ui.session;
  const Picture* picture = session.picture();
  if (session.note && session.note->until > session.now)
    return {session.note->text, session.note->problem ? ui.theme.warning : ui.theme.ink};
  if (!session.finished.error.empty()) return {session.finished.error, ui.theme.warning};
  if (is_outdated(session)) return {outdated_words(session), ui.theme.dim};
  if (is_veiled(session)) return {std::string("results stay ") + veil_words(session), ui.theme.dim};
  if (!picture) return {"", ui.theme.dim};
  std::string text = loss_summary(session, *picture);
  for (const auto& event : latest_events(session, *picture, 2)) text += "   ·   " + event;
  return {text, ui.theme.dim};
}

/// What is computed, and a click to stop it or to go on.
void draw_state(Ui& ui, ImVec2 place, const Line& line, bool stopped) {
  Session& session = ui.session;
  const ImVec2 size{ImGui::CalcTextSize(line.text.c_str()).x, ImGui::GetFontSize()};
  ImGui::SetCursorPos(place);
  if (stopped) {
    if (mouse_area("go_on", size)) ui.studies->resume();
  } else if (session.busy && !line.text.empty()) {
    if (mouse_area("cancel", size)) session.command(Command::kCancel);
    tooltip(ui, "click to stop computing; what is there is kept");
  }
  ImGui::SetCursorPos(place);
  ImGui::TextColored(line.colour, "%s", line.text.c_str());
  report(ui, "state", false);
}

}  // namespace

void draw_status(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const FontScope font(ui.theme.small);
  const float y = (size.y - ImGui::GetFontSize()) / 2, pad = ui.px(16);
  const Picture* picture = session.picture();
  const bool stopped = ui.studies && ui.studies->stopped();
  const Line right = stopped   ? Line{"a figure was stopped: click to go on", ui.theme.accent}
                     : picture ? Line{state_words(session, *picture), ui.theme.dim}
                               : Line{"", ui.theme.dim};
  const float right_width = ImGui::CalcTextSize(right.text.c_str()).x;
  const Line left = left_line(ui);
  ImGui::SetCursorPos({pad, y});
  const std::string shown = fitted(left.text, size.x - right_width - 3 * pad);
  ImGui::TextColored(left.colour, "%s", shown.c_str());
  report(ui, "status", false);
  tooltip(ui, shown == left.text ? "click for the whole log" : left.text);
  if (ImGui::IsItemClicked()) session.log_open = true;
  draw_state(ui, {size.x - pad - right_width, y}, right, stopped);
}

}  // namespace steplab
