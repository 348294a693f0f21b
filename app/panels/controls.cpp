#include "app/panels/panels.h"
#include "app/widgets/choice_editor.h"
#include "core/analysis/suggest.h"
#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>
#include <cmath>
#include <imgui_stdlib.h>

namespace steplab {
namespace {

bool has_parameter(std::string_view family, const std::string& id, std::string_view name) {
  const auto& specs = family_params(family, id, family);
  return std::ranges::find(specs, name, &ParamSpec::name) != specs.end();
}

/// Oracles that the landscape cannot answer, with the reason.
std::vector<std::pair<std::string, std::string>> refused_oracles(const Landscape* landscape) {
  std::vector<std::pair<std::string, std::string>> refused;
  if (!landscape) return refused;
  if (landscape->terms() == 0)
    refused.emplace_back("minibatch",
                         "mini-batches need a landscape that is a mean of terms, such as logistic regression");
  if (!landscape->has_labels())
    refused.emplace_back("label_noise",
                         "label noise needs a landscape with labels, such as least squares or the uv model");
  return refused;
}

/// On another landscape old coordinates and sizes mean nothing: start and window are the landscape's own again, step
/// sizes and noise are scaled to it.
void move_to_landscape(Scene& scene) {
  const auto landscape = make_choice(landscapes(), scene.landscape, "landscape");
  scene.start.clear();
  scene.view.window.clear();
  const double suggested = suggested_step_size(*landscape), before = scene.runs[0].step_size;
  for (auto& run : scene.runs) run.step_size = before > 0 ? run.step_size / before * suggested : suggested;
  for (const auto& [id, reason] : refused_oracles(landscape.get()))
    if (scene.oracle.id == id) scene.oracle = {"gaussian"};
  // A mean of terms has noise of its own.
  if (landscape->terms() > 0 && scene.oracle.id != "exact") scene.oracle = {"minibatch"};
  if (scene.oracle.id != "exact" && scene.oracle.id != "multiplicative" &&
      has_parameter("oracle", scene.oracle.id, "sigma"))
    scene.oracle.params["sigma"] = suggested_noise(*landscape);
  if (scene.projection.id != "domain" && scene.projection.id != "none") scene.projection = {"domain"};
}

}  // namespace

void draw_landscape_controls(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "LANDSCAPE");
  if (choose_entry(ui, "landscape", "", {{"landscape"}}, scene.landscape)) move_to_landscape(scene);
  for (const auto& spec : family_params("landscape", scene.landscape.id, "landscape"))
    if (edit_param(ui, "landscape", scene.landscape, spec) && spec.name == "dim") scene.start.clear();
}

namespace {

/// One slider for the step sizes of all runs: their proportions stay.
void base_step_size(Ui& ui) {
  Scene& scene = ui.session.draft;
  const auto selected =
      static_cast<std::size_t>(std::clamp(scene.view.selected, 0, static_cast<int>(scene.runs.size()) - 1));
  const double before = scene.runs[selected].step_size;
  double value = before;
  ParamSpec spec = run_field("step_size");
  spec.meaning = "base step size of all runs, in proportion; shown for the selected one";
  spec.min_open = true;  // from 0 there is no way back to the proportions
  if (!edit_number(ui, "step_size", "η base", spec, 1e-6, 10, value)) return;
  for (auto& run : scene.runs) run.step_size = before > 0 ? run.step_size * (value / before) : value;
  scene.runs[selected].step_size = value;
}

template <class Number>
void scene_number(Ui& ui, const char* field, const char* label, double low, double high, Number& number) {
  double value = static_cast<double>(number);
  if (edit_number(ui, field, label, run_field(field), low, high, value)) number = static_cast<Number>(value);
}

void step_size_controls(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "STEP SIZE");
  base_step_size(ui);
  scene_number(ui, "rho", "ρ factor", 0.01, 100, scene.rho);
  scene_number(ui, "steps", "T steps", 10, 100000, scene.steps);
}

void noise_rows(Ui& ui) {
  Scene& scene = ui.session.draft;
  const Picture* picture = ui.session.picture();
  choose_entry(
      ui, "oracle", "gradient", {{"oracle"}}, scene.oracle,
      refused_oracles(picture && picture->scene.landscape == scene.landscape ? picture->landscape.get() : nullptr));
  const auto& specs = family_params("oracle", scene.oracle.id, "oracle");
  for (const auto& spec : specs)
    if (!spec.seldom) edit_param(ui, "oracle", scene.oracle, spec);
  scene_number(ui, "seeds", "seeds", 1, 1024, scene.seeds);
  if (std::ranges::none_of(specs, &ParamSpec::seldom)) return;
  if (!unfolded(ui, "noise", "more of the noise")) return;
  for (const auto& spec : specs)
    if (spec.seldom) edit_param(ui, "oracle", scene.oracle, spec);
}

void noise_controls(Ui& ui) {
  head(ui, "NOISE");
  noise_rows(ui);
}

}  // namespace

void draw_start_controls(Ui& ui) {
  Scene& scene = ui.session.draft;
  const Picture* picture = ui.session.picture();
  if (!picture || picture->scene.landscape != scene.landscape || picture->dim() > 4) return;
  const Vector& own = picture->landscape->surroundings().start;
  head(ui, "START");
  static constexpr const char* kNames[] = {"x₀", "y₀", "z₀", "w₀"};
  std::vector<double> start = scene.start.empty() ? std::vector<double>(own.begin(), own.end()) : scene.start;
  const auto& known = picture->landscape->surroundings();
  for (std::size_t i = 0; i < start.size() && i < 4; ++i) {
    const auto k =
        static_cast<Eigen::Index>(std::min<std::size_t>(i, static_cast<std::size_t>(known.view_low.size()) - 1));
    const ParamSpec spec{.name = "start",
                         .initial = own(static_cast<Eigen::Index>(i)),
                         .min = -1e6,
                         .max = 1e6,
                         .meaning = "where all runs begin; drag the ring on the map"};
    if (double value = start[i];
        edit_number(ui, "start." + std::to_string(i), kNames[i], spec, known.view_low(k), known.view_high(k), value)) {
      start[i] = value;
      scene.start = start;
    }
  }
}

namespace {

/// Title and notes: what a person reads who is given the scene.
void scene_words(Ui& ui) {
  Scene& scene = ui.session.draft;
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::InputTextWithHint("##title", "title of the scene", &scene.title);
  report(ui, "title");
  ImGui::InputTextMultiline("##notes", &scene.notes, {ImGui::GetContentRegionAvail().x, ui.px(84)});
  report(ui, "notes");
  tooltip(ui, "what to notice: shown beside the title");
}

void scene_switch(Ui& ui, const char* field, bool& on) {
  Value value = on ? 1.0 : 0.0;
  if (edit_value(ui, field, scene_field(field), value)) on = std::get<double>(value) != 0;
}

}  // namespace

void draw_scene_controls(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "SCENE");
  scene_words(ui);
  if (!unfolded(ui, "scene", "more of the scene")) return;
  scene_number(ui, "seed", "seed", 1, 1e6, scene.seed);
  choose_entry(ui, "projection", "projection", {{"projection"}}, scene.projection);
  for (const auto& spec : family_params("projection", scene.projection.id, "projection"))
    edit_param(ui, "projection", scene.projection, spec);
  scene_number(ui, "reach", "reach", 1e-3, 10, scene.reach);
  double every = scene.every;
  if (edit_number(ui, "every", "record every", scene_field("every"), 1, 1000, every))
    scene.every = static_cast<int>(every);
  scene_switch(ui, "preconditioned_sharpness", scene.preconditioned_sharpness);
}

void draw_length_controls(Ui& ui, const LengthControls& which) {
  head(ui, "RUN LENGTH AND NOISE");
  scene_number(ui, "steps", "T steps", 10, 100000, ui.session.draft.steps);
  if (which.noise) noise_rows(ui);
}

void draw_controls(Ui& ui) {
  draw_landscape_controls(ui);
  step_size_controls(ui);
  noise_controls(ui);
  draw_runs(ui);
  draw_selected_run(ui);
  draw_start_controls(ui);
  draw_scene_controls(ui);
}

}  // namespace steplab
