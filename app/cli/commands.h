// What each subcommand does once its flags are taken apart. All throw InputError for bad input.
#pragma once

#include "app/cli/command.h"
#include "app/cli/flags.h"
#include "core/run/run.h"

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// list FAMILY
void list_command(const std::string& family, const Session& session);
/// describe ID
void describe_command(const std::string& id, const Session& session);

struct ScheduleFlags {
  std::string id;
  std::string steps = "100";
  std::vector<std::string> set{};
};
/// schedule ID: kExitGood, or kExitInterrupted.
int schedule_command(const ScheduleFlags& flags, const Session& session);

/// run and sweep: kExitGood, or kExitInterrupted.
int run_command(const Flags& flags, const Session& session);
int sweep_command(const Flags& flags, const Session& session);

/// "note: PLACE: …" on stderr for all that the schedules' parameters say and the runs have no room for.
void note_shortfalls(const std::vector<RunSpec>& runs, std::string_view place, const Session& session);

/// Names of what `list` knows.
const std::vector<std::string>& list_names();

}  // namespace steplab
