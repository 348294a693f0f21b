#include "app/cli/notes.h"

#include "core/base/text.h"
#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>

namespace steplab {
namespace {

/// Looks at this many updates, evenly spread, at most.
bool is_zero_throughout(const Schedule& schedule, int steps) {
  constexpr int kMostLooks = 4096;
  const int looks = std::min(steps, kMostLooks);
  for (int i = 0; i < looks; ++i)
    if (schedule.factor(static_cast<int>(static_cast<std::int64_t>(i) * steps / looks), steps) != 0) return false;
  return true;
}

}  // namespace

void note(const std::string& words, const Session& session) {
  session.err << "note: " << message_line(words) << "\n" << std::flush;
}

void note_zero_schedule(const Schedule& schedule, int steps, std::string_view label, const Session& session) {
  if (is_zero_throughout(schedule, steps))
    note("the schedule '" + std::string(label) + "' is 0 throughout: with it no run moves", session);
}

void note_zero_schedules(const Scene& scene, const Session& session) {
  const auto labels = row_labels(scene);
  const auto runs = run_specs(scene);
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (!is_rate_rule(runs[i].rate.id))
      note_zero_schedule(*make_choice(schedules(), runs[i].rate, "schedule"), runs[i].steps, labels[i], session);
}

void note_decimal_commas(const Scene& scene, const Session& session) {
  for (const SweepAxis& axis : scene.sweep) {
    if (axis.values.empty() || field_spec(run_specs(scene).front(), axis.name, "sweep").kind != ParamKind::kReal)
      continue;
    std::string list;
    for (const auto& value : axis.values) list += (list.empty() ? "" : ",") + value;
    if (const std::string meant = decimal_commas(list); !meant.empty())
      note(axis.name + "=" + list + " are " + std::to_string(axis.values.size()) + " values; for " + meant +
               " write decimal points",
           session);
  }
}

}  // namespace steplab
