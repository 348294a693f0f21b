#include "app/labs/budget_page.h"
#include "app/labs/lab_settings.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/choice_editor.h"
#include "core/catalog.h"
#include "core/run/fields.h"
#include "core/scene/budget_scene.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

const ParamSpec& budget_setting() {
  const auto& specs = family_params("lab", "budget", "lab");
  return *std::ranges::find(specs, "budget", &ParamSpec::name);
}

/// Which budgets the table has.
BudgetSpec table_budgets(const Scene& scene) {
  BudgetSpec spec;
  if (setting_word(scene, "table") == "sampling")
    spec.budgets = sampling_spec(BudgetProblem::kNoisyQuadratic, BudgetOptimizer::kSgdm).budgets;
  return spec;
}

void budget_slider(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "BUDGET");
  double percent = shown_budget(scene);
  const BudgetSpec spec = table_budgets(scene);
  if (edit_number(ui, "lab.budget", "B % of T_max", budget_setting(), 1, 100, percent))
    set_budget(scene, spec, percent);
  BudgetSpec length = spec;
  length.T_max = scene.steps;
  const double shown = shown_budget(scene), nearest = spec.budgets[nearest_budget(spec, shown)];
  const std::string T =
      "T = " + std::to_string(budget_steps(length, shown)) + " updates of " + std::to_string(scene.steps);
  paragraph(ui, nearest == shown ? T : T + "; each at its η* of " + percent_text(nearest));
}

const char* problem_help(const std::string& problem, bool adam) {
  if (problem == "logistic")
    return "Logistic regression in 10 dimensions, 1000 samples, mini-batches of 16. Error: f − min f; ranks go by its "
           "mean over the seeds, the loss plot shows the median.";
  if (problem == "mlp")
    return "A 2-24-24-3 ReLU network on three spirals, 600 points, mini-batches of 16. Error: loss on 600 other "
           "points. Map and training loss show the first of the seeds, which begin at different points.";
  return adam ? "½ Σ λx² with λ = 1 and 0.01, gradient noise σ²λ. Adam has no closed form: sampled over the seeds."
              : "½ Σ λx² with λ = 1 and 0.01, gradient noise σ²λ. Error: the expected loss, exact by second moments; "
                "the paths on the map are samples.";
}

void problem(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "TRAINED");
  bool changed = choose_setting(ui, "problem", {"quadratic", "logistic", "network"});
  changed |= choose_setting(ui, "optimizer", {"SGDM", "Adam"});
  if (changed) settle_problem(scene);
  ImGui::Dummy({0, ui.px(2)});
  paragraph(ui, problem_help(setting_word(scene, "problem"), setting_word(scene, "optimizer") == "adam"));
}

template <class Number>
void whole_number(Ui& ui, const char* field, const char* label, const ParamSpec& spec, double low, double high,
                  Number& number) {
  double value = static_cast<double>(number);
  if (edit_number(ui, field, label, spec, low, high, value)) number = static_cast<Number>(value);
}

void comparison(Ui& ui) {
  Scene& scene = ui.session.draft;
  ParamSpec steps = run_field("steps");
  steps.max = kMostBudgetSteps;
  whole_number(ui, "steps", "T of 100 %", steps, 10, 10000, scene.steps);
  whole_number(ui, "seeds", "seeds", run_field("seeds"), 1, 64, scene.seeds);
  if (!unfolded(ui, "budget", "how cells are tuned and compared")) return;
  const bool sampling = setting_word(scene, "table") == "sampling";
  if (!sampling) edit_setting(ui, "tuned", "tune η");
  if (sampling || setting_number(scene, "tuned") == 0)
    edit_setting(ui, "step_size", "η of all cells");
  else
    choose_setting(ui, "tuning", {"finest η*", "paper: only ×3"});
  edit_setting(ui, "tie", "tie within");
  whole_number(ui, "seed", "seed", run_field("seed"), 1, 1e6, scene.seed);
}

}  // namespace

double shown_budget(const Scene& scene) { return setting_number(scene, "budget"); }

void set_budget(Scene& scene, const BudgetSpec& spec, double percent) {
  constexpr double kNear = 0.07;  // of the logarithm: 3 % of the slider
  const double nearest = spec.budgets[nearest_budget(spec, percent)];
  const bool near = std::abs(std::log(percent / nearest)) < kNear;
  const double digits = percent < 10 ? 10 : 1;
  set_setting(scene, "budget", near ? nearest : std::clamp(std::round(digits * percent) / digits, 0.1, 100.0));
}

void draw_budget_controls(Ui& ui) {
  budget_slider(ui);
  problem(ui);
  comparison(ui);
  draw_runs(ui);
  draw_selected_run(ui, {.step_size = false, .optimizer = false});
  draw_scene_controls(ui);
}

}  // namespace steplab
