#include "core/analysis/worst_family.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr int kBlock = 256;       // updates between two looks at the noise: 16 kB of it stay in the first-level cache
constexpr int kCellsAtOnce = 24;  // what one worker takes: enough to make the noise worth its price
constexpr std::size_t kSideBySide = 6;  // members whose chains of operations hide each other's latency
constexpr double kLow = -0.5, kHigh = 0.5;

/// |magnitude| with the sign of `of`: the gradient of ε|d|, where +0 counts as positive.
Pack with_sign(Pack magnitude, Pack of) {
  const PackWord sign = PackWord{} + (std::uint64_t{1} << 63);
  return std::bit_cast<Pack>(std::bit_cast<PackWord>(magnitude) | (std::bit_cast<PackWord>(of) & sign));
}

struct Member {
  Pack x, sum;
};

/// `count` updates of N members side by side. The same order of operations as the engine's.
template <std::size_t N, bool kAverage>
void advance(Member* members, const double* slopes, double centre, const double* factors, double step_size,
             const double* noise, int count, int average_from) {
  std::array<Pack, N> x, sum;
  for (std::size_t i = 0; i < N; ++i) {
    x[i] = members[i].x;
    sum[i] = members[i].sum;
  }
  for (int k = 0; k < count; ++k) {
    const Pack eta = splat(step_size * factors[k]);
    const Pack shake = noise ? load(noise + k * kPack) : Pack{};
    const bool counts = kAverage && k >= average_from;
    for (std::size_t i = 0; i < N; ++i) {
      if (counts) sum[i] += x[i];
      const Pack g = with_sign(splat(slopes[i]), x[i] - centre) + shake;
      x[i] = min(max(x[i] - eta * g, kLow), kHigh);
    }
  }
  for (std::size_t i = 0; i < N; ++i) members[i] = {x[i], sum[i]};
}

using Advance = void (*)(Member*, const double*, double, const double*, double, const double*, int, int);
template <bool kAverage>
constexpr std::array<Advance, kSideBySide> kAdvance = {advance<1, kAverage>, advance<2, kAverage>,
                                                       advance<3, kAverage>, advance<4, kAverage>,
                                                       advance<5, kAverage>, advance<6, kAverage>};

std::vector<RandomKey> keys_of(const RunSpec& spec, int pack) {
  std::vector<RandomKey> keys;
  for (int lane = 0; lane < kPack; ++lane) keys.push_back({spec.seed, static_cast<std::uint32_t>(pack * kPack + lane)});
  return keys;
}

/// Some cells with eight replicates.
struct Job {
  const WorstFamily& family;
  const PreparedRun& noise;
  std::span<const double> eps;
  std::span<const WorstCell> cells;
  int steps, average_from;

  std::vector<Member> run(int pack, const SimulateOptions& options) const {
    std::vector<Member> members(cells.size() * eps.size(), {splat(std::clamp(family.start, kLow, kHigh)), Pack{}});
    const auto source = noise.oracle->open(*noise.landscape, keys_of(*noise.spec, pack));
    for (int t = 0; t < steps; t += kBlock) {
      if (options.stop.stop_requested()) return {};
      const int count = std::min(kBlock, steps - t);
      const double* draws = source->draws(t, count)->noise;
      for (std::size_t c = 0; c < cells.size(); ++c) advance_cell(cells[c], &members[c * eps.size()], t, draws, count);
      if (options.progress) options.progress->done += static_cast<std::int64_t>(members.size()) * count * kPack;
    }
    return members;
  }

  void advance_cell(const WorstCell& cell, Member* members, int t, const double* draws, int count) const {
    const auto& advances = average_from == kLastIterate ? kAdvance<false> : kAdvance<true>;
    const std::size_t groups = (eps.size() + kSideBySide - 1) / kSideBySide;
    for (std::size_t g = 0, first = 0; g < groups; ++g) {
      const std::size_t size = (eps.size() - first + groups - g - 1) / (groups - g);
      advances[size - 1](members + first, &eps[first], family.centre, &cell.factors[static_cast<std::size_t>(t)],
                         cell.step_size, draws, count, average_from - t);
      first += size;
    }
  }

  Pack final_point(const Member& member) const {
    return average_from == kLastIterate ? member.x : member.sum / splat(steps - average_from);
  }
};

}  // namespace

std::vector<double> worst_family_losses(const WorstFamily& family, const PreparedRun& noise, int seeds,
                                        std::span<const WorstCell> cells, int average_from,
                                        const SimulateOptions& options) {
  const int steps = noise.spec->steps;
  std::vector<double> eps = family.slopes;
  for (double& e : eps) e /= std::sqrt(steps);
  const auto replicates = static_cast<std::size_t>(seeds);
  std::vector<double> losses(cells.size() * eps.size() * replicates, std::numeric_limits<double>::quiet_NaN());
  if (options.progress) options.progress->total = static_cast<std::int64_t>(losses.size()) * steps;
  const int packs = (seeds + kPack - 1) / kPack;
  const int chunks = (static_cast<int>(cells.size()) + kCellsAtOnce - 1) / kCellsAtOnce;
  parallel_for(packs * chunks, options.workers, options.stop, [&](int item, int) {
    const int pack = item / chunks;
    const auto first = static_cast<std::size_t>(item % chunks * kCellsAtOnce);
    const Job job{family, noise,
                  eps,    cells.subspan(first, std::min<std::size_t>(kCellsAtOnce, cells.size() - first)),
                  steps,  average_from};
    const auto members = job.run(pack, options);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Pack loss = splat(eps[i % eps.size()]) * abs(job.final_point(members[i]) - family.centre);
      for (int lane = 0; lane < kPack && pack * kPack + lane < seeds; ++lane)
        losses[(first * eps.size() + i) * replicates + static_cast<std::size_t>(pack * kPack + lane)] = loss[lane];
    }
  });
  return losses;
}

}  // namespace steplab
