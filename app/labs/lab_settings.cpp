#include "app/labs/lab_settings.h"

#include "app/session/session.h"
#include "app/widgets/choice_editor.h"
#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>
#include <cassert>

namespace steplab {
namespace {

const ParamSpec& spec_of(const Scene& scene, std::string_view name) {
  const auto& specs = family_params("lab", scene.lab.id, "lab");
  const auto spec = std::ranges::find(specs, name, &ParamSpec::name);
  assert(spec != specs.end());
  return *spec;
}

const Value& value_of(const Scene& scene, std::string_view name) {
  const auto given = scene.lab.params.find(std::string(name));
  return given == scene.lab.params.end() ? spec_of(scene, name).initial : given->second;
}

}  // namespace

std::string setting_word(const Scene& scene, std::string_view name) {
  return std::get<std::string>(value_of(scene, name));
}

double setting_number(const Scene& scene, std::string_view name) { return std::get<double>(value_of(scene, name)); }

void set_setting(Scene& scene, std::string_view name, const Value& value) {
  if (value == spec_of(scene, name).initial)
    scene.lab.params.erase(std::string(name));
  else
    scene.lab.params[std::string(name)] = value;
}

bool edit_setting(Ui& ui, std::string_view name, std::string_view label) {
  Scene& scene = ui.session.draft;
  const ParamSpec& spec = spec_of(scene, name);
  const std::string words = label.empty() ? label_of(spec) : std::string(label), id = "lab." + std::string(name);
  Value value = value_of(scene, name);
  bool changed = false;
  if (spec.kind == ParamKind::kReal || spec.kind == ParamKind::kInteger)
    changed = edit_number(ui, id, words, spec, std::get<double>(value));
  else if (spec.kind == ParamKind::kChoice)
    changed = choose_word(ui, id, words, spec.choices, std::get<std::string>(value), help_of(spec));
  else
    changed = edit_value(ui, id, spec, value);
  if (changed) set_setting(scene, name, value);
  return changed;
}

bool choose_setting(Ui& ui, std::string_view name, const std::vector<std::string>& shown) {
  Scene& scene = ui.session.draft;
  const auto& choices = spec_of(scene, name).choices;
  const auto at = static_cast<std::size_t>(std::ranges::find(choices, setting_word(scene, name)) - choices.begin());
  std::string word = shown[at];
  if (!segmented(ui, ("lab." + std::string(name)).c_str(), shown, word)) return false;
  const auto chosen = static_cast<std::size_t>(std::ranges::find(shown, word) - shown.begin());
  set_setting(scene, name, choices[chosen]);
  return true;
}

void paragraph(Ui& ui, const std::string& text) {
  const FontScope font(ui.theme.small);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::Dummy({0, ui.px(4)});
}

}  // namespace steplab
