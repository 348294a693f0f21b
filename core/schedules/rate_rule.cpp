#include "core/schedules/rate_rule.h"

namespace steplab {

std::vector<RateRuleEntry> all_rate_rules() {
  std::vector<RateRuleEntry> all;
  for (const auto& part : {wngrad_rules(), plateau_rules(), catapult_rules(), critical_warmup_rules()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace steplab
