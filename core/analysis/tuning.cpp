#include "core/analysis/tuning.h"

#include "core/analysis/tuning_losses.h"
#include "core/base/math.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLn10 = std::numbers::ln10;

double power_of_ten(double exponent) { return steplab::exp(exponent * kLn10); }

/// A call of LossSource::losses that keeps the books of progress.
std::vector<CellLoss> evaluate(LossSource& source, std::span<const TuningCell> cells, int seeds,
                               const TuningOptions& options) {
  if (options.stop.stop_requested()) return {};
  auto losses = source.losses(cells, seeds, options);
  if (options.progress) {
    options.progress->batch.done = 0;
    options.progress->done += static_cast<std::int64_t>(source.cost(seeds) * static_cast<double>(cells.size()));
  }
  return losses;
}

// ---- the search ----

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
    const double step_size = bound.tuned_step_size();
    tuning.rows.push_back(std::isnan(step_size) ? TunedRow{} : TunedRow{step_size, bound.at(step_size).value});
  }
  return tuning;
}

void plan(const TuningOptions& options, double lane_steps) {
  if (options.progress) options.progress->planned += static_cast<std::int64_t>(lane_steps);
}

// ---- the curves ----

/// Losses of one row over ρ, and at ρ = 1.
struct RowLosses {
  std::vector<CellLoss> cells;
  CellLoss reference;
};

/// How far the slope would move with other seeds: a jackknife that leaves out an eighth of them in turn (η* and the
/// worst member stay).
double slope_error(std::span<const double> rho, const RowLosses& row, const TuningSpec& spec) {
  constexpr std::size_t kGroups = 8;
  const std::size_t seeds = row.reference.by_seed.size();
  if (seeds < 2 * kGroups || spec.statistic != LossStatistic::kMean) return kNan;
  std::vector<double> slopes;
  for (std::size_t group = 0; group < kGroups; ++group) {
    std::vector<double> means;
    for (const CellLoss& cell : row.cells) {
      double sum = 0;
      std::size_t count = 0;
      for (std::size_t k = 0; k < seeds; ++k)
        if (k % kGroups != group) {
          sum += cell.by_seed[k];
          ++count;
        }
      means.push_back(sum / static_cast<double>(count));
    }
    slopes.push_back(fit_power_law(rho, means, spec.fit_from, spec.fit_to).slope);
  }
  double mean = 0, square = 0;
  for (const double slope : slopes) mean += slope / kGroups;
  for (const double slope : slopes) square += (slope - mean) * (slope - mean);
  return steplab::sqrt(square * (kGroups - 1) / kGroups);
}

RobustnessCurve curve_of(const TuningSpec& spec, std::span<const double> rho, const RowLosses& row, bool sampled) {
  RobustnessCurve curve;
  const double least = row.reference.loss;
  curve.tuned.loss = least;
  for (const CellLoss& cell : row.cells) {
    curve.R.push_back(cell.loss == least ? 1 : cell.loss / least);
    curve.q10.push_back(cell.q10 / least);
    curve.q90.push_back(cell.q90 / least);
    curve.diverged.push_back(cell.diverged);
    curve.member.push_back(cell.member);
  }
  curve.overshoot = fit_power_law(rho, curve.R, spec.fit_from, spec.fit_to);
  curve.undershoot = fit_power_law(rho, curve.R, 1 / spec.fit_to, 1 / spec.fit_from);
  if (sampled) curve.slope_error = slope_error(rho, row, spec);
  return curve;
}

RobustnessCurve empty_curve(std::size_t points) {
  const std::vector<double> nothing(points, kNan);
  return {.R = nothing,
          .q10 = nothing,
          .q90 = nothing,
          .diverged = std::vector<int>(points),
          .member = std::vector<int>(points),
          .overshoot = {kNan, kNan, 0},
          .undershoot = {kNan, kNan, 0}};
}

auto problem_key(const TuningSpec& s) {
  return std::tie(s.mode, s.problem, s.rows, s.iterate, s.suffix, s.statistic, s.allow_exact, s.refine, s.family,
                  s.form, s.bound.diameter, s.bound.gradient_norm);
}

}  // namespace

bool operator==(const TuningSpec& a, const TuningSpec& b) {
  return problem_key(a) == problem_key(b) && a.rho == b.rho && a.fit_from == b.fit_from && a.fit_to == b.fit_to;
}

bool tuning_still_holds(const Tuning& tuning, const TuningSpec& spec) {
  return tuning.complete && problem_key(tuning.spec) == problem_key(spec);
}

std::vector<double> RhoGrid::values() const {
  std::vector<double> rho;
  const double low = steplab::log(from) / kLn10, high = steplab::log(to) / kLn10;
  for (int i = 0; i < count; ++i) {
    const double exponent = count == 1 ? low : low + (high - low) * i / (count - 1);
    const bool whole = std::abs(exponent) < 1e-12;
    rho.push_back(i == 0 ? from : i == count - 1 ? to : whole ? 1 : power_of_ten(exponent));
  }
  return rho;
}

std::vector<TuningRow> default_tuning_rows() {
  return {{.label = "constant", .rate = {"constant"}},
          {.label = "1/√t", .rate = {"inverse_sqrt", {{"tau", 1.0}}}},
          {.label = "linear", .rate = {"linear"}},
          {.label = "polynomial", .rate = {"polynomial", {{"p", 2.0}}}},
          {.label = "cosine", .rate = {"cosine"}},
          {.label = "wsd", .rate = {"wsd", {{"shape", "linear"}}}},
          {.label = "rex", .rate = {"rex"}}};
}

RunSpec default_tuning_problem() {
  return {.landscape = {"quadratic", {{"kappa", 1.0}}},
          .oracle = {"gaussian"},
          .start = {0.5, 0.5},
          .steps = 1000,
          .seeds = 64};
}

TuningSpec coarse(const TuningSpec& spec, int seeds) {
  TuningSpec few = spec;
  few.problem.seeds = std::min(seeds, spec.problem.seeds);
  few.refine = false;
  if (spec.rho.count % 2 == 1 && spec.rho.count > 9) few.rho.count = spec.rho.count / 2 + 1;
  return few;
}

double TuningProgress::share() const {
  const auto all = static_cast<double>(planned.load());
  const auto now = static_cast<double>(done.load() + batch.done.load());
  return all > 0 ? std::min(1.0, now / all) : 0;
}

void check(const TuningSpec& spec, std::string_view place) {
  const std::string head = place.empty() ? "" : std::string(place) + ": ";
  const auto require = [&](bool good, const char* field, double value, const char* allowed) {
    if (!good)
      throw InputError(head + field, "'" + to_text(value) + "' is not allowed; allowed: " + std::string(allowed));
  };
  if (spec.rows.empty()) throw InputError(head + "runs", "no run; allowed: one or more");
  require(spec.rho.from > 0 && std::isfinite(spec.rho.from), "rho.from", spec.rho.from, "a number > 0");
  require(spec.rho.to >= spec.rho.from && std::isfinite(spec.rho.to), "rho.to", spec.rho.to, "a number ≥ rho.from");
  require(spec.rho.count >= 1 && spec.rho.count <= 10000, "rho.count", spec.rho.count, "1 ≤ count ≤ 10000");
  require(spec.suffix > 0 && spec.suffix <= 1, "suffix", spec.suffix, "0 < suffix ≤ 1");
  require(spec.fit_from > 0 && std::isfinite(spec.fit_from), "fit.from", spec.fit_from, "a number > 0");
  require(spec.fit_to > spec.fit_from && std::isfinite(spec.fit_to), "fit.to", spec.fit_to, "a number > fit.from");
  require(spec.bound.diameter > 0 && std::isfinite(spec.bound.diameter), "diameter", spec.bound.diameter,
          "a number > 0");
  require(spec.bound.gradient_norm > 0 && std::isfinite(spec.bound.gradient_norm), "gradient_norm",
          spec.bound.gradient_norm, "a number > 0");
  require(std::abs(spec.family.centre) <= 0.5, "family.centre", spec.family.centre, "-0.5 ≤ centre ≤ 0.5");
  if (spec.family.slopes.empty()) throw InputError(head + "family.slopes", "no slope; allowed: one or more");
  for (const double slope : spec.family.slopes)
    require(slope > 0 && std::isfinite(slope), "family.slopes", slope, "numbers > 0");
  Workshop workshop;
  make_loss_source(spec, workshop, place);
}

Tuning tune(const TuningSpec& spec, const TuningOptions& options) {
  Workshop own;
  const auto source = make_loss_source(spec, options.workshop ? *options.workshop : own, "");
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

TuningResults robustness(const TuningSpec& spec, const Tuning& tuning, const TuningOptions& options) {
  Workshop own;
  const auto source = make_loss_source(spec, options.workshop ? *options.workshop : own, "");
  const bool bound = spec.mode == TuningMode::kBound;
  TuningResults results{.mode = spec.mode,
                        .rho = spec.rho.values(),
                        .seeds = bound ? 0 : spec.problem.seeds,
                        .exact = source->exact(),
                        .excess = source->excess()};
  std::vector<TuningCell> cells;
  for (std::size_t row = 0; row < spec.rows.size() && row < tuning.rows.size(); ++row) {
    const double step_size = tuning.rows[row].step_size;
    if (std::isnan(step_size)) continue;
    cells.push_back({row, step_size});
    for (const double rho : results.rho) cells.push_back({row, rho * step_size});
  }
  plan(options, source->cost(results.seeds) * static_cast<double>(cells.size()));
  auto losses = evaluate(*source, cells, results.seeds, options);
  if (losses.empty() && !cells.empty()) return results;
  const bool sampled = !bound && !results.exact;
  std::size_t next = 0;
  for (std::size_t row = 0; row < spec.rows.size(); ++row) {
    const std::size_t points = results.rho.size();
    RobustnessCurve curve = empty_curve(points);
    if (next < cells.size() && cells[next].row == row) {
      const auto first = losses.begin() + static_cast<std::ptrdiff_t>(next);
      const RowLosses mine{{first + 1, first + 1 + static_cast<std::ptrdiff_t>(points)}, *first};
      curve = curve_of(spec, results.rho, mine, sampled);
      next += 1 + points;
    }
    curve.label = spec.rows[row].label.empty() ? to_text(spec.rows[row].rate) : spec.rows[row].label;
    if (row < tuning.rows.size()) curve.tuned.step_size = tuning.rows[row].step_size;
    curve.degree = source->factors(row).empty() ? kNan : decay_degree(source->factors(row));
    curve.predicted = predicted_slope(spec.mode, curve.degree);
    results.curves.push_back(std::move(curve));
  }
  results.complete = true;
  return results;
}

std::vector<RunSpec> runs_at(const TuningSpec& spec, const Tuning& tuning, double rho, int member) {
  std::vector<RunSpec> runs;
  for (std::size_t row = 0; row < spec.rows.size() && row < tuning.rows.size(); ++row) {
    if (std::isnan(tuning.rows[row].step_size)) continue;
    RunSpec run = spec.problem;
    run.rate = spec.rows[row].rate;
    run.optimizer = spec.rows[row].optimizer;
    run.step_size = tuning.rows[row].step_size;
    run.rho = rho;
    if (spec.mode == TuningMode::kWorstProblem) {
      const double eps = spec.family.slopes[static_cast<std::size_t>(member)] / steplab::sqrt(spec.problem.steps);
      run.landscape = {"abs", {{"c", spec.family.centre}, {"eps", eps}}};
      run.projection = {"domain"};
      run.start = {spec.family.start};
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

double predicted_slope(TuningMode mode, double degree) {
  return mode == TuningMode::kOneProblem ? smooth_problem_slope(degree) : worst_problem_slope(degree);
}

}  // namespace steplab
