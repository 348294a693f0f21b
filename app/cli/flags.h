// The flags of `run` and `sweep`, and the scene they make.
#pragma once

#include "core/scene/scene.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// As given, unread: each text is checked where its place is known. Every one but save and csv has a twin in the scene.
struct Flags {
  std::string scene;  ///< id or file; empty: none was named
  std::optional<std::string> landscape{}, optimizer{}, schedule{}, rule{}, oracle{}, projection{};
  std::optional<std::string> step_size{}, rho{}, steps{}, start{}, seed{}, seeds{}, reach{};
  std::optional<std::string> workers{}, every{}, columns{}, schedules{};
  std::vector<std::string> set{}, over{};
  std::optional<std::string> csv{}, save{};
};

/// The scene named, or the default one; the flags override its fields. A flag that chooses what is run without a scene
/// being named starts from a plain one instead: exact gradient, SGD, constant schedule.
Scene scene_of(const Flags& flags);
/// The same, but `unnamed` is what the flags override where no scene is named.
Scene scene_of(const Flags& flags, const Scene& unnamed);

/// InputError at --csv if that name promises another format.
void check_csv_name(const std::optional<std::string>& csv);

/// check(), and that of the files' names, with the blame where the user can see it: a flag, or the scene's file.
void check_scene(const Scene& scene, const Flags& flags);
/// The same blame for an InputError at "runs[i].FIELD".
[[noreturn]] void refuse_with_blame(const InputError& error, const Flags& flags);

/// "schedule.p=2" as name and value.
struct Setting {
  std::string name, value;
};
Setting parse_setting(std::string_view text, std::string_view place);

/// Text as a whole-number field.
int parse_whole(const ParamSpec& field, std::string_view text, std::string_view place);

}  // namespace steplab
