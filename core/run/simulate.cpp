#include "core/base/parallel.h"
#include "core/run/tile_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace steplab {
namespace {

constexpr int kWidestTile = 64;
constexpr int kTileNumbers = 32768 / sizeof(double);  // a tile should stay in the first-level cache
constexpr std::size_t kPiece = 65536;                 // replicates set up between two looks at stop requests

int widest_tile(int dim) { return std::clamp(kTileNumbers / dim / kPack * kPack, kPack, kWidestTile); }

// Runs with equal keys may share tiles: replicate by replicate where the oracle draws one mini-batch for a whole tile.
auto tile_key(const PreparedRun& run) {
  const bool alone = run.oracle->one_key_per_tile();
  const bool cycles = run.schedule && run.schedule->momentum(0, run.spec->steps).has_value();
  return std::tuple(run.landscape.get(), run.optimizer.get(), run.oracle.get(), run.projection.get(), run.rule.get(),
                    run.spec->steps, cycles, alone ? run.spec->seed : 0);
}

struct Plan {
  std::vector<PreparedRun> runs;
  std::map<std::pair<const Schedule*, int>, FactorTable> factors;
  std::vector<LaneTask> lanes;
  std::vector<std::span<const LaneTask>> tiles;
};

std::vector<PreparedRun> prepare_all(std::span<const RunSpec> specs, Workshop* kept = nullptr) {
  Workshop own;
  Workshop& workshop = kept ? *kept : own;
  std::vector<PreparedRun> runs;
  runs.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i)
    runs.push_back(workshop.prepare(specs[i], "runs[" + std::to_string(i) + "]"));
  workshop.next_generation();
  return runs;
}

/// To this size in pieces, with a look at `stop` before every piece but the first.
template <class T>
void grow(std::vector<T>& list, std::size_t size, const std::stop_token& stop) {
  list.reserve(size);
  do {
    list.resize(std::min(size, list.size() + kPiece));
  } while (list.size() < size && !stop.stop_requested());
}

SpecResults empty_results(const PreparedRun& run, const Recording& recording, const std::stop_token& stop = {}) {
  SpecResults results;
  results.dim = run.landscape->dim();
  const auto seeds = static_cast<std::size_t>(run.spec->seeds);
  grow(results.outcomes, seeds, stop);
  grow(results.final_x, seeds * static_cast<std::size_t>(results.dim), stop);
  if (recording.trajectory) grow(results.trajectories, seeds, stop);
  if (!recording.snapshots.empty()) grow(results.snapshots, seeds, stop);
  return results;
}

/// The lanes from `begin` on, which may share tiles. Equal parts rather than full tiles and a rest: workers then finish
/// together.
void cut_into_tiles(Plan& plan, std::size_t begin) {
  const std::size_t end = plan.lanes.size();
  if (begin == end) return;
  const auto widest = static_cast<std::size_t>(widest_tile(plan.lanes[begin].run->landscape->dim()));
  const std::size_t tiles = (end - begin + widest - 1) / widest;
  const auto lanes = static_cast<std::size_t>(round_up_to_pack(static_cast<int>((end - begin + tiles - 1) / tiles)));
  for (; begin < end; begin = std::min(end, begin + lanes))
    plan.tiles.emplace_back(plan.lanes.data() + begin, std::min(lanes, end - begin));
}

LaneTask first_lane(Plan& plan, const PreparedRun& run, SpecResults& results) {
  const FactorTable* factors = nullptr;
  if (run.schedule)
    factors =
        &plan.factors.try_emplace({run.schedule.get(), run.spec->steps}, run.schedule, run.spec->steps).first->second;
  return {.run = &run, .factors = factors, .results = &results};
}

/// Replicate `first` … `last` − 1 of each of these runs that has so many, run by run. False after a stop request.
bool add_lanes(Plan& plan, std::span<const LaneTask> runs, int first, int last, const std::stop_token& stop) {
  for (LaneTask lane : runs)
    for (lane.replicate = first; lane.replicate < std::min(last, lane.run->spec->seeds); ++lane.replicate) {
      if (plan.lanes.size() % kPiece == 0 && stop.stop_requested()) return false;
      plan.lanes.push_back(lane);
    }
  return true;
}

/// Lanes and tiles of all runs; runs of one schedule side by side. False after a stop request.
bool plan_tiles(Plan& plan, Results& results, const std::stop_token& stop) {
  std::vector<LaneTask> order;
  std::size_t lanes = 0;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    order.push_back(first_lane(plan, plan.runs[i], results[i]));
    lanes += static_cast<std::size_t>(plan.runs[i].spec->seeds);
  }
  std::ranges::stable_sort(order, [](const LaneTask& a, const LaneTask& b) {
    return std::tuple(tile_key(*a.run), a.factors) < std::tuple(tile_key(*b.run), b.factors);
  });
  plan.lanes.reserve(lanes);  // tiles point into it
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    int most = 0;
    for (; end < order.size() && tile_key(*order[end].run) == tile_key(*order[begin].run); ++end)
      most = std::max(most, order[end].run->spec->seeds);
    const int at_once = order[begin].run->oracle->one_key_per_tile() ? 1 : most;
    for (int first = 0; first < most; first += at_once) {
      const std::size_t before = plan.lanes.size();
      if (!add_lanes(plan, std::span(order).subspan(begin, end - begin), first, first + at_once, stop)) return false;
      cut_into_tiles(plan, before);
    }
  }
  return true;
}

void check_recording(const Recording& recording) {
  if (recording.stride < 1)
    throw InputError("recording.stride",
                     "'" + std::to_string(recording.stride) + "' is not allowed; allowed: stride ≥ 1");
  if (recording.sharpness_every < 1)
    throw InputError("recording.sharpness_every", "'" + std::to_string(recording.sharpness_every) +
                                                      "' is not allowed; allowed: sharpness_every ≥ 1");
}

}  // namespace

Results simulate(std::span<const RunSpec> specs, const Recording& recording, const SimulateOptions& options) {
  check_recording(recording);
  Plan plan;
  plan.runs = prepare_all(specs, options.workshop);
  Results results;
  std::int64_t total = 0;
  for (const auto& run : plan.runs) {
    results.push_back(empty_results(run, recording, options.stop));
    total += static_cast<std::int64_t>(run.spec->seeds) * run.spec->steps;
  }
  if (options.progress) options.progress->total = total;
  if (!plan_tiles(plan, results, options.stop)) return results;
  parallel_for(static_cast<int>(plan.tiles.size()), options.workers, options.stop, [&](int i, int) {
    TileRun(plan.tiles[static_cast<std::size_t>(i)], recording).run(options.stop, options.progress);
  });
  return results;
}

SpecResults resume(const RunSpec& spec, int replicate, const Snapshot& snapshot, const Recording& recording) {
  check_recording(recording);
  Plan plan;
  plan.runs = prepare_all({&spec, 1});
  SpecResults results = empty_results(plan.runs[0], recording);
  LaneTask lane = first_lane(plan, plan.runs[0], results);
  lane.replicate = replicate;
  TileRun tile({&lane, 1}, recording);
  tile.restore(snapshot);
  tile.run({}, nullptr);
  return results;
}

void check(const RunSpec& spec, std::string_view place) { Workshop().prepare(spec, place); }

double results_bytes(std::span<const RunSpec> specs, const Recording& recording, Workshop* workshop) {
  check_recording(recording);
  double bytes = 0;
  for (const PreparedRun& run : prepare_all(specs, workshop)) {
    const int strides = run.spec->steps / recording.stride;
    const double rows = recording.trajectory ? strides + 2.0 : 0.0;
    constexpr double kNumber = sizeof(double), kOutcome = sizeof(Outcome), kTrajectory = sizeof(Trajectory);
    const double row =
        sizeof(int) + kNumber * (run.landscape->dim() + 3.0 + recording.sharpness + recording.preconditioned_sharpness);
    bytes += run.spec->seeds *
             (kOutcome + kNumber * run.landscape->dim() + rows * row + (recording.trajectory ? kTrajectory : 0));
  }
  return bytes;
}

double distance_to_minimum(const Landscape& landscape, const Vector& x) {
  double least = std::numeric_limits<double>::infinity();
  for (const Minimum& minimum : landscape.surroundings().minima)
    if (minimum.global) least = std::min(least, (x - minimum.x).norm());
  return least;
}

bool reached(const Landscape& landscape, const Vector& x, double loss, double reach) {
  const Surroundings& s = landscape.surroundings();
  if (s.minima_form_a_set) return s.least_value && loss - *s.least_value < reach * reach;
  const double distance = distance_to_minimum(landscape, x);
  if (!(distance < reach)) return false;
  return std::ranges::none_of(s.minima, [&](const Minimum& m) { return !m.global && (x - m.x).norm() < distance; });
}

bool is_rate_rule(std::string_view id) {
  return std::ranges::any_of(rate_rules(), [&](const auto& entry) { return entry.id == id; });
}

}  // namespace steplab
