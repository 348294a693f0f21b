#include "core/run/tile_run.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr int kPiece = 16;          // updates between two looks at divergence and stop requests, at most
constexpr double kPieceWork = 2e6;  // multiply-adds in a piece, at most: about a millisecond
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<RandomKey> keys_of(std::span<const LaneTask> lanes, Eigen::Index width) {
  std::vector<RandomKey> keys;
  for (const auto& lane : lanes)
    keys.push_back({lane.run->spec->seed, lane.noise_of.value_or(static_cast<std::uint32_t>(lane.replicate))});
  keys.resize(static_cast<std::size_t>(width), keys.back());
  return keys;
}

/// How a lane ended whose coordinates came to `extent` (not a number if one was) from a point with this loss.
RunStatus lost_status(double extent, double loss) {
  if (!is_nan(extent)) return RunStatus::kDiverged;
  return is_nan(loss) ? RunStatus::kLeftDomain : RunStatus::kNotANumber;
}

void put_rows(Memory& memory, const std::vector<std::vector<double>>& rows) {
  for (std::size_t k = 0; k < rows.size(); ++k)
    memory.slots[k].rowwise() =
        Eigen::Map<const Eigen::RowVectorXd>(rows[k].data(), static_cast<Eigen::Index>(rows[k].size())).array();
}

}  // namespace

/// What a rate rule sees of a tile.
class TileRun::LiveObservation final : public Observation {
 public:
  explicit LiveObservation(TileRun& tile) : tile_(tile) {
    step = tile.t_;
    steps = tile.steps_;
    x = &tile.x_;
    gradient = &tile.gradient_;
    base = &tile.base_;
  }
  const Lanes& loss() override {
    if (!known_) tile_.landscape_.value(tile_.x_, tile_.loss_);
    known_ = true;
    return tile_.loss_;
  }
  void gradient_at(const Tile& point, Tile& g) override { tile_.landscape_.gradient(point, g); }
  void trial(const Lanes& step_size, Lanes& loss) override {
    Tile there = tile_.x_;
    Memory memory = tile_.optimizer_memory_;
    tile_.optimizer_.step(there, memory, tile_.gradient_, {.step = tile_.t_, .step_size = &step_size});
    if (tile_.projected_) tile_.common_.projection->project(tile_.landscape_, there);
    tile_.landscape_.value(there, loss);
    loss = loss.isFinite().select(loss, std::numeric_limits<double>::infinity());
  }

 private:
  TileRun& tile_;
  bool known_ = false;
};

TileRun::TileRun(std::span<const LaneTask> lanes, const Recording& recording)
    : lanes_(lanes),
      recording_(recording),
      common_(*lanes.front().run),
      landscape_(*common_.landscape),
      optimizer_(*common_.optimizer),
      steps_(common_.spec->steps),
      width_(round_up_to_pack(static_cast<int>(lanes.size()))),
      dim_(landscape_.dim()),
      x_(width_, dim_),
      gradient_(width_, dim_),
      base_(width_),
      step_size_(width_),
      extent_(width_),
      loss_(width_) {
  for (Eigen::Index lane = 0; lane < width_; ++lane) {
    const LaneTask& from = task(std::min(lane, real_lanes() - 1));
    base_[lane] = from.run->spec->rho * from.run->spec->step_size;
    for (int j = 0; j < dim_; ++j) x_(lane, j) = from.run->start[static_cast<std::size_t>(j)];
    if (lane == 0 || from.factors != schedule_spans_.back().factors) schedule_spans_.push_back({lane, 0, from.factors});
    ++schedule_spans_.back().count;
  }
  projected_ = common_.projection->acts_on(landscape_);
  if (projected_) common_.projection->project(landscape_, x_);  // a run begins inside
  cycles_momentum_ = common_.schedule && common_.schedule->momentum(0, steps_).has_value();
  if (cycles_momentum_) momentum_.resize(width_);
  source_ = common_.oracle->open(landscape_, keys_of(lanes, width_));
  const auto draws = source_->draws(0, 1);
  fused_ = optimizer_.is_plain_sgd() && !common_.rule && draws.has_value();
  if (fused_ && !projected_) {
    const double share = draws->batch ? static_cast<double>(draws->batch_size) / landscape_.terms() : 1;
    longest_piece_ = static_cast<int>(
        std::clamp(kPieceWork / (landscape_.work() * share * static_cast<double>(width_)), 1.0, double{kPiece}));
  }
  piece_step_sizes_.resize(static_cast<std::size_t>(longest_piece_ * width_));
  optimizer_memory_ = optimizer_.start(static_cast<int>(width_), dim_);
  if (common_.rule) rule_memory_ = common_.rule->start(static_cast<int>(width_), dim_);
  alive_.assign(lanes.size(), true);
  alive_count_ = static_cast<int>(lanes.size());
  if (recording.trajectory) {
    rows_ = RowBlock(static_cast<int>(width_), dim_, recording);
    exact_gradient_.resize(width_, dim_);
    preconditioner_.resize(width_, dim_);
  }
}

void TileRun::restore(const Snapshot& snapshot) {
  t_ = first_step_ = snapshot.step;
  x_.rowwise() = Eigen::Map<const Eigen::RowVectorXd>(snapshot.x.data(), dim_).array();
  put_rows(optimizer_memory_, snapshot.optimizer_memory);
  put_rows(rule_memory_, snapshot.rule_memory);
}

bool TileRun::row_due(int t) const { return recording_.trajectory && (t % recording_.stride == 0 || t == steps_); }

// Pieces end on multiples of kPiece (the oracles' windows), at rows to record and at snapshots.
int TileRun::piece_length() const {
  int end = std::min(steps_, t_ + longest_piece_);
  end = std::min(end, (t_ / kPiece + 1) * kPiece);
  if (recording_.trajectory) end = std::min(end, (t_ / recording_.stride + 1) * recording_.stride);
  const auto next = std::ranges::upper_bound(recording_.snapshots, t_);
  if (next != recording_.snapshots.end()) end = std::min(end, *next);
  return end - t_;
}

void TileRun::run(const std::stop_token& stop, Progress* progress) {
  while (t_ < steps_ && alive_count_ > 0) {
    if (stop.stop_requested()) {
      write_rows(alive_);
      for (Eigen::Index lane = 0; lane < real_lanes(); ++lane)
        if (alive_[static_cast<std::size_t>(lane)]) finish(lane, RunStatus::kCancelled, t_, x_);
      return;
    }
    keep_snapshots();
    const int count = fused_ ? piece_length() : 1;
    gradient_known_ = false;
    if (common_.rule)
      ask_rule();
    else
      find_step_sizes(count);
    if (row_due(t_)) record_row();
    if (fused_)
      advance_fused(count);
    else
      advance_one();
    t_ += count;
    if (progress) progress->done.fetch_add(static_cast<std::int64_t>(count) * real_lanes(), std::memory_order_relaxed);
  }
  if (alive_count_ == 0) return;
  keep_snapshots();
  step_size_.setConstant(kNan);
  gradient_known_ = false;
  if (row_due(steps_)) record_row();
  write_rows(alive_);
  landscape_.value(x_, loss_);
  for (Eigen::Index lane = 0; lane < real_lanes(); ++lane)
    if (alive_[static_cast<std::size_t>(lane)])
      finish(lane, is_nan(loss_[lane]) ? RunStatus::kLeftDomain : RunStatus::kFinished, steps_, x_);
}

// η = ρ·η·h(t, T) for updates t_ … t_+count−1; step_size_ is the first of them.
void TileRun::find_step_sizes(int count) {
  for (int k = 0; k < count; ++k) {
    Eigen::Map<Lanes> eta(piece_step_sizes_.data() + k * width_, width_);
    for (const ScheduleSpan& span : schedule_spans_)
      eta.segment(span.first, span.count) = base_.segment(span.first, span.count) * span.factors->at(t_ + k);
  }
  step_size_ = Eigen::Map<const Lanes>(piece_step_sizes_.data(), width_);
  if (!cycles_momentum_) return;
  for (Eigen::Index lane = 0; lane < width_; ++lane)
    momentum_[lane] = *task(std::min(lane, real_lanes() - 1)).factors->schedule().momentum(t_, steps_);
}

void TileRun::ask_rule() {
  source_->gradient(x_, t_, gradient_);
  gradient_known_ = true;
  LiveObservation observation(*this);
  common_.rule->rates(rule_memory_, observation, step_size_);
  for (Eigen::Index lane = 0; lane < real_lanes(); ++lane)
    if (!alive_[static_cast<std::size_t>(lane)]) step_size_[lane] = 0;
}

void TileRun::advance_fused(int count) {
  const Draws draws = *source_->draws(t_, count);
  before_ = x_;
  landscape_.descend(x_, piece_step_sizes_.data(), draws, count, extent_);
  if (projected_) common_.projection->project(landscape_, x_);  // pieces are single updates then
  const auto inside = [&] {
    for (Eigen::Index lane = 0; lane < real_lanes(); ++lane)
      if (!(extent_[lane] <= kDivergenceLimit)) return false;
    return true;
  };
  if (inside()) return;
  find_divergence(before_, draws, count);
}

// Some lane left the region on the way: go through the piece again, update by update, to see when.
void TileRun::find_divergence(const Tile& start, const Draws& draws, int count) {
  Tile x = start, previous = start;
  Lanes extent(width_);
  for (int k = 0; k < count; ++k) {
    Draws one = draws;
    if (one.noise) one.noise += k * x.size();
    if (one.batch) one.batch += k * one.batch_size;
    previous = x;
    landscape_.descend(x, piece_step_sizes_.data() + k * width_, one, 1, extent);
    if (projected_) {
      common_.projection->project(landscape_, x);
      for (Eigen::Index lane = 0; lane < width_; ++lane)
        extent[lane] = is_nan(extent[lane]) ? kNan : x.row(lane).abs().maxCoeff();
    }
    end_lost(extent, previous, t_ + k);
  }
}

void TileRun::advance_one() {
  if (!gradient_known_) source_->gradient(x_, t_, gradient_);
  before_ = x_;
  optimizer_.step(x_, optimizer_memory_, gradient_,
                  {.step = t_, .step_size = &step_size_, .momentum = cycles_momentum_ ? &momentum_ : nullptr});
  extent_.setZero();
  for (Eigen::Index j = 0; j < dim_; ++j) extent_ = x_.col(j).isNaN().select(x_.col(j), extent_.max(x_.col(j).abs()));
  if (projected_) {
    // A step may be huge and still land inside; what is not a number cannot be projected.
    const Lanes raw = extent_;
    common_.projection->project(landscape_, x_);
    extent_.setZero();
    for (Eigen::Index j = 0; j < dim_; ++j) extent_ = extent_.max(x_.col(j).abs());
    extent_ = raw.isNaN().select(raw, extent_);
  }
  end_lost(extent_, before_, t_);
}

std::vector<bool> TileRun::bad_lanes(const Lanes& extent) const {
  std::vector<bool> bad;
  for (Eigen::Index lane = 0; lane < real_lanes(); ++lane) {
    if (extent[lane] <= kDivergenceLimit || !alive_[static_cast<std::size_t>(lane)]) continue;
    bad.resize(lanes_.size());
    bad[static_cast<std::size_t>(lane)] = true;
  }
  return bad;
}

// Rows of lanes that end at t: what is still to be written, and the last state x_ unless it has a row already.
void TileRun::record_end(const std::vector<bool>& bad, int t) {
  write_rows(alive_);
  if (t % recording_.stride == 0) return;
  landscape_.gradient(x_, exact_gradient_);
  has_preconditioner_ = false;
  add_row(t, common_.rule ? step_size_ : Eigen::Map<const Lanes>(piece_step_sizes_.data() + (t - t_) * width_, width_),
          true);
  write_rows(bad);
}

// `before`: the last state in which all was well. The lane goes on at its start with step size 0, so that it costs no
// special case.
void TileRun::end_lost(const Lanes& extent, const Tile& before, int t) {
  const std::vector<bool> bad = bad_lanes(extent);
  if (bad.empty()) return;
  Tile last = before;  // record_lane and finish read x_
  std::swap(last, x_);
  landscape_.value(x_, loss_);
  if (recording_.trajectory) record_end(bad, t);
  for (Eigen::Index lane = 0; lane < real_lanes(); ++lane) {
    if (!bad[static_cast<std::size_t>(lane)]) continue;
    finish(lane, lost_status(extent[lane], loss_[lane]), t, x_);
    alive_[static_cast<std::size_t>(lane)] = false;
    --alive_count_;
    base_[lane] = 0;
  }
  std::swap(last, x_);
  for (Eigen::Index lane = 0; lane < width_; ++lane)
    if (!alive_[static_cast<std::size_t>(std::min(lane, real_lanes() - 1))])
      for (int j = 0; j < dim_; ++j)
        x_(lane, j) = task(std::min(lane, real_lanes() - 1)).run->start[static_cast<std::size_t>(j)];
}

}  // namespace steplab
