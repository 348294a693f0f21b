#include "core/analysis/tuning_losses.h"

#include "core/analysis/averaged_runs.h"
#include "core/analysis/quadratic_moments.h"
#include "core/base/parallel.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string head_of(std::string_view place) { return place.empty() ? "" : std::string(place) + ": "; }

std::string row_place(std::string_view place, std::size_t row) {
  return head_of(place) + "runs[" + std::to_string(row) + "]";
}

int first_averaged(const TuningSpec& spec) {
  const int steps = spec.problem.steps;
  if (spec.iterate == Iterate::kLast) return kLastIterate;
  if (spec.iterate == Iterate::kUniformAverage) return 0;
  return std::min(steps - 1, static_cast<int>(std::ceil(steps * (1 - spec.suffix) - 1e-9)));
}

/// With the problem that the mode has of its own.
TuningSpec settled(TuningSpec spec) {
  if (spec.mode == TuningMode::kOneProblem) return spec;
  spec.problem.landscape = {"abs", {{"c", spec.family.centre}}};
  spec.problem.projection = {"domain"};
  spec.problem.start = {spec.family.start};
  if (spec.mode == TuningMode::kBound) spec.problem.oracle = {"exact"};
  return spec;
}

CellLoss summary_of(std::vector<double> by_seed, LossStatistic statistic) {
  CellLoss cell;
  std::vector<double> ascending = by_seed;
  for (double& loss : ascending)
    if (std::isnan(loss)) loss = kInfinity;
  std::ranges::sort(ascending);
  cell.q10 = quantile(ascending, 0.1);
  cell.q90 = quantile(ascending, 0.9);
  // Summed in ascending order: the same whatever the order of the seeds.
  cell.loss = statistic == LossStatistic::kMedian
                  ? quantile(ascending, 0.5)
                  : std::accumulate(ascending.begin(), ascending.end(), 0.0) / static_cast<double>(ascending.size());
  cell.diverged = static_cast<int>(std::ranges::count(ascending, kInfinity));
  cell.by_seed = std::move(by_seed);
  return cell;
}

/// What the sources share: the specs of the rows with their choices made, and their factors.
class RowSource : public LossSource {
 public:
  RowSource(const TuningSpec& spec, Workshop& workshop, std::string_view place, const std::stop_token& stop)
      : spec_(settled(spec)), workshop_(workshop), refusals_(spec.rows.size()) {
    specs_.reserve(spec.rows.size());  // runs_ point into it
    for (std::size_t i = 0; i < spec.rows.size(); ++i) {
      RunSpec run = spec_.problem;
      run.rate = spec.rows[i].rate;
      run.optimizer = spec.rows[i].optimizer;
      run.rho = 1;
      run.step_size = 1;
      specs_.push_back(std::move(run));
      runs_.push_back(workshop.prepare(specs_.back(), row_place(place, i)));
      factors_.push_back(runs_[i].schedule ? factors_of(*runs_[i].schedule, spec.problem.steps, stop)
                                           : std::vector<double>());
    }
    workshop.next_generation();
  }
  std::span<const double> factors(std::size_t row) const override { return factors_[row]; }
  double cost(int seeds) const override { return static_cast<double>(seeds) * spec_.problem.steps; }
  std::string refusal(std::size_t row) const override {
    const Refusal& refusal = refusals_[row];
    return refusal.problem.empty() ? "" : refusal.problem + "; allowed: " + refusal.allowed;
  }
  void require_a_row(std::string_view place) const override {
    for (const Refusal& refusal : refusals_)
      if (refusal.problem.empty()) return;
    throw InputError(row_place(place, 0) + refusals_[0].field,
                     refusals_[0].problem + "; allowed: " + refusals_[0].allowed);
  }

 protected:
  struct Refusal {
    std::string field{}, problem{}, allowed{};
  };
  void refuse_rules(const std::string& allowed) {
    for (std::size_t i = 0; i < runs_.size(); ++i)
      if (!runs_[i].schedule) refusals_[i] = {".rule", "'" + specs_[i].rate.id + "' is a rate rule", allowed};
  }
  void refuse_optimizers(const std::string& where) {
    for (std::size_t i = 0; i < runs_.size(); ++i)
      if (!runs_[i].optimizer->is_plain_sgd())
        refusals_[i] = {".optimizer", "'" + specs_[i].optimizer.id + "' " + where, "sgd"};
  }
  SimulateOptions simulation(const TuningOptions& options) const {
    return {.workers = options.workers,
            .stop = options.stop,
            .progress = options.progress ? &options.progress->batch : nullptr,
            .workshop = &workshop_};
  }

  const TuningSpec spec_;
  Workshop& workshop_;
  std::vector<RunSpec> specs_;
  std::vector<PreparedRun> runs_;
  std::vector<std::vector<double>> factors_;
  std::vector<Refusal> refusals_;  ///< by row; no problem: it takes part
};

/// Where runs come to rest: a known minimum, else the start.
const Vector& rest_of(const Landscape& landscape) {
  const auto& known = landscape.surroundings();
  const auto best = std::ranges::min_element(known.minima, {}, &Minimum::value);
  return best == known.minima.end() ? known.start : best->x;
}

/// Whether the oracle's answer there is ever another than the gradient.
bool is_noisy_at_rest(const PreparedRun& run) {
  const Vector& rest = rest_of(*run.landscape);
  const Vector exact = gradient_at(*run.landscape, rest);
  std::vector<RandomKey> keys(kPack);
  if (!run.oracle->one_key_per_tile())
    for (std::uint32_t lane = 0; lane < kPack; ++lane) keys[lane].replicate = lane;
  const auto source = run.oracle->open(*run.landscape, keys);
  Tile x(kPack, rest.size()), g(kPack, rest.size());
  x.rowwise() = rest.transpose().array();
  for (int t = 0; t < 4; ++t) {
    source->gradient(x, t, g);
    if (((g.rowwise() - exact.transpose().array()).abs() > 1e-9 * (1 + exact.cwiseAbs().maxCoeff())).any()) return true;
  }
  return false;
}

/// A minimum without curvature: |x|.
bool has_kink_at_rest(const Landscape& landscape) {
  return !landscape.surroundings().minima.empty() && !(sharpness_at(landscape, rest_of(landscape)) > 0);
}

/// Any landscape, by the engine or, for averages of iterates, by averaged_losses(); exactly where that is possible.
class OneProblem final : public RowSource {
 public:
  OneProblem(const TuningSpec& spec, Workshop& workshop, std::string_view place, const std::stop_token& stop)
      : RowSource(spec, workshop, place, stop), average_from_(first_averaged(spec)) {
    least_ = runs_.front().landscape->surroundings().least_value;
    if (average_from_ != kLastIterate) refuse_rules("a schedule, as averages of iterates go with schedules only");
    if (spec.allow_exact && spec.iterate == Iterate::kLast && spec.statistic == LossStatistic::kMean)
      for (const PreparedRun& run : runs_)
        if (auto moments = QuadraticMoments::of(run)) moments_.push_back(*std::move(moments));
    if (moments_.size() != runs_.size()) moments_.clear();
  }
  bool exact() const override { return !moments_.empty(); }
  bool excess() const override { return least_.has_value(); }
  std::string without_law(std::size_t row) const override {
    if (!least_) return "the least loss is not known";
    if (!runs_[row].schedule) return "the law is of schedules";
    if (!runs_[row].optimizer->is_plain_sgd()) return "the law is of SGD";
    if (spec_.iterate != Iterate::kLast) return "the law is of the last iterate";
    if (!is_noisy_at_rest(runs_.front())) return "the law is of noise, and none is left at the minimum";
    if (has_kink_at_rest(*runs_.front().landscape)) return "the law is of smooth minima";
    // The smoothness is known of convex landscapes; elsewhere steps that are too large meet other curvatures and wells.
    if (!runs_.front().landscape->smoothness())
      return "the law is of one smooth valley; this may have other curvatures";
    return "";
  }

  std::vector<CellLoss> losses(std::span<const TuningCell> cells, int seeds, const TuningOptions& options) override {
    std::vector<CellLoss> found(cells.size());
    if (seeds > 0)
      found = average_from_ == kLastIterate ? sampled(cells, seeds, options) : averaged(cells, seeds, options);
    if (options.stop.stop_requested()) return {};
    if (exact())
      parallel_for(static_cast<int>(cells.size()), options.workers, options.stop, [&](int i, int) {
        const TuningCell& cell = cells[static_cast<std::size_t>(i)];
        const double loss = moments_[cell.row].expected_loss(factors_[cell.row], cell.step_size, options.stop);
        found[static_cast<std::size_t>(i)].loss = std::isfinite(loss) ? loss : kInfinity;
      });
    if (options.stop.stop_requested()) return {};
    return found;
  }

 private:
  std::vector<CellLoss> sampled(std::span<const TuningCell> cells, int seeds, const TuningOptions& options) {
    std::vector<RunSpec> specs;
    for (const TuningCell& cell : cells) {
      specs.push_back(specs_[cell.row]);
      specs.back().seeds = seeds;
      specs.back().step_size = cell.step_size;
    }
    const Results results = simulate(specs, {}, simulation(options));
    std::vector<CellLoss> found;
    for (const SpecResults& result : results) {
      std::vector<double> by_seed;
      for (const Outcome& outcome : result.outcomes)
        by_seed.push_back(outcome.lost() ? kInfinity : outcome.loss - least_.value_or(0));
      found.push_back(summary_of(std::move(by_seed), spec_.statistic));
    }
    return found;
  }

  std::vector<CellLoss> averaged(std::span<const TuningCell> cells, int seeds, const TuningOptions& options) {
    std::vector<AveragedCell> tasks;
    std::vector<CellLoss> found(cells.size());
    for (std::size_t row = 0; row < runs_.size(); ++row) {  // one after the other: optimizers may differ
      std::vector<std::size_t> mine;
      tasks.clear();
      for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].row == row) {
          mine.push_back(i);
          tasks.push_back({&runs_[row], factors_[row], cells[i].step_size});
        }
      const auto losses = averaged_losses(tasks, seeds, average_from_, simulation(options));
      for (std::size_t i = 0; i < mine.size(); ++i) {
        const auto first = losses.begin() + static_cast<std::ptrdiff_t>(i) * seeds;
        std::vector<double> by_seed(first, first + seeds);
        for (double& loss : by_seed) loss -= least_.value_or(0);
        found[mine[i]] = summary_of(std::move(by_seed), spec_.statistic);
      }
    }
    return found;
  }

  int average_from_;
  std::optional<double> least_;
  std::vector<QuadraticMoments> moments_;
};

/// The largest loss over the family: of the statistic, not of single runs.
class WorstProblem final : public RowSource {
 public:
  WorstProblem(const TuningSpec& spec, Workshop& workshop, std::string_view place, const std::stop_token& stop)
      : RowSource(spec, workshop, place, stop), average_from_(first_averaged(spec)) {
    refuse_rules("a schedule, as the theorem speaks of schedules");
    refuse_optimizers("is not what the theorem speaks of");
    const auto source = runs_.front().oracle->open(*runs_.front().landscape, std::vector<RandomKey>(kPack));
    const auto draws = source->draws(0, 1);
    if (!draws || draws->batch || runs_.front().landscape->dim() != 1)
      throw InputError(row_place(place, 0) + ".oracle",
                       "'" + spec.problem.oracle.id +
                           "' does not serve the worst problem; allowed: exact, gaussian, "
                           "sign, student_t, uniform");
  }
  double cost(int seeds) const override {
    return RowSource::cost(seeds) * static_cast<double>(spec_.family.slopes.size());
  }

  std::string without_law(std::size_t row) const override {
    if (average_from_ == kLastIterate || decay_degree(factors_[row]) == 0) return "";
    return "the law is of the last iterate";
  }

  std::vector<CellLoss> losses(std::span<const TuningCell> cells, int seeds, const TuningOptions& options) override {
    std::vector<WorstCell> tasks;
    for (const TuningCell& cell : cells) tasks.push_back({factors_[cell.row], cell.step_size});
    const auto losses =
        worst_family_losses(spec_.family, runs_.front(), seeds, tasks, average_from_, simulation(options));
    if (options.stop.stop_requested()) return {};
    std::vector<CellLoss> found(cells.size());
    const std::size_t members = spec_.family.slopes.size(), replicates = static_cast<std::size_t>(seeds);
    parallel_for(static_cast<int>(cells.size()), options.workers, {}, [&](int i, int) {
      CellLoss& worst = found[static_cast<std::size_t>(i)];
      for (std::size_t m = 0; m < members; ++m) {
        const double* first = &losses[(static_cast<std::size_t>(i) * members + m) * replicates];
        CellLoss one = summary_of({first, first + replicates}, spec_.statistic);
        if (m > 0 && !(one.loss > worst.loss)) continue;
        one.member = static_cast<int>(m);
        worst = std::move(one);
      }
    });
    return found;
  }

 private:
  int average_from_;
};

/// The theory alone.
class BoundOnly final : public RowSource {
 public:
  BoundOnly(const TuningSpec& spec, Workshop& workshop, std::string_view place, const std::stop_token& stop)
      : RowSource(spec, workshop, place, stop) {
    refuse_rules("a schedule, as the bound speaks of schedules");
    refuse_optimizers("is not what the bound speaks of");
    for (const auto& factors : factors_)
      if (!stop.stop_requested()) bounds_.emplace_back(factors, spec.form, spec.bound);
  }
  bool exact() const override { return true; }
  double cost(int) const override { return spec_.problem.steps; }
  std::string without_law(std::size_t row) const override {
    return decay_degree(factors_[row]) == 0 ? "where a schedule does not fall to zero the bound holds a logarithm" : "";
  }
  std::vector<CellLoss> losses(std::span<const TuningCell> cells, int, const TuningOptions& options) override {
    if (options.stop.stop_requested()) return {};  // also while the bounds were made
    std::vector<CellLoss> found(cells.size());
    parallel_for(static_cast<int>(cells.size()), options.workers, options.stop, [&](int i, int) {
      const TuningCell& cell = cells[static_cast<std::size_t>(i)];
      const BoundValue bound = bounds_[cell.row].at(cell.step_size);
      found[static_cast<std::size_t>(i)] = {.loss = bound.value, .q10 = kNan, .q90 = kNan, .member = bound.suffix};
    });
    return options.stop.stop_requested() ? std::vector<CellLoss>() : found;
  }

 private:
  std::vector<LastIterateBound> bounds_;
};

}  // namespace

std::vector<double> factors_of(const Schedule& schedule, int steps, const std::stop_token& stop) {
  constexpr int kLook = 65536;  // updates between two looks at stop requests
  std::vector<double> factors;
  factors.reserve(static_cast<std::size_t>(steps));
  for (int t = 0; t < steps && !(t % kLook == 0 && stop.stop_requested()); ++t)
    factors.push_back(schedule.factor(t, steps));
  return factors;
}

std::unique_ptr<LossSource> make_loss_source(const TuningSpec& spec, Workshop& workshop, std::string_view place,
                                             const std::stop_token& stop) {
  if (spec.mode == TuningMode::kOneProblem) return std::make_unique<OneProblem>(spec, workshop, place, stop);
  if (spec.mode == TuningMode::kWorstProblem) return std::make_unique<WorstProblem>(spec, workshop, place, stop);
  return std::make_unique<BoundOnly>(spec, workshop, place, stop);
}

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

void plan(const TuningOptions& options, double lane_steps) {
  if (options.progress) options.progress->planned += static_cast<std::int64_t>(lane_steps);
}

}  // namespace steplab
