#include "app/labs/lab_settings.h"
#include "app/labs/tuning_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/choice_editor.h"
#include "core/run/fields.h"
#include "core/scene/tuning_scene.h"

namespace steplab {
namespace {

const char* law_words(TuningMode mode) {
  switch (mode) {
    case TuningMode::kOneProblem:
      return "One smooth problem, while noise dominates: a step ρ times too large costs ρ^(1/(p+1)) if the schedule "
             "falls to zero like (1 − u)^p, and ρ if it does not fall (p = 0). Derived and measured in "
             "docs/notes/annealing.md, A5.2; the "
             "paper's law is the worst problem's.";
    case TuningMode::kWorstProblem:
      return "Every ρ meets the problem that is worst for it: the slope ε of ε|x − c| is chosen anew, and the law is "
             "ρ^(1/(2p+1)) (Attia & Koren 2025). It is flatter than on one problem because the worst ε grows with ρ: "
             "the loss of one fixed ε would grow faster, but another ε sets the record.";
    case TuningMode::kBound:
      return "Nothing is simulated: a bound on the last point of any schedule, also one drawn by hand. Technique: "
             "Zamani & Glineur 2023; any schedule and noise: docs/notes/last-iterate-bound.md, A3. Linear decay has "
             "the best there is, "
             "D·G/√(T+1). "
             "An over-large annealed run behaves as if it began at its suffix; slopes tend to Attia & Koren's "
             "1/(2p+1).";
  }
  return "";
}

/// Another mode needs another problem: worst is a family of its own, and that family is no problem for the others.
void change_mode(Scene& scene, TuningMode before) {
  const TuningMode mode = tuning_mode(scene);
  const bool family = scene.landscape.id == "abs";
  if ((mode == TuningMode::kWorstProblem) != family || mode == TuningMode::kBound || before == TuningMode::kBound)
    use_default_problem(scene, mode);
}

void question(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "STEP SIZE");
  double rho = scene.rho;
  ParamSpec spec = run_field("rho");
  spec.meaning = "how many times too large every schedule's step size is, against its own best one";
  if (edit_number(ui, "rho", "ρ factor", spec, 0.1, 100, rho) && rho > 0) scene.rho = rho;
  ImGui::Dummy({0, ui.px(4)});
  head(ui, "MEASURED ON");
  const TuningMode before = tuning_mode(scene);
  if (choose_setting(ui, "mode", {"one problem", "worst", "bound"})) change_mode(scene, before);
  ImGui::Dummy({0, ui.px(2)});
  paragraph(ui, law_words(tuning_mode(scene)));
}

void measurement(Ui& ui) {
  Scene& scene = ui.session.draft;
  const TuningMode mode = tuning_mode(scene);
  if (mode != TuningMode::kBound) {
    edit_setting(ui, "iterate");
    if (setting_word(scene, "iterate") == "suffix") edit_setting(ui, "suffix", "last share");
    if (mode == TuningMode::kOneProblem) edit_setting(ui, "statistic");
  } else {
    edit_setting(ui, "form");
    edit_setting(ui, "diameter", "D diameter");
    edit_setting(ui, "gradient_norm", "G gradients");
  }
  edit_setting(ui, "theory", "show theory");
}

void grid_controls(Ui& ui) {
  if (setting_word(ui.session.draft, "below") != "grid") return;
  head(ui, "GRID SEARCH");
  edit_setting(ui, "ratio");
  edit_setting(ui, "offset");
  edit_setting(ui, "span");
}

void plot_range(Ui& ui) {
  if (!unfolded(ui, "tuning", "range of ρ, where slopes are fitted")) return;
  edit_setting(ui, "rho_from", "ρ from");
  edit_setting(ui, "rho_to", "ρ to");
  edit_setting(ui, "rho_count", "number of ρ");
  edit_setting(ui, "fit_from", "fit from ρ");
  edit_setting(ui, "fit_to", "fit to ρ");
}

}  // namespace

void draw_tuning_controls(Ui& ui) {
  question(ui);
  measurement(ui);
  grid_controls(ui);
  plot_range(ui);
  const TuningMode mode = tuning_mode(ui.session.draft);
  if (mode == TuningMode::kOneProblem) draw_landscape_controls(ui);
  draw_length_controls(ui, {.noise = mode != TuningMode::kBound});
  draw_runs(ui);
  draw_selected_run(ui, {.step_size = false});
  draw_scene_controls(ui);
}

}  // namespace steplab
