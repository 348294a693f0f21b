#include "core/landscapes/landscape.h"

namespace steplab {

std::vector<LandscapeEntry> network_landscapes() { return {}; }

}  // namespace steplab
