#include "core/landscapes/landscape.h"

namespace steplab {

std::vector<LandscapeEntry> classic_landscapes() { return {}; }

}  // namespace steplab
