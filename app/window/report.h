// What the window shows, as text: for scripts that drive it and for tests.
#pragma once

#include "app/session/session.h"
#include "app/widgets/ui.h"

#include <string>
#include <vector>

namespace steplab {

/// JSON: {"items": [{"name", "x", "y", "w", "h", "control", "cut"}], "step", "playing", "busy", "seeds", "number",
/// "note", "scene": {…}}.
std::string report_json(const std::vector<Reported>& reports, const Session& session);

}  // namespace steplab
