// robustness(): R(ρ) with its bands and slopes.
#include "core/analysis/grid_search.h"
#include "core/analysis/tuning_losses.h"
#include "core/base/math.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInfinity = std::numeric_limits<double>::infinity();

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

std::vector<double> group_medians(std::span<const double> a, std::span<const double> b, double factor) {
  std::vector<double> apart;
  const std::size_t groups = std::min<std::size_t>(16, a.size());
  const auto median = [&](std::span<const double> all, std::size_t group) {
    std::vector<double> mine;
    for (std::size_t k = group; k < all.size(); k += groups) mine.push_back(all[k]);
    std::ranges::sort(mine);
    return quantile(mine, 0.5);
  };
  for (std::size_t group = 0; group < groups; ++group) apart.push_back(median(a, group) - factor * median(b, group));
  return apart;
}

/// Standard error of loss(a) − factor · loss(b), seed by seed. Of medians: by those of 16 groups.
double error_of(const CellLoss& a, const CellLoss& b, double factor, LossStatistic statistic) {
  std::vector<double> apart;
  for (std::size_t k = 0; k < std::min(a.by_seed.size(), b.by_seed.size()); ++k)
    apart.push_back(a.by_seed[k] - factor * b.by_seed[k]);
  if (statistic == LossStatistic::kMedian) apart = group_medians(a.by_seed, b.by_seed, factor);
  const auto n = static_cast<double>(apart.size());
  if (n < 2) return 0;
  double mean = 0, square = 0;
  for (const double x : apart) mean += x / n;
  for (const double x : apart) square += (x - mean) * (x - mean);
  return steplab::sqrt(square / (n * (n - 1)));
}

RobustnessCurve curve_of(const TuningSpec& spec, const TuningResults& results, const RowLosses& row) {
  RobustnessCurve curve;
  const double least = std::isfinite(row.reference.loss) ? row.reference.loss : kNan;
  const auto against_least = [&](double loss) { return results.excess ? loss / least : loss - least; };
  curve.tuned.loss = row.reference.loss;
  for (const CellLoss& cell : row.cells) {
    curve.loss.push_back(cell.loss);
    curve.R.push_back(!results.excess ? kNan : cell.loss == least ? 1 : cell.loss / least);
    curve.rise.push_back(cell.loss - least);
    const double factor = results.excess ? cell.loss / least : 1, unit = results.excess ? std::abs(least) : 1;
    curve.error.push_back(results.exact ? 0 : error_of(cell, row.reference, factor, spec.statistic) / unit);
    curve.q10.push_back(against_least(cell.q10));
    curve.q90.push_back(against_least(cell.q90));
    curve.diverged.push_back(cell.diverged);
    curve.member.push_back(cell.member);
  }
  curve.overshoot = fit_power_law(results.rho, curve.R, spec.fit_from, spec.fit_to);
  curve.undershoot = fit_power_law(results.rho, curve.R, 1 / spec.fit_to, 1 / spec.fit_from);
  if (!results.exact && results.excess) curve.slope_error = slope_error(results.rho, row, spec);
  return curve;
}

/// Where the curve is better than at η*, or finite where that is not: ρ by their positions.
std::vector<std::size_t> better_than_tuned(const TuningResults& results, std::size_t row) {
  const RobustnessCurve& curve = results.curves[row];
  std::vector<std::size_t> better;
  if (std::isnan(curve.tuned.step_size)) return better;
  for (std::size_t i = 0; i < curve.loss.size(); ++i)
    if (std::isfinite(curve.tuned.loss) ? is_below(results, row, i) : std::isfinite(curve.loss[i])) better.push_back(i);
  return better;
}

/// True if some η* was moved.
bool recentre(const TuningSpec& spec, const TuningResults& results, Tuning& tuning, const TuningOptions& options) {
  Workshop own;
  const auto source = make_loss_source(tuned_on(spec), options.workshop ? *options.workshop : own, "", options.stop);
  bool moved = false;
  for (std::size_t row = 0; row < results.curves.size(); ++row) {
    const auto better = better_than_tuned(results, row);
    if (better.empty()) continue;
    TunedRow& tuned = tuning.rows[row];
    std::vector<TuningCell> cells;
    for (const std::size_t i : better) cells.push_back({row, results.rho[i] * tuned.step_size});
    const int seeds = tuned.seeds;  // those that chose η*: its loss is theirs
    plan(options, source->cost(seeds) * static_cast<double>(cells.size()));
    const auto losses = evaluate(*source, cells, seeds, options);
    double least = std::isfinite(results.curves[row].tuned.loss) ? tuned.loss : kInfinity;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      if (!(losses[i].loss < least)) continue;
      least = losses[i].loss;
      tuned.step_size = cells[i].step_size;
      tuned.loss = least;
      tuned.flat_from = tuned.flat_to = tuned.step_size;  // what was as good as the old η* need not be now
      tuned.others.clear();
      tuned.recentred = moved = true;
    }
  }
  return moved;
}

RobustnessCurve empty_curve(std::size_t points) {
  const std::vector<double> nothing(points, kNan);
  return {.loss = nothing,
          .R = nothing,
          .rise = nothing,
          .error = nothing,
          .q10 = nothing,
          .q90 = nothing,
          .diverged = std::vector<int>(points),
          .member = std::vector<int>(points),
          .overshoot = {kNan, kNan, 0},
          .undershoot = {kNan, kNan, 0}};
}

/// Of the ρ between which slopes are fitted: none has a loss, or some have none.
std::string without_points(const TuningSpec& spec, std::span<const double> rho, const RobustnessCurve& curve) {
  const std::vector<double> all(rho.size(), 1.0);
  const int points = fit_power_law(rho, all, spec.fit_from, spec.fit_to).points;
  if (points < 2) return "the figure has no two ρ where slopes are fitted";
  return curve.overshoot.points < points ? "runs diverge where slopes are fitted" : "";
}

PredictedSlope prediction(const TuningSpec& spec, const LossSource& source, std::span<const double> rho,
                          std::size_t row, const RobustnessCurve& curve) {
  if (const std::string reason = source.refusal(row); !reason.empty()) return {.reason = reason};
  if (const std::string reason = source.without_law(row); !reason.empty()) return {.reason = reason};
  if (const std::string reason = without_points(spec, rho, curve); !reason.empty()) return {.reason = reason};
  const auto law = spec.mode == TuningMode::kOneProblem ? AnnealingLaw::kSmoothProblem : AnnealingLaw::kWorstProblem;
  return predicted_slope(law, source.factors(row), spec.fit_from, spec.fit_to);
}

}  // namespace

TuningResults judge(const TuningSpec& spec, Tuning& tuning, const TuningOptions& options) {
  constexpr int kMostMoves = 2;
  TuningResults results = robustness(spec, tuning, options);
  for (int moves = 0; moves < kMostMoves && results.complete && recentre(spec, results, tuning, options); ++moves)
    results = robustness(spec, tuning, options);
  return results;
}

bool is_below(const TuningResults& results, std::size_t row, std::size_t i) {
  constexpr double kRounding = 1e-9;
  const RobustnessCurve& curve = results.curves[row];
  const double unit = results.excess ? 1 : std::abs(curve.tuned.loss);
  return cost_of(results, row)[i] < (results.excess ? 1 : 0) - curve.error[i] - kRounding * unit;
}

const std::vector<double>& cost_of(const TuningResults& results, std::size_t row) {
  return results.excess ? results.curves[row].R : results.curves[row].rise;
}

double cost_at(const TuningResults& results, std::size_t row, double rho) {
  const auto& cost = cost_of(results, row);
  if (results.excess && results.rho.size() > 1) return RobustnessFunction(results.rho, cost).at(rho);
  std::size_t next = 0;
  while (next + 1 < results.rho.size() && results.rho[next] < rho * (1 - 1e-9)) ++next;
  if (next == 0 || results.rho[next] < rho * (1 + 1e-9)) return cost[next];
  const double low = steplab::log(results.rho[next - 1]);
  const double share = (steplab::log(rho) - low) / (steplab::log(results.rho[next]) - low);
  return cost[next - 1] + share * (cost[next] - cost[next - 1]);
}

TuningResults robustness(const TuningSpec& spec, const Tuning& tuning, const TuningOptions& options) {
  Workshop own;
  const auto source = make_loss_source(spec, options.workshop ? *options.workshop : own, "", options.stop);
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
  if (options.stop.stop_requested()) return results;
  std::size_t next = 0;
  for (std::size_t row = 0; row < spec.rows.size(); ++row) {
    const std::size_t points = results.rho.size();
    RobustnessCurve curve = empty_curve(points);
    if (next < cells.size() && cells[next].row == row) {
      const auto first = losses.begin() + static_cast<std::ptrdiff_t>(next);
      RowLosses mine{{first + 1, first + 1 + static_cast<std::ptrdiff_t>(points)}, *first};
      curve = curve_of(spec, results, mine);
      next += 1 + points;
    }
    curve.label = spec.rows[row].label.empty() ? to_text(spec.rows[row].rate) : spec.rows[row].label;
    if (row < tuning.rows.size()) {
      const double judged = curve.tuned.loss;
      curve.tuned = tuning.rows[row];
      curve.tuned.loss = judged;
    }
    curve.predicted = prediction(spec, *source, results.rho, row, curve);
    results.curves.push_back(std::move(curve));
  }
  results.complete = true;
  return results;
}

}  // namespace steplab
