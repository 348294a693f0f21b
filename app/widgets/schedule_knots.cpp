// Knots: handles that move both ways, come and go.
#include "app/widgets/schedule_knobs.h"
#include "core/base/error.h"
#include "core/catalog.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace steplab {
namespace handles {
namespace {

constexpr double kHighest = 1e6;

/// What the knots themselves draw: without the sampling that holds it, and the warmup that covers its beginning.
Choice bare(Choice schedule) {
  schedule.params.erase("sampling");
  if (params_of(schedule).text("warmup_mode") == "under") schedule.params.erase("warmup");
  return schedule;
}

bool counts_steps(const Choice& schedule) { return params_of(schedule).text("unit") == "steps"; }

/// The updates at which the knots are in force, on the curve's clock; the first of two that make a jump is one before.
std::vector<int> updates_of(const Choice& schedule, const Place& place) {
  const Params params = params_of(schedule);
  const bool held = params.text("between") == "hold";
  std::vector<int> updates;
  for (const double at : params.list("at")) {
    const double t = counts_steps(schedule) ? at : at * place.length;
    updates.push_back(static_cast<int>(held ? std::ceil(t - 1e-9 * place.length) : std::round(t)));
  }
  for (std::size_t i = updates.size(); i-- > 1;) updates[i - 1] = std::min(updates[i - 1], updates[i] - 1);
  return updates;
}

double at_of(int update, const Choice& schedule, const Place& place) {
  if (counts_steps(schedule)) return update;
  return update >= place.length ? 1 : fraction_of(update, place.length);
}

Height height_at(double t, int T) {
  return [=](const Choice& choice) { return factor_of(bare(choice), t, T); };
}

bool solve_knot(Choice& schedule, std::size_t index, double t, int T, double factor) {
  return solve(schedule, knob_of("values", index, 0, kHighest), height_at(t, T), factor);
}

bool move_knot(Choice& schedule, std::size_t index, double t, double factor, int T) {
  const Place place = place_of(schedule, T);
  const auto updates = updates_of(schedule, place);
  const int origin = place.warmup - place.ahead;
  const int low = std::max(index > 0 ? updates[index - 1] + 1 : 0, -origin);
  const int high = std::min(index + 1 < updates.size() ? updates[index + 1] - 1 : T - origin, T - origin);
  const int wanted = low <= high ? kept_within(t - origin, low, high) : updates[index];
  const bool moved = wanted != updates[index];
  if (moved) knob_of("at", index, 0, 1e9).set(schedule, at_of(wanted, schedule, place));
  return solve_knot(schedule, index, origin + wanted, T, factor) || moved;
}

std::optional<std::size_t> index_of(const std::string& id) {
  std::size_t index = 0;
  const std::string_view number = std::string_view(id).substr(std::min<std::size_t>(id.size(), 4));
  const auto read = std::from_chars(number.data(), number.data() + number.size(), index);
  if (!id.starts_with("knot") || number.empty() || read.ptr != number.data() + number.size()) return std::nullopt;
  return index;
}

void set_knots(Choice& schedule, std::vector<double> at, std::vector<double> values) {
  set_param(schedule, "at", std::move(at));
  set_param(schedule, "values", std::move(values));
}

// ---- any schedule as knots ----

constexpr std::size_t kMostKnots = 12;
constexpr int kMostLooked = 2000;

struct Curve {
  std::vector<int> t;
  std::vector<double> factor;
};

Curve looked_at(const Choice& choice, int T) {
  const auto schedule = make_choice(schedules(), choice, "schedule");
  const int stride = std::max(1, T / kMostLooked);
  Curve curve;
  for (int t = 0; t < T; t += stride) curve.t.push_back(t);
  if (curve.t.back() != T - 1) curve.t.push_back(T - 1);
  for (const int t : curve.t) curve.factor.push_back(schedule->factor(t, T));
  return curve;
}

/// Index of the point of the curve that lies farthest from the lines between those picked, if farther than `bound`.
std::optional<std::size_t> farthest(const Curve& curve, const std::vector<std::size_t>& picked, double bound) {
  std::optional<std::size_t> found;
  for (std::size_t k = 0; k + 1 < picked.size(); ++k) {
    const std::size_t a = picked[k], b = picked[k + 1];
    for (std::size_t i = a + 1; i < b; ++i) {
      const double share = static_cast<double>(curve.t[i] - curve.t[a]) / (curve.t[b] - curve.t[a]);
      const double off = std::abs(curve.factor[a] + (curve.factor[b] - curve.factor[a]) * share - curve.factor[i]);
      if (off > bound) bound = off, found = i;
    }
  }
  return found;
}

/// Quarters first, so that there is something to hold everywhere, then where it is needed most.
std::vector<std::size_t> picked_points(const Curve& curve) {
  constexpr double kClose = 0.01;
  std::vector<std::size_t> picked;
  for (std::size_t quarter = 0; quarter <= 4; ++quarter) picked.push_back((curve.t.size() - 1) * quarter / 4);
  picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
  const double bound = kClose * *std::ranges::max_element(curve.factor);
  while (picked.size() < kMostKnots) {
    const auto next = farthest(curve, picked, bound);
    if (!next) break;
    picked.insert(std::ranges::upper_bound(picked, *next), *next);
  }
  return picked;
}

}  // namespace

void add_knots(Grips& grips, const Choice& schedule, const Place& place) {
  const auto updates = updates_of(schedule, place);
  for (std::size_t i = 0; i < updates.size(); ++i) {
    const double t = place.warmup - place.ahead + updates[i];
    if (t < 0 || t > place.T) continue;
    grips.push_back(
        {{"knot" + std::to_string(i), HandleKind::kPoint, t, height_at(t, place.T)(schedule),
          "knot at step " + to_text(t), "drag it; right click removes it, a double click on the curve adds one"},
         [i, T = place.T](Choice& choice, double to, double factor) { return move_knot(choice, i, to, factor, T); }});
  }
}

}  // namespace handles

bool add_knot(Choice& schedule, double t, double factor, int T) try {
  if (schedule.id != "knots" || !std::isfinite(t) || !std::isfinite(factor)) return false;
  const handles::Place place = handles::place_of(schedule, T);
  const auto updates = handles::updates_of(schedule, place);
  const int origin = place.warmup - place.ahead;
  const int update = handles::kept_within(t - origin, 0, static_cast<int>(place.length));
  if (std::ranges::find(updates, update) != updates.end()) return false;
  const auto index = std::ranges::upper_bound(updates, update) - updates.begin();
  auto at = handles::params_of(schedule).list("at"), values = handles::params_of(schedule).list("values");
  at.insert(at.begin() + index, handles::at_of(update, schedule, place));
  values.insert(values.begin() + index, std::clamp(factor, 0.0, handles::kHighest));
  if (!std::ranges::is_sorted(at)) return false;
  handles::set_knots(schedule, std::move(at), std::move(values));
  handles::solve_knot(schedule, static_cast<std::size_t>(index), origin + update, T, factor);
  return true;
} catch (const InputError&) {
  return false;
}

bool remove_knot(Choice& schedule, const std::string& id) try {
  if (schedule.id != "knots") return false;
  const auto index = handles::index_of(id);
  auto at = handles::params_of(schedule).list("at"), values = handles::params_of(schedule).list("values");
  if (!index || *index >= at.size() || at.size() <= 2) return false;
  at.erase(at.begin() + static_cast<std::ptrdiff_t>(*index));
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(*index));
  handles::set_knots(schedule, std::move(at), std::move(values));
  return true;
} catch (const InputError&) {
  return false;
}

Choice as_knots(const Choice& schedule, int T) {
  const handles::Curve curve = handles::looked_at(schedule, T);
  std::vector<double> at, values;
  for (const std::size_t i : handles::picked_points(curve)) {
    at.push_back(handles::fraction_of(curve.t[i], T));
    values.push_back(std::min(handles::with_digits(curve.factor[i], 4), handles::kHighest));
  }
  if (at.size() == 1) values.push_back(values[0]), at.push_back(1);  // T = 1
  at.back() = 1;
  Choice knots{"knots"};
  handles::set_knots(knots, std::move(at), std::move(values));
  return knots;
}

}  // namespace steplab
