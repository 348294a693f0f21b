#include "core/analysis/basins.h"

#include "core/base/pack.h"
#include "core/base/parallel.h"
#include "core/run/tile_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace steplab {
namespace {

// Cells go in blocks, because neighbours settle at about the same step.
constexpr int kBlockWidth = 8, kBlockHeight = 4, kBlock = kBlockWidth * kBlockHeight;
constexpr int kPiece = 8;  // updates between two looks at who has settled

struct Settling {
  double x, y, radius_squared;
};

double cell(double low, double high, int i, int count) { return low + (high - low) * ((i + 0.5) / count); }

// What all blocks share.
struct Job {
  const PreparedRun& run;
  const FactorTable& factors;
  const BasinWindow& window;
  std::vector<Settling> minima;
  double reach_squared;
  bool settles;  // some ball has been proved
};

void put_starts(const BasinWindow& window, int block_x, int block_y, Tile& x) {
  for (int k = 0; k < kBlock; ++k) {
    // Cells beyond the edge repeat the last one inside.
    const int i = std::min(block_x * kBlockWidth + k % kBlockWidth, window.width - 1);
    const int j = std::min(block_y * kBlockHeight + k / kBlockWidth, window.height - 1);
    x(k, 0) = cell(window.low[0], window.high[0], i, window.width);
    x(k, 1) = cell(window.low[1], window.high[1], j, window.height);
  }
}

Pack squared_distance(const Settling& minimum, Pack x, Pack y) {
  return (x - minimum.x) * (x - minimum.x) + (y - minimum.y) * (y - minimum.y);
}

// Every lane is in a ball that it will not leave, or has diverged.
bool all_settled(const Job& job, const Tile& x, const Lanes& worst) {
  for (int k = 0; k < kBlock; k += kPack) {
    const Pack px = load(&x(k, 0)), py = load(&x(k, 1));
    PackMask settled = ~(load(&worst[k]) <= kDivergenceLimit);
    for (const auto& minimum : job.minima)
      settled = settled | (squared_distance(minimum, px, py) < minimum.radius_squared);
    if (any(~settled)) return false;
  }
  return true;
}

// Number of the nearest minimum within reach, or one of BasinMap's two other entries. `worst` is the largest coordinate
// met.
void classify(const Job& job, const Tile& x, const Lanes& worst, std::int8_t* entries) {
  for (int k = 0; k < kBlock; k += kPack) {
    const Pack px = load(&x(k, 0)), py = load(&x(k, 1));
    Pack least = splat(job.reach_squared), entry = splat(BasinMap::kNowhere);
    for (std::size_t m = 0; m < job.minima.size(); ++m) {
      const Pack distance = squared_distance(job.minima[m], px, py);
      const PackMask nearer = distance < least;
      least = select(nearer, distance, least);
      entry = select(nearer, splat(static_cast<double>(m)), entry);
    }
    entry = select(load(&worst[k]) <= kDivergenceLimit, entry, splat(BasinMap::kDiverged));
    for (int lane = 0; lane < kPack; ++lane) entries[k + lane] = static_cast<std::int8_t>(entry[lane]);
  }
}

void run_block(const Job& job, Tile& x, std::vector<double>& step_sizes, std::int8_t* entries) {
  const RunSpec& spec = *job.run.spec;
  const double eta = spec.rho * spec.step_size;
  Lanes extent(kBlock), worst = Lanes::Zero(kBlock);
  for (int t = 0; t < spec.steps;) {
    const int count = std::min(kPiece, spec.steps - t);
    for (int k = 0; k < count; ++k) std::fill_n(step_sizes.begin() + k * kBlock, kBlock, eta * job.factors.at(t + k));
    job.run.landscape->descend(x, step_sizes.data(), {}, count, extent);
    worst = (extent <= worst).select(worst, extent);
    t += count;
    if (job.settles && all_settled(job, x, worst)) break;
  }
  classify(job, x, worst, entries);
}

void store_block(const std::int8_t* entries, int block_x, int block_y, BasinMap& map) {
  for (int k = 0; k < kBlock; ++k) {
    const int i = block_x * kBlockWidth + k % kBlockWidth, j = block_y * kBlockHeight + k / kBlockWidth;
    if (i < map.width && j < map.height)
      map.basin[static_cast<std::size_t>(j) * static_cast<std::size_t>(map.width) + static_cast<std::size_t>(i)] =
          entries[k];
  }
}

Job make_job(const PreparedRun& run, const FactorTable& factors, const BasinWindow& window) {
  const RunSpec& spec = *run.spec;
  Job job{run, factors, window, {}, spec.reach * spec.reach, false};
  double largest_factor = 0;
  for (int t = 0; t < spec.steps; ++t) largest_factor = std::max(largest_factor, factors.at(t));
  const auto& minima = run.landscape->surroundings().minima;
  for (const auto& minimum : minima) {
    double apart = std::numeric_limits<double>::infinity();
    for (const auto& other : minima)
      if (&other != &minimum) apart = std::min(apart, (other.x - minimum.x).norm());
    const double radius = contraction_radius(*run.landscape, minimum, spec.rho * spec.step_size * largest_factor,
                                             std::min(spec.reach, apart / 2));
    job.settles = job.settles || radius > 0;
    job.minima.push_back({minimum.x[0], minimum.x[1], radius * radius});
  }
  return job;
}

// Any optimizer, rate rule and oracle, through the engine: one row of cells is one RunSpec's lanes with starts of their
// own.
void general_row(const PreparedRun& run, const FactorTable* factors, const BasinWindow& window, int j,
                 const std::stop_token& stop, BasinMap& map) {
  const auto width = static_cast<std::size_t>(window.width);
  SpecResults results;
  results.dim = 2;
  results.outcomes.resize(width);
  results.final_x.resize(2 * width);
  std::vector<PreparedRun> runs(width, run);
  std::vector<LaneTask> lanes;
  for (int i = 0; i < window.width; ++i) {
    auto& lane = runs[static_cast<std::size_t>(i)];
    lane.start = {cell(window.low[0], window.high[0], i, window.width),
                  cell(window.low[1], window.high[1], j, window.height)};
    lanes.push_back({.run = &lane, .factors = factors, .replicate = i, .results = &results});
  }
  const Recording nothing;
  constexpr std::size_t kTile = 64;
  for (std::size_t begin = 0; begin < width; begin += kTile)
    TileRun({lanes.data() + begin, std::min(kTile, width - begin)}, nothing).run(stop, nullptr);
  const auto& minima = run.landscape->surroundings().minima;
  for (std::size_t i = 0; i < width; ++i) {
    std::int8_t entry = BasinMap::kNowhere;
    double least = run.spec->reach;
    for (std::size_t m = 0; m < minima.size(); ++m) {
      const double distance =
          std::hypot(results.final_x[2 * i] - minima[m].x[0], results.final_x[2 * i + 1] - minima[m].x[1]);
      if (distance < least) entry = static_cast<std::int8_t>(m);
      least = std::min(least, distance);
    }
    if (results.outcomes[i].status == RunStatus::kDiverged) entry = BasinMap::kDiverged;
    if (results.outcomes[i].status == RunStatus::kCancelled) entry = BasinMap::kNowhere;
    map.basin[static_cast<std::size_t>(j) * width + i] = entry;
  }
}

void check_window(const BasinWindow& window, const Landscape& landscape) {
  constexpr int kLargestSide = 16384;
  if (landscape.dim() != 2)
    throw InputError("basins.landscape", "has " + std::to_string(landscape.dim()) + " dimensions; allowed: 2");
  if (landscape.surroundings().minima.size() > 127)
    throw InputError("basins.landscape", "has more than 127 known minima");
  if (window.width < 1 || window.height < 1 || window.width > kLargestSide || window.height > kLargestSide)
    throw InputError("basins.window", "'" + std::to_string(window.width) + "x" + std::to_string(window.height) +
                                          "' is not allowed; allowed: 1 to 16384 cells a side");
  for (std::size_t j = 0; j < 2; ++j)
    if (!(std::isfinite(window.low[j]) && std::isfinite(window.high[j]) && window.low[j] < window.high[j]))
      throw InputError("basins.window", "'" + to_text(window.low[j]) + " … " + to_text(window.high[j]) +
                                            "' is not allowed; allowed: finite, low < high");
}

}  // namespace

double contraction_radius(const Landscape& landscape, const Minimum& minimum, double step_size, double largest) {
  constexpr int kHalvings = 10;
  double radius = largest;
  for (int i = 0; i < kHalvings; ++i, radius /= 2)
    if (landscape.contracts(minimum.x, radius, step_size)) return radius;
  return 0;
}

double BasinMap::share(std::int8_t entry) const {
  return static_cast<double>(std::ranges::count(basin, entry)) / static_cast<double>(basin.size());
}

BasinMap basin_map(const RunSpec& spec, const BasinWindow& window, const SimulateOptions& options) {
  RunSpec single = spec;
  single.start = {};
  single.seeds = 1;
  Workshop workshop;
  const PreparedRun run = workshop.prepare(single, "basins");
  check_window(window, *run.landscape);
  BasinMap map{
      .width = window.width,
      .height = window.height,
      .basin = std::vector<std::int8_t>(
          static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height), BasinMap::kNowhere)};
  std::optional<FactorTable> factors;
  if (run.schedule) factors.emplace(run.schedule, single.steps);
  const bool plain = run.schedule && run.optimizer->is_plain_sgd() && single.oracle.id == "exact" &&
                     !run.projection->acts_on(*run.landscape);
  if (!plain) {
    parallel_for(window.height, options.workers, options.stop,
                 [&](int j, int) { general_row(run, factors ? &*factors : nullptr, window, j, options.stop, map); });
  } else {
    const Job job = make_job(run, *factors, window);
    const int blocks_x = (window.width + kBlockWidth - 1) / kBlockWidth,
              blocks_y = (window.height + kBlockHeight - 1) / kBlockHeight;
    parallel_for(blocks_y, options.workers, options.stop, [&](int block_y, int) {
      Tile x(kBlock, 2);
      std::vector<double> step_sizes(kPiece * kBlock);
      std::int8_t entries[kBlock];
      for (int block_x = 0; block_x < blocks_x && !options.stop.stop_requested(); ++block_x) {
        put_starts(window, block_x, block_y, x);
        run_block(job, x, step_sizes, entries);
        store_block(entries, block_x, block_y, map);
      }
    });
  }
  map.complete = !options.stop.stop_requested();
  return map;
}

}  // namespace steplab
