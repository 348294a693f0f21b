// What a window can show.
#pragma once

#include "core/scene/scene.h"

#include <cstddef>
#include <string_view>

namespace steplab {

/// Runs of a scene that a window shows.
inline constexpr std::size_t kMostWindowRuns = 256;

/// InputError at PLACE where a scene is more than a window can show while a person waits: too many runs, or too many
/// updates altogether. The command line takes more.
void check_for_window(const Scene& scene, std::string_view place);

}  // namespace steplab
