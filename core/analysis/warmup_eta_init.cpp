#include "core/analysis/warmup_eta_init.h"

#include "core/run/prepare.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

/// The exact loss after one update of the run's own optimizer from its initial state.
class FirstUpdate {
 public:
  explicit FirstUpdate(const PreparedRun& run)
      : run_(run),
        start_(tile_of(Eigen::Map<const Vector>(run.start.data(), static_cast<Eigen::Index>(run.start.size())))),
        gradient_(start_.rows(), start_.cols()) {
    if (projected()) run.projection->project(*run.landscape, start_);
    const std::vector<RandomKey> keys(kPack, RandomKey{run.spec->seed, 0});
    run.oracle->open(*run.landscape, keys)->gradient(start_, 0, gradient_);
  }

  Lanes here() const {
    Lanes loss(start_.rows());
    run_.landscape->value(start_, loss);
    return loss;
  }

  void after(const Lanes& step_size, Lanes& loss) const {
    Tile x = start_;
    Memory memory = run_.optimizer->start(static_cast<int>(x.rows()), static_cast<int>(x.cols()));
    run_.optimizer->step(x, memory, gradient_, {.step = 0, .step_size = &step_size});
    if (projected()) run_.projection->project(*run_.landscape, x);
    run_.landscape->value(x, loss);
    loss = loss.isFinite().select(loss, std::numeric_limits<double>::infinity());
  }

 private:
  bool projected() const { return run_.projection->acts_on(*run_.landscape); }

  const PreparedRun& run_;
  Tile start_, gradient_;
};

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

}  // namespace

EtaInit eta_init_search(const EtaInitSpec& spec, Workshop* workshop) {
  check(spec);
  Workshop own;
  const PreparedRun run = (workshop ? *workshop : own).prepare(spec.problem, "runs[0]");
  const FirstUpdate update(run);
  const Lanes loss = update.here();
  LaneMask wanted = LaneMask::Constant(loss.size(), false);
  wanted[0] = true;
  EtaInit found{.loss = loss[0]};
  const CriticalStep critical =
      critical_step_size([&](const Lanes& eta, Lanes& after) { update.after(eta, after); }, loss,
                         Lanes::Constant(loss.size(), spec.target), wanted, spec.search,
                         [&](Eigen::Index, const CriticalTrial& trial) { found.trials.push_back(trial); });
  found.low = critical.low[0];
  found.high = critical.high[0];
  found.eta_c = critical.step_size[0];
  found.passes = static_cast<int>(critical.passes[0]);
  found.catapult = std::ranges::any_of(found.trials, &CriticalTrial::rose);
  found.eta_init = found.catapult ? std::min(found.eta_c, spec.target) : spec.target / 10;
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
