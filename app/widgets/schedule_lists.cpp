// Handles of what comes in lists: sample points, milestones.
#include "app/widgets/schedule_knobs.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace steplab::handles {
namespace {

constexpr std::size_t kMostSamples = 10;  // more would cover the curve

// ---- sampling ----

/// Sample points in percent of a text that is valid.
std::vector<double> percentages_of(const std::string& text) {
  static const std::map<std::string, int> parts = {
      {"every", 1}, {"33-66", 3}, {"10-10", 10}, {"5-25", 20}, {"1-100", 100}};
  std::vector<double> points;
  if (const auto it = parts.find(text); it != parts.end()) {
    for (int k = 1; k < it->second; ++k) points.push_back(100.0 * k / it->second);
    return points;
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('-', begin), text.size());
    points.push_back(parse_number(text.substr(begin, end - begin), "sampling"));
    begin = end + 1;
  }
  return points;
}

std::string one_decimal(double percent) { return to_text(std::round(percent * 10) / 10); }

std::string joined(const std::vector<double>& percentages) {
  std::string text;
  for (const double percent : percentages) text += (text.empty() ? "" : "-") + one_decimal(percent);
  // These two name equal parts; the points themselves are written so that they do not.
  if (text == "33-66") return "33.0-66.0";
  if (text == "5-25") return "5.0-25.0";
  return text;
}

/// The update from which a sample point is in force, on the curve's clock.
double update_of(double percent, double length) { return std::ceil(percent / 100 * length - 1e-9 * length); }

/// Whole percents where one falls on this update, else tenths.
double percent_of(double update, double length) {
  for (const double unit : {1.0, 0.1}) {
    const double percent = std::floor(update / length * 100 / unit + 1e-9) * unit;
    if (update_of(percent, length) == update) return percent;
  }
  return std::round(update / length * 1000) / 10;
}

bool move_sample(Choice& schedule, std::size_t index, double update, double length) {
  constexpr double kApart = 0.1;
  auto points = percentages_of(params_of(schedule).text("sampling"));
  if (update == update_of(points[index], length)) return false;
  const double low = index > 0 ? points[index - 1] + kApart : kApart;
  const double high = index + 1 < points.size() ? points[index + 1] - kApart : 100 - kApart;
  if (low > high) return false;
  points[index] = std::clamp(percent_of(update, length), low, high);
  set_param(schedule, "sampling", joined(points));
  return true;
}

// ---- milestones ----

/// Updates at which the factor drops, on the curve's clock.
std::vector<int> drops_of(const Choice& schedule, double length) {
  const Params params = params_of(schedule);
  std::vector<int> updates;
  for (const double at : params.list("at")) updates.push_back(whole_steps_of(at, length));
  return updates;
}

/// Between the neighbours in time, and a step away from them if there is room.
int between_neighbours(const std::vector<int>& updates, std::size_t index, double wanted, int last) {
  int low = 0, high = last;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    if (i == index) continue;
    if (updates[i] < updates[index] || (updates[i] == updates[index] && i < index)) low = std::max(low, updates[i] + 1);
    if (updates[i] > updates[index] || (updates[i] == updates[index] && i > index))
      high = std::min(high, updates[i] - 1);
  }
  return low <= high ? kept_within(wanted, low, high) : updates[index];
}

void add_milestone(Grips& grips, const Choice& schedule, const Place& place, std::size_t index) {
  const auto updates = drops_of(schedule, place.length);
  const double present = params_of(schedule).list("at")[index];
  const double origin = place.warmup - place.ahead + (params_of(schedule).on("late") ? 1 : 0);
  const double t = origin + updates[index];
  if (t < 0 || t > place.T - 1) return;
  const Knob knob = knob_of("at", index, 0, 1e9);
  grips.push_back({{"at" + std::to_string(index), HandleKind::kVertical, t, factor_of(schedule, t, place.T),
                    "drop at step " + to_text(t), "drag sideways: when it drops"},
                   [=](Choice& choice, double to, double) {
                     const int last = static_cast<int>(place.length) - 1;
                     const int wanted = between_neighbours(updates, index, to - origin, last);
                     if (wanted == updates[index]) return false;
                     knob.set(choice, duration_like(present, wanted, place.length));
                     return true;
                   }});
}

/// A point in the middle of what follows the milestone.
void add_drop(Grips& grips, const Choice& schedule, const Place& place, std::size_t element, int update) {
  int end = static_cast<int>(place.length);
  for (const int other : drops_of(schedule, place.length))
    if (other > update) end = std::min(end, other);
  const double t = std::floor(place.warmup - place.ahead + (update + end) / 2.0);
  const double least = update == 0 ? 1e-9 : 0;  // nothing may be left of nothing: 0 from the first update on is refused
  const Knob knob = knob_of("drop", element, least, 1e6);
  const Height height = [t, T = place.T](const Choice& choice) { return factor_of(choice, t, T); };
  if (t < 0 || t > place.T - 1 || !matters(schedule, knob, height)) return;
  grips.push_back({{"drop" + std::to_string(element), HandleKind::kHeight, t, height(schedule),
                    shown_value("drop", knob.get(schedule)), "drag up or down: what each drop leaves"},
                   [=](Choice& choice, double, double factor) { return solve(choice, knob, height, factor); }});
}

}  // namespace

void add_sampling(Grips& grips, const Choice& schedule, const Place& place) {
  const auto points = percentages_of(params_of(schedule).text("sampling"));
  if (points.size() > kMostSamples) return;
  const double origin = place.warmup - place.ahead;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double t = origin + update_of(points[i], place.length);
    if (t < 0 || t > place.T - 1) continue;
    grips.push_back({{"sample" + std::to_string(i), HandleKind::kVertical, t, factor_of(schedule, t, place.T),
                      "refreshed at " + one_decimal(points[i]) + " %", "drag sideways: when the rate is refreshed"},
                     [=](Choice& choice, double to, double) {
                       return move_sample(choice, i, std::round(to - origin), place.length);
                     }});
  }
}

void add_milestones(Grips& grips, const Choice& schedule, const Place& place) {
  const auto updates = drops_of(schedule, place.length);
  for (std::size_t i = 0; i < updates.size(); ++i) add_milestone(grips, schedule, place, i);
  if (updates.empty()) return;
  if (params_of(schedule).list("drop").size() > 1)
    for (std::size_t i = 0; i < updates.size(); ++i) add_drop(grips, schedule, place, i, updates[i]);
  else
    add_drop(grips, schedule, place, 0, *std::ranges::min_element(updates));
}

}  // namespace steplab::handles
