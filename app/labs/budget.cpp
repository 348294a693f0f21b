// Which schedule wins when training is short, and which when it is long: the runs of one budget at the left, the table
// over all budgets at the right.
#include "app/labs/budget_page.h"
#include "app/labs/columns.h"
#include "app/labs/lab.h"
#include "app/labs/lab_settings.h"
#include "app/panels/panels.h"
#include "core/scene/budget_scene.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

BudgetWish wish_of(const Session& session) {
  try {
    return {.spec = budget_spec(session.draft), .refusal = "", .known = session.tables};
  } catch (const InputError& error) {
    return {.spec = {}, .refusal = error.what(), .known = {}};
  }
}

/// The runs at the left: those of the table's cells at the budget of the slider.
void derive_runs(Session& session, const StudyView<BudgetFigure>& study) {
  session.runs_wanted = false;
  if (!study.result || !study.error.empty() || is_asked(session)) return;
  const BudgetSpec &spec = study.result->table->spec, wanted = budget_spec(session.draft);
  if (spec.problem != wanted.problem || spec.optimizer != wanted.optimizer) return;
  session.runs_wanted = true;
  session.derived = scene_of_cells(session.draft, *study.result->table, shown_budget(session.draft), study.result->run);
}

void draw_left(Ui& ui, ImVec2 size) {
  if (is_asked(ui.session)) return draw_veil(ui, size);
  const auto study = wanted_table(ui);
  if (!study.error.empty()) return dim_text(ui, "no runs: see the reason at the right", size.x);
  const float gap = ui.px(8), top = ImGui::GetCursorPosY();
  const float map = std::round((size.y - gap) * 0.52f);
  card(ui, "landscape", {size.x, map}, draw_landscape);
  ImGui::SetCursorPos({0, top + map + gap});
  const ImVec2 below{size.x, size.y - map - gap};
  if (study.result && study.result->table->exact) return draw_expected_loss(ui, *study.result, below);
  ImGui::BeginGroup();
  draw_curves(ui, below);
  ImGui::EndGroup();
}

void draw_right(Ui& ui, ImVec2 size) {
  const float gap = ui.px(8);
  const auto rows = static_cast<float>(std::max<std::size_t>(ui.session.draft.runs.size(), 7));
  const float fixed = ui.px(124), row = std::clamp((0.45f * size.y - fixed) / rows, ui.px(21), ui.px(27));
  const float figure = std::round(fixed + rows * row), words = ui.px(106);
  draw_budget_figure(ui, {size.x, figure});
  ImGui::SetCursorPos({0, figure + gap});
  draw_budget_words(ui, {size.x, words});
  ImGui::SetCursorPos({0, figure + words + 2 * gap});
  draw_budget_schedules(ui, {size.x, size.y - figure - words - 2 * gap});
}

void paragraph(const std::string& text, const ImVec4& colour) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
}

/// Label, error and rank of every schedule at a budget, one a line.
std::string column_words(const BudgetTable& table, std::size_t budget) {
  std::string text = "Error at " + percent_text(table.spec.budgets[budget]) + " (rank):";
  for (std::size_t s = 0; s < table.spec.schedules.size(); ++s) {
    const BudgetCell& cell = table.cell(budget, s);
    text += "\n" + plain_words(table.spec.schedules[s].label) + ": " + error_text(cell.error) + " (" + rank_text(cell) +
            ")";
  }
  return text;
}

}  // namespace

StudyView<BudgetFigure> wanted_table(Ui& ui) {
  return ui.studies->want<BudgetFigure>("budget", wish_of(ui.session), measure_budget);
}

void draw_budget_words(Ui& ui, ImVec2 size) {
  if (is_asked(ui.session)) return draw_veil(ui, size);
  const auto study = wanted_table(ui);
  const Scene& scene = ui.session.draft;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{ui.px(12), ui.px(7)});
  ImGui::BeginChild("budget_words", size, true);
  ImGui::PopStyleVar();
  {
    const FontScope font(ui.theme.small);
    if (study.result && study.error.empty())
      paragraph("Here, " + measured_words(*study.result->table, shown_budget(scene)), ui.theme.ink);
    paragraph(paper_claims(scene), ui.theme.dim);
  }
  ImGui::EndChild();
}

void draw_budget(Ui& ui, ImVec2 size) {
  const auto study = wanted_table(ui);
  if (study.result) remember(ui.session.tables, study.result->table);
  derive_runs(ui.session, study);
  ui.session.start_fixed = true;
  draw_columns(ui,
               {.controls = draw_budget_controls,
                .left = draw_left,
                .right = draw_right,
                .left_word = "runs",
                .right_word = "budgets",
                .left_is_card = false,
                .right_share = 0.58f,
                .least_left = 330,
                .least_right = 480},
               size);
}

std::optional<LessonAnswer> budget_answer(Ui& ui, std::string_view measure) {
  const auto study = wanted_table(ui);
  if (measure != "best" || !study.result || !study.current) return std::nullopt;
  const BudgetTable& table = *study.result->table;
  const std::size_t budget = nearest_budget(table.spec, shown_budget(ui.session.draft));
  LessonAnswer answer;
  for (std::size_t s = 0; s < table.spec.schedules.size(); ++s) {
    const BudgetCell& cell = table.cell(budget, s);
    if (!cell.done) return std::nullopt;
    if (answer.option < 0 || cell.error < answer.number)
      answer.option = static_cast<int>(s), answer.number = cell.error;
  }
  answer.words = column_words(table, budget);
  return answer;
}

}  // namespace steplab
