// The settings of the lab that is shown (Scene::lab), by name.
#pragma once

#include "app/widgets/ui.h"
#include "core/scene/scene.h"

#include <string>
#include <string_view>

namespace steplab {

/// The value given, or the setting's default.
std::string setting_word(const Scene& scene, std::string_view name);
double setting_number(const Scene& scene, std::string_view name);
void set_setting(Scene& scene, std::string_view name, const Value& value);

/// A row of controls for it; `label` in place of the setting's own name. True if it changed.
bool edit_setting(Ui& ui, std::string_view name, std::string_view label = {});
/// Its words beside each other. True if another was chosen.
bool choose_setting(Ui& ui, std::string_view name, const std::vector<std::string>& shown);

/// Small dim words below a control, as wide as the panel.
void paragraph(Ui& ui, const std::string& text);

}  // namespace steplab
