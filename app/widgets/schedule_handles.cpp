#include "app/widgets/schedule_handles.h"

#include "app/widgets/schedule_knobs.h"
#include "core/base/error.h"
#include "core/run/run.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace handles {
namespace {

/// A parameter that bends the curve, held by a point of it.
struct Bend {
  std::string param;
  double low = 0, high = 1;  ///< of the parameter, while dragged
  /// Where the point is, in shares of the profile; the first one where the parameter shows.
  std::vector<double> shares = {0.5};
  std::string help{};
};

/// What a schedule has of its own; what all share comes after it.
class Family {
 public:
  Family(const Choice& schedule, int T) : schedule_(schedule), place_(place_of(schedule, T)), T_(T) {}

  Grips all() {
    own();
    add_sampling(grips_, schedule_, place_);
    timing();
    floor();
    warmup();
    return std::move(grips_);
  }

 private:
  bool is(std::string_view id) const { return schedule_.id == id; }
  double real(const char* name) const { return params_of(schedule_).real(name); }
  std::string text(const char* name) const { return params_of(schedule_).text(name); }
  /// It rises by itself: a handle to pull a warmup out of would lie on one of its own.
  bool rises_itself() const {
    return is("knots") || is("one_cycle") || is("triangle") || is("slanted_triangle") || is("cyclic");
  }

  void own() {
    if (is("polynomial") || is("cosine") || is("sgdr")) powers();
    if (is("exponential")) bend({"rate", -20, 5, {0.5}, "drag up or down: how fast it falls"});
    if (is("rex")) bend({"b", 0, 0.999, {0.6, 0.4}, "drag up: holds longer and drops later; 0 is a straight line"});
    if (is("tanh")) tanh();
    if (is("linear")) line();
    if (is("constant")) bend({"factor", 0, 1e6, {0.5}, "drag up or down: the factor"});
    if (is("inverse_sqrt")) bend({"tau", 1e-3, 0.999, {0.25, 0.5}, "drag up or down: the time scale"});
    if (is("inverse_time")) bend({"rate", 0, 1e4, {0.25, 0.5}, "drag up or down: decay per time scale"});
    if (is("geometric")) bend({"gamma", 0.01, 2, {0.25, 0.5, 0.1}, "drag up or down: factor of one period"});
    if (is("delayed_linear")) hold();
    if (is("wsd")) wsd();
    if (is("one_cycle")) one_cycle();
    if (is("triangle")) bend({"low", 0, 1, {0}, "drag up or down: factor at both ends"});
    if (is("slanted_triangle")) slanted_triangle();
    if (is("cyclic")) cyclic();
    if (is("step")) add_milestones(grips_, schedule_, place_);
    if (is("knots")) add_knots(grips_, schedule_, place_);
  }

  void powers() {
    const bool waves = has_param(schedule_, "waves");
    const double descents = waves ? real("repeats") : 1;
    bend({"p", 0.02, 16, {0.6 / descents, 0.4 / descents}, "drag up or down: the power"});
    // Over more than one descent the height is not monotone in k.
    if (!waves || real("waves") <= 0.5)
      bend({"k", 0.1, 16, {0.3 / descents, 0.2 / descents}, "drag up: the start is held longer"});
  }

  void tanh() {
    bend({"lb", -50, 50, {0.6, 0.4}, "drag up or down: argument of tanh at the start"});
    bend({"ub", -50, 50, {0.8, 0.5}, "drag up or down: argument of tanh at the end"});
  }

  void line() {
    bend({"to", 0, 1e6, {1}, "drag up or down: factor at the end"});
    bend({"from", 0, 1e6, {0.15}, "drag up or down: factor at the start"});
  }

  void hold() {
    const double origin = place_.start, length = place_.span;
    along({"hold", "drag sideways: where the fall begins"}, origin, 1, length, 0, static_cast<int>(length) - 1);
  }

  void wsd() {
    along({"decay", "drag sideways: where the final decay begins"}, place_.start + place_.span, -1, T_, 1,
          static_cast<int>(place_.span));
    const double decay = std::min(steps_of(real("decay"), T_), place_.span);
    const double middle = 1 - decay / 2 / place_.span;
    if (text("shape") == "power") bend({"a", 0.05, 16, {middle}, "drag up or down: the decay's power"});
    if (text("shape") == "exponential") bend({"r", 1e-6, 0.999, {middle}, "drag up or down: the decay's ratio"});
  }

  void one_cycle() {
    share("pct_start", "drag sideways: where the peak is", 1);
    bend({"div", 0.1, 1e6, {real("pct_start") / 3, 0.05, 0}, "drag up or down: the start is 1/div"});
    bend({"final_div", 1e-3, 1e12, {1, 0.9}, "drag up or down: the end"});
  }

  void slanted_triangle() {
    share("rise", "drag sideways: where the peak is", 0);
    bend({"ratio", 1, 1e6, {0}, "drag up or down: the lowest factor is 1/ratio"});
  }

  /// A fraction of the span after which the curve is at its top, one update or none before.
  void share(const std::string& param, const std::string& help, int before) {
    const double length = is("one_cycle") ? place_.span : place_.length;
    const double present = real(param.c_str()), most = is("one_cycle") && real("three_phase") != 0 ? 0.5 : 1;
    const int top = static_cast<int>(std::floor(present * length + 1e-9)) - before;
    const double origin = place_.warmup - place_.ahead;
    if (top < 0) return;
    add({"top", HandleKind::kVertical, origin + top, 0, shown_value(param, present), help},
        [=](Choice& choice, double t, double) {
          const int wanted = kept_within(t - origin, 1 - before, static_cast<int>(length * most) - 1);
          if (wanted == top) return false;
          set_param(choice, param, fraction_of(wanted + before, length));
          return true;
        });
  }

  // The top of the first cycle moves both ways: its height is `high`, its time `up`.
  void cyclic() {
    bend({"low", 0, 1e6, {0}, "drag up or down: the foot"});
    const double origin = place_.warmup - place_.ahead, up = real("up");
    const int top = whole_steps_of(up, T_);
    const double t = origin + top;
    add({"top", HandleKind::kPoint, t, 0, shown_value("up", up) + ", " + shown_value("high", real("high")),
         "drag: length of a rise and height of the first cycle"},
        [=, T = T_](Choice& choice, double to, double factor) {
          const int wanted = std::round(to) == t ? top : kept_within(to - origin, 1, T - 1);
          if (wanted != top) set_param(choice, "up", duration_like(up, wanted, T));
          const double at = origin + wanted;
          const bool raised = solve(
              choice, knob_of(choice, "high", 0, 1e6), [=](const Choice& trial) { return factor_of(trial, at, T); },
              factor);
          return raised || wanted != top;
        });
    if (real("down") > 0)
      along({"down", "drag sideways: length of a fall"}, origin + steps_of(up, T_), 1, T_, 1, T_ - 1);
  }

  void timing() {
    if (has_param(schedule_, "begin") && real("begin") > 0)
      along({"begin", "drag sideways: how long it waits"}, place_.warmup - place_.ahead, 1, T_, 0, T_ - 1);
    if (has_param(schedule_, "span") && real("span") > 0)
      along({"span", "drag sideways: the length of the curve"}, place_.start, 1, T_, 1, T_ - 1);
  }

  void floor() {
    if (rises_itself() || is("linear") || is("constant")) return;
    bend_at({"floor", 0, 1, {}, "drag up: a floor under the whole curve"},
            {T_ - 1.0, T_ - std::ceil(place_.length / 10), T_ - std::ceil(place_.length / 4)});
  }

  void warmup() {
    const double present = real("warmup");
    if (rises_itself() && present == 0) return;
    const std::string help =
        present > 0 ? "drag sideways: where the warmup ends" : "drag to the right: begin with a warmup";
    const int end = std::min(whole_steps_of(present, T_), T_ - 1);
    const std::string shown = present > 0 ? "warmup, " + std::to_string(end) + " steps" : "no warmup";
    add({"warmup", HandleKind::kVertical, static_cast<double>(end), 0, shown, help},
        [=, T = T_](Choice& choice, double t, double) {
          const int wanted = kept_within(t, 0, T - 1);
          if (wanted == end) return false;
          set_param(choice, "warmup", wanted == 0 ? 0.0 : duration_like(present, wanted, T));
          return true;
        });
  }

  // ---- kinds ----

  void bend(const Bend& bend) {
    std::vector<double> places;
    for (const double share : bend.shares)
      places.push_back(std::clamp(std::round(place_.start + share * place_.span), 0.0, T_ - 1.0));
    bend_at(bend, places);
  }

  void bend_at(const Bend& bend, const std::vector<double>& places) {
    const Knob knob = knob_of(schedule_, bend.param, bend.low, bend.high);
    for (double t : places) {
      t = std::clamp(t, 0.0, T_ - 1.0);
      const Height height = [t, T = T_](const Choice& choice) { return factor_of(choice, t, T); };
      if (!matters(schedule_, knob, height)) continue;
      add({bend.param, HandleKind::kHeight, t, 0, shown_value(bend.param, knob.get(schedule_)), bend.help},
          [=](Choice& choice, double, double factor) { return solve(choice, knob, height, factor); });
      return;
    }
  }

  struct Named {
    std::string param, help;
  };
  /// A duration that reaches from `origin` forwards or (direction −1) backwards; a fraction of it is one of `length`.
  void along(const Named& named, double origin, int direction, double length, int least, int most) {
    const double present = real(named.param.c_str());
    const int steps = kept_within(whole_steps_of(present, length), least, most);
    add({named.param, HandleKind::kVertical, std::floor(origin + direction * steps), 0,
         shown_value(named.param, present), named.help},
        [=](Choice& choice, double t, double) {
          const int wanted = kept_within(direction * (t - std::floor(origin)), least, most);
          if (wanted == steps) return false;
          set_param(choice, named.param, duration_like(present, wanted, length));
          return true;
        });
  }

  /// Puts the handle on the curve; one outside of the run is none.
  void add(ScheduleHandle handle, std::function<bool(Choice&, double, double)> move) {
    if (!(handle.t >= 0 && handle.t <= T_ - 1)) return;
    handle.factor = factor_of(schedule_, handle.t, T_);
    grips_.push_back({std::move(handle), std::move(move)});
  }

  Choice schedule_;
  Place place_;
  int T_;
  Grips grips_;
};

}  // namespace

Grips grips_of(const Choice& schedule, int T) { return Family(schedule, T).all(); }

}  // namespace handles

std::vector<ScheduleHandle> handles_of(const Choice& schedule, int T) try {
  if (is_rate_rule(schedule.id)) return {};
  std::vector<ScheduleHandle> all;
  for (auto& grip : handles::grips_of(schedule, T)) all.push_back(std::move(grip.handle));
  return all;
} catch (const InputError&) {  // a draft that is not valid yet
  return {};
}

bool move_handle(Choice& schedule, const std::string& id, double t, double factor, int T) try {
  if (is_rate_rule(schedule.id) || !std::isfinite(t) || !std::isfinite(factor)) return false;
  for (const auto& grip : handles::grips_of(schedule, T)) {
    if (grip.handle.id != id) continue;
    if (grip.handle.kind == HandleKind::kVertical && std::round(t) == grip.handle.t) return false;
    Choice moved = schedule;
    if (!grip.move(moved, t, factor) || moved == schedule) return false;
    handles::factor_of(moved, 0, T);  // throws if it is not valid
    schedule = std::move(moved);
    return true;
  }
  return false;
} catch (const InputError&) {
  return false;
}

}  // namespace steplab
