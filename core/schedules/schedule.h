// Step-size schedules: pure functions h(t, T) → factor, put together from few orthogonal parts:
// profile × sampling rate × warmup × floor, and sequences and products of whole schedules.
#pragma once

#include "core/base/parameters.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace steplab {

/// Update t (t = 0 … T−1) uses the step size ρ · η · factor(t, T). Immutable, pure.
class Schedule {
 public:
  virtual ~Schedule() = default;
  /// 0 ≤ t; T ≥ 1. Defined for t ≥ T too (previews), but a run never uses it there.
  virtual double factor(int t, int T) const = 0;
  /// Momentum (β₁ of Adam) that goes with update t, if this schedule cycles it (one-cycle, cyclic); else nothing.
  virtual std::optional<double> momentum(int /*t*/, int /*T*/) const { return std::nullopt; }
  /// What its parameters say and a run of T updates has no room for, in short sentences ("the decay …"): none if all
  /// fits.
  virtual std::vector<std::string> shortfall(int /*T*/) const { return {}; }
};

using ScheduleEntry = Entry<Schedule>;

/// A duration parameter in steps: below 1 a fraction of `length`, steps from 1 on. Not rounded. What has its place in
/// the run (warmup, begin, span, …) is a fraction of T; what belongs to a profile's shape (hold, milestones), of the
/// profile.
double steps_of(double duration, double length);
/// The same, rounded down to whole steps.
int whole_steps_of(double duration, double length);

/// All schedules. Every entry's params end with the shared ones: sampling, warmup, …, floor.
std::vector<ScheduleEntry> all_schedules();

/// "rex", "polynomial(p=2,warmup=0.1)", "step(at=0.3,0.6,drop=0.1)": an id with parameters, as flags and the sequence
/// schedule write it. InputError at `place` for bad syntax. Ids and names are not checked here.
Choice parse_choice(std::string_view text, std::string_view place);
/// The same text back.
std::string to_text(const Choice& choice);

}  // namespace steplab
