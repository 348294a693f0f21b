#include "app/labs/lab.h"
#include "app/session/session.h"
#include "core/catalog.h"
#include "core/scene/shipped.h"

#include <algorithm>
#include <array>

namespace steplab {

std::span<const Lab> labs() {
  static constexpr std::array kLabs = {
      Lab{"trajectories", kFirstScene, draw_trajectories},
      Lab{"tuning", "tuning", draw_tuning, tuning_answer},
      Lab{"self_tuning", "self_tuning", draw_self_tuning, self_tuning_answer},
      Lab{"budget", "budget", draw_budget, budget_answer},
      Lab{"warmup", "catapult_or_climb", draw_warmup, warmup_answer},
      Lab{"large_steps", "large_steps", draw_large_steps, large_steps_answer},
  };
  return kLabs;
}

const Lab& shown_lab(const Session& session) {
  const auto lab = std::ranges::find(labs(), session.draft.lab.id, [](const Lab& one) { return std::string(one.id); });
  return lab == labs().end() ? labs().front() : *lab;
}

const std::string& name_of(const Lab& lab) { return find_entry(lab_entries(), lab.id, "lab").name; }
const std::string& question_of(const Lab& lab) { return find_entry(lab_entries(), lab.id, "lab").summary; }

}  // namespace steplab
