// Schedules made of others: free-form knots, one schedule after the other, products.
#include "core/base/math.h"
#include "core/schedules/choice_text.h"
#include "core/schedules/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace steplab {
namespace {

void check_knots(const std::vector<double>& at, const std::vector<double>& values, bool fractions) {
  if (at.empty() || !std::ranges::is_sorted(at))
    throw InputError(place_of("knots", "at"),
                     "'" + to_text(Value(at)).substr(0, 80) + "' is not allowed; allowed: positions in rising order");
  if (values.size() != at.size())
    throw InputError(place_of("knots", "values"), "'" + to_text(Value(values)).substr(0, 80) +
                                                      "' is not allowed; allowed: as many numbers as 'at' has (" +
                                                      std::to_string(at.size()) + ")");
  if (fractions && at.back() > 1)
    throw InputError(place_of("knots", "at"),
                     "'" + to_text(Value(at)).substr(0, 80) +
                         "' goes beyond the run; allowed: fractions from 0 to 1, or unit=steps");
}

ScheduleEntry knots() {
  return curve_entry(
      {"knots", "Knots", "any curve: factors at given places, joined by lines, half cosines or steps",
       "optax piecewise_interpolate_schedule, linear_onecycle_schedule and cosine_onecycle_schedule (at = 0, ⌊0.3N⌋, "
       "…; unit = steps); "
       "torch LambdaLR (between = hold, one knot a step)"},
      {{.name = "at",
        .kind = ParamKind::kList,
        .initial = std::vector<double>{0, 0.3, 1},
        .min = 0,
        .max = 1e9,
        .meaning = "places in rising order; two at one place make a jump"},
       {.name = "values",
        .kind = ParamKind::kList,
        .initial = std::vector<double>{0.1, 1, 0},
        .min = 0,
        .max = 1e6,
        .meaning = "factors there; the first holds before, the last after"},
       {.name = "unit",
        .kind = ParamKind::kChoice,
        .initial = "fraction",
        .meaning = "what 'at' counts: fractions of the run (from 0 to 1) or steps",
        .choices = {"fraction", "steps"}},
       {.name = "between",
        .kind = ParamKind::kChoice,
        .initial = "linear",
        .meaning = "from knot to knot: linear, cosine (half a wave), or hold",
        .choices = {"linear", "cosine", "hold"}}},
      [](const Params& p) {
        check_knots(p.list("at"), p.list("values"), p.text("unit") == "fraction");
        return curve_of([at = p.list("at"), values = p.list("values"), fraction = p.text("unit") == "fraction",
                         between = p.text("between")](const Clock& clock) {
          const double t = fraction ? clock.t / clock.length : clock.t;
          const auto next =
              static_cast<std::size_t>(std::upper_bound(at.begin(), at.end(), t + kClockTolerance) - at.begin());
          if (next == 0) return values.front();
          if (next == at.size() || between == "hold") return values[next - 1];
          const double p01 = std::max(t - at[next - 1], 0.0) / (at[next] - at[next - 1]);
          const double weight = between == "cosine" ? 0.5 * (1 - steplab::cos(std::numbers::pi * p01)) : p01;
          return values[next - 1] + (values[next] - values[next - 1]) * weight;
        });
      });
}

std::shared_ptr<const ShapedSchedule> make_part(const std::string& text, const std::string& place) {
  static const auto entries = all_schedules();
  // Every entry makes a ShapedSchedule (curve_entry).
  return std::static_pointer_cast<const ShapedSchedule>(make_choice(entries, parse_choice(text, place), place));
}

// ---- one after the other ----

/// Each part starts its own clock at its milestone; its T is the time to the next one.
class Sequence final : public Curve {
 public:
  struct Part {
    double milestone;  ///< a duration
    std::shared_ptr<const ShapedSchedule> schedule;
  };
  explicit Sequence(std::vector<Part> parts) : parts_(std::move(parts)) {}

  Level at(const Clock& clock) const override {
    const Span span = span_at(clock);
    return {span.schedule->at(span.t, span.T)};
  }
  std::optional<double> momentum(const Clock& clock) const override {
    const Span span = span_at(clock);
    return span.schedule->momentum_at(span.t, span.T);
  }
  std::vector<std::string> shortfall(const Clock& clock) const override {
    std::vector<std::string> all;
    const int length = static_cast<int>(clock.length);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const std::string part = "part " + std::to_string(i + 1) + ": ";
      const int begin = whole_steps_of(parts_[i].milestone, length);
      const int end = i + 1 < parts_.size() ? whole_steps_of(parts_[i + 1].milestone, length) : length;
      if (begin >= length)
        all.push_back(part + "it would begin after " + updates(begin) + ", the run has " + updates(length));
      else if (end <= begin)
        all.push_back(part + "no update is left to it");
      else
        for (const auto& words : parts_[i].schedule->shortfall(std::min(end, length) - begin))
          all.push_back(part + words);
    }
    return all;
  }

 private:
  struct Span {
    const ShapedSchedule* schedule;
    double t;
    int T;
  };
  Span span_at(const Clock& clock) const {
    const int length = static_cast<int>(clock.length);
    const auto start = [&](std::size_t i) { return whole_steps_of(parts_[i].milestone, length); };
    std::size_t i = 0;
    while (i + 1 < parts_.size() && clock.t >= start(i + 1)) ++i;
    const int end = i + 1 < parts_.size() ? start(i + 1) : length;
    return {parts_[i].schedule.get(), clock.t - start(i), std::max(end - start(i), 1)};
  }

  std::vector<Part> parts_;
};

double parse_milestone(const std::string& word, double before, const std::string& place) {
  const ParamSpec spec{.name = "milestone", .kind = ParamKind::kDuration, .min = 0, .max = 1e9};
  const double milestone = std::get<double>(parse_value(spec, word.substr(1), place));
  if ((milestone < 1) == (before < 1) && milestone <= before && milestone > 0)
    throw InputError(place, "'" + word.substr(0, 80) + "' is not allowed; allowed: milestones in rising order");
  return milestone;
}

std::vector<Sequence::Part> parse_sequence(const std::string& text) {
  const std::string place = place_of("sequence", "parts");
  std::vector<Sequence::Part> parts;
  double milestone = 0;
  bool expects_part = true;
  for (const auto& word : split_words(text, place)) {
    if (word.starts_with('@') == expects_part)
      throw InputError(place,
                       "'" + word.substr(0, 80) + "' is out of place; allowed: PART @MILESTONE PART @MILESTONE PART …");
    if (expects_part)
      parts.push_back({milestone, make_part(word, place)});
    else
      milestone = parse_milestone(word, milestone, place);
    expects_part = !expects_part;
  }
  if (expects_part)
    throw InputError(place, "'" + text.substr(0, 80) + "' lacks a part at its end; allowed: PART @MILESTONE PART …");
  return parts;
}

ScheduleEntry sequence() {
  return curve_entry({"sequence", "Sequence", "one schedule after the other, each with its own clock",
                      "torch SequentialLR, optax join_schedules (milestones after @)"},
                     {{.name = "parts",
                       .kind = ParamKind::kText,
                       .initial = "linear(from=0.1,to=1) @0.1 cosine",
                       .meaning = "schedules with the milestones between them, as fractions of the run or in steps "
                                  "(@0: the part before it is left out): linear(from=0.1,to=1) @5 "
                                  "cosine; in a part T is its own length"}},
                     [](const Params& p) { return std::make_shared<Sequence>(parse_sequence(p.text("parts"))); });
}

// ---- products ----

class Product final : public Curve {
 public:
  explicit Product(std::vector<std::shared_ptr<const ShapedSchedule>> parts) : parts_(std::move(parts)) {}
  Level at(const Clock& clock) const override {
    double h = 1;
    for (const auto& part : parts_)
      h = std::min(h * part->at(clock.t, static_cast<int>(clock.length)), std::numeric_limits<double>::max());
    return {h};
  }
  /// Of the first part that cycles it.
  std::optional<double> momentum(const Clock& clock) const override {
    for (const auto& part : parts_)
      if (const auto momentum = part->momentum_at(clock.t, static_cast<int>(clock.length))) return momentum;
    return std::nullopt;
  }
  std::vector<std::string> shortfall(const Clock& start) const override {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < parts_.size(); ++i)
      for (const auto& words : parts_[i]->shortfall(static_cast<int>(start.length)))
        all.push_back("part " + std::to_string(i + 1) + ": " + words);
    return all;
  }

 private:
  std::vector<std::shared_ptr<const ShapedSchedule>> parts_;
};

ScheduleEntry product() {
  return curve_entry(
      {"product", "Product", "the product of several schedules", "torch ChainedScheduler"},
      {{.name = "parts",
        .kind = ParamKind::kText,
        .initial = "linear rex(sampling=50-75)",
        .meaning = "schedules with spaces between them: constant(factor=0.1,span=2) geometric(gamma=0.9)"}},
      [](const Params& p) {
        const std::string place = place_of("product", "parts");
        std::vector<std::shared_ptr<const ShapedSchedule>> parts;
        for (const auto& word : split_words(p.text("parts"), place)) parts.push_back(make_part(word, place));
        if (parts.empty()) throw InputError(place, "'' is not allowed; allowed: one schedule or more");
        return std::make_shared<Product>(std::move(parts));
      });
}

}  // namespace

std::vector<ScheduleEntry> composed_schedules() { return {knots(), sequence(), product()}; }

}  // namespace steplab
