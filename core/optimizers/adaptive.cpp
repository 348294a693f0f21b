#include "core/optimizers/optimizer.h"

namespace steplab {

std::vector<OptimizerEntry> adaptive_optimizers() { return {}; }

}  // namespace steplab
