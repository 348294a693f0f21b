#include "core/analysis/loss_runs.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr int kLook = 16;  // updates between two looks at stop requests and at how far away the lanes are
constexpr int kTileNumbers = 32768 / sizeof(double);  // a tile should stay in the first-level cache

int widest_tile(int dim) { return std::clamp(kTileNumbers / dim / kPack * kPack, kPack, 64); }

class LossTile {
 public:
  LossTile(std::span<const LossLane> lanes, std::span<LossRecord> records, const LossRunsOptions& what)
      : lanes_(lanes),
        records_(records),
        what_(what),
        run_(*lanes.front().run),
        steps_(run_.spec->steps),
        width_(round_up_to_pack(static_cast<int>(lanes.size()))),
        x_(width_, run_.landscape->dim()),
        gradient_(width_, x_.cols()),
        step_size_(width_),
        loss_(width_),
        before_(width_),
        extent_(width_),
        momentum_(width_),
        projected_(run_.projection->acts_on(*run_.landscape)),
        cycles_(run_.schedule->momentum(0, steps_).has_value()),
        memory_(run_.optimizer->start(static_cast<int>(width_), static_cast<int>(x_.cols()))) {
    std::vector<RandomKey> keys;
    for (Eigen::Index i = 0; i < width_; ++i) {
      keys.push_back({lane(i).run->spec->seed, static_cast<std::uint32_t>(lane(i).replicate)});
      for (Eigen::Index j = 0; j < x_.cols(); ++j) x_(i, j) = run_.start[static_cast<std::size_t>(j)];
    }
    if (projected_) run_.projection->project(*run_.landscape, x_);
    source_ = run_.oracle->open(*run_.landscape, std::move(keys));
    begin_records();
  }

  void run(const SimulateOptions& options) {
    int t = 0;
    for (; t < steps_ && alive_ > 0; ++t) {
      if (t % kLook == 0) {
        if (options.stop.stop_requested()) return;
        if (options.progress) options.progress->done += count() * std::min(kLook, steps_ - t);
        end_far_lanes();
      }
      update(t);
      std::swap(before_, loss_);
      run_.landscape->value(x_, loss_);
      see_losses(t + 1);
    }
    end_far_lanes();
    const int begun = (t + kLook - 1) / kLook * kLook;
    if (options.progress) options.progress->done += count() * std::max(0, steps_ - begun);
  }

 private:
  const LossLane& lane(Eigen::Index i) const {
    return lanes_[std::min(static_cast<std::size_t>(i), lanes_.size() - 1)];
  }
  LossRecord& record(Eigen::Index i) { return records_[static_cast<std::size_t>(i)]; }
  std::int64_t count() const { return static_cast<std::int64_t>(lanes_.size()); }

  void begin_records() {
    run_.landscape->value(x_, loss_);
    for (Eigen::Index i = 0; i < count(); ++i) {
      record(i) = {.initial = loss_[i], .peak = loss_[i]};
      limit_.push_back(what_.blown_up * std::max(1.0, loss_[i]));
    }
    alive_ = count();
  }

  void update(int t) {
    for (Eigen::Index i = 0; i < width_; ++i) step_size_[i] = lane(i).step_size * lane(i).factors->at(t);
    // As the engine does it: plain SGD through the landscape's own kernel where the noise allows it.
    const auto draws = run_.optimizer->is_plain_sgd() ? source_->draws(t, 1) : std::nullopt;
    if (draws) {
      run_.landscape->descend(x_, step_size_.data(), *draws, 1, extent_);
    } else {
      if (cycles_)
        for (Eigen::Index i = 0; i < width_; ++i) momentum_[i] = *lane(i).factors->schedule().momentum(t, steps_);
      source_->gradient(x_, t, gradient_);
      run_.optimizer->step(x_, memory_, gradient_,
                           {.step = t, .step_size = &step_size_, .momentum = cycles_ ? &momentum_ : nullptr});
    }
    if (projected_) run_.projection->project(*run_.landscape, x_);
  }

  // loss_: at x_t, before_: at x_{t−1}.
  void see_losses(int t) {
    const bool counts = t > steps_ - what_.window;
    for (Eigen::Index i = 0; i < count(); ++i) {
      LossRecord& r = record(i);
      if (r.diverged) continue;
      const double f = loss_[i];
      if (f > r.peak && std::isfinite(f)) r.peak = f;
      if (f > before_[i]) ++r.rises;
      if (counts) r.final += f / what_.window;
      if (!(f <= limit_[static_cast<std::size_t>(i)])) end(r);
    }
  }

  void end_far_lanes() {
    for (Eigen::Index i = 0; i < count(); ++i)
      if (!record(i).diverged && !(x_.row(i).abs() <= kDivergenceLimit).all()) end(record(i));
  }

  void end(LossRecord& r) {
    r.diverged = true;
    r.final = std::numeric_limits<double>::infinity();
    --alive_;
  }

  std::span<const LossLane> lanes_;
  std::span<LossRecord> records_;
  const LossRunsOptions& what_;
  const PreparedRun& run_;
  int steps_;
  Eigen::Index width_;
  Tile x_, gradient_;
  Lanes step_size_, loss_, before_, extent_, momentum_;
  bool projected_, cycles_;
  Memory memory_;
  std::unique_ptr<GradientSource> source_;
  std::vector<double> limit_;
  std::int64_t alive_ = 0;
};

}  // namespace

std::vector<LossRecord> loss_runs(std::span<const LossLane> lanes, const LossRunsOptions& what,
                                  const SimulateOptions& options) {
  std::vector<LossRecord> records(lanes.size());
  if (lanes.empty()) return records;
  const PreparedRun& run = *lanes.front().run;
  const auto widest = static_cast<std::size_t>(widest_tile(run.landscape->dim()));
  // Mini-batches are shared by a tile, so all its lanes must be of one replicate.
  const bool one_key = run.oracle->one_key_per_tile();
  std::vector<std::pair<std::size_t, std::size_t>> tiles;
  for (std::size_t begin = 0, end = 0; begin < lanes.size(); begin = end) {
    while (end < lanes.size() && end - begin < widest && !(one_key && lanes[end].replicate != lanes[begin].replicate))
      ++end;
    tiles.emplace_back(begin, end - begin);
  }
  if (options.progress) options.progress->total += static_cast<std::int64_t>(lanes.size()) * run.spec->steps;
  parallel_for(static_cast<int>(tiles.size()), options.workers, options.stop, [&](int i, int) {
    const auto [begin, count] = tiles[static_cast<std::size_t>(i)];
    LossTile(lanes.subspan(begin, count), std::span(records).subspan(begin, count), what).run(options);
  });
  return records;
}

}  // namespace steplab
