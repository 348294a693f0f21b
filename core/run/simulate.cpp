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

const char* words_of(RunStatus status) {
  switch (status) {
    case RunStatus::kFinished:
      return "finished";
    case RunStatus::kDiverged:
      return "diverged";
    case RunStatus::kNotANumber:
      return "stopped being a number";
    case RunStatus::kLeftDomain:
      return "left the landscape's domain";
    case RunStatus::kCancelled:
      return "cancelled";
  }
  return "";
}

namespace {

constexpr int kWidestTile = 64;
constexpr int kTileNumbers = 32768 / sizeof(double);  // a tile should stay in the first-level cache

int widest_tile(int dim) { return std::clamp(kTileNumbers / dim / kPack * kPack, kPack, kWidestTile); }

// Lanes with equal keys may share a tile. The schedule comes last: it only brings like lanes together.
auto tile_key(const LaneTask& lane) {
  const PreparedRun& run = *lane.run;
  const bool alone = run.oracle->one_key_per_tile();
  const bool cycles = run.schedule && run.schedule->momentum(0, run.spec->steps).has_value();
  return std::tuple(run.landscape.get(), run.optimizer.get(), run.oracle.get(), run.projection.get(), run.rule.get(),
                    run.spec->steps, cycles, alone ? run.spec->seed : 0, alone ? lane.replicate : 0);
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

SpecResults empty_results(const PreparedRun& run, const Recording& recording) {
  SpecResults results;
  results.dim = run.landscape->dim();
  const auto seeds = static_cast<std::size_t>(run.spec->seeds);
  results.outcomes.resize(seeds);
  results.final_x.resize(seeds * static_cast<std::size_t>(results.dim));
  if (recording.trajectory) results.trajectories.resize(seeds);
  if (!recording.snapshots.empty()) results.snapshots.resize(seeds);
  return results;
}

// Equal parts rather than full tiles and a rest: workers then finish together.
void cut_into_tiles(Plan& plan) {
  std::vector<std::pair<decltype(tile_key(plan.lanes[0])), LaneTask>> keyed;
  keyed.reserve(plan.lanes.size());
  for (const auto& lane : plan.lanes) keyed.emplace_back(tile_key(lane), lane);
  std::ranges::stable_sort(keyed, [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.factors) < std::tie(b.first, b.second.factors);
  });
  for (std::size_t i = 0; i < keyed.size(); ++i) plan.lanes[i] = keyed[i].second;
  for (std::size_t begin = 0; begin < keyed.size();) {
    std::size_t end = begin + 1;
    while (end < keyed.size() && keyed[end].first == keyed[begin].first) ++end;
    const auto widest = static_cast<std::size_t>(widest_tile(keyed[begin].second.run->landscape->dim()));
    const std::size_t tiles = (end - begin + widest - 1) / widest;
    const auto lanes = static_cast<std::size_t>(round_up_to_pack(static_cast<int>((end - begin + tiles - 1) / tiles)));
    for (; begin < end; begin = std::min(end, begin + lanes))
      plan.tiles.emplace_back(plan.lanes.data() + begin, std::min(lanes, end - begin));
  }
}

LaneTask lane_task(Plan& plan, const PreparedRun& run, int replicate, SpecResults& results) {
  const FactorTable* factors = nullptr;
  if (run.schedule)
    factors =
        &plan.factors.try_emplace({run.schedule.get(), run.spec->steps}, run.schedule, run.spec->steps).first->second;
  return {.run = &run, .factors = factors, .replicate = replicate, .results = &results};
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
  for (const auto& run : plan.runs) results.push_back(empty_results(run, recording));
  std::int64_t total = 0;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    for (int replicate = 0; replicate < specs[i].seeds; ++replicate)
      plan.lanes.push_back(lane_task(plan, plan.runs[i], replicate, results[i]));
    total += static_cast<std::int64_t>(specs[i].seeds) * specs[i].steps;
  }
  if (options.progress) options.progress->total = total;
  cut_into_tiles(plan);
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
  const LaneTask lane = lane_task(plan, plan.runs[0], replicate, results);
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
