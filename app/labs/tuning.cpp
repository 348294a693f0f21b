// How much a wrong step size costs: the runs at ρ times their own best step size at the left, R(ρ) at the right.
#include "app/labs/columns.h"
#include "app/labs/lab.h"
#include "app/labs/lab_settings.h"
#include "app/labs/tuning_page.h"
#include "app/panels/panels.h"
#include "core/scene/tuning_scene.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace steplab {
namespace {

/// What the figure is of, or why the scene has none.
struct Wish {
  TuningSpec spec;
  std::string refusal;
  friend bool operator==(const Wish&, const Wish&) = default;
};

Wish wish_of(const Scene& scene) {
  try {
    return {tuning_spec(scene), ""};
  } catch (const InputError& error) {
    return {{}, error.what()};
  }
}

void measure(const Wish& wish, Study<TuningFigure>& study) {
  if (!wish.refusal.empty()) throw std::runtime_error(wish.refusal);
  measure_tuning(wish.spec, study);
}

/// The member that is worst at the scene's ρ for the selected run.
int worst_member(const Scene& scene, const TuningFigure& figure) {
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  if (figure.spec.mode != TuningMode::kWorstProblem || selected >= figure.results.curves.size()) return 0;
  const auto& members = figure.results.curves[selected].member;
  return members.empty() ? 0 : members[nearest_rho(figure.results, scene.rho)];
}

/// The runs at the left: every one at ρ times its own η*.
void derive_runs(Session& session, const StudyView<TuningFigure>& study) {
  session.runs_wanted = study.result && study.result->spec.mode != TuningMode::kBound &&
                        study.result->tuning.rows.size() == session.draft.runs.size();
  if (!session.runs_wanted) return;
  session.derived = tuned_scene(session.draft, study.result->spec, study.result->tuning.rows,
                                worst_member(session.draft, *study.result));
}

void draw_left(Ui& ui, ImVec2 size) {
  if (is_veiled(ui.session)) return draw_veil(ui, size);
  if (tuning_mode(ui.session.draft) == TuningMode::kBound) return draw_suffixes(ui, size);
  const auto study = wanted_tuning(ui);
  if (!study.result && !study.error.empty())  // there is nothing to run, and nothing to wait for
    return dim_text(ui, "no runs: see the reason at the right", size.x);
  const float gap = ui.px(8), top = ImGui::GetCursorPosY();
  const float map = std::round((size.y - gap) * 0.52f);
  card(ui, "landscape", {size.x, map}, draw_landscape);
  ImGui::SetCursorPos({0, top + map + gap});
  ImGui::BeginGroup();
  draw_curves(ui, {size.x, size.y - map - gap});
  ImGui::EndGroup();
}

void draw_right(Ui& ui, ImVec2 size) {
  const auto study = wanted_tuning(ui);
  const float gap = ui.px(8), top = ImGui::GetCursorPosY();
  const float plot = std::max(std::round((size.y - gap) * 0.56f), size.y - gap - ui.px(330));
  draw_tuning_plot(ui, study, {size.x, plot});
  ImGui::SetCursorPos({0, top + plot + gap});
  const ImVec2 rest{size.x, size.y - plot - gap};
  if (setting_word(ui.session.draft, "below") == "grid")
    draw_grid_search(ui, study, rest);
  else
    draw_tuning_table(ui, study, rest);
}

}  // namespace

StudyView<TuningFigure> wanted_tuning(Ui& ui) {
  return ui.studies->want<TuningFigure>("tuning", wish_of(ui.session.draft), measure);
}

std::size_t nearest_rho(const TuningResults& results, double rho) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < results.rho.size(); ++i)
    if (std::abs(std::log(results.rho[i] / rho)) < std::abs(std::log(results.rho[nearest] / rho))) nearest = i;
  return nearest;
}

void draw_tuning(Ui& ui, ImVec2 size) {
  derive_runs(ui.session, wanted_tuning(ui));
  draw_columns(ui,
               {.controls = draw_tuning_controls,
                .left = draw_left,
                .right = draw_right,
                .left_word = "runs",
                .right_word = "tuning",
                .left_is_card = false,
                .right_share = 0.56f,
                .least_left = 330,
                .least_right = 420},
               size);
}

std::optional<LessonAnswer> tuning_answer(Ui& ui, std::string_view measure) {
  const auto study = wanted_tuning(ui);
  if (measure != "least_R" || !study.result || !study.current || study.result->coarse) return std::nullopt;
  const TuningResults& results = study.result->results;
  const std::size_t at = nearest_rho(results, ui.session.draft.rho);
  LessonAnswer answer;
  for (std::size_t i = 0; i < results.curves.size(); ++i) {
    const auto& R = results.curves[i].R;
    if (!std::isfinite(R[at])) continue;
    if (answer.option < 0 || R[at] < answer.number) answer.option = static_cast<int>(i), answer.number = R[at];
    if (answer.words.empty()) answer.words = "Loss at ρ = " + short_number(results.rho[at]) + " over the tuned loss:";
    answer.words += "\n" + results.curves[i].label + ": " + short_number(R[at]);
  }
  return answer;
}

}  // namespace steplab
