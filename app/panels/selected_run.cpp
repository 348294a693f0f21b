#include "app/panels/panels.h"
#include "app/widgets/choice_editor.h"
#include "app/widgets/schedule_handles.h"
#include "core/run/fields.h"

#include <algorithm>

namespace steplab {
namespace {

/// How many of an entry's own parameters are in front; its author put the important ones first.
constexpr std::size_t kInFront = 2;
constexpr std::string_view kFirstShared =
    "sampling";  // of a schedule: from here on the parameters are every schedule's

const std::vector<std::string>& usual_samplings() {
  static const std::vector<std::string> words = {"every", "1-100", "5-25", "10-10", "25-50-75", "33-66", "50-75"};
  return words;
}

/// The usual sampling rates by name; others are typed under "more", or dragged in the plot.
void choose_sampling(Ui& ui, Choice& schedule, const ParamSpec& spec) {
  const auto given = schedule.params.find(spec.name);
  const std::string before = std::get<std::string>(given == schedule.params.end() ? spec.initial : given->second);
  auto words = usual_samplings();
  if (std::ranges::find(words, before) == words.end()) words.push_back(before);
  std::string word = before;
  if (!choose_word(ui, "schedule.sampling", "sampling", words, word, help_of(spec))) return;
  if (word == std::get<std::string>(spec.initial))
    schedule.params.erase(spec.name);
  else
    schedule.params[spec.name] = word;
}

bool is_in_front(const std::vector<ParamSpec>& specs, std::size_t index) {
  const std::string& name = specs[index].name;
  if (name == "sampling" || name == "warmup" || name == "floor") return true;
  const auto own = static_cast<std::size_t>(std::ranges::find(specs, kFirstShared, &ParamSpec::name) - specs.begin());
  return index < std::min(own, kInFront) && name != "begin" && name != "span";
}

void edit_all(Ui& ui, std::string_view family, Choice& choice, std::string_view without) {
  auto specs = family_params(family, choice.id, family);
  std::erase_if(specs, [&](const ParamSpec& spec) { return spec.name == without; });
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (!is_in_front(specs, i))
      ++hidden;
    else if (specs[i].name == kFirstShared)
      choose_sampling(ui, choice, specs[i]);
    else
      edit_param(ui, family, choice, specs[i]);
  }
  if (hidden == 0) return;
  const std::string words = std::to_string(hidden) + " more of " + std::string(family);
  if (!unfolded(ui, std::string(family), words)) return;
  const IdScope scope("more");
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (!is_in_front(specs, i) || specs[i].name == kFirstShared) edit_param(ui, family, choice, specs[i]);
}

/// Any schedule becomes one that is drawn by hand.
void offer_knots(Ui& ui, const Scene& scene, SceneRun& run) {
  if (is_rate_rule(run.rate.id) || run.rate.id == "knots") return;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + label_width(ui));
  if (button(ui, "free_form", "Turn into knots")) {
    run.rate = as_knots(run.rate, scene.steps);
    run.name.clear();
  }
  tooltip(ui,
          "the same curve as a free-form schedule: drag its knots in the plot of the step size, double click the "
          "curve for another knot, right click a knot to remove it");
}

}  // namespace

void draw_selected_run(Ui& ui, const RunControls& which) {
  Scene& scene = ui.session.draft;
  const auto index =
      static_cast<std::size_t>(std::clamp(scene.view.selected, 0, static_cast<int>(scene.runs.size()) - 1));
  SceneRun& run = scene.runs[index];
  const IdScope scope(static_cast<int>(index));
  head(ui, fitted("SELECTED: " + shown_labels(scene)[index], ImGui::GetContentRegionAvail().x).c_str());
  if (choose_entry(ui, "rate", "schedule", {{"schedule", "SCHEDULES"}, {"rule", "RULES THAT LOOK AT THE RUN"}},
                   run.rate))
    run.name.clear();
  edit_all(ui, is_rate_rule(run.rate.id) ? "rule" : "schedule", run.rate, which.without);
  offer_knots(ui, scene, run);
  if (which.optimizer) {
    if (choose_entry(ui, "optimizer", "optimizer", {{"optimizer"}}, run.optimizer)) run.name.clear();
    edit_all(ui, "optimizer", run.optimizer, which.without);
  }
  if (which.step_size) edit_number(ui, "run.step_size", "η this run", run_field("step_size"), 1e-6, 10, run.step_size);
}

}  // namespace steplab
