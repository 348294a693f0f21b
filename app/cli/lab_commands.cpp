#include "app/cli/lab_commands.h"

namespace steplab {

std::vector<LabCommand> lab_commands() {
  return {
      tuning_lab_command(), self_tuning_lab_command(), large_steps_lab_command(),
      budget_lab_command(), warmup_lab_command(),
  };
}

}  // namespace steplab
