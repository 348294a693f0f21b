// The sharpness above which an optimizer cannot rest.
#pragma once

#include "core/run/run.h"

#include <optional>
#include <string>

namespace steplab {

/// Optimizer::stability() of this choice: what the strip, the hatching, the events and the badges all compare with.
/// InputError for an optimizer that does not exist.
std::optional<Stability> stability_of(const Choice& optimizer);

/// "2/η", "2/η − 0.1" where weight decay lowers it; three digits. `eta` is how the step size is written.
std::string to_text(const StabilityEdge& edge, const std::string& eta = "η");

}  // namespace steplab
