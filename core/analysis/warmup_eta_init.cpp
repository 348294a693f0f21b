#include "core/analysis/warmup_eta_init.h"

#include "core/run/prepare.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

void check(const EtaInitSpec& spec) {
  const auto refuse = [](const char* field, const std::string& value, const char* allowed) {
    throw InputError(field, "'" + value + "' is not allowed; allowed: " + allowed);
  };
  if (!(std::isfinite(spec.target) && spec.target > 0))
    refuse("step_size", to_text(spec.target), "a finite number > 0");
  if (spec.warmup < 1) refuse("warmup", std::to_string(spec.warmup), "1 update or more");
  if (!(std::isfinite(spec.search.first_guess) && spec.search.first_guess > 0))
    refuse("eta0", to_text(spec.search.first_guess), "a finite number > 0");
  if (!(std::isfinite(spec.search.tolerance) && spec.search.tolerance >= 0))
    refuse("delta", to_text(spec.search.tolerance), "a finite number ≥ 0");
}

double begin_of(const EtaInit& found, double target) {
  if (found.catapult) return std::min(found.eta_c, target);
  return found.beyond ? target : target / 10;
}

}  // namespace

EtaInit eta_init_search(const EtaInitSpec& spec, Workshop* workshop) {
  check(spec);
  Workshop own;
  const PreparedRun run = (workshop ? *workshop : own).prepare(spec.problem, "runs[0]");
  EtaInit found;
  const FirstUpdateSearch search = search_first_update(
      run, spec.target, spec.search, [&](Eigen::Index, const CriticalTrial& trial) { found.trials.push_back(trial); });
  found.loss = search.loss;
  found.low = search.low;
  found.high = search.high;
  found.eta_c = search.step_size;
  found.passes = search.passes;
  found.catapult = std::ranges::any_of(found.trials, &CriticalTrial::rose);
  if (!found.catapult)
    search_first_update(run, kFarthest * spec.target, spec.search,
                        [&](Eigen::Index, const CriticalTrial& trial) { found.beyond |= trial.rose; });
  found.eta_init = begin_of(found, spec.target);
  const double share = found.eta_init / spec.target;
  found.reach = spec.warmup * (1 - share);
  found.saved = spec.warmup * share - found.passes / 2.0;
  return found;
}

Choice shortened_warmup(double eta_init, double target, int warmup) {
  const double share = std::clamp(eta_init / target, 0.0, 1.0);
  const double reach = warmup * (1 - share);
  if (!(reach > 0)) return {"constant"};
  // The knots' clock begins at update 0: one ahead, so that the first update is number t = 1.
  return {"knots",
          {{"ahead", 1.0},
           {"at", std::vector<double>{0, reach}},
           {"unit", std::string("steps")},
           {"values", std::vector<double>{share, 1}}}};
}

}  // namespace steplab
