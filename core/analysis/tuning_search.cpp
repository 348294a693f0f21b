// tune(): the search for η*.
#include "core/analysis/step_size_search.h"
#include "core/analysis/tuning_losses.h"
#include "core/base/math.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Exact losses have no grid of seeds to respect: golden section between the neighbours of a grid point.
TunedRow polished(LossSource& source, std::size_t row, TunedRow start, const TuningOptions& options) {
  constexpr double kGolden = 0.6180339887498949;
  constexpr int kSteps = 24;  // 1/32 of a decade shrinks to 10⁻⁶ of one
  constexpr double kReach = 1.0 / 64;
  const auto loss_at = [&](double exponent) {
    const TuningCell cell{row, start.step_size * StepSizeSearch::decades(exponent)};
    const auto losses = source.losses({&cell, 1}, 0, options);
    return losses.empty() ? kInfinity : losses.front().loss;
  };
  double low = -kReach, high = kReach;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double at_a = loss_at(a), at_b = loss_at(b);
  for (int i = 0; i < kSteps; ++i) {
    const bool left = at_a < at_b;
    (left ? high : low) = left ? b : a;
    const double middle = left ? high - kGolden * (high - low) : low + kGolden * (high - low);
    (left ? b : a) = left ? a : b;
    (left ? at_b : at_a) = left ? at_a : at_b;
    (left ? a : b) = middle;
    (left ? at_a : at_b) = loss_at(middle);
  }
  TunedRow end = start;
  end.step_size *= StepSizeSearch::decades(at_a < at_b ? a : b);
  end.loss = std::min(at_a, at_b);
  return end.loss < start.loss ? end : start;
}

/// The best of all candidates when each has been polished.
TunedRow best_polished(LossSource& source, std::size_t row, const TunedRow& found, std::span<const double> candidates,
                       const TuningOptions& options) {
  TunedRow best = found;
  for (const double step_size : candidates) {
    TunedRow start = found;
    start.step_size = step_size;
    const TuningCell cell{row, step_size};
    const auto losses = source.losses({&cell, 1}, 0, options);
    if (losses.empty()) return best;
    start.loss = losses.front().loss;
    const TunedRow end = polished(source, row, start, options);
    if (end.loss < best.loss) best = end;
  }
  return best;
}

Tuning tuned_bounds(const TuningSpec& spec, LossSource& source) {
  Tuning tuning{.spec = spec, .complete = true};
  for (std::size_t row = 0; row < spec.rows.size(); ++row) {
    const LastIterateBound bound(source.factors(row), spec.form, spec.bound);
    const auto [step_size, value, suffix] = bound.tuned();
    tuning.rows.push_back({.step_size = step_size, .loss = value});
  }
  return tuning;
}

}  // namespace

TuningSpec tuned_on(TuningSpec spec) {
  ++spec.problem.seed;
  return spec;
}

Tuning tune(const TuningSpec& spec, const TuningOptions& options) {
  Workshop own;
  const auto source = make_loss_source(tuned_on(spec), options.workshop ? *options.workshop : own, "", options.stop);
  if (options.stop.stop_requested()) return {.spec = spec};
  if (spec.mode == TuningMode::kBound) return tuned_bounds(spec, *source);
  const std::size_t rows = spec.rows.size();
  const bool exact = source->exact();
  StepSizeSearch search(*source, rows, exact ? 0 : spec.problem.seeds, spec.statistic, options);
  Tuning tuning{.spec = spec};
  tuning.complete = search.run(spec.refine);
  for (std::size_t row = 0; row < rows; ++row) {
    tuning.rows.push_back(search.result(row));
    if (exact && spec.refine && tuning.complete)
      tuning.rows.back() = best_polished(*source, row, tuning.rows.back(), search.candidates(row), options);
  }
  tuning.complete = tuning.complete && !options.stop.stop_requested();
  return tuning;
}

std::string words_of(const TunedRow& tuned) {
  std::string words;
  const auto add = [&](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
  const auto short_text = [](double value) {  // three digits
    const int places = 2 - static_cast<int>(std::floor(std::log10(value)));
    const double scale = std::pow(10.0, std::abs(places));
    return to_text(places > 0 ? std::round(value * scale) / scale : std::round(value / scale) * scale);
  };
  if (std::isnan(tuned.step_size)) return "no step size gave a finite loss";
  if (tuned.at_edge) add("at the edge of the range that was searched");
  if (tuned.on_plateau())
    add("on a plateau: as good within noise from " + short_text(tuned.flat_from) + " to " + short_text(tuned.flat_to));
  if (!tuned.others.empty()) {
    std::string list;
    for (const double other : tuned.others) list += (list.empty() ? "" : " and ") + short_text(other);
    add("one of several: as good within noise is " + list);
  }
  if (tuned.recentred) add("moved to where a ρ of the figure was better");
  return words;
}

}  // namespace steplab
