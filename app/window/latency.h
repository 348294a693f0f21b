// How long new curves take after an input.
#pragma once

#include "app/session/settings.h"
#include "app/window/options.h"

namespace steplab {

/// Drags the η, ρ and noise sliders and the start point of the scene by real mouse input of the user interface, as fast
/// as frames come, and prints from the input to the end of the frame whose curves are of it: median, 95 %, worst; the
/// same for the panels' own work of a frame; and, apart from both, what OpenGL took. Returns the exit code.
int measure_latency(const WindowOptions& options, const Settings& settings);

}  // namespace steplab
