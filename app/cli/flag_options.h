// Flags as CLI11 options, for every subcommand that takes them.
#pragma once

#include "app/cli/flags.h"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace steplab {

using OptionText = std::optional<std::string>;

/// CLI11 would read numbers and lists itself, with its own words for what is wrong: it hands over text only.
CLI::Option* add_text(CLI::App& app, const std::string& names, OptionText& value, const std::string& meaning,
                      const std::string& type);
/// May be given several times.
CLI::Option* add_texts(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                       const std::string& meaning, const std::string& type);
/// The meaning of a field and what it allows.
std::string described(const ParamSpec& field);

/// SCENE and the flags that override its fields.
void add_scene_flags(CLI::App& app, Flags& flags);

}  // namespace steplab
