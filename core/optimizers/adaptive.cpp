#include "core/optimizers/specs.h"

namespace steplab {

std::vector<OptimizerEntry> adaptive_optimizers() {
  std::vector<OptimizerEntry> all;
  for (auto group : {accumulator_optimizers, adam_optimizers, adam_variants, wn_adam_optimizers})
    for (auto& entry : group()) all.push_back(std::move(entry));
  return all;
}

}  // namespace steplab
