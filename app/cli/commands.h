// What each subcommand does once its flags are taken apart. All throw InputError for bad input.
#pragma once

#include "app/cli/command.h"
#include "app/cli/flags.h"

#include <string>
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

/// Names of what `list` knows.
const std::vector<std::string>& list_names();

}  // namespace steplab
