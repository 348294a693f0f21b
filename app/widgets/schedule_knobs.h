// How handles get at the parameters of a schedule. Internal to the files schedule_*.cpp.
#pragma once

#include "app/widgets/schedule_handles.h"
#include "core/schedules/schedule.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace steplab::handles {

/// Defaults filled in. InputError if the choice is not valid.
Params params_of(const Choice& schedule);
bool has_param(const Choice& schedule, std::string_view name);
const ParamSpec& spec_of(const Choice& schedule, std::string_view name);
/// A value at its default is not kept.
void set_param(Choice& schedule, const std::string& name, Value value);
/// The schedule's own factor at the update nearest to t.
double factor_of(const Choice& schedule, double t, int T);

/// One number of a choice, and the span over which a handle may turn it.
struct Knob {
  std::function<double(const Choice&)> get;
  std::function<void(Choice&, double)> set;
  double low = 0, high = 1;
  bool whole = false;
};
Knob knob_of(const Choice& schedule, const std::string& name, double low, double high);
/// An element of a list.
Knob knob_of(const std::string& name, std::size_t element, double low, double high);

using Height = std::function<double(const Choice&)>;
/// Does the knob move this height at all?
bool matters(const Choice& schedule, const Knob& knob, const Height& height);
/// Turns the knob until the height, monotone in it, is `target` or as near as it gets. The value has no more digits
/// than that takes. False if nothing changed.
bool solve(Choice& schedule, const Knob& knob, const Height& height, double target);

/// Rounded to so many significant digits.
double with_digits(double x, int digits);
/// In [least, most]; least where that holds nothing.
inline int kept_within(double x, int least, int most) {
  return static_cast<int>(std::max<double>(least, std::min<double>(std::round(x), most)));
}

/// A fraction of `length` in few decimals that is `steps` whole steps, below 1; the last one below for more steps.
double fraction_of(int steps, double length);
/// `steps` in the unit of the duration that it replaces; 0 counts as a fraction.
double duration_like(double duration, int steps, double length);

/// How a schedule lies in its run.
struct Place {
  int T = 1;
  int warmup = 0;     ///< updates before the curve's clock starts
  double length = 1;  ///< from there to the end
  double start = 0;   ///< update at which the profile begins
  double span = 1;    ///< its length (of its first cycle)
  int ahead = 0;
};
Place place_of(const Choice& schedule, int T);

/// A handle and what moving it does. `move` is given the choice it was made from.
struct Grip {
  ScheduleHandle handle;
  std::function<bool(Choice&, double t, double factor)> move;
};
using Grips = std::vector<Grip>;

/// "p = 1.5": a number with its name.
std::string shown_value(const std::string& name, double value);

/// All grips of a valid choice.
Grips grips_of(const Choice& schedule, int T);
// By kind; each adds to `grips`.
void add_sampling(Grips& grips, const Choice& schedule, const Place& place);
void add_milestones(Grips& grips, const Choice& schedule, const Place& place);
void add_knots(Grips& grips, const Choice& schedule, const Place& place);

}  // namespace steplab::handles
