// What the window shows, as text: for scripts that drive it and for tests.
#pragma once

#include "app/session/session.h"
#include "app/widgets/ui.h"

#include <cstdint>
#include <string>
#include <vector>

namespace steplab {

/// What the window system knows. Counts are since the start: whoever sends an event can wait until it has arrived.
struct WindowState {
  int width = 0, height = 0;                       ///< pixels
  std::uint64_t frames = 0;                        ///< shown
  std::uint64_t key_events = 0, wheel_events = 0;  ///< presses and releases; notches
  bool settled = false;                            ///< no further frame will come by itself
  bool autosaved = false;                          ///< all that was done is in files
  int x = 0, y = 0;                                ///< of the window's corner on the screens
};

/// JSON: {"size", "place", "frame", "settled", "autosaved", "input": {"x", "y", "down", "keys", "wheel"}, "step",
/// "playing", …, "note", "map": {"low", "high"}, "runs": [{"label", "shown", "badge", "diverged"}], "scene": {…},
/// "items": [{"name", "x", "y", "w", "h", "seen": [low x, low y, high x, high y], "scrolls", "control", "cut"}]}.
std::string report_json(const std::vector<Reported>& reports, const Session& session, const WindowState& window);

}  // namespace steplab
