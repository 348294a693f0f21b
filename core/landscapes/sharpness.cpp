#include "core/landscapes/landscape.h"

namespace steplab {

std::vector<LandscapeEntry> sharpness_landscapes() { return {}; }

}  // namespace steplab
