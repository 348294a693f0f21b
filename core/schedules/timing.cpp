// Clocks: durations, what a profile does after its span, restarts.
#include "core/base/math.h"
#include "core/schedules/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

class FunctionCurve final : public Curve {
 public:
  FunctionCurve(std::function<double(const Clock&)> h, std::function<std::vector<std::string>(const Clock&)> shortfall)
      : h_(std::move(h)), shortfall_(std::move(shortfall)) {}
  Level at(const Clock& clock) const override { return {h_(clock)}; }
  std::vector<std::string> shortfall(const Clock& start) const override {
    return shortfall_ ? shortfall_(start) : std::vector<std::string>{};
  }

 private:
  std::function<double(const Clock&)> h_;
  std::function<std::vector<std::string>(const Clock&)> shortfall_;
};

Value initial(const Defaults& instead, const std::string& name, const Value& usual) {
  const auto it = instead.find(name);
  return it == instead.end() ? usual : it->second;
}

}  // namespace

double steps_of(double duration, double length) {
  if (duration >= 1) return duration;
  const double steps = duration * length;
  const double whole = std::round(steps);
  return std::abs(steps - whole) < kClockTolerance * length ? whole : steps;
}

int whole_steps_of(double duration, double length) { return static_cast<int>(std::floor(steps_of(duration, length))); }

std::shared_ptr<const Curve> curve_of(std::function<double(const Clock&)> h,
                                      std::function<std::vector<std::string>(const Clock&)> shortfall) {
  return std::make_shared<FunctionCurve>(std::move(h), std::move(shortfall));
}

std::string updates(double count) {
  const double rounded = std::round(count * 100) / 100;
  return to_text(Value(rounded)) + (rounded == 1 ? " update" : " updates");
}

std::vector<ParamSpec> Timing::params(const Defaults& instead) {
  return {
      {.name = "begin",
       .kind = ParamKind::kDuration,
       .initial = initial(instead, "begin", 0.0),
       .min = 0,
       .max = 1e9,
       .meaning = "the profile waits at its first value this long",
       .source = "optax transition_begin"},
      {.name = "span",
       .kind = ParamKind::kDuration,
       .initial = initial(instead, "span", 0.0),
       .min = 0,
       .max = 1e9,
       .meaning = "length of the profile (of its first cycle, if it restarts); 0: what is left of the run",
       .source = "torch T_max, total_iters, T_0; Keras and optax decay_steps; timm t_initial",
       .symbol = "N"},
      {.name = "after",
       .kind = ParamKind::kChoice,
       .initial = initial(instead, "after", "hold"),
       .meaning =
           "after the span: hold its last value, mirror it (period 2N, as torch CosineAnnealingLR does), stretch it "
           "to the next multiple of N (Keras PolynomialDecay cycle=True), or restart it",
       .choices = {"hold", "mirror", "stretch", "restart"}},
      {.name = "cycles",
       .kind = ParamKind::kInteger,
       .initial = initial(instead, "cycles", 0.0),
       .min = 0,
       .max = 1e9,
       .meaning = "with after=restart: how many cycles, then the profile's last value is held; 0: no end",
       .source = "timm cycle_limit"},
      {.name = "cycle_mul",
       .initial = initial(instead, "cycle_mul", 1.0),
       .min = 0,
       .max = 100,
       .min_open = true,
       .meaning =
           "with after=restart: each cycle is this much longer than the one before; below 1 they get shorter, and "
           "the last value is held where one would be shorter than an update",
       .source = "torch T_mult, Keras t_mul, timm cycle_mul"},
      {.name = "cycle_decay",
       .initial = initial(instead, "cycle_decay", 1.0),
       .min = 0,
       .max = 1,
       .meaning = "with after=restart: each cycle is this much lower than the one before",
       .source = "Keras m_mul, timm cycle_decay"},
      {.name = "cycle_decay_of",
       .kind = ParamKind::kChoice,
       .initial = initial(instead, "cycle_decay_of", "height"),
       .meaning =
           "what cycle_decay shrinks: the height over the floor (Keras) or the peak itself (timm); same if floor = 0",
       .choices = {"height", "peak"}},
  };
}

Timing::Timing(const Params& params)
    : begin_(params.real("begin")),
      span_(params.real("span")),
      after_(params.text("after") == "hold"      ? After::kHold
             : params.text("after") == "mirror"  ? After::kMirror
             : params.text("after") == "stretch" ? After::kStretch
                                                 : After::kRestart),
      cycles_(params.integer("cycles")),
      mul_(params.real("cycle_mul")),
      decay_(params.real("cycle_decay")),
      decay_of_peak_(params.text("cycle_decay_of") == "peak") {}

Place Timing::place(const Clock& clock) const {
  const double begin = steps_of(begin_, clock.T);
  const double span = span_ == 0 ? std::max(clock.length - begin, 1.0) : steps_of(span_, clock.T);
  const double t = std::max(clock.t - begin, 0.0);
  switch (after_) {
    case After::kHold:
      break;
    case After::kMirror: {
      const double phase = std::fmod(t, 2 * span);
      return {.step = phase > span ? 2 * span - phase : phase, .span = span, .T = clock.T};
    }
    case After::kStretch:
      return {.step = t, .span = span * std::max(std::ceil(t / span - kClockTolerance), 1.0), .T = clock.T};
    case After::kRestart:
      return restarted(t, span, clock.T);
  }
  return {.step = std::min(t, span), .span = span, .T = clock.T};
}

std::vector<std::string> Timing::shortfall(const Clock& start) const {
  const double begin = steps_of(begin_, start.T), left = start.length - begin;
  if (begin > 0 && left <= 0)
    return {"begin: the profile waits " + updates(begin) + ", the run has " + updates(start.length)};
  if (span_ == 0 || after_ == After::kRestart) return {};
  const double span = steps_of(span_, start.T);
  if (span <= left) return {};
  return {"span: the profile takes " + updates(span) + ", the run leaves it " + updates(left) + ": its end is cut off"};
}

// Cycle i is N m^i long and starts at N (1 + m + … + m^{i−1}) = N (m^i − 1)/(m − 1). The logarithm that finds i may
// come out a rounding error short of the whole number at a boundary. With m < 1 all cycles end before N/(1 − m).
Place Timing::restarted(double t, double span, int T) const {
  constexpr double kBoundary = 1e-9;
  const bool equal = mul_ == 1;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double powers = 1 + t / span * (mul_ - 1);  // m^(number of cycles gone)
  double cycle = equal        ? std::floor(t / span + kBoundary)
                 : powers > 0 ? std::floor(steplab::log(powers) / steplab::log(mul_) + kBoundary)
                              : kInfinity;
  double cycles = cycles_ > 0 ? cycles_ : kInfinity;
  if (mul_ < 1) cycles = std::min(cycles, std::max(std::floor(-std::log(span) / std::log(mul_) + kBoundary) + 1, 1.0));
  const bool over = cycle >= cycles;
  if (over) cycle = cycles - 1;
  const double growth = steplab::pow(mul_, cycle);
  const double start = equal ? cycle * span : span * (growth - 1) / (mul_ - 1);
  const double length = span * growth;
  const double left = steplab::pow(decay_, cycle);
  return {.step = over ? length : std::clamp(t - start, 0.0, length),
          .span = length,
          .T = T,
          .height = decay_of_peak_ ? 1 : left,
          .peak = decay_of_peak_ ? left : 1};
}

}  // namespace steplab
