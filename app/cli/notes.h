// Words about what is allowed and seldom meant: on err, each a line that begins "note: ".
#pragma once

#include "app/cli/command.h"
#include "core/scene/scene.h"

#include <string>
#include <string_view>

namespace steplab {

class Schedule;

void note(const std::string& words, const Session& session);

/// If the factors of all T updates are 0.
void note_zero_schedule(const Schedule& schedule, int steps, std::string_view label, const Session& session);
/// The same of every row.
void note_zero_schedules(const Scene& scene, const Session& session);

/// If the list of an axis over real numbers looks as if it had decimal commas.
void note_decimal_commas(const Scene& scene, const Session& session);

}  // namespace steplab
