#include "core/analysis/self_tuning_rates.h"

#include "core/analysis/self_tuning_jobs.h"
#include "core/analysis/wngrad_bounds.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kTile = 40;  // seeds that go together

double ratio_of(double value, double bound) { return value == 0 ? 0 * bound : value / bound; }

/// Ten a decade, powers of ten among them, and T itself.
std::vector<int> checkpoints(int T) {
  std::vector<int> at;
  for (int k = 0;; ++k) {
    const double t = std::round(std::pow(10.0, k / 10.0));
    if (t >= T) break;
    if (at.empty() || static_cast<int>(t) > at.back()) at.push_back(static_cast<int>(t));
  }
  at.push_back(T);
  return at;
}

/// What one lane had at each checkpoint. Not a number where it did not come so far.
struct LaneRecord {
  std::vector<double> gap, b, mean_square;  // of ‖G‖²
  double G = 0, radius = 0;
};

/// Means over the points at which updates ask for gradients.
class Averager final : public FlatWatcher {
 public:
  Averager(const Landscape& landscape, const std::vector<int>& checkpoints, LaneRecord* records, int lanes)
      : landscape_(landscape),
        checkpoints_(checkpoints),
        records_(records),
        sums_(Tile::Zero(lanes, landscape.dim())),
        squares_(Lanes::Zero(lanes)) {
    const auto& minima = landscape.surroundings().minima;
    const auto best = std::ranges::find_if(minima, [](const Minimum& m) { return m.global; });
    if (best != minima.end()) minimum_ = best->x;
    least_ = landscape.surroundings().least_value.value_or(0);
    for (int i = 0; i < lanes; ++i)
      for (auto* column : {&records[i].gap, &records[i].b, &records[i].mean_square})
        column->assign(checkpoints.size(), kNan);
  }

  void step(const FlatStep& step) override {
    for (std::size_t row = 0; row < step.lanes.size(); ++row)
      add(step, static_cast<Eigen::Index>(row), step.lanes[row]);
    if (step.t + 1 != checkpoints_[next_]) return;
    for (std::size_t row = 0; row < step.lanes.size(); ++row)
      note(step.lanes[row], step.b[static_cast<Eigen::Index>(row)]);
    ++next_;
  }
  void end(int, const FlatOutcome&, const Vector&) override {}

 private:
  void add(const FlatStep& step, Eigen::Index row, int lane) {
    double square = 0, distance = 0;
    for (Eigen::Index j = 0; j < step.x.cols(); ++j) {
      sums_(lane, j) += step.x(row, j);
      square += step.gradient(row, j) * step.gradient(row, j);
      if (minimum_.size() > 0) distance += (step.x(row, j) - minimum_[j]) * (step.x(row, j) - minimum_[j]);
    }
    squares_[lane] += square;
    LaneRecord& record = records_[lane];
    record.G = std::max(record.G, std::sqrt(square));
    record.radius = minimum_.size() > 0 ? std::max(record.radius, std::sqrt(distance)) : kNan;
  }
  void note(int lane, double b) {
    const double T = checkpoints_[next_];
    LaneRecord& record = records_[lane];
    record.gap[next_] = value_at(landscape_, sums_.row(lane).matrix() / T) - least_;
    record.b[next_] = b;
    record.mean_square[next_] = squares_[lane] / T;
  }

  const Landscape& landscape_;
  const std::vector<int>& checkpoints_;
  LaneRecord* records_;
  Tile sums_;
  Lanes squares_;
  Vector minimum_{};
  double least_ = 0;
  std::size_t next_ = 0;
};

/// Mean of what is a number.
template <class Of>
double mean(const std::vector<LaneRecord>& records, Of of) {
  double sum = 0;
  int count = 0;
  for (const auto& record : records)
    if (const double x = of(record); !std::isnan(x)) {
      sum += x;
      ++count;
    }
  return count ? sum / count : kNan;
}

/// The bound is of form B under plain steps, from its own first divisor.
bool bound_holds(const PreparedRun& run) {
  return run.spec->rate.id == "wngrad_b" && run.spec->rate.params.empty() && run.spec->optimizer.id == "sgd" &&
         run.spec->rho == 1;
}

double noise_limit(const PreparedRun& run, double squares) {
  const std::string& id = run.spec->oracle.id;
  if (id != "gaussian" && id != "sign") return kNan;
  const auto& entry = find_entry(oracles(), id, "oracle");
  return resolve(entry.params, run.spec->oracle.params, id).real("sigma") * std::sqrt(squares * run.landscape->dim());
}

StochasticRates summary(const PreparedRun& run, double rate0, const std::vector<int>& at,
                        const std::vector<LaneRecord>& records) {
  const double squares = run.spec->rate.id == "adagrad_norm" ? 1 : 2;  // of ‖G‖² in b²
  StochasticRates rates{.rate0 = rate0, .limit = noise_limit(run, squares)};
  for (const auto& record : records) {
    rates.G = std::max(rates.G, record.G);
    rates.radius = std::isnan(record.radius) ? kNan : std::max(rates.radius, record.radius);
    ++(std::isnan(record.b.back()) ? rates.diverged : rates.seeds);
  }
  for (std::size_t k = 0; k < at.size(); ++k) {
    StochasticRate row{.T = at[k]};
    const double root = std::sqrt(at[k]);
    row.gap = mean(records, [k](const LaneRecord& r) { return r.gap[k]; });
    row.scaled_gap = row.gap * root;
    row.b = mean(records, [k](const LaneRecord& r) { return r.b[k]; });
    row.b_over_sqrt = row.b / root;
    row.step_size = mean(records, [k](const LaneRecord& r) { return 1 / r.b[k]; });
    row.predicted = std::sqrt(squares * mean(records, [k](const LaneRecord& r) { return r.mean_square[k]; }));
    const bool holds = bound_holds(run);
    row.b_bound = holds ? wngrad_stochastic_b(rates.G, 1 / rate0, at[k]) : kNan;
    row.scaled_bound = holds ? wngrad_stochastic_gap(rates.G, rates.radius, 1 / rate0, at[k]) * root : kNan;
    rates.rows.push_back(row);
  }
  rates.eta0 = rates.rows.back().step_size * std::sqrt(at.back());
  return rates;
}

/// Tiles of seeds that may share one.
std::vector<std::pair<int, int>> seed_ranges(const PreparedRun& run, int seeds) {
  const int wide = run.oracle->one_key_per_tile() ? 1 : kTile;
  std::vector<std::pair<int, int>> ranges;
  for (int first = 0; first < seeds; first += wide) ranges.emplace_back(first, std::min(seeds, first + wide));
  return ranges;
}

}  // namespace

std::vector<BatchRate> batch_rates(const SelfTuningRun& run) {
  std::vector<BatchRate> rates;
  rates.reserve(run.rows());
  for (std::size_t r = 0; r < run.rows(); ++r) {
    BatchRate rate{.T = run.step[r] + 1, .bound = run.gradient_bound, .b = run.b[r], .b_bound = run.b_bound};
    rate.scaled = rate.T * run.least_squared_gradient[r];
    rate.ratio = ratio_of(rate.scaled, rate.bound);
    rate.b_ratio = ratio_of(rate.b, rate.b_bound);
    rates.push_back(rate);
  }
  return rates;
}

SelfTuningSpec default_stochastic_spec() {
  return {
      .problem = {.landscape = {"pseudo_huber"}, .oracle = {"gaussian"}, .start = {5}, .steps = 10000, .seeds = 200},
      .methods = {{.label = "WNGrad B", .rate = {"wngrad_b"}}}};
}

StochasticResults stochastic_rates(const SelfTuningSpec& spec, const SelfTuningOptions& options) {
  Workshop own;
  const SelfTuningJobs jobs(spec, options.workshop ? *options.workshop : own, "");
  const ScaledProblem problem = jobs.problem(spec.L);
  const double rate = jobs.first_rate(problem);
  const std::vector<int> at = checkpoints(spec.problem.steps);
  StochasticResults results{.complete = true};
  const auto counts =
      std::ranges::count_if(spec.methods, [](const auto& m) { return divisor_of(m) != Divisor::kNone; });
  if (options.progress)
    options.progress->total += static_cast<std::int64_t>(counts) * spec.problem.seeds * spec.problem.steps;
  for (std::size_t method = 0; method < jobs.methods(); ++method) {
    if (jobs.method(method).divisor == Divisor::kNone) continue;
    const PreparedRun run = jobs.run_on(method, problem);
    FlatJob job = jobs.job(method, run);
    job.flat = 0;
    std::vector<LaneRecord> records(static_cast<std::size_t>(spec.problem.seeds));
    const auto ranges = seed_ranges(run, spec.problem.seeds);
    parallel_for(static_cast<int>(ranges.size()), options.workers, options.stop, [&](int item, int) {
      const auto [first, last] = ranges[static_cast<std::size_t>(item)];
      std::vector<FlatLane> lanes;
      for (int replicate = first; replicate < last; ++replicate) lanes.push_back(jobs.lane(method, rate, replicate));
      Averager averager(*problem.landscape, at, &records[static_cast<std::size_t>(first)], last - first);
      run_until_flat(job, lanes, &averager, options.stop, options.progress);
    });
    results.complete = !options.stop.stop_requested();
    if (!results.complete) return results;
    StochasticRates rates = summary(run, rate, at, records);
    rates.method = method_id(spec.methods[method]);
    rates.label = spec.methods[method].label;
    rates.L = problem.smoothness.L;
    results.methods.push_back(std::move(rates));
  }
  return results;
}

}  // namespace steplab
