// What became of each method from the present initial rate.
#include "app/labs/lab_settings.h"
#include "app/labs/lab_table.h"
#include "app/labs/self_tuning_page.h"
#include "app/session/session.h"

#include <cmath>

namespace steplab {
namespace {

const std::vector<TableColumn>& columns() {
  static const std::vector<TableColumn> all = {
      {"method", "click to select; the selected one shows its bound on b and its warning", 2.1f},
      {"updates", "done when it arrived, gave up or diverged", 1},
      {"loss", "f − f* there (f where the least value is not known)", 1.1f},
      {"b", "divisor of its last update; 1/η_t of the methods without one", 1.1f},
      {"b/L", "how many times the smoothness: near 1 is what one would have set by hand", 1},
      {"ended",
       "arrived: ‖∇f‖² ≤ ε; not yet: still under way at T; diverged: a coordinate beyond 1e30; no number: an "
       "update was 0/0, ∞ − ∞ or the like; left domain: the loss is not a number there",
       1.2f}};
  return all;
}

std::string number(double value) { return std::isfinite(value) ? short_number(value) : "–"; }

const char* ending(const SelfTuningFigure& figure, FlatStatus status) {
  if (status == FlatStatus::kDiverged) return "▲ diverged";
  if (status == FlatStatus::kNotANumber) return "▲ no number";
  if (status == FlatStatus::kLeftDomain) return "▲ left domain";
  if (status == FlatStatus::kReached) return "arrived";
  return figure.spec.flat > 0 ? "not yet" : "at T";
}

void row(Ui& ui, const SelfTuningFigure& figure, std::size_t index) {
  const SelfTuningRun& run = figure.runs.runs[index];
  const FlatOutcome& end = run.outcome;
  ImGui::TableNextRow();
  run_cell(ui, "self_tuning", index, run.label);
  text_cell(std::to_string(end.steps));
  text_cell(number(end.loss - figure.least.value_or(0)));
  text_cell(number(end.b));
  text_cell(number(end.b / run.L));
  const bool problem = is_lost(end.status);
  if (problem) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.warning);
  text_cell(ending(figure, end.status));
  if (problem) ImGui::PopStyleColor();
}

std::string words_of(const SelfTuningFigure& figure) {
  const SelfTuningRun& first = figure.runs.runs.front();
  const std::string rate = "from the rate " + short_number(figure.rate) + " (b₀ = " + short_number(first.first.b0) +
                           "), L = " + short_number(first.L);
  return figure.coarse ? rate + "; rough: more follows" : rate;
}

}  // namespace

void draw_self_tuning_table(Ui& ui, ImVec2 size) {
  const auto study = wanted_runs(ui);
  const bool ready = study.result && study.error.empty();
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild("self_tuning_table", size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::SetCursorPos({ui.px(12), ui.px(9)});
  {
    const FontScope font(ui.theme.bold);
    ImGui::TextUnformatted("Every method");
  }
  ImGui::SameLine(0, ui.px(10));
  ImGui::SetCursorPosY(ui.px(12));
  if (ready) dim_text(ui, words_of(*study.result), size.x - ui.px(12) - ImGui::GetCursorPosX());
  if (ready && begin_table(ui, "methods", columns(), size)) {
    for (std::size_t i = 0; i < study.result->runs.runs.size() && i < ui.session.draft.runs.size(); ++i)
      row(ui, *study.result, i);
    end_table();
  }
  ImGui::EndChild();
}

}  // namespace steplab
