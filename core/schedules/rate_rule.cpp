#include "core/schedules/rate_rule.h"

namespace steplab {

std::vector<RateRuleEntry> all_rate_rules() { return {}; }

}  // namespace steplab
