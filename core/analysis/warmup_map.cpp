#include "core/analysis/warmup_map.h"

#include "core/analysis/log_grid.h"
#include "core/analysis/loss_runs.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kMostWarmup = 1'000'000'000;

void require(bool good, std::string_view place, const std::string& field, const std::string& value,
             const std::string& allowed) {
  if (!good)
    throw InputError((place.empty() ? "" : std::string(place) + ": ") + field,
                     "'" + value + "' is not allowed; allowed: " + allowed);
}

template <class T>
std::vector<T> every_second(const std::vector<T>& values) {
  std::vector<T> kept;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i % 2 == 0 || i + 1 == values.size()) kept.push_back(values[i]);
  return kept;
}

/// A row of the map: its run with the warm-up in its schedule.
struct Row {
  RunSpec spec{};
  PreparedRun run{};
  std::shared_ptr<const FactorTable> factors{};
};

std::vector<Row> rows_of(const WarmupMapSpec& spec, Workshop& workshop, std::string_view place) {
  std::vector<Row> rows(spec.warmups.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].spec = run_of(spec, 1, spec.warmups[i]);
    rows[i].run = workshop.prepare(rows[i].spec, place);
    rows[i].factors = std::make_shared<FactorTable>(rows[i].run.schedule, rows[i].spec.steps);
  }
  return rows;
}

/// Cell numbers by falling step size: those that diverge stand together.
std::vector<std::size_t> by_step_size(const WarmupMapSpec& spec) {
  std::vector<std::size_t> order(spec.step_sizes.size() * spec.warmups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::size_t cell) { return spec.step_sizes[cell % spec.step_sizes.size()]; });
  return order;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return quantile(values, 0.5);
}

/// `least`: the least value of the landscape, 0 if it is not known.
WarmupCell summed_up(const WarmupMapSpec& spec, std::size_t cell, const std::vector<LossRecord>& seeds, double least) {
  const std::size_t columns = spec.step_sizes.size();
  WarmupCell sum{.step_size = spec.step_sizes[cell % columns], .warmup = spec.warmups[cell / columns]};
  std::vector<double> finals, peaks;
  double trained = 0, diverged = 0;
  for (const LossRecord& seed : seeds) {
    finals.push_back(seed.final);
    peaks.push_back(seed.peak);
    trained += seed.final - least < spec.share * (seed.initial - least);
    diverged += seed.diverged;
  }
  const auto count = static_cast<double>(seeds.size());
  sum.trained = trained / count;
  sum.diverged = diverged / count;
  sum.final_loss = median(std::move(finals));
  sum.peak_loss = median(std::move(peaks));
  sum.status = 2 * trained >= count              ? WarmupStatus::kTrained
               : 2 * diverged >= count - trained ? WarmupStatus::kDiverged
                                                 : WarmupStatus::kFailed;
  return sum;
}

std::vector<WarmupBoundary> boundary_of(const WarmupMapSpec& spec, const std::vector<WarmupCell>& cells) {
  std::vector<WarmupBoundary> boundary;
  for (const int warmup : spec.warmups) boundary.push_back({warmup, kNan, kNan});
  const auto raise = [](double& largest, double step_size) {
    if (!(largest >= step_size)) largest = step_size;
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    WarmupBoundary& row = boundary[i / spec.step_sizes.size()];
    if (cells[i].status == WarmupStatus::kTrained) raise(row.largest, cells[i].step_size);
    if (cells[i].trained == 1) raise(row.largest_all, cells[i].step_size);
  }
  return boundary;
}

}  // namespace

WarmupMapSpec default_warmup_map() {
  WarmupMapSpec spec;
  spec.problem.landscape = {"uv"};
  spec.problem.start = {5.0, 0.3};
  spec.problem.oracle = {"label_noise", {{"noise", "sign"}, {"sigma", 0.01}}};
  spec.problem.steps = 4096;
  spec.problem.step_size = 1;
  spec.step_sizes = LogGrid{0.01, 2.56, 25}.values();
  for (int power = 0; power <= 10; ++power) spec.warmups.push_back(1 << power);
  return spec;
}

WarmupMapSpec coarse(const WarmupMapSpec& spec) {
  WarmupMapSpec fewer = spec;
  fewer.step_sizes = every_second(spec.step_sizes);
  fewer.warmups = every_second(spec.warmups);
  fewer.problem.seeds = 1;
  return fewer;
}

void check(const WarmupMapSpec& spec, std::string_view place) {
  require(!spec.step_sizes.empty(), place, "step_sizes", "", "at least one step size");
  for (const double eta : spec.step_sizes)
    require(std::isfinite(eta) && eta > 0, place, "step_size", to_text(eta), "finite numbers > 0");
  require(!spec.warmups.empty(), place, "warmups", "", "at least one warm-up");
  for (const int warmup : spec.warmups)
    require(warmup >= 1, place, "warmup", std::to_string(warmup), "whole numbers of updates, 1 or more");
  require(spec.share > 0 && spec.share <= 1, place, "share", to_text(spec.share), "0 < share ≤ 1");
  require(spec.window >= 1, place, "window", std::to_string(spec.window), "1 state or more");
  require(!is_rate_rule(spec.problem.rate.id), place, "rule", spec.problem.rate.id,
          "a schedule: a rate rule has no warm-up");
  Workshop().prepare(run_of(spec, 1, spec.warmups.front()), place.empty() ? "runs[0]" : place);
}

int averaged_states(const WarmupMapSpec& spec) { return std::clamp(spec.problem.steps / 4, 1, spec.window); }

const char* name_of(WarmupStatus status) {
  switch (status) {
    case WarmupStatus::kTrained:
      return "trained";
    case WarmupStatus::kDiverged:
      return "diverged";
    default:
      return "failed";
  }
}

RunSpec run_of(const WarmupMapSpec& spec, double step_size, int warmup) {
  RunSpec run = spec.problem;
  run.rate.params["warmup"] = static_cast<double>(std::clamp(warmup, 1, kMostWarmup));
  run.step_size = step_size;
  run.rho = 1;
  return run;
}

WarmupMap warmup_map(const WarmupMapSpec& spec, const SimulateOptions& options) {
  check(spec, "");
  Workshop own;
  Workshop& workshop = options.workshop ? *options.workshop : own;
  const std::vector<Row> rows = rows_of(spec, workshop, "runs[0]");
  workshop.next_generation();
  const auto order = by_step_size(spec);
  std::vector<LossLane> lanes;
  for (int replicate = 0; replicate < spec.problem.seeds; ++replicate)
    for (const std::size_t cell : order) {
      const Row& row = rows[cell / spec.step_sizes.size()];
      lanes.push_back({&row.run, row.factors.get(), spec.step_sizes[cell % spec.step_sizes.size()], replicate});
    }
  const auto records = loss_runs(lanes, {.window = averaged_states(spec), .blown_up = kBlownUp}, options);
  if (options.stop.stop_requested()) return {};
  WarmupMap map{.initial_loss = records.front().initial, .complete = true};
  map.cells.resize(order.size());
  const double least = rows.front().run.landscape->surroundings().least_value.value_or(0);
  std::vector<LossRecord> seeds(static_cast<std::size_t>(spec.problem.seeds));
  for (std::size_t k = 0; k < order.size(); ++k) {
    for (std::size_t seed = 0; seed < seeds.size(); ++seed) seeds[seed] = records[seed * order.size() + k];
    map.cells[order[k]] = summed_up(spec, order[k], seeds, least);
  }
  map.boundary = boundary_of(spec, map.cells);
  return map;
}

}  // namespace steplab
