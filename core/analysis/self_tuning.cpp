#include "core/analysis/self_tuning.h"

#include "core/analysis/self_tuning_jobs.h"
#include "core/base/math.h"
#include "core/base/parallel.h"
#include "core/base/smoothness_probe.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

namespace steplab {
namespace {

constexpr int kWidestTile = 40;                       // of 65 rates two tiles, so that two workers finish together
constexpr int kTileNumbers = 32768 / sizeof(double);  // a tile should stay in the first-level cache

std::size_t widest_tile(int dim) {
  return static_cast<std::size_t>(std::clamp(kTileNumbers / dim / kPack * kPack, kPack, kWidestTile));
}

/// What one curve point asks for.
struct Point {
  double rate0;
  std::size_t problem;
};

/// A lane of a tile: replicate of a point.
struct PointLane {
  std::size_t point;
  int replicate;
};

/// Lanes of one method on one problem that go in one tile.
struct PointTile {
  std::size_t method, problem;
  std::vector<PointLane> lanes;
};

struct Plan {
  const SelfTuningJobs& jobs;
  std::vector<ScaledProblem> problems;
  std::vector<Point> points;
  int seeds;
  std::vector<PointTile> tiles{};
};

void add_tiles(Plan& plan, std::size_t method, std::size_t problem, const std::vector<PointLane>& lanes) {
  const std::size_t widest = widest_tile(plan.problems[problem].landscape->dim());
  const std::size_t tiles = (lanes.size() + widest - 1) / widest;
  for (std::size_t k = 0, begin = 0; k < tiles; ++k) {
    const auto size = static_cast<std::size_t>(
        round_up_to_pack(static_cast<int>((lanes.size() - begin + tiles - k - 1) / (tiles - k))));
    const std::size_t end = std::min(lanes.size(), begin + size);
    if (begin == end) continue;
    plan.tiles.push_back(
        {method,
         problem,
         {lanes.begin() + static_cast<std::ptrdiff_t>(begin), lanes.begin() + static_cast<std::ptrdiff_t>(end)}});
    begin = end;
  }
}

void cut_into_tiles(Plan& plan) {
  for (std::size_t method = 0; method < plan.jobs.methods(); ++method)
    for (std::size_t problem = 0; problem < plan.problems.size(); ++problem) {
      const bool alone = plan.jobs.method(method).run.oracle->one_key_per_tile();
      std::vector<PointLane> lanes;
      for (int replicate = 0; replicate < plan.seeds; ++replicate) {
        for (std::size_t point = 0; point < plan.points.size(); ++point)
          if (plan.points[point].problem == problem) lanes.push_back({point, replicate});
        if (!alone && replicate + 1 < plan.seeds) continue;
        add_tiles(plan, method, problem, lanes);
        lanes.clear();
      }
    }
}

/// How good an end is: arrived soonest first, diverged soonest last.
auto order_of(const FlatOutcome& outcome) {
  const bool reached = outcome.status == FlatStatus::kReached, diverged = is_lost(outcome.status);
  const double loss = std::isnan(outcome.loss) ? std::numeric_limits<double>::infinity() : outcome.loss;
  return std::tuple(reached ? 0 : diverged ? 2 : 1, reached ? outcome.steps : diverged ? -outcome.steps : 0, loss);
}

SelfTuningCell cell_of(const Point& point, const ScaledProblem& problem, std::vector<FlatOutcome> outcomes) {
  SelfTuningCell cell{.rate0 = point.rate0,
                      .L = problem.smoothness.L,
                      .automatic_b0 = problem.b0,
                      .runs = static_cast<int>(outcomes.size())};
  cell.reached = static_cast<int>(std::ranges::count(outcomes, FlatStatus::kReached, &FlatOutcome::status));
  cell.diverged =
      static_cast<int>(std::ranges::count_if(outcomes, [](const FlatOutcome& o) { return is_lost(o.status); }));
  const auto middle = outcomes.begin() + (cell.runs - 1) / 2;
  std::ranges::nth_element(outcomes, middle, [](const auto& a, const auto& b) { return order_of(a) < order_of(b); });
  cell.outcome = *middle;
  return cell;
}

/// One outcome for each method, point and replicate, in this order.
std::vector<FlatOutcome> run_tiles(Plan& plan, const SelfTuningOptions& options) {
  const auto seeds = static_cast<std::size_t>(plan.seeds), points = plan.points.size();
  std::vector<FlatOutcome> outcomes(plan.jobs.methods() * points * seeds);
  cut_into_tiles(plan);
  if (options.progress)
    options.progress->total += static_cast<std::int64_t>(outcomes.size()) * plan.jobs.method(0).run.spec->steps;
  parallel_for(static_cast<int>(plan.tiles.size()), options.workers, options.stop, [&](int item, int) {
    const PointTile& tile = plan.tiles[static_cast<std::size_t>(item)];
    const PreparedRun run = plan.jobs.run_on(tile.method, plan.problems[tile.problem]);
    std::vector<FlatLane> lanes;
    for (const auto& lane : tile.lanes)
      lanes.push_back(plan.jobs.lane(tile.method, plan.points[lane.point].rate0, lane.replicate));
    const auto ends = run_until_flat(plan.jobs.job(tile.method, run), lanes, nullptr, options.stop, options.progress);
    for (std::size_t i = 0; i < ends.size(); ++i)
      outcomes[(tile.method * points + tile.lanes[i].point) * seeds +
               static_cast<std::size_t>(tile.lanes[i].replicate)] = ends[i];
  });
  return outcomes;
}

SelfTuningResults curves_of(const SelfTuningSpec& spec, Plan& plan, const SelfTuningOptions& options) {
  const std::vector<FlatOutcome> outcomes = run_tiles(plan, options);
  SelfTuningResults results{.complete = !options.stop.stop_requested()};
  auto next = outcomes.begin();
  for (const auto& method : spec.methods) {
    SelfTuningCurve curve{.method = method_id(method), .label = method.label};
    for (const auto& point : plan.points) {
      curve.cells.push_back(cell_of(point, plan.problems[point.problem], {next, next + plan.seeds}));
      next += plan.seeds;
    }
    results.curves.push_back(std::move(curve));
  }
  return results;
}

}  // namespace

SelfTuningResults against_rate(const SelfTuningSpec& spec, const SelfTuningOptions& options) {
  Workshop own;
  const SelfTuningJobs jobs(spec, options.workshop ? *options.workshop : own, "");
  Plan plan{.jobs = jobs, .problems = {jobs.problem(spec.L)}, .points = {}, .seeds = spec.problem.seeds};
  for (const double rate : spec.rates.values()) plan.points.push_back({jobs.rate_of(rate, plan.problems[0]), 0});
  return curves_of(spec, plan, options);
}

SelfTuningResults against_smoothness(const SelfTuningSpec& spec, const SelfTuningOptions& options) {
  Workshop own;
  const SelfTuningJobs jobs(spec, options.workshop ? *options.workshop : own, "");
  Plan plan{.jobs = jobs, .problems = {}, .points = {}, .seeds = spec.problem.seeds};
  for (const double L : spec.Ls) {
    plan.problems.push_back(jobs.problem(L));
    plan.points.push_back({jobs.first_rate(plan.problems.back()), plan.problems.size() - 1});
  }
  return curves_of(spec, plan, options);
}

double automatic_b0(const Landscape& landscape, const Vector& x) {
  return probed_smoothness(tile_of(x), [&](const Tile& point, Tile& g) { landscape.gradient(point, g); })[0];
}

}  // namespace steplab
