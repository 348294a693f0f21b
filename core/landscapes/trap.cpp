#include "core/landscapes/landscape.h"

namespace steplab {

std::vector<LandscapeEntry> trap_landscapes() { return {}; }

}  // namespace steplab
