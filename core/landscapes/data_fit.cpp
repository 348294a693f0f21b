#include "core/landscapes/landscape.h"

namespace steplab {

std::vector<LandscapeEntry> data_fit_landscapes() { return {}; }

}  // namespace steplab
