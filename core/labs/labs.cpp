#include "core/labs/lab_entry.h"

namespace steplab {

const std::vector<LabEntry>& lab_entries() {
  static const std::vector<LabEntry> all = {
      {.id = "trajectories",
       .name = "Trajectories",
       .summary = "What does this schedule, this step size, this noise do?",
       .source = "",
       .params = {},
       .make = {}},
      tuning_lab_entry(),
      self_tuning_lab_entry(),
      budget_lab_entry(),
      warmup_lab_entry(),
      large_steps_lab_entry(),
  };
  return all;
}

}  // namespace steplab
