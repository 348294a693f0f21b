#include "core/analysis/basins.h"

#include "core/analysis/many_starts.h"
#include "core/base/parallel.h"
#include "core/run/tile_run.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace steplab {
namespace {

// Cells go in blocks, because neighbours settle at about the same step.
constexpr int kBlockWidth = 8, kBlockHeight = 4, kBlock = kBlockWidth * kBlockHeight;
constexpr int kShortest = 8, kLongest = 64;  // updates between two looks at who has settled, a quarter of those done

double cell(double low, double high, int i, int count) { return low + (high - low) * ((i + 0.5) / count); }

// What all blocks share.
struct Job {
  const PreparedRun& run;
  const FactorTable& factors;
  const BasinWindow& window;
  RestingPlaces places;
};

// One block and its results.
struct Block {
  Tile x{kBlock, 2};
  Lanes extent{kBlock}, worst{kBlock};
  NearestMinimum before{kBlock}, now{kBlock};
  Lanes entered{kBlock};  // updates when it came within reach of the minimum that it is near now
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

void run_block(const Job& job, std::vector<double>& step_sizes, Block& block) {
  const RunSpec& spec = *job.run.spec;
  const double eta = spec.rho * spec.step_size;
  block.worst.setZero();
  block.entered.setZero();
  job.places.find_nearest(block.x, block.before);
  for (int t = 0; t < spec.steps;) {
    const int count = std::min(std::clamp(t / 4, kShortest, kLongest), spec.steps - t);
    for (int k = 0; k < count; ++k) std::fill_n(step_sizes.begin() + k * kBlock, kBlock, eta * job.factors.at(t + k));
    job.run.landscape->descend(block.x, step_sizes.data(), {}, count, block.extent);
    block.worst = (block.extent <= block.worst).select(block.worst, block.extent);
    job.places.find_nearest(block.x, block.now);
    job.places.note_entries(block.before, block.now, t, count, block.entered);
    std::swap(block.before, block.now);
    t += count;
    if (job.places.all_settled(block.x, block.worst)) break;
  }
}

void store_block(const Job& job, const Block& block, int block_x, int block_y, BasinMap& map) {
  for (int k = 0; k < kBlock; ++k) {
    const int i = block_x * kBlockWidth + k % kBlockWidth, j = block_y * kBlockHeight + k / kBlockWidth;
    if (i >= map.width || j >= map.height) continue;
    const auto at = static_cast<std::size_t>(j) * static_cast<std::size_t>(map.width) + static_cast<std::size_t>(i);
    if (!(block.worst[k] <= kDivergenceLimit))
      map.basin[at] = BasinMap::kDiverged;
    else if (const int nearest = static_cast<int>(block.before.minimum[k]); nearest >= 0)
      map.basin[at] = job.places.holds(nearest) ? static_cast<std::int8_t>(nearest)
                                                : job.places.rest(block.x.row(k).matrix()).minimum;
    if (map.basin[at] >= 0) map.steps[at] = static_cast<float>(block.entered[k]);
  }
}

// Any optimizer, rate rule, oracle and projection.
void general_map(const RunSpec& spec, const SimulateOptions& options, const BasinWindow& window, BasinMap& map) {
  std::vector<double> starts;
  for (int j = 0; j < window.height; ++j)
    for (int i = 0; i < window.width; ++i) {
      starts.push_back(cell(window.low[0], window.high[0], i, window.width));
      starts.push_back(cell(window.low[1], window.high[1], j, window.height));
    }
  const ManyRuns many{.run = spec};
  const auto ends = run_from_all({&many, 1}, starts, options).front();
  for (std::size_t k = 0; k < ends.size(); ++k) {
    map.basin[k] = ends[k].fate == Fate::kDiverged ? BasinMap::kDiverged : ends[k].minimum;
    if (map.basin[k] >= 0) map.steps[k] = static_cast<float>(ends[k].since);
  }
}

void check_window(const BasinWindow& window, const Landscape& landscape) {
  constexpr int kLargestSide = 16384;
  if (landscape.dim() != 2)
    throw InputError("basins.landscape", "has " + std::to_string(landscape.dim()) + " dimensions; allowed: 2");
  if (landscape.surroundings().minima.size() > 127)
    throw InputError("basins.landscape", "has more than 127 known minima; allowed: at most 127");
  if (window.width < 1 || window.height < 1 || window.width > kLargestSide || window.height > kLargestSide)
    throw InputError("basins.window", "'" + std::to_string(window.width) + "x" + std::to_string(window.height) +
                                          "' is not allowed; allowed: 1 to 16384 cells a side");
  for (std::size_t j = 0; j < 2; ++j)
    if (!(std::isfinite(window.low[j]) && std::isfinite(window.high[j]) && window.low[j] < window.high[j]))
      throw InputError("basins.window", "'" + to_text(window.low[j]) + " … " + to_text(window.high[j]) +
                                            "' is not allowed; allowed: finite, low < high");
}

}  // namespace

double BasinMap::share(std::int8_t entry) const {
  return static_cast<double>(std::ranges::count(basin, entry)) / static_cast<double>(basin.size());
}

BasinWindow coarse(const BasinWindow& window, int cells) {
  const double all = static_cast<double>(window.width) * window.height;
  if (all <= cells) return window;
  BasinWindow fewer = window;
  const double shrink = std::sqrt(cells / all);
  fewer.width = std::clamp(static_cast<int>(window.width * shrink), 1, cells);
  fewer.height = std::max(1, std::min(static_cast<int>(window.height * shrink), cells / fewer.width));
  return fewer;
}

BasinMap basin_map(const RunSpec& spec, const BasinWindow& window, const SimulateOptions& options) {
  RunSpec single = spec;
  single.start = {};
  single.seeds = 1;
  Workshop own;
  Workshop& workshop = options.workshop ? *options.workshop : own;
  const PreparedRun run = workshop.prepare(single, "basins");
  workshop.next_generation();
  check_window(window, *run.landscape);
  const auto cells = static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height);
  BasinMap map{.width = window.width,
               .height = window.height,
               .basin = std::vector<std::int8_t>(cells, BasinMap::kNowhere),
               .steps = std::vector<float>(cells, static_cast<float>(single.steps))};
  if (!run.schedule || !run.optimizer->is_plain_sgd() || single.oracle.id != "exact" ||
      run.projection->acts_on(*run.landscape)) {
    general_map(single, options, window, map);
    map.complete = !options.stop.stop_requested();
    return map;
  }
  const FactorTable factors(run.schedule, single.steps);
  double largest = 0;
  for (int t = 0; t < single.steps; ++t) largest = std::max(largest, factors.at(t));
  const double eta = single.rho * single.step_size;
  const Job job{run, factors, window,
                RestingPlaces(*run.landscape, single.reach, eta * factors.at(single.steps - 1), eta * largest)};
  const int blocks_x = (window.width + kBlockWidth - 1) / kBlockWidth,
            blocks_y = (window.height + kBlockHeight - 1) / kBlockHeight;
  parallel_for(blocks_y, options.workers, options.stop, [&](int block_y, int) {
    Block block;
    std::vector<double> step_sizes(kLongest * kBlock);
    for (int block_x = 0; block_x < blocks_x && !options.stop.stop_requested(); ++block_x) {
      put_starts(window, block_x, block_y, block.x);
      run_block(job, step_sizes, block);
      store_block(job, block, block_x, block_y, map);
    }
  });
  map.complete = !options.stop.stop_requested();
  return map;
}

}  // namespace steplab
