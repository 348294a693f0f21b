// What befell the runs of the strip, by step.
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"

#include <algorithm>

namespace steplab {
namespace {

struct Happening {
  int step = 0;
  std::size_t run = 0;
  std::string words;
};

std::string without_step(const Event& event) {
  const std::string text = to_text(event);
  const auto colon = text.find(": ");
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

/// Events of a run, and where the regimes of its climb begin and end.
void collect(const StripRun& run, std::size_t index, std::vector<Happening>& all) {
  for (const RegimeSpan& span : run.strip.regimes)
    all.push_back({run.path.step[span.first], index, words_of(span.regime)});
  if (!run.strip.regimes.empty()) {
    const std::size_t last = run.strip.regimes.back().last;
    const double eta = run.path.step_size[last];
    all.push_back(
        {run.path.step[last], index, "the climb ends" + (eta > 0 ? " at η = " + short_number(eta) : std::string())});
  }
  for (const Event& event : run.strip.events) all.push_back({event.step, index, without_step(event)});
}

std::vector<Happening> happenings(const Session& session, const StripFigure& figure) {
  std::vector<Happening> all;
  for (std::size_t i = 0; i < figure.runs.size(); ++i)
    if (is_drawn(session, i)) collect(figure.runs[i], i, all);
  std::ranges::stable_sort(all, {}, &Happening::step);
  return all;
}

void row(Ui& ui, const Happening& happening, std::size_t number, const std::string& label, bool several) {
  Session& session = ui.session;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float line = ImGui::GetTextLineHeight(), width = ImGui::GetContentRegionAvail().x;
  const bool now = session.step() == happening.step;
  if (ImGui::Selectable(("##event" + std::to_string(number)).c_str(), now, 0, {0, line}))
    seek(session.playback, session.draft.steps, happening.step);
  report_rect(ui, "event." + std::to_string(number), at, {at.x + width, at.y + line}, true);
  const RunLook look = run_look(ui.theme, colour_of(session.draft, happening.run));
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float step = ui.px(44), sample = ui.px(22);
  const std::string count = std::to_string(happening.step);
  const ImU32 ink = packed(happening.step <= session.step() ? ui.theme.ink : ui.theme.dim);
  list->AddText({at.x + step - ImGui::CalcTextSize(count.c_str()).x, at.y}, ink, count.c_str());
  const float x = at.x + step + ui.px(10);
  dashed_line(list, {x, at.y + line / 2}, {x + sample, at.y + line / 2}, packed(look.colour), ui.px(2.5f), look.dash,
              ui.theme.scale);
  const std::string words = (several ? label + ": " : "") + happening.words;
  const float begin = x + sample + ui.px(8);
  const std::string shown = fitted(words, at.x + width - begin - ui.px(4));
  list->AddText({begin, at.y}, ink, shown.c_str());
  tooltip(ui, words + "\nclick: go to step " + count);
}

void draw_rows(Ui& ui, const StudyView<StripFigure>& study) {
  const FontScope font(ui.theme.small);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{ui.px(8), ui.px(4)});
  if (study.result && study.error.empty() && study.result->runs.size() == ui.session.draft.runs.size()) {
    const auto labels = shown_labels(ui.session.draft);
    const auto all = happenings(ui.session, *study.result);
    for (std::size_t i = 0; i < all.size(); ++i) row(ui, all[i], i, labels[all[i].run], labels.size() > 1);
    if (all.empty()) dim_text(ui, "nothing yet: no catapult, no divergence, no climb");
  } else {
    dim_text(ui, study.error.empty() ? "computing …" : study.error, ImGui::GetContentRegionAvail().x);
  }
  ImGui::PopStyleVar();
}

}  // namespace

void draw_event_list(Ui& ui, ImVec2 size) {
  const auto study = wanted_strips(ui);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild("warmup_events", size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::SetCursorPos({ui.px(12), ui.px(9)});
  {
    const FontScope font(ui.theme.bold);
    ImGui::TextUnformatted("What happened");
  }
  ImGui::SameLine(0, ui.px(10));
  ImGui::SetCursorPosY(ui.px(12));
  dim_text(ui, "click: the timeline goes there", size.x - ui.px(12) - ImGui::GetCursorPosX());
  ImGui::SetCursorPos({ui.px(8), ui.px(36)});
  ImGui::BeginChild("list", {size.x - ui.px(12), size.y - ui.px(42)}, false);
  draw_rows(ui, study);
  ImGui::EndChild();
  ImGui::EndChild();
}

}  // namespace steplab
