#include "app/widgets/choice_editor.h"

#include "app/session/session.h"
#include "app/widgets/slider.h"
#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>
#include <array>
#include <imgui_stdlib.h>
#include <map>
#include <utility>

namespace steplab {
namespace {

struct EntryText {
  std::string id, name, summary, source;
  std::string heading{};  ///< above the first of a group
};

template <class T>
std::vector<EntryText> texts_of(const std::vector<Entry<T>>& entries) {
  std::vector<EntryText> texts;
  for (const auto& entry : entries)
    texts.push_back({.id = entry.id, .name = entry.name, .summary = entry.summary, .source = entry.source});
  return texts;
}

/// The landscapes file by file, in the order of the catalog.
std::vector<EntryText> landscape_texts() {
  const std::pair<const char*, std::vector<LandscapeEntry>> groups[] = {
      {"BOWLS", quadratic_landscapes()},
      {"CLASSIC TEST FUNCTIONS", classic_landscapes()},
      {"RUGGED", rugged_landscapes()},
      {"SEVERAL WELLS", well_landscapes()},
      {"TRAPS", trap_landscapes()},
      {"SHARPNESS THAT MOVES", sharpness_landscapes()},
      {"FITS TO DATA", data_fit_landscapes()},
      {"NETWORKS", network_landscapes()}};
  std::vector<EntryText> all;
  for (const auto& [heading, entries] : groups) {
    auto texts = texts_of(entries);
    if (!texts.empty()) texts.front().heading = heading;
    all.insert(all.end(), texts.begin(), texts.end());
  }
  return all;
}

const std::vector<EntryText>& entry_texts(std::string_view family) {
  static const std::map<std::string, std::vector<EntryText>, std::less<>> texts = {
      {"landscape", landscape_texts()}, {"schedule", texts_of(schedules())},
      {"rule", texts_of(rate_rules())}, {"optimizer", texts_of(optimizers())},
      {"oracle", texts_of(oracles())},  {"projection", texts_of(projections())}};
  return texts.find(family)->second;
}

/// The label at the left of a row; the cursor is put where the control begins, and its width is returned.
float begin_row(Ui& ui, std::string_view id, std::string_view label, std::string_view help) {
  const float left = ImGui::GetCursorPosX(), top = ImGui::GetCursorPosY(), width = ImGui::GetContentRegionAvail().x;
  const float taken = label.empty() ? 0 : label_width(ui);
  if (!label.empty()) {
    ImGui::SetCursorPosY(top + (row_height(ui) - ImGui::GetFontSize()) / 2);
    const std::string shown = fitted(label, label_width(ui) - ui.px(4));
    ImGui::TextUnformatted(shown.c_str());
    report_rect(ui, "label." + std::string(id), ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), false,
                shown != label);
    tooltip(ui, help);
  }
  ImGui::SetCursorPos({left + taken, top});
  return width - taken;
}

/// A combo of this width shows the whole text, beside its arrow.
bool fits_combo(const std::string& text, float width) {
  const float padding = ImGui::GetStyle().FramePadding.x;
  return ImGui::CalcTextSize(text.c_str()).x <= width - ImGui::GetFrameHeight() - 2 * padding;
}

bool edit_switch(Ui& ui, std::string_view id, const ParamSpec& spec, double& value) {
  begin_row(ui, id, label_of(spec), help_of(spec));
  bool on = value != 0;
  const bool changed = ImGui::Checkbox("##on", &on);
  tooltip(ui, help_of(spec));
  report(ui, "switch." + std::string(id));
  if (changed) value = on ? 1 : 0;
  return changed;
}

/// Text that is parsed when the person is done with it; a refusal leaves the old value.
bool edit_as_text(Ui& ui, std::string_view id, const ParamSpec& spec, Value& value) {
  ImGui::SetNextItemWidth(begin_row(ui, id, label_of(spec), help_of(spec)));
  std::string text = to_text(value);
  ImGui::InputText("##text", &text);
  report(ui, "text." + std::string(id));
  if (!ImGui::IsItemDeactivatedAfterEdit()) {
    tooltip(ui, help_of(spec));
    return false;
  }
  try {
    Value parsed = parse_value(spec, text, spec.name);
    accept(ui.session, id);
    if (parsed == value) return false;
    value = std::move(parsed);
    return true;
  } catch (const InputError& error) {
    refuse(ui.session, id, error.what());
    return false;
  }
}

/// As allowed_text(), without the names that only flags and files use.
std::string allowed_in_words(const ParamSpec& spec) {
  if (spec.kind == ParamKind::kReal || spec.kind == ParamKind::kInteger) return range_words(slider_range(spec, 0));
  if (spec.kind == ParamKind::kSwitch) return "on or off";
  if (spec.kind == ParamKind::kDuration) return "a share of T (below 1) or a whole number of steps (1 and above)";
  return plain_words(allowed_text(spec));
}

}  // namespace

std::string choice_words(std::string_view family, const Choice& choice) {
  std::string words = entry_name(family, choice.id);
  for (const auto& spec : family_params(family, choice.id, family))
    if (const auto given = choice.params.find(spec.name); given != choice.params.end())
      words += ", " + label_of(spec) + " " + plain_words(to_text(given->second));
  return words;
}

std::string entry_name(std::string_view family, std::string_view id) {
  for (const auto& entry : entry_texts(family))
    if (entry.id == id) return entry.name;
  return std::string(id);
}

std::string label_of(const ParamSpec& spec) {
  if (!spec.label.empty()) return spec.label;
  constexpr std::array<std::string_view, 14> kSpelled = {"alpha", "beta",  "gamma",  "delta", "epsilon",
                                                         "eps",   "kappa", "lambda", "nu",    "rho",
                                                         "sigma", "tau",   "beta1",  "beta2"};
  const bool foreign = !spec.symbol.empty() && static_cast<unsigned char>(spec.symbol[0]) >= 0x80;
  if (!foreign) return plain_words(spec.name);
  if (std::ranges::find(kSpelled, spec.name) != kSpelled.end()) return spec.symbol;
  return spec.symbol + " " + plain_words(spec.name);
}

std::string help_of(const ParamSpec& spec) {
  std::string help = spec.meaning.empty() ? plain_words(spec.name) : spec.meaning;
  if (!spec.unit.empty()) help += "\nunit: " + spec.unit;
  help += "\nallowed: " + allowed_in_words(spec);
  if (!spec.source.empty()) help += "\nsource: " + spec.source;
  return help;
}

bool edit_number(Ui& ui, std::string_view id, std::string_view label, const ParamSpec& spec, double& value) {
  const double* initial = std::get_if<double>(&spec.initial);
  return slider_row(ui, {.id = id, .label = label, .help = help_of(spec), .initial = initial ? *initial : 0},
                    slider_range(spec, value), value);
}

bool edit_number(Ui& ui, std::string_view id, std::string_view label, const ParamSpec& spec, double low, double high,
                 double& value) {
  const double* initial = std::get_if<double>(&spec.initial);
  SliderRange range = slider_range(spec, value);
  range.low = value > 0 ? std::min(low, value) : low;
  range.high = std::max(high, value);
  return slider_row(ui, {.id = id, .label = label, .help = help_of(spec), .initial = initial ? *initial : 0}, range,
                    value);
}

bool edit_value(Ui& ui, std::string_view id, const ParamSpec& spec, Value& value) {
  const IdScope scope(id);
  switch (spec.kind) {
    case ParamKind::kSwitch:
      return edit_switch(ui, id, spec, std::get<double>(value));
    case ParamKind::kReal:
    case ParamKind::kInteger:
    case ParamKind::kDuration:
      return edit_number(ui, id, label_of(spec), spec, std::get<double>(value));
    case ParamKind::kChoice:
      return choose_word(ui, id, label_of(spec), spec.choices, std::get<std::string>(value), help_of(spec));
    default:
      return edit_as_text(ui, id, spec, value);
  }
}

bool unfolded(Ui& ui, const std::string& id, const std::string& words) {
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  const bool open =
      ImGui::TreeNodeEx(("##more_" + id).c_str(), ImGuiTreeNodeFlags_NoTreePushOnOpen, "%s", words.c_str());
  ImGui::PopStyleColor();
  report(ui, "more." + id);
  return open;
}

bool choose_word(Ui& ui, std::string_view id, std::string_view label, const std::vector<std::string>& words,
                 std::string& word, std::string_view help) {
  const IdScope scope(id);
  const float width = begin_row(ui, id, label, help);
  ImGui::SetNextItemWidth(width);
  bool changed = false;
  const bool open = ImGui::BeginCombo("##word", plain_words(word).c_str());
  report(ui, "combo." + std::string(id), true, !fits_combo(plain_words(word), width));
  if (!open) {
    tooltip(ui, help);
    return false;
  }
  for (const auto& choice : words)
    if (ImGui::Selectable(plain_words(choice).c_str(), choice == word) && choice != word) {
      word = choice;
      changed = true;
    }
  ImGui::EndCombo();
  return changed;
}

bool choose_entry(Ui& ui, std::string_view id, std::string_view label, const std::vector<Family>& families,
                  Choice& choice, const std::vector<std::pair<std::string, std::string>>& refused) {
  const IdScope scope(id);
  std::string name = choice.id, summary;
  for (const auto& family : families)
    for (const auto& entry : entry_texts(family.name))
      if (entry.id == choice.id) name = entry.name, summary = entry.summary + "\nsource: " + entry.source;
  const float width = begin_row(ui, id, label, summary);
  ImGui::SetNextItemWidth(width);
  bool changed = false;
  const bool open = ImGui::BeginCombo("##entry", name.c_str(), ImGuiComboFlags_HeightLarge);
  report(ui, "combo." + std::string(id), true, !fits_combo(name, width));
  if (!open) {
    tooltip(ui, summary);
    return false;
  }
  for (const auto& family : families) {
    if (!family.heading.empty()) head(ui, std::string(family.heading).c_str());
    for (const auto& entry : entry_texts(family.name)) {
      if (!entry.heading.empty()) {
        head(ui, entry.heading.c_str());
        report(ui, "heading." + entry.heading, false);
      }
      const auto reason = std::ranges::find(refused, entry.id, &std::pair<std::string, std::string>::first);
      const bool possible = reason == refused.end();
      if (ImGui::Selectable(entry.name.c_str(), entry.id == choice.id, possible ? 0 : ImGuiSelectableFlags_Disabled) &&
          entry.id != choice.id) {
        choice = {entry.id};
        changed = true;
      }
      report(ui, "entry." + entry.id);
      if (possible)
        tooltip(ui, entry.summary + "\nsource: " + entry.source);
      else
        tooltip(ui, reason->second);
    }
  }
  ImGui::EndCombo();
  return changed;
}

bool edit_param(Ui& ui, std::string_view family, Choice& choice, const ParamSpec& spec) {
  const auto given = choice.params.find(spec.name);
  Value value = given == choice.params.end() ? spec.initial : given->second;
  if (!edit_value(ui, std::string(family) + "." + spec.name, spec, value)) return false;
  if (value == spec.initial)
    choice.params.erase(spec.name);
  else
    choice.params[spec.name] = std::move(value);
  return true;
}

}  // namespace steplab
