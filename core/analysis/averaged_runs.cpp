#include "core/analysis/averaged_runs.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr int kWidest = 64;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Lane {
  const AveragedCell* cell;
  int replicate;
  double* loss;
};

class AveragedTile {
 public:
  AveragedTile(std::span<const Lane> lanes, int average_from)
      : lanes_(lanes),
        run_(*lanes.front().cell->run),
        average_from_(average_from),
        width_(round_up_to_pack(static_cast<int>(lanes.size()))),
        x_(width_, run_.landscape->dim()),
        sum_(Tile::Zero(width_, x_.cols())),
        gradient_(width_, x_.cols()),
        step_size_(width_),
        extent_(Lanes::Zero(width_)),
        memory_(run_.optimizer->start(static_cast<int>(width_), static_cast<int>(x_.cols()))) {
    std::vector<RandomKey> keys;
    for (Eigen::Index i = 0; i < width_; ++i) {
      const Lane& from = lane(i);
      keys.push_back({from.cell->run->spec->seed, static_cast<std::uint32_t>(from.replicate)});
      for (Eigen::Index j = 0; j < x_.cols(); ++j) x_(i, j) = run_.start[static_cast<std::size_t>(j)];
    }
    if (run_.projection->acts_on(*run_.landscape)) run_.projection->project(*run_.landscape, x_);
    source_ = run_.oracle->open(*run_.landscape, std::move(keys));
  }

  void run(const SimulateOptions& options) {
    constexpr int kLook = 16;
    const int steps = run_.spec->steps;
    for (int t = 0; t < steps; ++t) {
      if (t % kLook == 0 && options.stop.stop_requested()) return;
      update(t);
      if (options.progress && ((t + 1) % kLook == 0 || t + 1 == steps))
        options.progress->done += static_cast<std::int64_t>(lanes_.size()) * (t % kLook + 1);
    }
    const Tile mean = average_from_ < steps ? Tile(sum_ / (steps - average_from_)) : x_;
    Lanes loss(width_);
    run_.landscape->value(mean, loss);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const auto row = static_cast<Eigen::Index>(i);
      const bool inside = extent_[row] <= kDivergenceLimit && !x_.row(row).isNaN().any();
      *lanes_[i].loss = inside && std::isfinite(loss[row]) ? loss[row] : kInfinity;
    }
  }

 private:
  const Lane& lane(Eigen::Index i) const { return lanes_[std::min(static_cast<std::size_t>(i), lanes_.size() - 1)]; }

  void update(int t) {
    if (t >= average_from_) sum_ += x_;
    for (Eigen::Index i = 0; i < width_; ++i)
      step_size_[i] = lane(i).cell->step_size * lane(i).cell->factors[static_cast<std::size_t>(t)];
    source_->gradient(x_, t, gradient_);
    const auto momentum = run_.schedule->momentum(t, run_.spec->steps);
    if (momentum) momentum_.setConstant(width_, *momentum);
    run_.optimizer->step(x_, memory_, gradient_,
                         {.step = t, .step_size = &step_size_, .momentum = momentum ? &momentum_ : nullptr});
    if (run_.projection->acts_on(*run_.landscape)) run_.projection->project(*run_.landscape, x_);
    for (Eigen::Index j = 0; j < x_.cols(); ++j) extent_ = extent_.max(x_.col(j).abs());  // NaN stays in x_ itself
  }

  std::span<const Lane> lanes_;
  const PreparedRun& run_;
  int average_from_;
  Eigen::Index width_;
  Tile x_, sum_, gradient_;
  Lanes step_size_, extent_, momentum_;
  Memory memory_;
  std::unique_ptr<GradientSource> source_;
};

}  // namespace

std::vector<double> averaged_losses(std::span<const AveragedCell> cells, int seeds, int average_from,
                                    const SimulateOptions& options) {
  const auto replicates = static_cast<std::size_t>(seeds);
  std::vector<double> losses(cells.size() * replicates, std::numeric_limits<double>::quiet_NaN());
  if (cells.empty()) return losses;
  // Replicate by replicate: mini-batches are shared by a tile, so all its lanes must be of one replicate.
  const bool one_key = cells.front().run->oracle->one_key_per_tile();
  std::vector<Lane> lanes;
  for (int replicate = 0; replicate < seeds; ++replicate)
    for (std::size_t c = 0; c < cells.size(); ++c)
      lanes.push_back({&cells[c], replicate, &losses[c * replicates + static_cast<std::size_t>(replicate)]});
  std::vector<std::span<const Lane>> tiles;
  for (std::size_t begin = 0; begin < lanes.size();) {
    const std::size_t end = one_key ? (begin / cells.size() + 1) * cells.size() : lanes.size();
    const std::size_t count = std::min<std::size_t>(kWidest, end - begin);
    tiles.emplace_back(&lanes[begin], count);
    begin += count;
  }
  if (options.progress)
    options.progress->total = static_cast<std::int64_t>(lanes.size()) * cells.front().run->spec->steps;
  parallel_for(static_cast<int>(tiles.size()), options.workers, options.stop,
               [&](int i, int) { AveragedTile(tiles[static_cast<std::size_t>(i)], average_from).run(options); });
  return losses;
}

}  // namespace steplab
