// The flags of `run` and `sweep`, and the scene they make.
#pragma once

#include "app/cli/command.h"
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

/// The scene named, its fields overridden by the flags; `unnamed` where none is named: one plain run, if not given.
Scene scene_of(const Flags& flags, const Scene& unnamed = {});
/// The two halves of it.
Scene named_scene(const Flags& flags, const Scene& unnamed = {});
Scene overridden(Scene scene, const Flags& flags);

/// A command that shows `lab` ("": none) says in one line on err what it leaves out of the scene that was named: the
/// settings and words of another lab; with `no_sweep` also the axes of its sweep. Nothing is said of nothing.
void tell_left_out(const Scene& scene, const Flags& flags, std::string_view lab, bool no_sweep, const Session& session);

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
