// Profiles h(u): shapes over normalised time u, which know nothing of steps.
#include "core/base/math.h"
#include "core/schedules/curve.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steplab {
namespace {

double half_cosine(double u) { return 0.5 * (1 + steplab::cos(std::numbers::pi * u)); }

ParamSpec time_power() {
  return {.name = "k",
          .initial = 1.0,
          .min = 0,
          .max = 64,
          .min_open = true,
          .meaning = "bends time: u is replaced by u^k; above 1 the start is held longer",
          .source = "timm k_decay",
          .symbol = "k",
          .label = "k hold"};
}

ScheduleEntry linear() {
  return profile_entry(
      {"linear", "Linear", "from + (to − from) u: straight from one factor to another, by default 1 − u",
       "torch LinearLR(start_factor = from, end_factor = to, total_iters = span); optax linear_schedule; HF linear"},
      {{.name = "from", .initial = 1.0, .min = 0, .max = 1e6, .meaning = "factor at the start"},
       {.name = "to", .initial = 0.0, .min = 0, .max = 1e6, .meaning = "factor at the end of the span"}},
      [](const Params& p) {
        return profile_of([from = p.real("from"), to = p.real("to")](double u) { return from + (to - from) * u; });
      });
}

ScheduleEntry polynomial() {
  return profile_entry({"polynomial", "Polynomial", "(1 − u)^p",
                        "torch PolynomialLR(total_iters = span, power = p); optax polynomial_schedule; Keras "
                        "PolynomialDecay (cycle=True: after "
                        "= stretch); timm poly; HF polynomial; the end rate is floor"},
                       {{.name = "p",
                         .initial = 1.0,
                         .min = 0,
                         .max = 64,
                         .min_open = true,
                         .meaning = "power; above 1 it falls early, below 1 late",
                         .symbol = "p",
                         .label = "p power"},
                        time_power()},
                       [](const Params& p) {
                         return profile_of([power = p.real("p"), k = p.real("k")](double u) {
                           return steplab::pow(std::max(1 - steplab::pow(u, k), 0.0), power);
                         });
                       });
}

std::vector<ParamSpec> cosine_params() {
  return {{.name = "p",
           .initial = 1.0,
           .min = 0,
           .max = 64,
           .meaning = "power of the half cosine",
           .source = "optax exponent",
           .symbol = "p",
           .label = "p power"},
          time_power(),
          {.name = "waves",
           .initial = 0.5,
           .min = 0,
           .max = 1e6,
           .meaning = "full waves over the span; ½ is one descent",
           .source = "HF cosine num_cycles"},
          {.name = "repeats",
           .kind = ParamKind::kInteger,
           .initial = 1.0,
           .min = 1,
           .max = 1e6,
           .meaning = "equal descents that share the span, each starting at the top",
           .source = "HF cosine_with_restarts num_cycles"}};
}

Profile cosine_profile(const Params& p) {
  return {
      [power = p.real("p"), k = p.real("k"), waves = p.real("waves"), repeats = p.real("repeats")](const Place& place) {
        double u = place.u();
        // repeats · step first: it is exact, so a descent ends exactly where the next one starts.
        if (repeats > 1 && u < 1) u = std::fmod(repeats * place.step / place.span, 1.0);
        return steplab::pow(std::max(half_cosine(2 * waves * steplab::pow(u, k)), 0.0), power);
      }};
}

ScheduleEntry cosine() {
  return profile_entry({"cosine", "Cosine", "(1 + cos πu)/2: flat, steep, flat",
                        "Loshchilov & Hutter 2017; torch CosineAnnealingLR(T_max = span, eta_min/lr = floor; after = "
                        "mirror); optax and Keras "
                        "cosine decay (alpha = floor); timm cosine (after = restart, cycles = cycle_limit); HF cosine"},
                       cosine_params(), cosine_profile);
}

ScheduleEntry sgdr() {
  return profile_entry(
      {"sgdr", "Cosine with warm restarts",
       "cosine descents, each starting at the top again: the cosine schedule with after = restart",
       "Loshchilov & Hutter 2017 (SGDR); torch CosineAnnealingWarmRestarts(T_0 = span, T_mult = cycle_mul); Keras "
       "CosineDecayRestarts (m_mul = cycle_decay); timm cycle_*"},
      cosine_params(), cosine_profile, {{"span", 0.25}, {"after", "restart"}});
}

ScheduleEntry exponential() {
  return profile_entry(
      {"exponential", "Exponential", "exp(rate · u): the same share is lost in every step; ends at exp(rate)",
       "exponential profile of Chen et al. 2022 (γ = −3); for γ^t of torch and Keras see geometric"},
      {{.name = "rate",
        .initial = -3.0,
        .min = -200,
        .max = 200,
        .meaning = "exponent at the end of the span; negative decays",
        .source = "Chen, Wolfe, Kyrillidis 2022",
        .symbol = "γ"}},
      [](const Params& p) { return profile_of([rate = p.real("rate")](double u) { return steplab::exp(rate * u); }); });
}

ScheduleEntry rex() {
  return profile_entry(
      {"rex", "REX", "(1 − u)/(1 − b u): a hyperbola that holds the rate up and drops late",
       "Chen, Wolfe, Kyrillidis 2022, reflected exponential (b = ½; the co-author's repository uses 0.9)"},
      {{.name = "b",
        .initial = 0.5,
        .min = 0,
        .max = 1,
        .max_open = true,
        .meaning = "bend; 0 is linear, near 1 a step at the end",
        .symbol = "b",
        .label = "b bend"}},
      [](const Params& p) { return profile_of([b = p.real("b")](double u) { return (1 - u) / (1 - b * u); }); });
}

// timm drops to the minimum at the end of the span, where the formula itself is still at (1 − tanh ub)/2.
ScheduleEntry tanh_schedule() {
  return profile_entry({"tanh", "Hyperbolic tangent", "(1 − tanh(lb (1 − u) + ub u))/2, and 0 after the span",
                        "Hsueh, Li, Wu 2019; timm TanhLRScheduler(t_initial = span)"},
                       {{.name = "lb",
                         .initial = -7.0,
                         .min = -50,
                         .max = 50,
                         .meaning = "argument of tanh at the start",
                         .source = "timm"},
                        {.name = "ub",
                         .initial = 3.0,
                         .min = -50,
                         .max = 50,
                         .meaning = "argument of tanh at the end",
                         .source = "timm"}},
                       [](const Params& p) {
                         return profile_of([lb = p.real("lb"), ub = p.real("ub")](double u) {
                           return u < 1 ? 0.5 * (1 - steplab::tanh(lb * (1 - u) + ub * u)) : 0.0;
                         });
                       });
}

ScheduleEntry delayed_linear() {
  return profile_entry({"delayed_linear", "Delayed linear", "1 while held, then straight to 0 at the end",
                        "Chen, Wolfe, Kyrillidis 2022, Fig. 3 (hold = 0.5 and 0.75)"},
                       {{.name = "hold",
                         .kind = ParamKind::kDuration,
                         .initial = 0.5,
                         .min = 0,
                         .max = 1e9,
                         .meaning = "how long 1 is held: below 1 a share of the profile's own length, else steps"}},
                       [](const Params& p) -> Profile {
                         Profile profile{[hold = p.real("hold")](const Place& place) {
                           const double held = steps_of(hold, place.span);
                           if (place.step <= held && place.step < place.span) return 1.0;
                           return place.span > held ? (place.span - place.step) / (place.span - held) : 0.0;
                         }};
                         profile.shortfall = [hold = p.real("hold")](const Place& place) -> std::string {
                           const double held = steps_of(hold, place.span);
                           if (held < place.span) return "";
                           return "hold: " + updates(held) + " of " + updates(place.span) + ": no way down is left";
                         };
                         return profile;
                       });
}

// Decay d(p) over the last steps of a warmup-stable-decay schedule, p from 0 to 1.
std::function<double(double)> final_decay(const Params& params) {
  const std::string& shape = params.text("shape");
  if (shape == "linear") return [](double p) { return 1 - p; };
  if (shape == "cosine") return half_cosine;
  if (shape == "sqrt" || shape == "1-sqrt") return [](double p) { return 1 - std::sqrt(p); };
  if (shape == "power") return [a = params.real("a")](double p) { return 1 - steplab::pow(p, a); };
  return [r = params.real("r")](double p) { return (steplab::pow(r, p) - r) / (1 - r); };
}

ScheduleEntry wsd() {
  return profile_entry(
      {"wsd", "Warmup, stable, decay", "constant, then a decay over the last part; with a warmup in front a trapezoid",
       "Hu et al. 2024; HF warmup_stable_decay and timm WSDLRScheduler (decay = num_decay_steps, decay_t; span = "
       "stable + decay)"},
      {{.name = "decay",
        .kind = ParamKind::kDuration,
        .initial = 0.2,
        .min = 0,
        .max = 1e9,
        .meaning = "length of the final decay",
        .source = "usual 0.1 to 0.2",
        .symbol = "D"},
       {.name = "shape",
        .kind = ParamKind::kChoice,
        .initial = "sqrt",
        .meaning = "decay with its progress p: linear 1 − p, cosine (1 + cos πp)/2, sqrt (or 1-sqrt) 1 − √p, power 1 − "
                   "p^a, exponential "
                   "(r^p − r)/(1 − r)",
        .source = "sqrt: Hägele et al. 2024, timm's default; HF's is cosine",
        .choices = {"linear", "cosine", "sqrt", "1-sqrt", "power", "exponential"}},
       {.name = "a",
        .initial = 2.0,
        .min = 0,
        .max = 64,
        .min_open = true,
        .meaning = "power of shape = power",
        .symbol = "a",
        .label = "a power"},
       {.name = "r",
        .initial = 0.1,
        .min = 0,
        .max = 1,
        .min_open = true,
        .max_open = true,
        .meaning = "ratio of shape = exponential",
        .symbol = "r",
        .label = "r ratio"},
       {.name = "stable",
        .kind = ParamKind::kChoice,
        .initial = "constant",
        .meaning = "before the decay: constant, or inverse_sqrt 1/√(1 + t/τ), which goes on under the decay",
        .source = "timm stable_fn",
        .choices = {"constant", "inverse_sqrt"}},
       {.name = "tau",
        .kind = ParamKind::kDuration,
        .initial = 0.0,
        .min = 0,
        .max = 1e9,
        .meaning = "time scale of stable = inverse_sqrt; 0: the warmup's length, 10000 steps without one",
        .symbol = "τ"}},
      [](const Params& p) -> Profile {
        Profile profile{[decay = p.real("decay"), shape = final_decay(p)](const Place& place) {
          const double length = std::min(steps_of(decay, place.T), place.span);
          const double since = place.step - (place.span - length);
          return since > 0 ? std::max(shape(since / length), 0.0) : 1.0;
        }};
        profile.shortfall = [decay = p.real("decay")](const Place& place) -> std::string {
          const double length = steps_of(decay, place.T);
          if (length <= place.span * (1 + kClockTolerance)) return "";
          return "decay: " + updates(length) + " do not fit into the " + updates(place.span) +
                 " that are left: it is shortened to these";
        };
        const double tau = p.real("tau") > 0 ? p.real("tau") : p.real("warmup") > 0 ? p.real("warmup") : 10000;
        if (p.text("stable") == "inverse_sqrt")
          profile.peak = [tau](const Place& place) { return 1 / std::sqrt(1 + place.step / steps_of(tau, place.T)); };
        return profile;
      });
}

}  // namespace

std::vector<ScheduleEntry> profile_schedules() {
  return {linear(), polynomial(), cosine(), exponential(), rex(), delayed_linear(), wsd(), tanh_schedule(), sgdr()};
}

}  // namespace steplab
