#include "app/widgets/schedule_knobs.h"

#include "core/catalog.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace steplab::handles {
namespace {

constexpr std::string_view kPlace = "schedule";

// Doubles in their order as whole numbers: halving these finds 1e-9 in as few steps as 1e9.
std::int64_t rank_of(double x) {
  const auto bits = std::bit_cast<std::int64_t>(x + 0.0);  // −0 becomes 0
  return bits >= 0 ? bits : std::numeric_limits<std::int64_t>::min() - bits;
}

double of_rank(std::int64_t rank) {
  return std::bit_cast<double>(rank >= 0 ? rank : std::numeric_limits<std::int64_t>::min() - rank);
}

/// What handles agree to: a share of the height that no eye sees, and no more than a millionth.
double tolerance(double height) { return 5e-7 * std::min(std::abs(height), 1.0); }

using Function = std::function<double(double)>;

double tidy(const Function& height, const Knob& knob, double x) {
  const double wanted = height(x);
  for (int digits = 3; digits < 17; ++digits) {
    const double shorter = with_digits(x, digits);
    if (shorter >= knob.low && shorter <= knob.high && std::abs(height(shorter) - wanted) <= tolerance(wanted))
      return shorter;
  }
  return x;
}

double nearest_whole(const Function& height, const Knob& knob, double x, double target) {
  const double below = std::clamp(std::floor(x), knob.low, knob.high), above = std::min(below + 1, knob.high);
  return std::abs(height(below) - target) <= std::abs(height(above) - target) ? below : above;
}

/// Where the height, which rises or falls all the way from low to high, is `target`; an end if it is not between.
double halve(const Function& height, double low, double high, double target) {
  const double at_low = height(low), at_high = height(high);
  const bool rises = at_high > at_low;
  if (rises ? target <= at_low : target >= at_low) return low;
  if (rises ? target >= at_high : target <= at_high) return high;
  std::int64_t before = rank_of(low), after = rank_of(high);
  while (after - before > 1) {
    const std::int64_t middle = before + (after - before) / 2;
    ((height(of_rank(middle)) < target) == rises ? before : after) = middle;
  }
  const double a = of_rank(before), b = of_rank(after);
  return std::abs(height(a) - target) < std::abs(height(b) - target) ? a : b;
}

/// The number that a list holds; 0 where it is too short.
double element_of(const Choice& schedule, const std::string& name, std::size_t element) {
  const Params params = params_of(schedule);
  const auto& list = params.list(name);
  return element < list.size() ? list[element] : 0;
}

/// The spec's range where the wish goes beyond it; what is set now is inside in any case.
Knob within(Knob knob, const ParamSpec& spec, double present) {
  knob.low = std::max(std::min(knob.low, present), spec.min);
  knob.high = std::min(std::max(knob.high, present), spec.max);
  return knob;
}

}  // namespace

Params params_of(const Choice& schedule) {
  return resolve(find_entry(schedules(), schedule.id, kPlace).params, schedule.params, kPlace);
}

bool has_param(const Choice& schedule, std::string_view name) {
  const auto& specs = find_entry(schedules(), schedule.id, kPlace).params;
  return std::ranges::find(specs, name, &ParamSpec::name) != specs.end();
}

const ParamSpec& spec_of(const Choice& schedule, std::string_view name) {
  const auto& specs = find_entry(schedules(), schedule.id, kPlace).params;
  return *std::ranges::find(specs, name, &ParamSpec::name);
}

void set_param(Choice& schedule, const std::string& name, Value value) {
  if (value == spec_of(schedule, name).initial)
    schedule.params.erase(name);
  else
    schedule.params[name] = std::move(value);
}

double factor_of(const Choice& schedule, double t, int T) {
  return make_choice(schedules(), schedule, kPlace)->factor(static_cast<int>(std::lround(t)), T);
}

Knob knob_of(const Choice& schedule, const std::string& name, double low, double high) {
  const ParamSpec& spec = spec_of(schedule, name);
  const double present = params_of(schedule).real(name);
  Knob knob{.get = [name](const Choice& choice) { return params_of(choice).real(name); },
            .set = [name](Choice& choice, double value) { set_param(choice, name, value); },
            .low = low,
            .high = high};
  if (spec.kind == ParamKind::kDuration && present >= 1) {
    knob.whole = true;
    knob.low = 1;
    knob.high = 1e6;
  }
  return within(knob, spec, present);
}

Knob knob_of(const std::string& name, std::size_t element, double low, double high) {
  return {.get = [=](const Choice& choice) { return element_of(choice, name, element); },
          .set =
              [=](Choice& choice, double value) {
                auto list = params_of(choice).list(name);
                list[element] = value;
                set_param(choice, name, std::move(list));
              },
          .low = low,
          .high = high};
}

bool matters(const Choice& schedule, const Knob& knob, const Height& height) {
  constexpr double kVisible = 1e-3;
  Choice low = schedule, high = schedule;
  knob.set(low, knob.low);
  knob.set(high, knob.high);
  return std::abs(height(high) - height(low)) > kVisible;
}

bool solve(Choice& schedule, const Knob& knob, const Height& height, double target) {
  const double present = height(schedule);
  if (std::abs(present - target) <= tolerance(target)) return false;
  const Function at = [&](double x) {
    Choice trial = schedule;
    knob.set(trial, x);
    return height(trial);
  };
  double x = halve(at, knob.low, knob.high, target);
  x = knob.whole ? nearest_whole(at, knob, x, target) : tidy(at, knob, x);
  // Where the height is flat, or rounding is all there is to gain, the old value stays.
  if (std::abs(at(x) - target) >= std::abs(present - target)) return false;
  knob.set(schedule, x);
  return true;
}

double with_digits(double x, int digits) {
  char text[40];
  const auto written = std::to_chars(text, text + sizeof text, x, std::chars_format::general, digits);
  double read = x;
  std::from_chars(text, written.ptr, read);
  return read;
}

double fraction_of(int steps, double length) {
  if (steps <= 0) return 0;
  const int last = static_cast<int>(std::ceil(length)) - 1;
  const int wanted = std::min(steps, last);
  double unit = 10;
  for (int decimals = 1; decimals < 15; ++decimals, unit *= 10) {
    const double fraction = std::ceil(wanted / length * unit - 1e-9) / unit;
    if (fraction < 1 && whole_steps_of(fraction, length) == wanted) return fraction;
  }
  return wanted / length;
}

double duration_like(double duration, int steps, double length) {
  return duration >= 1 ? std::max(steps, 1) : fraction_of(steps, length);
}

Place place_of(const Choice& schedule, int T) {
  const Params params = params_of(schedule);
  const auto steps = [&](const char* name) { return has_param(schedule, name) ? steps_of(params.real(name), T) : 0.0; };
  Place place{.T = T, .ahead = params.integer("ahead")};
  if (params.text("warmup_mode") == "prefix") place.warmup = whole_steps_of(params.real("warmup"), T);
  place.length = std::max(T - place.warmup, 1);
  place.start = place.warmup + steps("begin") - place.ahead;
  const double span = steps("span");
  place.span = span > 0 ? span : std::max(place.length - steps("begin"), 1.0);
  return place;
}

std::string shown_value(const std::string& name, double value) { return name + " = " + to_text(with_digits(value, 4)); }

}  // namespace steplab::handles
