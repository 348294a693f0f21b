// Controls for an entry of the catalog, made from its parameter descriptions.
#pragma once

#include "app/widgets/ui.h"
#include "core/base/parameters.h"

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// A row for one value. True if it changed. `id` names it for tests and must be unique.
bool edit_value(Ui& ui, std::string_view id, const ParamSpec& spec, Value& value);
/// A number of the scene with its description. True if it changed.
bool edit_number(Ui& ui, std::string_view id, std::string_view label, const ParamSpec& spec, double& value);
/// A number over a span of one's own instead of the description's.
bool edit_number(Ui& ui, std::string_view id, std::string_view label, const ParamSpec& spec, double low, double high,
                 double& value);

/// A combo box over ids of one or more families, with the entries' names, and their summaries as tooltips. `allowed`
/// may refuse an id with a reason, "" if it is fine. True if another was chosen; its parameters are the defaults then.
struct Family {
  std::string_view name;       ///< "schedule", …
  std::string_view heading{};  ///< shown above its entries where there are several families
};
bool choose_entry(Ui& ui, std::string_view id, std::string_view label, const std::vector<Family>& families,
                  Choice& choice, const std::vector<std::pair<std::string, std::string>>& refused = {});

/// A row for one parameter of the choice; values at their default are not kept. True if it changed.
bool edit_param(Ui& ui, std::string_view family, Choice& choice, const ParamSpec& spec);

/// What a person calls the entry: its name in the catalog.
std::string entry_name(std::string_view family, std::string_view id);

/// The entry's name, and its parameters that are not at their defaults: "Polynomial decay, p power 2".
std::string choice_words(std::string_view family, const Choice& choice);

/// The parameter's own label, its name in plain words, or its Greek letter.
std::string label_of(const ParamSpec& spec);
/// Meaning, unit, what is allowed, source.
std::string help_of(const ParamSpec& spec);

/// A line to click that unfolds what is seldom changed; true while it is open. Reported as "more.ID".
bool unfolded(Ui& ui, const std::string& id, const std::string& words);

/// One word out of a list, as a row with a combo box.
bool choose_word(Ui& ui, std::string_view id, std::string_view label, const std::vector<std::string>& words,
                 std::string& word, std::string_view help = {});

}  // namespace steplab
