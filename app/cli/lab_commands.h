// lab NAME: the numbers behind a lab of the window.
#pragma once

#include "app/cli/command.h"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace steplab {

/// One lab. `add` puts its flags on its subcommand; `run` then does what they say (InputError for bad input) and gives
/// kExitGood or kExitInterrupted. The flags live in the closures.
struct LabCommand {
  std::string name, summary;
  std::function<void(CLI::App&)> add;
  std::function<int(const Session&)> run;
};

/// The list of them.
std::vector<LabCommand> lab_commands();

// The members, by file.
LabCommand tuning_lab_command();
LabCommand self_tuning_lab_command();
LabCommand large_steps_lab_command();
LabCommand budget_lab_command();
LabCommand warmup_lab_command();

}  // namespace steplab
