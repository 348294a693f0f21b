#include "core/catalog.h"

#include <initializer_list>
#include <utility>

namespace steplab {
namespace {

template <class T>
std::vector<Entry<T>> join(std::initializer_list<std::vector<Entry<T>>> parts) {
  std::vector<Entry<T>> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

const std::vector<LandscapeEntry>& landscapes() {
  static const auto all =
      join({quadratic_landscapes(), classic_landscapes(), rugged_landscapes(), well_landscapes(), trap_landscapes(),
            sharpness_landscapes(), data_fit_landscapes(), network_landscapes()});
  return all;
}

const std::vector<ScheduleEntry>& schedules() {
  static const auto all = all_schedules();
  return all;
}

const std::vector<RateRuleEntry>& rate_rules() {
  static const auto all = all_rate_rules();
  return all;
}

const std::vector<OptimizerEntry>& optimizers() {
  static const auto all = join({momentum_optimizers(), adaptive_optimizers()});
  return all;
}

const std::vector<OracleEntry>& oracles() {
  static const auto all = all_oracles();
  return all;
}

const std::vector<ProjectionEntry>& projections() {
  static const auto all = all_projections();
  return all;
}

}  // namespace steplab
