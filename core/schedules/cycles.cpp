// Schedules that rise and fall, and may cycle the momentum the other way.
#include "core/base/math.h"
#include "core/schedules/curve.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steplab {

std::vector<ParamSpec> momentum_params(double base, double max) {
  return {{.name = "cycle_momentum",
           .kind = ParamKind::kSwitch,
           .initial = 0.0,
           .meaning = "let the momentum (β₁ of Adam) fall while the rate rises",
           .source = "Smith 2018"},
          {.name = "base_momentum",
           .initial = base,
           .min = 0,
           .max = 1,
           .max_open = true,
           .meaning = "momentum where the rate is highest"},
          {.name = "max_momentum",
           .initial = max,
           .min = 0,
           .max = 1,
           .max_open = true,
           .meaning = "momentum where the rate is lowest"}};
}

std::function<double(double)> cycled_momentum(const Params& params) {
  if (!params.on("cycle_momentum")) return nullptr;
  return [base = params.real("base_momentum"), max = params.real("max_momentum")](double s) {
    return max - (max - base) * s;
  };
}

namespace {

/// A rise s(t) ∈ [0, 1], and what rate and momentum make of it.
class CycleCurve final : public Curve {
 public:
  CycleCurve(std::function<double(const Clock&)> rise, double low, double high, double up,
             std::function<double(double)> momentum)
      : rise_(std::move(rise)), low_(low), high_(high), up_(up), momentum_(std::move(momentum)) {}
  std::vector<std::string> shortfall(const Clock& start) const override {
    const double rising = steps_of(up_, start.T);
    if (rising < start.length) return {};
    return {"up: a rise takes " + updates(rising) + ", the run has " + updates(start.length) +
            ": it never comes to the top"};
  }
  Level at(const Clock& clock) const override { return {low_ + (high_ - low_) * rise_(clock)}; }
  std::optional<double> momentum(const Clock& clock) const override {
    if (!momentum_) return std::nullopt;
    return momentum_(rise_(clock));
  }

 private:
  std::function<double(const Clock&)> rise_;
  double low_, high_, up_;
  std::function<double(double)> momentum_;
};

// ---- torch OneCycleLR ----

struct Leg {
  double end;  ///< in steps, a real number as in torch
  double from, to, momentum_from, momentum_to;
};

/// Legs between factors (1/div → 1 → 1/(div · final_div), or over 1/div with three phases), each a line or half a
/// cosine. The last leg ends at step N − 1: the last update is the smallest (torch).
class OneCycle final : public Curve {
 public:
  explicit OneCycle(const Params& p)
      : pct_start_(p.real("pct_start")),
        start_(1 / p.real("div")),
        end_(start_ / p.real("final_div")),
        three_phase_(p.on("three_phase")),
        cosine_(p.text("shape") == "cosine"),
        span_(p.real("span")),
        cycles_momentum_(p.on("cycle_momentum")),
        base_momentum_(p.real("base_momentum")),
        max_momentum_(p.real("max_momentum")) {
    if (three_phase_ && pct_start_ > 0.5)
      throw InputError(place_of("one_cycle", "pct_start"),
                       "'" + to_text(Value(pct_start_)) +
                           "' leaves three phases no room: they come down as long as "
                           "they rise; allowed: pct_start ≤ 0.5 with three_phase");
  }

  std::vector<std::string> shortfall(const Clock& start) const override {
    const double steps = span_ == 0 ? start.length : steps_of(span_, start.T);
    std::vector<std::string> all;
    if (pct_start_ == 1) all.push_back("pct_start: 1 leaves no way down");
    if (pct_start_ > 0 && pct_start_ * steps <= 1)
      all.push_back("pct_start: " + to_text(Value(pct_start_)) + " of " + updates(steps) +
                    " is no more than one: there is no rise");
    if (steps > start.length)
      all.push_back("span: the cycle takes " + updates(steps) + ", the run leaves it " + updates(start.length) +
                    ": its end is cut off");
    return all;
  }

  Level at(const Clock& clock) const override {
    const auto [leg, p] = leg_at(clock);
    return {between(leg.from, leg.to, p)};
  }
  std::optional<double> momentum(const Clock& clock) const override {
    if (!cycles_momentum_) return std::nullopt;
    const auto [leg, p] = leg_at(clock);
    return between(leg.momentum_from, leg.momentum_to, p);
  }

 private:
  std::vector<Leg> legs(double steps) const {
    const double top = pct_start_ * steps - 1;
    const Leg up{top, start_, 1, max_momentum_, base_momentum_};
    if (!three_phase_) return {up, {steps - 1, 1, end_, base_momentum_, max_momentum_}};
    return {up,
            {2 * top, 1, start_, base_momentum_, max_momentum_},
            {steps - 1, start_, end_, max_momentum_, max_momentum_}};
  }

  std::pair<Leg, double> leg_at(const Clock& clock) const {
    const auto all = legs(span_ == 0 ? clock.length : steps_of(span_, clock.T));
    double begin = 0;
    for (std::size_t i = 0;; ++i) {
      const Leg& leg = all[i];
      if (clock.t <= leg.end || i + 1 == all.size()) {
        const bool proper = leg.end > begin;
        return {leg, proper ? std::clamp((clock.t - begin) / (leg.end - begin), 0.0, 1.0) : 1.0};
      }
      begin = leg.end;
    }
  }

  double between(double from, double to, double p) const {
    return cosine_ ? to + 0.5 * (from - to) * (1 + steplab::cos(std::numbers::pi * p)) : from + (to - from) * p;
  }

  double pct_start_, start_, end_;
  bool three_phase_, cosine_;
  double span_;
  bool cycles_momentum_;
  double base_momentum_, max_momentum_;
};

ScheduleEntry one_cycle() {
  return curve_entry(
      {"one_cycle", "One cycle",
       "up to the peak and down far below the start, as torch does it; the last update is the smallest",
       "Smith & Topin 2019; torch OneCycleLR (PyTorch 2; base step size = max_lr); the symmetric form of Chen et "
       "al. 2022 is triangle; optax "
       "*_onecycle: see knots"},
      joined({{.name = "pct_start",
               .initial = 0.3,
               .min = 0,
               .max = 1,
               .meaning = "fraction of the span that rises; with three phases at most ½",
               .source = "torch"},
              {.name = "div",
               .initial = 25.0,
               .min = 0,
               .max = 1e9,
               .min_open = true,
               .logarithmic = true,
               .meaning = "the start is 1/div",
               .source = "torch div_factor"},
              {.name = "final_div",
               .initial = 1e4,
               .min = 0,
               .max = 1e12,
               .min_open = true,
               .logarithmic = true,
               .meaning = "the end is 1/(div · final_div)",
               .source = "torch final_div_factor"},
              {.name = "shape",
               .kind = ParamKind::kChoice,
               .initial = "cosine",
               .meaning = "how the legs run",
               .source = "torch anneal_strategy",
               .choices = {"cosine", "linear"}},
              {.name = "three_phase",
               .kind = ParamKind::kSwitch,
               .initial = 0.0,
               .meaning = "come down to 1/div as fast as up, then to the end",
               .source = "torch three_phase"},
              {.name = "span",
               .kind = ParamKind::kDuration,
               .initial = 0.0,
               .min = 0,
               .max = 1e9,
               .meaning = "length of the cycle; 0: what is left of the run",
               .source = "torch total_steps",
               .symbol = "N"}},
             momentum_params(0.85, 0.95)),
      [](const Params& p) { return std::make_shared<OneCycle>(p); });
}

ScheduleEntry triangle() {
  return profile_entry(
      {"triangle", "Triangle", "straight from low to 1 at u = ½ and back: the one-cycle schedule without annihilation",
       "Smith 2018 as run by Chen, Wolfe, Kyrillidis 2022 (low = 0.1, momentum 0.95 → 0.85 → 0.95)"},
      joined({{.name = "low", .initial = 0.1, .min = 0, .max = 1, .meaning = "factor at both ends", .symbol = "m"}},
             momentum_params(0.85, 0.95)),
      [](const Params& p) {
        const auto rise = [](const Place& place) { return 1 - std::abs(2 * place.u() - 1); };
        Profile profile{[low = p.real("low"), rise](const Place& place) { return low + (1 - low) * rise(place); }};
        if (const auto momentum = cycled_momentum(p))
          profile.momentum = [momentum, rise](const Place& place) { return momentum(rise(place)); };
        return profile;
      });
}

// cut = ⌊T f⌋ (Howard & Ruder 2018); runs too short for one whole rising step take T f itself.
ScheduleEntry slanted_triangle() {
  return curve_entry(
      {"slanted_triangle", "Slanted triangle", "a short straight rise from 1/ratio to 1, then a long straight fall",
       "Howard & Ruder 2018 (ULMFiT), eq. 3; held at 1/ratio where the equation falls below it"},
      {{.name = "rise",
        .initial = 0.1,
        .min = 0,
        .max = 1,
        .min_open = true,
        .max_open = true,
        .meaning = "fraction of the run that rises",
        .symbol = "f"},
       {.name = "ratio",
        .initial = 32.0,
        .min = 1,
        .max = 1e9,
        .logarithmic = true,
        .meaning = "peak over lowest factor",
        .symbol = "R"}},
      [](const Params& p) {
        return curve_of([f = p.real("rise"), ratio = p.real("ratio")](const Clock& clock) {
          const double whole = std::floor(clock.length * f + kClockTolerance);
          const double cut = whole > 0 ? whole : clock.length * f;
          const double height = clock.t < cut ? clock.t / cut : 1 - (clock.t - cut) / (cut * (1 / f - 1));
          return (1 + std::max(height, 0.0) * (ratio - 1)) / ratio;
        });
      });
}

/// Height of a cycle at t: x up to the top, then down; and its shrinking (Smith 2017).
std::function<double(const Clock&)> cyclic_rise(const Params& p) {
  return
      [up = p.real("up"), down = p.real("down"), mode = p.text("mode"), gamma = p.real("gamma")](const Clock& clock) {
        const double rising = steps_of(up, clock.T);
        const double period = rising + (down == 0 ? rising : steps_of(down, clock.T));
        const double cycle = std::floor(clock.t / period + kClockTolerance);
        const double step = std::max(clock.t - cycle * period, 0.0);
        const double s = step <= rising ? step / rising : (period - step) / (period - rising);
        if (mode == "triangular2") return s * steplab::pow(0.5, cycle);
        return mode == "exp_range" ? s * steplab::pow(gamma, clock.t) : s;
      };
}

ScheduleEntry cyclic() {
  return curve_entry(
      {"cyclic", "Cyclic", "up and down between low and high again and again",
       "Smith 2017; torch CyclicLR (PyTorch 2; low = 1 and high = max_lr/base_lr, if base_lr is the base step size)"},
      joined(
          {{.name = "low", .initial = 0.1, .min = 0, .max = 1e6, .meaning = "factor at the foot"},
           {.name = "high", .initial = 1.0, .min = 0, .max = 1e6, .meaning = "factor at the top of the first cycle"},
           {.name = "up",
            .kind = ParamKind::kDuration,
            .initial = 0.1,
            .min = 0,
            .max = 1e9,
            .min_open = true,
            .meaning = "length of a rise",
            .source = "torch step_size_up"},
           {.name = "down",
            .kind = ParamKind::kDuration,
            .initial = 0.0,
            .min = 0,
            .max = 1e9,
            .meaning = "length of a fall; 0: as the rise",
            .source = "torch step_size_down"},
           {.name = "mode",
            .kind = ParamKind::kChoice,
            .initial = "triangular",
            .meaning = "triangular: all cycles alike; triangular2: each half as high; exp_range: height times gamma^t",
            .source = "torch mode",
            .choices = {"triangular", "triangular2", "exp_range"}},
           {.name = "gamma",
            .initial = 0.99,
            .min = 0,
            .max = 1,
            .min_open = true,
            .meaning = "of mode = exp_range, per step",
            .symbol = "γ"}},
          momentum_params(0.8, 0.9)),
      [](const Params& p) {
        return std::make_shared<CycleCurve>(cyclic_rise(p), p.real("low"), p.real("high"), p.real("up"),
                                            cycled_momentum(p));
      });
}

}  // namespace

std::vector<ScheduleEntry> cycle_schedules() { return {one_cycle(), triangle(), slanted_triangle(), cyclic()}; }

}  // namespace steplab
