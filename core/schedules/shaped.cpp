// What every schedule shares: sampling, floor, clamps, warmup.
#include "core/base/math.h"
#include "core/schedules/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace steplab {
namespace {

std::vector<ParamSpec> shared_params() {
  return {
      {.name = "sampling",
       .kind = ParamKind::kText,
       .initial = "every",
       .meaning =
           "how often the rate is refreshed from the curve, held in between: every (step), 50-75, 33-66 (thirds), "
           "25-50-75, 10-10 (every 10 %), 5-25 (every 5 %), 1-100 (every 1 %), or percentages joined by dashes",
       .source = "Chen, Wolfe, Kyrillidis 2022, section 3"},
      {.name = "warmup",
       .kind = ParamKind::kDuration,
       .initial = 0.0,
       .min = 0,
       .max = 1e9,
       .meaning = "length of the warmup; 0: none",
       .source = "Goyal et al. 2017; usual 0.01 to 0.1",
       .symbol = "W"},
      {.name = "warmup_kind",
       .kind = ParamKind::kChoice,
       .initial = "linear",
       .meaning =
           "shape of the warmup, with its progress p: linear p, cosine (1 − cos πp)/2, sqrt 1 − √(1 − p); exponential "
           "multiplies the whole curve with 1 − exp(−p), it never ends (p = t/W goes beyond 1)",
       .source = "HF get_wsd_schedule; Ma & Yarats 2021 (exponential, W = 1/(1 − β₂))",
       .choices = {"linear", "cosine", "sqrt", "exponential"}},
      {.name = "warmup_start",
       .initial = 0.0,
       .min = 0,
       .max = 1e6,
       .meaning = "the factor that the warmup starts from",
       .source = "torch LinearLR start_factor; timm warmup_lr_init/lr; HF min_lr_ratio"},
      {.name = "warmup_progress",
       .kind = ParamKind::kChoice,
       .initial = "next",
       .meaning = "progress p of update t = 0, 1, …: next (t+1)/W, so no update is wasted on a zero rate; done t/W "
                  "(HF, torch, "
                  "timm, optax, Keras); both_ends t/(W−1)",
       .choices = {"next", "done", "both_ends"}},
      {.name = "warmup_mode",
       .kind = ParamKind::kChoice,
       .initial = "prefix",
       .meaning = "prefix: the curve starts when the warmup ends, and what spans the run spans the rest of it; under: "
                  "the curve "
                  "runs from t = 0 and is covered by the warmup (timm warmup_prefix=False)",
       .choices = {"prefix", "under"}},
      {.name = "warmup_to",
       .kind = ParamKind::kChoice,
       .initial = "start",
       .meaning = "where the warmup leads: the curve's start, its value at the join, or one (the base step size)",
       .choices = {"start", "join", "one"}},
      {.name = "floor",
       .initial = 0.0,
       .min = 0,
       .max = 1,
       .meaning = "lifts the whole curve (not the warmup): floor + (1 − floor) h",
       .source = "torch eta_min/lr, Keras and optax alpha, end/lr, timm lr_min/lr, HF min_lr_ratio",
       .symbol = "m"},
      {.name = "least",
       .initial = 0.0,
       .min = 0,
       .max = 1e6,
       .meaning = "cuts the curve off from below: max(least, h)",
       .source = "optax exponential_decay end_value/lr"},
      {.name = "most",
       .initial = 0.0,
       .min = 0,
       .max = 1e6,
       .meaning = "cuts the curve off from above: min(most, h); 0: does not"},
      {.name = "scale",
       .initial = 1.0,
       .min = 0,
       .max = 1e6,
       .logarithmic = true,
       .meaning = "multiplies everything, warmup included",
       .source = "Keras warmup_target/initial_learning_rate"},
      {.name = "ahead",
       .kind = ParamKind::kInteger,
       .initial = 0.0,
       .min = 0,
       .max = 1e9,
       .unit = "steps",
       .meaning = "the curve's clock runs ahead by this: 1 lets the last update reach the curve's end",
       .source = "HF cosine_warmup_with_min_lr"},
  };
}

// Finite, so that floors and products of it stay numbers.
double bounded(double h) { return std::min(h, std::numeric_limits<double>::max()); }

}  // namespace

std::vector<ParamSpec> ShapedSchedule::params(const Defaults& instead) {
  auto specs = shared_params();
  for (auto& spec : specs)
    if (const auto it = instead.find(spec.name); it != instead.end()) spec.initial = it->second;
  return specs;
}

ShapedSchedule::ShapedSchedule(const Params& params, std::shared_ptr<const Curve> curve, std::string_view place)
    : sampling_(params.text("sampling"), std::string(place) + ".sampling"),
      warmup_(params.real("warmup")),
      warmup_start_(params.real("warmup_start")),
      kind_(params.text("warmup_kind") == "linear"   ? Kind::kLinear
            : params.text("warmup_kind") == "cosine" ? Kind::kCosine
            : params.text("warmup_kind") == "sqrt"   ? Kind::kSqrt
                                                     : Kind::kExponential),
      progress_(params.text("warmup_progress") == "next"   ? Progress::kNext
                : params.text("warmup_progress") == "done" ? Progress::kDone
                                                           : Progress::kBothEnds),
      target_(params.text("warmup_to") == "start"  ? Target::kStart
              : params.text("warmup_to") == "join" ? Target::kJoin
                                                   : Target::kOne),
      prefix_(params.text("warmup_mode") == "prefix"),
      floor_(params.real("floor")),
      least_(params.real("least")),
      most_(params.real("most")),
      scale_(params.real("scale")),
      ahead_(params.integer("ahead")),
      curve_(std::move(curve)) {}

double ShapedSchedule::at(double t, int T) const {
  const int W = whole_steps_of(warmup_, T);
  if (W > 0 && kind_ == Kind::kExponential) {
    const double rise = 1 - steplab::exp(-warmup_progress(t, W));
    return bounded(scale_ * (warmup_start_ + (1 - warmup_start_) * rise) * curve_factor(curve_clock(t, T)));
  }
  if (t >= W) return bounded(scale_ * curve_factor(curve_clock(t, T)));
  const double rise = warmup_rise(std::clamp(warmup_progress(t, W), 0.0, 1.0));
  return bounded(scale_ * (warmup_start_ + (warmup_target(W, T) - warmup_start_) * rise));
}

std::vector<std::string> ShapedSchedule::shortfall(int T) const {
  const int W = whole_steps_of(warmup_, T);
  if (W >= T)
    return {"warmup: it takes " + updates(W) + ", the run has " + updates(T) + ": nothing of the curve is left"};
  auto all = curve_->shortfall(curve_clock(W, T));
  if (warmup_ > 0 && W == 0)
    all.insert(all.begin(),
               "warmup: " + to_text(Value(warmup_)) + " of " + updates(T) + " is less than one: there is none");
  return all;
}

std::optional<double> ShapedSchedule::momentum_at(double t, int T) const { return curve_->momentum(curve_clock(t, T)); }

Clock ShapedSchedule::curve_clock(double t, int T) const {
  const int W = prefix_ ? whole_steps_of(warmup_, T) : 0;
  const double length = std::max(T - W, 1);
  const double own = std::max(t - W, 0.0) + ahead_;
  return {.t = sampling_.hold(own, length), .length = length, .T = T};
}

double ShapedSchedule::curve_factor(const Clock& clock) const {
  const Level level = curve_->at(clock);
  const double lifted = std::max(floor_ + (level.peak - floor_) * bounded(level.h), least_);
  return most_ > 0 ? std::min(lifted, most_) : lifted;
}

double ShapedSchedule::warmup_progress(double t, int W) const {
  switch (progress_) {
    case Progress::kNext:
      return (t + 1) / W;
    case Progress::kDone:
      return t / W;
    case Progress::kBothEnds:
      return W > 1 ? t / (W - 1) : 1.0;
  }
  return 1;
}

double ShapedSchedule::warmup_rise(double p) const {
  switch (kind_) {
    case Kind::kCosine:
      return 0.5 * (1 - steplab::cos(std::numbers::pi * p));
    case Kind::kSqrt:
      return 1 - std::sqrt(1 - p);
    default:
      return p;
  }
}

double ShapedSchedule::warmup_target(int W, int T) const {
  if (target_ == Target::kOne) return 1;
  Clock clock = curve_clock(W, T);
  if (target_ == Target::kStart) clock.t = 0;
  return curve_factor(clock);
}

}  // namespace steplab
