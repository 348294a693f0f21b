// The parts that every schedule is put together from. Internal to core/schedules; others include schedule.h.
//   factor(t, T) = scale × ( warmup, for t < W | clamp(floor + (1 − floor) · h(sampled clock)), after it )
// A curve is the h: most are a profile h(u) read through a timing (begin, span, what comes after the span).
#pragma once

#include "core/schedules/schedule.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// Room for rounding in u = t/T, where a schedule jumps: 0.3 · 10 is 3 here.
inline constexpr double kClockTolerance = 1e-12;

/// Where a curve is read: its own clock, which starts after the warmup.
struct Clock {
  double t = 0;       ///< steps on the curve's clock; real, because sampling reads curves between steps
  double length = 1;  ///< steps from the curve's start to the end of the run
  int T = 1;          ///< length of the whole run: what fractions are fractions of
};

/// A height h over the floor m, and the peak it is measured from: the factor is m + (peak − m) h.
struct Level {
  double h = 1;
  double peak = 1;
};

/// Immutable, pure.
class Curve {
 public:
  virtual ~Curve() = default;
  virtual Level at(const Clock& clock) const = 0;
  virtual std::optional<double> momentum(const Clock& /*clock*/) const { return std::nullopt; }
  /// As Schedule's, of a run that leaves the curve as much room as `start` says, the clock at its beginning.
  virtual std::vector<std::string> shortfall(const Clock& /*start*/) const { return {}; }
};

/// A curve that is one function of the clock.
std::shared_ptr<const Curve> curve_of(std::function<double(const Clock&)> h,
                                      std::function<std::vector<std::string>(const Clock&)> shortfall = nullptr);

/// Where a profile is read: `step` of `span` steps.
struct Place {
  double step = 0;
  double span = 1;
  int T = 1;
  double height = 1;  ///< what restarts have left of the height
  double peak = 1;    ///< … or of the peak
  double u() const { return step / span; }
};

/// Profile h(u), the momentum that goes with it if it cycles that, and the peak that h counts from if it moves.
struct Profile {
  std::function<double(const Place&)> h;
  std::function<double(const Place&)> momentum = nullptr;
  std::function<double(const Place&)> peak = nullptr;
  /// What of its parameters the span has no room for, in a sentence; "" if it has.
  std::function<std::string(const Place&)> shortfall = nullptr;
};
inline Profile profile_of(std::function<double(double u)> h) {
  return {[h = std::move(h)](const Place& place) { return h(place.u()); }};
}

/// Values that stand instead of the usual defaults of shared parameters.
using Defaults = std::map<std::string, Value>;

/// Parameters begin, span, after, cycles, cycle_mul, cycle_decay, cycle_decay_of: how a clock becomes a place on a
/// profile.
class Timing {
 public:
  static std::vector<ParamSpec> params(const Defaults& instead);
  explicit Timing(const Params& params);
  Place place(const Clock& clock) const;
  /// What of begin and span the run has no room for.
  std::vector<std::string> shortfall(const Clock& start) const;

 private:
  enum class After { kHold, kMirror, kStretch, kRestart };
  Place restarted(double t, double span, int T) const;

  double begin_, span_;
  After after_;
  int cycles_;
  double mul_, decay_;
  bool decay_of_peak_;
};

/// "50-75": the sample points of a profile, which is held between them (Chen et al. 2022).
class Sampling {
 public:
  /// InputError at `place` for a text that is none.
  Sampling(const std::string& text, std::string_view place);
  /// The last sample point at or before t, in steps.
  double hold(double t, double length) const;

 private:
  std::vector<double> points_;  ///< as fractions, ascending, without 0; empty: every step
};

/// A curve behind sampling, floor, clamps and warmup: what every schedule is.
class ShapedSchedule final : public Schedule {
 public:
  static std::vector<ParamSpec> params(const Defaults& instead);
  ShapedSchedule(const Params& params, std::shared_ptr<const Curve> curve, std::string_view place);
  double factor(int t, int T) const override { return at(t, T); }
  std::optional<double> momentum(int t, int T) const override { return momentum_at(t, T); }
  std::vector<std::string> shortfall(int T) const override;
  /// Between steps too: a sequence may be read at a sampling rate.
  double at(double t, int T) const;
  std::optional<double> momentum_at(double t, int T) const;

 private:
  enum class Kind { kLinear, kCosine, kSqrt, kExponential };
  enum class Progress { kNext, kDone, kBothEnds };
  enum class Target { kStart, kJoin, kOne };

  Clock curve_clock(double t, int T) const;
  double curve_factor(const Clock& clock) const;
  double warmup_progress(double t, int W) const;
  double warmup_rise(double p) const;
  double warmup_target(int W, int T) const;

  Sampling sampling_;
  double warmup_, warmup_start_;
  Kind kind_;
  Progress progress_;
  Target target_;
  bool prefix_;
  double floor_, least_, most_, scale_;
  int ahead_;
  std::shared_ptr<const Curve> curve_;
};

/// What a person reads about a schedule.
struct Description {
  std::string id, name, summary, source;
};

/// Where an entry's make() finds fault: "schedule.rex.sampling".
std::string place_of(const std::string& id, std::string_view param);

/// An entry with its own parameters before the shared ones.
ScheduleEntry curve_entry(Description about, std::vector<ParamSpec> own,
                          std::function<std::shared_ptr<const Curve>(const Params&)> make,
                          const Defaults& instead = {});
/// The same for a profile: the timing parameters stand between.
ScheduleEntry profile_entry(Description about, std::vector<ParamSpec> own, std::function<Profile(const Params&)> make,
                            const Defaults& instead = {});

/// Parameters cycle_momentum, base_momentum, max_momentum (Smith 2018: momentum runs opposite to the rate).
std::vector<ParamSpec> momentum_params(double base, double max);
/// Momentum at height s of the cycle (0 at its foot, 1 at its top), or nothing if the switch is off.
std::function<double(double s)> cycled_momentum(const Params& params);

/// "1 update", "2.5 updates".
std::string updates(double count);

/// Own parameters put one after the other.
std::vector<ParamSpec> joined(std::vector<ParamSpec> first, const std::vector<ParamSpec>& second);

// The members of the family, by file.
std::vector<ScheduleEntry>
profile_schedules();                           // linear polynomial cosine exponential rex tanh delayed_linear sgdr wsd
std::vector<ScheduleEntry> decay_schedules();  // constant step geometric inverse_sqrt inverse_time noam
std::vector<ScheduleEntry> cycle_schedules();  // one_cycle triangle slanted_triangle cyclic
std::vector<ScheduleEntry> composed_schedules();  // knots sequence product

}  // namespace steplab
