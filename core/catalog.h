// The lists of every family; the only file that sees them all.
#pragma once

#include "core/labs/lab_entry.h"
#include "core/landscapes/landscape.h"
#include "core/optimizers/optimizer.h"
#include "core/optimizers/projection.h"
#include "core/oracles/oracle.h"
#include "core/schedules/rate_rule.h"
#include "core/schedules/schedule.h"

#include <memory>
#include <string_view>
#include <vector>

namespace steplab {

const std::vector<LandscapeEntry>& landscapes();
const std::vector<ScheduleEntry>& schedules();
const std::vector<RateRuleEntry>& rate_rules();
const std::vector<OptimizerEntry>& optimizers();
const std::vector<OracleEntry>& oracles();
const std::vector<ProjectionEntry>& projections();

}  // namespace steplab
