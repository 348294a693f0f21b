#include "core/analysis/step_size_search.h"

#include "core/base/math.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kCoarse = StepSizeSearch::kFine / 8, kDense = kCoarse / 2, kNear = kCoarse / 8;
constexpr int kFirst = -7 * StepSizeSearch::kFine, kLast = 3 * StepSizeSearch::kFine;  // of the coarse grid at first
constexpr int kSmallest = -15 * StepSizeSearch::kFine, kLargest = 9 * StepSizeSearch::kFine;  // … and where it gives up
constexpr int kWiden = 3 * StepSizeSearch::kFine;
constexpr std::size_t kAtOnce = 8;  // step sizes that get all seeds before it is asked again which are needed
constexpr std::size_t kMostCandidates = 8;
constexpr int kGroups = 16;

double step_size_of(int index) { return StepSizeSearch::decades(static_cast<double>(index) / StepSizeSearch::kFine); }

}  // namespace

double StepSizeSearch::decades(double exponent) { return steplab::exp(exponent * std::numbers::ln10); }

StepSizeSearch::StepSizeSearch(LossSource& source, std::size_t rows, int seeds, LossStatistic statistic,
                               const TuningOptions& options)
    : source_(source),
      seeds_(seeds),
      few_(std::min(seeds, kFewSeeds)),
      statistic_(statistic),
      options_(options),
      rows_(rows) {}

StepSizeSearch::Sample StepSizeSearch::sample_of(const CellLoss& cell) const {
  Sample sample{.loss = std::isnan(cell.loss) ? kInfinity : cell.loss};
  const std::size_t seeds = cell.by_seed.size(), groups = std::min<std::size_t>(kGroups, seeds);
  for (std::size_t group = 0; group < groups; ++group) {
    std::vector<double> mine;
    for (std::size_t k = group; k < seeds; k += groups) mine.push_back(cell.by_seed[k]);
    std::ranges::sort(mine);
    double sum = 0;
    for (const double loss : mine) sum += loss;
    sample.groups.push_back(statistic_ == LossStatistic::kMedian ? quantile(mine, 0.5)
                                                                 : sum / static_cast<double>(mine.size()));
  }
  return sample;
}

double StepSizeSearch::error_of(const Sample& a, const Sample& b) {
  const std::size_t n = std::min(a.groups.size(), b.groups.size());
  if (n < 2) return 0;
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < n; ++i) mean += (a.groups[i] - b.groups[i]) / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) square += (a.groups[i] - b.groups[i] - mean) * (a.groups[i] - b.groups[i] - mean);
  const double error = steplab::sqrt(square / static_cast<double>(n * (n - 1)));
  return std::isfinite(error) ? error : 0;
}

bool StepSizeSearch::as_good(const Sample& a, const Sample& b, double errors, double margin) const {
  if (!std::isfinite(a.loss)) return false;
  const double share = source_.excess() ? margin * std::abs(b.loss) : 0;
  return a.loss - b.loss <= std::max(errors * error_of(a, b), share);
}

std::optional<int> StepSizeSearch::best_of(const Curve& curve) {
  std::optional<int> best;
  double least = kInfinity;
  for (const auto& [index, sample] : curve)  // the smallest of equals
    if (sample.loss < least) {
      least = sample.loss;
      best = index;
    }
  return best;
}

std::vector<int> StepSizeSearch::low_points(const Curve& curve) {
  std::vector<int> low;
  for (auto i = curve.begin(); i != curve.end(); ++i) {
    const double left = i == curve.begin() ? kInfinity : std::prev(i)->second.loss;
    const double right = std::next(i) == curve.end() ? kInfinity : std::next(i)->second.loss;
    if (std::isfinite(i->second.loss) && i->second.loss < left && i->second.loss <= right) low.push_back(i->first);
  }
  std::ranges::sort(low, {}, [&](int index) { return curve.at(index).loss; });
  return low;
}

bool StepSizeSearch::add(const Wanted& wanted, int seeds, Curve Row::*curve) {
  std::vector<TuningCell> cells;
  std::vector<int> indices;
  for (std::size_t row = 0; row < rows_.size(); ++row)
    for (const int index : wanted[row]) {
      if ((rows_[row].*curve).contains(index)) continue;
      cells.push_back({row, step_size_of(index)});
      indices.push_back(index);
    }
  if (cells.empty()) return true;
  plan(options_, source_.cost(seeds) * static_cast<double>(cells.size()));
  const auto losses = evaluate(source_, cells, seeds, options_);
  if (losses.empty()) return false;
  for (std::size_t i = 0; i < cells.size(); ++i) (rows_[cells[i].row].*curve)[indices[i]] = sample_of(losses[i]);
  return true;
}

bool StepSizeSearch::coarse() {
  Wanted wanted(rows_.size());
  for (std::size_t row = 0; row < rows_.size(); ++row)
    for (int i = kFirst; i <= kLast && source_.refusal(row).empty(); i += kCoarse) wanted[row].push_back(i);
  const auto widen = [&] {  // where nothing is finite, smaller steps may be
    bool any = false;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      wanted[row].clear();
      const Curve& few = rows_[row].few;
      if (few.empty()) continue;
      const int low = few.begin()->first, high = few.rbegin()->first, best = best_of(few).value_or(low);
      if (best == low && low > kSmallest)
        for (int i = low - kWiden; i < low; i += kCoarse) wanted[row].push_back(std::max(i, kSmallest));
      if (best == high && high < kLargest)
        for (int i = high + kCoarse; i <= high + kWiden; i += kCoarse) wanted[row].push_back(std::min(i, kLargest));
      any = any || !wanted[row].empty();
    }
    return any;
  };
  do {
    if (!add(wanted, few_, &Row::few)) return false;
  } while (widen());
  return true;
}

/// `factor` times the least loss, or so much of the way to the loss of the smallest step size where f has no known
/// least.
double StepSizeSearch::threshold(const Curve& few, double factor, double share) const {
  const double least = few.at(*best_of(few)).loss;
  if (source_.excess()) return factor * least;
  const double first = few.begin()->second.loss;
  return std::isfinite(first) ? least + share * (first - least) : least;
}

bool StepSizeSearch::dense() {
  struct Level {
    int step;
    double factor, share;
  };
  for (const Level& level : {Level{kCoarse / 2, 8, 0.25}, Level{kCoarse / 4, 4, 0.1}, Level{kNear, 1.2, 0.01}}) {
    Wanted wanted(rows_.size());
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const Curve& few = rows_[row].few;
      if (!best_of(few)) continue;
      const auto around = [&](int index) {
        for (int i = index - level.step; i <= index + level.step; i += level.step)
          if (i >= kSmallest && i <= kLargest) wanted[row].push_back(i);
      };
      const double limit = threshold(few, level.factor, level.share);
      for (const auto& [index, sample] : few)
        if (sample.loss <= limit) around(index);
      for (const int index : low_points(few)) around(index);
      std::ranges::sort(wanted[row]);
      wanted[row].erase(std::ranges::unique(wanted[row]).begin(), wanted[row].end());
    }
    if (!add(wanted, few_, &Row::few)) return false;
  }
  return sharpen(few_, &Row::few);
}

/// True if the curve changes by more than half a percent between a low point and what is known beside it.
bool StepSizeSearch::is_steep(const Curve& curve, int index) {
  constexpr double kFlat = 0.005;
  const auto at = curve.find(index);
  const double loss = at->second.loss;
  const auto apart = [&](const Sample& beside) { return !(std::abs(beside.loss - loss) <= kFlat * std::abs(loss)); };
  return (at != curve.begin() && apart(std::prev(at)->second)) ||
         (std::next(at) != curve.end() && apart(std::next(at)->second));
}

bool StepSizeSearch::sharpen(int seeds, Curve Row::*curve) {
  constexpr std::size_t kMost = 8;
  for (int step = kNear / 2; step >= 1; step /= 2) {
    Wanted wanted(rows_.size());
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      auto low = low_points(rows_[row].*curve);
      if (low.size() > kMost) low.resize(kMost);
      for (const int index : low)
        if (is_steep(rows_[row].*curve, index)) wanted[row].insert(wanted[row].end(), {index - step, index + step});
    }
    if (!add(wanted, seeds, curve)) return false;
  }
  return true;
}

/// What few seeds do not rule out and all seeds have not seen yet, the most promising first.
std::vector<int> StepSizeSearch::unbeaten(const Row& row) const {
  constexpr double kErrors = 3, kMargin = 0.05;
  const auto best = best_of(row.all);
  std::vector<int> open, low = low_points(row.few);
  std::ranges::sort(low);
  for (const auto& [index, sample] : row.few)
    if (!row.all.contains(index) && (index % kDense == 0 || std::ranges::binary_search(low, index)) &&
        std::isfinite(sample.loss) && (!best || as_good(sample, row.few.at(*best), kErrors, kMargin)))
      open.push_back(index);
  std::ranges::stable_sort(open, {}, [&](int index) { return row.few.at(index).loss; });
  if (open.size() > kAtOnce) open.resize(kAtOnce);
  return open;
}

bool StepSizeSearch::race() {
  if (few_ == seeds_) {
    for (Row& row : rows_) row.all = row.few;
    return true;
  }
  Wanted wanted(rows_.size());
  const auto ask = [&] {
    bool any = false;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      wanted[row] = unbeaten(rows_[row]);
      any = any || !wanted[row].empty();
    }
    return any;
  };
  while (ask())
    if (!add(wanted, seeds_, &Row::all)) return false;
  return true;
}

bool StepSizeSearch::fine() {
  constexpr double kErrors = 2, kMargin = 0.03;
  Wanted wanted(rows_.size());
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    Row& mine = rows_[row];
    const auto best = best_of(mine.all);
    if (!best) continue;
    for (const int index : low_points(mine.all))
      if (mine.candidates.size() < kMostCandidates &&
          (mine.candidates.size() < 2 || as_good(mine.all.at(index), mine.all.at(*best), kErrors, kMargin)))
        mine.candidates.push_back(index);
    for (const int index : mine.candidates)
      for (int i = index - kDense + kNear; i < index + kDense; i += kNear) wanted[row].push_back(i);
    std::ranges::sort(wanted[row]);
    wanted[row].erase(std::ranges::unique(wanted[row]).begin(), wanted[row].end());
  }
  return add(wanted, seeds_, &Row::all);
}

/// The best's neighbours, sixty-four a decade, until it is lower than both.
bool StepSizeSearch::downhill(int seeds, Curve Row::*curve) {
  Wanted wanted(rows_.size());
  const auto ask = [&] {
    bool any = false;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      wanted[row].clear();
      const Curve& known = rows_[row].*curve;
      if (const auto best = best_of(known))
        for (const int index : {*best - kNear, *best + kNear})
          if (!known.contains(index) && index >= kSmallest && index <= kLargest) wanted[row].push_back(index);
      any = any || !wanted[row].empty();
    }
    return any;
  };
  while (ask())
    if (!add(wanted, seeds_, &Row::all) || (seeds != seeds_ && !add(wanted, seeds, curve))) return false;
  return true;
}

/// True if a run diverged at a step size at most four times as large.
bool StepSizeSearch::diverges_near(const Row& row, int best) {
  const int reach = best + static_cast<int>(0.6 * kFine);
  const auto diverges = [&](const Curve& curve) {
    return std::any_of(curve.lower_bound(best), curve.upper_bound(reach),
                       [](const auto& at) { return !std::isfinite(at.second.loss); });
  };
  return diverges(row.few) || diverges(row.all);
}

bool StepSizeSearch::finals() {
  constexpr int kRetreat = 4;
  constexpr double kErrors = 3, kMargin = 0.02;
  constexpr std::size_t kMost = 12;
  if (seeds_ < 2) return true;
  Wanted wanted(rows_.size());
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const Curve& all = rows_[row].all;
    const auto best = best_of(all);
    for (const int index : low_points(all))
      if (wanted[row].size() < kMost && as_good(all.at(index), all.at(*best), kErrors, kMargin))
        wanted[row].push_back(index);
    if (best &&
        diverges_near(rows_[row], *best))  // one run in a thousand makes a mean infinite: smaller steps stand by
      for (int i = 0; i <= kRetreat; ++i) wanted[row].push_back(*best - i * kDense);
    else if (wanted[row].size() < 2)
      wanted[row].clear();
  }
  return add(wanted, seeds_, &Row::all) && add(wanted, kFinalTimes * seeds_, &Row::final) &&
         downhill(kFinalTimes * seeds_, &Row::final) && others_meet_them();
}

/// What would be called as good as the best meets the deciding seeds, too.
bool StepSizeSearch::others_meet_them() {
  Wanted wanted(rows_.size());
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const auto best = best_of(rows_[row].final);
    if (!best) continue;
    TunedRow tuned;
    describe(rows_[row], *best, rows_[row].all, tuned);
    for (const double other : tuned.others)
      wanted[row].push_back(static_cast<int>(std::lround(kFine * std::log10(other))));
  }
  return add(wanted, kFinalTimes * seeds_, &Row::final) && downhill(kFinalTimes * seeds_, &Row::final);
}

bool StepSizeSearch::run(bool refine) {
  if (!coarse()) return false;
  if (!refine) return race();
  return dense() && race() && fine() && downhill(seeds_, &Row::all) && sharpen(seeds_, &Row::all) && finals();
}

/// Where other step sizes are as good: the range around the best, and low points beyond what is worse.
void StepSizeSearch::describe(const Row& row, int best, const Curve& decided, TunedRow& tuned) const {
  constexpr double kErrors = 2, kMargin = 0.02, kErrorsApart = 4, kWorse = 0.5;
  const auto pair_of = [&](int index) -> std::pair<const Sample*, const Sample*> {  // on the most seeds that both have
    if (row.final.contains(index) && row.final.contains(best)) return {&row.final.at(index), &row.final.at(best)};
    if (row.all.contains(index) && row.all.contains(best)) return {&row.all.at(index), &row.all.at(best)};
    const auto nearest = row.few.lower_bound(best);  // few seeds have coarser points only
    return {&row.few.at(index), &(nearest == row.few.end() ? row.few.rbegin()->second : nearest->second)};
  };
  std::vector<int> indices;
  for (const auto& [index, sample] : row.few) indices.push_back(index);
  for (const auto& [index, sample] : row.all)
    if (!row.few.contains(index)) indices.push_back(index);
  std::ranges::sort(indices);
  const auto at = std::ranges::find(indices, best) - indices.begin();
  int low = best, high = best;
  const auto walk = [&](int direction) {
    bool joined = true, apart = false;
    std::optional<int> other;
    double least = kInfinity;
    for (auto i = at + direction; i >= 0 && i < std::ssize(indices); i += direction) {
      const int index = indices[static_cast<std::size_t>(i)];
      const auto [here, there] = pair_of(index);
      const bool good = as_good(*here, *there, kErrors, kMargin);
      joined = joined && good;
      if (joined) (direction < 0 ? low : high) = index;
      apart = apart || !as_good(*here, *there, kErrorsApart, kWorse);
      if (!good || !apart || !decided.contains(index) || !(here->loss < least)) continue;
      least = here->loss;
      other = index;
    }
    if (other) tuned.others.push_back(step_size_of(*other));
  };
  walk(-1);
  walk(+1);
  tuned.flat_from = step_size_of(low);
  tuned.flat_to = step_size_of(high);
  tuned.at_edge = best == indices.front() || best == indices.back();
}

TunedRow StepSizeSearch::result(std::size_t row) const {
  const Row& mine = rows_[row];
  const auto last = best_of(mine.final);
  const auto best = last ? last : best_of(mine.all);
  if (!best) return {};
  TunedRow tuned{.step_size = step_size_of(*best),
                 .loss = (last ? mine.final : mine.all).at(*best).loss,
                 .seeds = last ? kFinalTimes * seeds_ : seeds_};
  describe(mine, *best, last ? mine.final : mine.all, tuned);
  return tuned;
}

std::vector<double> StepSizeSearch::candidates(std::size_t row) const {
  std::vector<double> step_sizes;
  const auto best = best_of(rows_[row].all);
  if (best) step_sizes.push_back(step_size_of(*best));
  for (const int index : rows_[row].candidates) step_sizes.push_back(step_size_of(index));
  return step_sizes;
}

}  // namespace steplab
