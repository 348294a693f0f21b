// tune(): the search for η*.
#include "core/analysis/tuning_losses.h"
#include "core/base/math.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double power_of_ten(double exponent) { return steplab::exp(exponent * std::numbers::ln10); }

// Step sizes are 10^(k/64): every stage's grid lies on that of the next.
constexpr int kFine = 64, kMedium = kFine / 8, kCoarse = kFine / 2;
constexpr int kFirst = -6 * kFine, kLast = 2 * kFine;         // where the coarse grid begins and ends at first
constexpr int kSmallest = -15 * kFine, kLargest = 9 * kFine;  // … and where it gives up
constexpr int kWindow = 6 * kMedium;                          // ¾ of a decade to both sides of the coarse best
constexpr int kCoarseSeeds = 8;

double step_size_of(int index) { return power_of_ten(static_cast<double>(index) / kFine); }

using Found = std::map<int, double>;  // loss by index

/// The index with the least loss (the smallest of equals), if any loss is finite.
std::optional<int> best_of(const Found& found) {
  std::optional<int> best;
  double least = kInfinity;
  for (const auto& [index, loss] : found)
    if (loss < least) {
      least = loss;
      best = index;
    }
  return best;
}

class Search {
 public:
  Search(LossSource& source, std::size_t rows, const TuningOptions& options)
      : source_(source), options_(options), found_(rows) {}

  /// Adds losses at the wanted indices of every row, where they are not known yet. False after a stop request.
  bool add(const std::vector<std::vector<int>>& wanted, int seeds) {
    std::vector<TuningCell> cells;
    std::vector<int> indices;
    for (std::size_t row = 0; row < wanted.size(); ++row)
      for (const int index : wanted[row]) {
        if (found_[row].contains(index)) continue;
        cells.push_back({row, step_size_of(index)});
        indices.push_back(index);
      }
    if (cells.empty()) return true;
    const auto losses = evaluate(source_, cells, seeds, options_);
    if (losses.empty()) return false;
    for (std::size_t i = 0; i < cells.size(); ++i) found_[cells[i].row][indices[i]] = losses[i].loss;
    return true;
  }

  /// A grid from 10⁻⁶ to 10² at two a decade, longer where its best is at an end.
  bool coarse(int seeds) {
    std::vector<std::vector<int>> wanted(found_.size(), range(kFirst, kLast, kCoarse));
    do {
      if (!add(wanted, seeds)) return false;
    } while (widen(wanted, 6 * kCoarse, kCoarse));
    return true;
  }

  /// Eight a decade around the coarse best, moved on while the best is at an end.
  bool medium(int seeds) {
    std::vector<std::vector<int>> wanted(found_.size());
    for (std::size_t row = 0; row < found_.size(); ++row)
      if (const auto best = best_of(found_[row])) wanted[row] = range(*best - kWindow, *best + kWindow, kMedium);
    for (auto& found : found_) found.clear();  // other seeds
    do {
      if (!add(wanted, seeds)) return false;
    } while (widen(wanted, kWindow, kMedium));
    return true;
  }

  bool fine(int seeds) {
    std::vector<std::vector<int>> wanted(found_.size());
    for (std::size_t row = 0; row < found_.size(); ++row)
      if (const auto best = best_of(found_[row])) wanted[row] = range(*best - kMedium + 1, *best + kMedium - 1, 1);
    return add(wanted, seeds);
  }

  TunedRow result(std::size_t row) const {
    const auto best = best_of(found_[row]);
    return best ? TunedRow{.step_size = step_size_of(*best), .loss = found_[row].at(*best)} : TunedRow{};
  }

 private:
  static std::vector<int> range(int from, int to, int step) {
    std::vector<int> indices;
    for (int i = from; i <= to; i += step) indices.push_back(i);
    return indices;
  }

  /// What is still wanted beyond the ends; false if nothing. Where nothing is finite, smaller steps may be.
  bool widen(std::vector<std::vector<int>>& wanted, int by, int step) const {
    bool any = false;
    for (std::size_t row = 0; row < found_.size(); ++row) {
      wanted[row].clear();
      if (found_[row].empty()) continue;
      const int low = found_[row].begin()->first, high = found_[row].rbegin()->first;
      const int best = best_of(found_[row]).value_or(low);
      if (best == low && low > kSmallest) wanted[row] = range(low - by, low - step, step);
      if (best == high && high < kLargest) wanted[row] = range(high + step, high + by, step);
      any = any || !wanted[row].empty();
    }
    return any;
  }

  LossSource& source_;
  const TuningOptions& options_;
  std::vector<Found> found_;
};

/// Exact losses have no grid of seeds to respect: golden section between the neighbours of the best.
TunedRow polished(LossSource& source, std::size_t row, TunedRow start, const TuningOptions& options) {
  constexpr double kGolden = 0.6180339887498949;
  constexpr int kSteps = 24;  // 1/32 of a decade shrinks to 10⁻⁶ of one
  if (std::isnan(start.step_size)) return start;
  const auto loss_at = [&](double exponent) {
    const TuningCell cell{row, start.step_size * power_of_ten(exponent)};
    const auto losses = source.losses({&cell, 1}, 0, options);
    return losses.empty() ? kInfinity : losses.front().loss;
  };
  double low = -1.0 / kFine, high = 1.0 / kFine;
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
  const TunedRow end{.step_size = start.step_size * power_of_ten(at_a < at_b ? a : b), .loss = std::min(at_a, at_b)};
  return end.loss < start.loss ? end : start;
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

Tuning tune(const TuningSpec& spec, const TuningOptions& options) {
  Workshop own;
  const auto source = make_loss_source(spec, options.workshop ? *options.workshop : own, "", options.stop);
  if (options.stop.stop_requested()) return {.spec = spec};
  if (spec.mode == TuningMode::kBound) return tuned_bounds(spec, *source);
  const std::size_t rows = spec.rows.size();
  const bool exact = source->exact();
  const int seeds = exact ? 0 : spec.problem.seeds, few = std::min(seeds, kCoarseSeeds);
  plan(options, static_cast<double>(rows) * (17 * source->cost(few) + (spec.refine ? 27 : 13) * source->cost(seeds)));
  Search search(*source, rows, options);
  Tuning tuning{.spec = spec};
  tuning.complete = search.coarse(few) && search.medium(seeds) && (!spec.refine || search.fine(seeds));
  for (std::size_t row = 0; row < rows; ++row) {
    tuning.rows.push_back(search.result(row));
    if (exact && spec.refine && tuning.complete)
      tuning.rows.back() = polished(*source, row, tuning.rows.back(), options);
  }
  tuning.complete = tuning.complete && !options.stop.stop_requested();
  return tuning;
}

}  // namespace steplab
