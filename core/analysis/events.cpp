#include "core/analysis/events.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

namespace steplab {
namespace {

// One replicate and what is known about it.
struct Record {
  const Trajectory& path;
  const Outcome& outcome;
  const Landscape& landscape;
  const EventOptions& options;
  const std::vector<double>& sharpness;
  int window;  // steps: what lies nearer together is one event

  Eigen::Map<const Vector> point(std::size_t row) const {
    const auto dim = static_cast<std::size_t>(landscape.dim());
    return {path.x.data() + row * dim, landscape.dim()};
  }
  bool diverged() const { return outcome.status == RunStatus::kDiverged; }
};

int merge_window(const Trajectory& path) {
  constexpr int kLeast = 10;
  return std::max(kLeast, path.step.back() / 50);
}

std::vector<double> excess_of(const Record& record) {
  const auto& least = record.landscape.surroundings().least_value;
  std::vector<double> excess = record.path.loss;
  if (least)
    for (double& e : excess) e -= *least;
  else if (std::ranges::any_of(excess, [](double e) { return !(e > 0); }))
    return {};
  return excess;
}

struct Rise {
  std::size_t before, peak, after;  // rows: last one at the level, highest, first one back at the level (or none: rows)
  double level;
  bool at_floor;  // the loss had been lower than the level
};

// All rises, in order.
std::vector<Rise> rises_of(std::span<const double> excess) {
  std::vector<Rise> rises;
  if (excess.empty() || !(excess[0] > 0)) return rises;
  const double floor = kFloorShare * excess[0];
  double level = excess[0];
  std::size_t before = 0;
  bool up = false, at_floor = false;
  for (std::size_t row = 1; row < excess.size(); ++row) {
    const double e = excess[row];
    if (!up && e >= kRise * level) rises.push_back({before, row, excess.size(), level, at_floor});
    up = up || e >= kRise * level;
    if (up && e > excess[rises.back().peak]) rises.back().peak = row;
    if (e > level) continue;
    if (up) rises.back().after = row;
    up = false;
    before = row;
    level = std::max(e, floor);
    at_floor = e < floor;
  }
  return rises;
}

bool is_catapult(const Record& record, const Rise& rise) {
  const auto& sharpness = record.sharpness;
  if (sharpness.empty() || rise.after == record.path.rows()) return false;
  bool unstable = false;
  for (std::size_t row = rise.before; row <= rise.peak; ++row)
    unstable = unstable || record.path.step_size[row] * sharpness[row] > record.options.edge;
  const auto known_from = [&](std::size_t row, std::size_t end, int direction) {
    while (row != end && std::isnan(sharpness[row])) row += static_cast<std::size_t>(direction);
    return sharpness[row];
  };
  return unstable && known_from(rise.after, record.path.rows() - 1, 1) < kLower * known_from(rise.before, 0, -1);
}

// Adds an event or joins it to the last of its kind.
void add_rise(const Record& record, const Event& event, std::vector<Event>& events) {
  const auto last = std::ranges::find(events.rbegin(), events.rend(), event.kind, &Event::kind);
  if (last == events.rend() || event.step - last->step > record.window)
    events.push_back(event);
  else if (event.amount > last->amount)
    *last = event;
}

void find_rises(const Record& record, std::vector<Event>& events) {
  const auto excess = excess_of(record);
  for (const Rise& rise : rises_of(excess)) {
    if (record.diverged() && rise.after == record.path.rows()) continue;
    add_rise(record,
             {.kind = is_catapult(record, rise) ? EventKind::kCatapult : EventKind::kLossRose,
              .step = record.path.step[rise.peak],
              .amount = excess[rise.peak] / rise.level,
              .to = rise.at_floor ? 1 : 0},
             events);
  }
}

void find_edges(const Record& record, std::vector<Event>& events) {
  if (record.sharpness.empty()) return;
  std::vector<Event> crossings;
  const double edge = record.options.edge;
  double before = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t row = 0; row < record.path.rows(); ++row) {
    const double now = record.path.step_size[row] * record.sharpness[row];
    if (std::isnan(now)) continue;  // a row without a sharpness
    const bool crossed = !std::isnan(before) && (before > edge) != (now > edge);
    before = now;
    if (!crossed) continue;
    crossings.push_back(
        {.kind = EventKind::kCrossedEdge, .step = record.path.step[row], .amount = now, .to = now > edge ? 1 : 0});
  }
  for (std::size_t first = 0, last = 0; first < crossings.size(); first = last + 1) {
    last = first;
    while (last + 1 < crossings.size() && crossings[last + 1].step - crossings[last].step <= record.window) ++last;
    events.push_back(crossings[first]);
    if (crossings[last].to != crossings[first].to) events.push_back(crossings[last]);
  }
}

struct Nearest {
  int number = -1;
  double distance = std::numeric_limits<double>::infinity();
};

Nearest nearest_minimum(const Record& record, std::size_t row) {
  const auto& minima = record.landscape.surroundings().minima;
  Nearest nearest;
  for (std::size_t m = 0; m < minima.size(); ++m) {
    const double distance = (record.point(row) - minima[m].x).norm();
    if (distance < nearest.distance) nearest = {static_cast<int>(m), distance};
  }
  return nearest;
}

// Moves that follow each other soon are one, from the first place to the last; none if that is the same.
void add_move(const Record& record, Event move, std::vector<Event>& moves) {
  const bool soon = !moves.empty() && move.step - moves.back().step <= record.window;
  if (soon) {
    move.from = moves.back().from;
    moves.pop_back();
  }
  if (move.from != move.to) moves.push_back(move);
}

void find_moves(const Record& record, std::vector<Event>& events) {
  const Surroundings& known = record.landscape.surroundings();
  if (known.minima_form_a_set || known.minima.size() < 2) return;
  std::vector<Event> moves;
  int home = nearest_minimum(record, 0).number;
  for (std::size_t row = 1; row < record.path.rows(); ++row) {
    const Nearest nearest = nearest_minimum(record, row);
    if (home < 0) home = nearest.number;
    if (nearest.number < 0 || nearest.number == home) continue;
    const double to_home = (record.point(row) - known.minima[static_cast<std::size_t>(home)].x).norm();
    if (!(nearest.distance < kClearlyNearer * to_home)) continue;
    add_move(record,
             {.kind = EventKind::kLeftBasin,
              .step = record.path.step[row],
              .amount = nearest.distance,
              .from = home,
              .to = nearest.number},
             moves);
    home = nearest.number;
  }
  events.insert(events.end(), moves.begin(), moves.end());
}

void find_end(const Record& record, std::vector<Event>& events) {
  const Trajectory& path = record.path;
  if (record.diverged())
    events.push_back({.kind = EventKind::kDiverged, .step = record.outcome.steps, .amount = record.outcome.loss});
  if (!record.outcome.reached) return;
  const auto there = [&](std::size_t row) {
    return reached(record.landscape, record.point(row), path.loss[row], record.options.reach);
  };
  std::size_t row = path.rows() - 1;
  while (row > 0 && there(row - 1)) --row;
  const bool set = record.landscape.surroundings().minima_form_a_set;
  const int end = path.step.back();
  const bool stayed = 10LL * (end - path.step[row]) >= end;
  events.push_back({.kind = stayed ? EventKind::kReached : EventKind::kEndedThere,
                    .step = path.step[row],
                    .amount = record.outcome.distance,
                    .to = set ? -1 : nearest_minimum(record, path.rows() - 1).number});
}

void keep_notable(EventKind kind, std::vector<Event>& events) {
  std::vector<Event> of_kind;
  std::ranges::copy_if(events, std::back_inserter(of_kind), [&](const Event& e) { return e.kind == kind; });
  if (of_kind.size() <= kMostOfAKind) return;
  if (kind == EventKind::kCatapult || kind == EventKind::kLossRose)
    std::ranges::stable_sort(of_kind, std::greater(), &Event::amount);
  of_kind.resize(kMostOfAKind);
  std::erase_if(events, [&](const Event& e) { return e.kind == kind && !std::ranges::count(of_kind, e); });
}

// Two digits are enough to read.
std::string number(double value) {
  char text[32];
  const bool plain = std::abs(value) < 1e6;
  const auto end =
      std::to_chars(text, text + sizeof text, value, plain ? std::chars_format::fixed : std::chars_format::scientific,
                    plain && std::abs(value) >= 10 ? 0 : 1);
  return {text, end.ptr};
}

std::string minimum(int index) { return index < 0 ? "the set of minima" : "minimum " + std::to_string(index + 1); }

std::string rise_words(const Event& event) {
  if (!event.to) return "loss rose " + number(event.amount) + "×";
  const double of_start = kFloorShare * event.amount;
  return "loss rose to " + (of_start < 1 ? number(100 * of_start) + " % of" : number(of_start) + "×") + " its start";
}

std::string words(const Event& event) {
  switch (event.kind) {
    case EventKind::kDiverged:
      return "diverged";
    case EventKind::kCatapult:
      return rise_words(event) + ", catapult";
    case EventKind::kLossRose:
      return rise_words(event);
    case EventKind::kReached:
      return "reached " + minimum(event.to) + " for good";
    case EventKind::kEndedThere:
      return "came to " + minimum(event.to) + ", too near the end to say for good";
    case EventKind::kLeftBasin:
      return "went from " + minimum(event.from) + " to " + minimum(event.to);
    case EventKind::kCrossedEdge:
      return (event.to ? "rose above" : "fell below") +
             std::string(" the edge of stability (step size × sharpness = ") + number(event.amount) + ")";
  }
  return {};
}

}  // namespace

std::vector<Event> events_of(const Trajectory& trajectory, const Outcome& outcome, const Landscape& landscape,
                             const EventOptions& options) {
  std::vector<Event> events;
  if (trajectory.rows() == 0) return events;
  const auto& sharpness =
      trajectory.preconditioned_sharpness.empty() ? trajectory.sharpness : trajectory.preconditioned_sharpness;
  const Record record{trajectory, outcome, landscape, options, sharpness, merge_window(trajectory)};
  find_rises(record, events);
  find_edges(record, events);
  find_moves(record, events);
  find_end(record, events);
  for (const EventKind kind :
       {EventKind::kCatapult, EventKind::kLossRose, EventKind::kLeftBasin, EventKind::kCrossedEdge})
    keep_notable(kind, events);
  std::ranges::stable_sort(events, {}, &Event::step);
  return events;
}

std::string to_text(const Event& event) { return "step " + std::to_string(event.step) + ": " + words(event); }

}  // namespace steplab
