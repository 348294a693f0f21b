// Schedules that are functions of the step number itself: they know scales in steps but no end.
#include "core/base/math.h"
#include "core/schedules/curve.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

ScheduleEntry constant() {
  return curve_entry({"constant", "Constant", "the same factor all the time, or for a while and 1 after it",
                      "textbook; torch ConstantLR(factor, total_iters = span); HF constant, constant_with_warmup"},
                     {{.name = "factor", .initial = 1.0, .min = 0, .max = 1e6, .meaning = "the factor"},
                      {.name = "span",
                       .kind = ParamKind::kDuration,
                       .initial = 0.0,
                       .min = 0,
                       .max = 1e9,
                       .meaning = "how long it holds, 1 after it; 0: for ever",
                       .source = "torch total_iters"}},
                     [](const Params& p) {
                       return curve_of([factor = p.real("factor"), span = p.real("span")](const Clock& clock) {
                         return span == 0 || clock.t < steps_of(span, clock.T) ? factor : 1.0;
                       });
                     });
}

void check_drops(const std::vector<double>& at, const std::vector<double>& drop) {
  for (const double m : at)
    if (m >= 1 && m != std::floor(m))
      throw InputError(place_of("step", "at"),
                       "'" + to_text(m) + "' is not allowed; allowed: fractions of T below 1 or whole steps");
  if (drop.size() != 1 && drop.size() != at.size())
    throw InputError(place_of("step", "drop"), "'" + to_text(Value(drop)) +
                                                   "' is not allowed; allowed: one number, or one for each of the " +
                                                   std::to_string(at.size()) + " in 'at'");
  const auto whole = [](double x) { return x == std::floor(x); };
  const bool commas = at.size() > 1 && at[0] == 0 && drop[0] == 0 && std::ranges::all_of(at, whole) &&
                      std::ranges::all_of(drop, whole);  // "at=0,5 drop=0,1": the rate would be 0 from the start
  if (commas)
    throw InputError(place_of("step", "drop"),
                     "'" + to_text(Value(drop)) + "' makes the rate 0 from the first update on, as 'at' is " +
                         to_text(Value(at)) + "; allowed: drops above 0 there (decimals with a point: at=0.5)");
}

ScheduleEntry step() {
  return curve_entry(
      {"step", "Step", "multiplied by a drop at each milestone",
       "torch MultiStepLR(milestones = at, gamma = drop) and timm multistep; optax piecewise_constant_schedule; Keras "
       "PiecewiseConstantDecay (late = 1); for StepLR see geometric"},
      {{.name = "at",
        .kind = ParamKind::kList,
        .initial = std::vector<double>{0.5, 0.75},
        .min = 0,
        .max = 1e9,
        .meaning = "milestones: below 1 fractions of the run (of what a warmup leaves of it; rounded down to steps), "
                   "else steps; the drop is in force at "
                   "the milestone"},
       {.name = "drop",
        .kind = ParamKind::kList,
        .initial = std::vector<double>{0.1},
        .min = 0,
        .max = 1e6,
        .meaning = "what the factor is multiplied by: one number, or one for each milestone",
        .symbol = "γ"},
       {.name = "late",
        .kind = ParamKind::kSwitch,
        .initial = 0.0,
        .meaning = "drop one step after the milestone",
        .source = "Keras PiecewiseConstantDecay"}},
      [](const Params& p) {
        check_drops(p.list("at"), p.list("drop"));
        return curve_of(
            [at = p.list("at"), drop = p.list("drop"), late = p.on("late")](const Clock& clock) {
              double h = 1;
              for (std::size_t i = 0; i < at.size(); ++i) {
                const double milestone = whole_steps_of(at[i], clock.length);
                if (late ? clock.t > milestone : clock.t >= milestone) h *= drop[drop.size() == 1 ? 0 : i];
              }
              return h;
            },
            [at = p.list("at")](const Clock& start) {
              std::vector<std::string> all;
              for (const double milestone : at)
                if (milestone >= start.length && milestone >= 1)
                  all.push_back("at: the drop at " + to_text(Value(milestone)) + " lies beyond the " +
                                updates(start.length) + " that the run has");
              return all;
            });
      });
}

ScheduleEntry geometric() {
  return curve_entry(
      {"geometric", "Geometric", "gamma^(t/every), smoothly or as a staircase",
       "torch ExponentialLR and MultiplicativeLR (gamma), StepLR(step_size = every, gamma; staircase = 1); Keras "
       "ExponentialDecay; "
       "optax exponential_decay (end_value/lr = least); timm step"},
      {{.name = "gamma",
        .initial = 0.95,
        .min = 0,
        .max = 10,
        .min_open = true,
        .meaning = "factor of one period",
        .symbol = "γ"},
       {.name = "every",
        .kind = ParamKind::kDuration,
        .initial = 1.0,
        .min = 0,
        .max = 1e9,
        .min_open = true,
        .meaning = "the period: 1 is every step",
        .source = "torch step_size; Keras decay_steps; optax transition_steps"},
       {.name = "staircase", .kind = ParamKind::kSwitch, .initial = 0.0, .meaning = "count whole periods only"},
       {.name = "begin",
        .kind = ParamKind::kDuration,
        .initial = 0.0,
        .min = 0,
        .max = 1e9,
        .meaning = "the factor stays 1 this long",
        .source = "optax transition_begin"}},
      [](const Params& p) {
        return curve_of([gamma = p.real("gamma"), every = p.real("every"), stairs = p.on("staircase"),
                         begin = p.real("begin")](const Clock& clock) {
          const double periods = std::max(clock.t - steps_of(begin, clock.T), 0.0) / steps_of(every, clock.T);
          return steplab::pow(gamma, stairs ? std::floor(periods + kClockTolerance) : periods);
        });
      });
}

ScheduleEntry inverse_time() {
  return curve_entry(
      {"inverse_time", "Inverse time", "(1 + rate · t/tau)^−p",
       "Robbins & Monro 1951 (½ < p ≤ 1); Keras InverseTimeDecay(decay_steps = tau, decay_rate = rate)"},
      {{.name = "tau",
        .kind = ParamKind::kDuration,
        .initial = 0.1,
        .min = 0,
        .max = 1e9,
        .min_open = true,
        .meaning = "time scale: with rate = p = 1 the factor is ½ at t = tau",
        .symbol = "τ"},
       {.name = "rate",
        .initial = 1.0,
        .min = 0,
        .max = 1e6,
        .meaning = "decay per time scale",
        .source = "Keras decay_rate"},
       {.name = "p",
        .initial = 1.0,
        .min = 0,
        .max = 64,
        .meaning = "power",
        .source = "Robbins & Monro 1951",
        .symbol = "p",
        .label = "p power"},
       {.name = "staircase", .kind = ParamKind::kSwitch, .initial = 0.0, .meaning = "count whole time scales only"}},
      [](const Params& params) {
        return curve_of([tau = params.real("tau"), rate = params.real("rate"), p = params.real("p"),
                         stairs = params.on("staircase")](const Clock& clock) {
          const double periods = clock.t / steps_of(tau, clock.T);
          return 1 / steplab::pow(1 + rate * (stairs ? std::floor(periods + kClockTolerance) : periods), p);
        });
      });
}

ScheduleEntry inverse_sqrt() {
  return curve_entry(
      {"inverse_sqrt", "Inverse square root", "1/√(1 + t/tau), t counted from the end of the warmup",
       "Zhai et al. 2022; HF inverse_sqrt(timescale = tau)"},
      {{.name = "tau",
        .kind = ParamKind::kDuration,
        .initial = 0.1,
        .min = 0,
        .max = 1e9,
        .meaning = "time scale; 0: the warmup's length, 10000 steps without one (HF's default)",
        .symbol = "τ"}},
      [](const Params& p) {
        const double tau = p.real("tau") > 0 ? p.real("tau") : p.real("warmup") > 0 ? p.real("warmup") : 10000;
        return curve_of([tau](const Clock& clock) { return 1 / std::sqrt(1 + clock.t / steps_of(tau, clock.T)); });
      });
}

// d^−½ min(n^−½, n W^−3/2) with n = t + 1 is its own linear warmup to the peak (d W)^−½ at n = W, so only what
// follows the peak is written here: the shared warmup, run over it ("under"), does the rest.
ScheduleEntry noam() {
  return curve_entry({"noam", "Noam", "min(n^−½, n W^−3/2) with n = t + 1: up straight, down as 1/√n; W is the warmup",
                      "Vaswani et al. 2017, eq. 3 (d_model = 512, warmup = 4000, base step size 1)"},
                     {{.name = "d_model",
                       .initial = 0.0,
                       .min = 0,
                       .max = 1e9,
                       .meaning = "width of the model, scales everything by d_model^−½; 0: the peak is scaled to 1",
                       .symbol = "d"}},
                     [](const Params& p) {
                       return curve_of([d = p.real("d_model"), warmup = p.real("warmup")](const Clock& clock) {
                         const double W = std::max(whole_steps_of(warmup, clock.T), 1);
                         return std::min(std::sqrt(W / (clock.t + 1)), 1.0) * (d > 0 ? 1 / std::sqrt(d * W) : 1.0);
                       });
                     },
                     {{"warmup", 0.1}, {"warmup_mode", "under"}});
}

}  // namespace

std::vector<ScheduleEntry> decay_schedules() {
  return {constant(), step(), inverse_sqrt(), inverse_time(), geometric(), noam()};
}

}  // namespace steplab
