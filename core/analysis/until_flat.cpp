#include "core/analysis/until_flat.h"

#include "core/base/pack.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steplab {
namespace {

constexpr int kProgressPiece = 1024;  // updates between two words of progress

Lanes squared_norm(const Tile& g) {
  Lanes sum = g.col(0).square();
  for (Eigen::Index j = 1; j < g.cols(); ++j) sum += g.col(j).square();
  return sum;
}

class FlatTile {
 public:
  FlatTile(const FlatJob& job, std::span<const FlatLane> lanes, FlatWatcher* watcher);
  std::vector<FlatOutcome> run(const std::stop_token& stop, Progress* progress);

 private:
  class TileObservation;
  using Rows = std::vector<Eigen::Index>;

  Eigen::Index real_lanes() const { return static_cast<Eigen::Index>(alive_.size()); }
  void put_first_divisors(std::span<const FlatLane> lanes);
  void open_source(const std::vector<int>& replicates);
  void find_gradients();
  void find_step_sizes();
  void update();
  void mark_inside(double limit);
  void find_divisors(Lanes& b) const;
  void end_arrived();
  void end_diverged();
  void end(const Rows& rows, const Tile& x, FlatStatus status, const Lanes& b);
  void keep_only(const std::vector<bool>& goes_on);
  void gather(Tile& tile, const Rows& rows) const;
  void size_buffers();

  const FlatJob& job_;
  const PreparedRun& run_;
  const Landscape& landscape_;
  FlatWatcher* watcher_;
  bool exact_, projected_, wants_slope_;
  int t_ = 0;
  std::vector<int> alive_;       // which lane a row is
  std::vector<int> replicates_;  // of the rows
  Tile x_, before_, gradient_, exact_gradient_;
  Lanes base_, step_size_, squared_gradient_, b_, inside_, scratch_;
  Memory optimizer_memory_, rule_memory_;
  std::unique_ptr<GradientSource> source_;
  std::vector<FlatOutcome> outcomes_;
};

/// What a rate rule sees of the tile.
class FlatTile::TileObservation final : public Observation {
 public:
  explicit TileObservation(FlatTile& tile) : tile_(tile) {
    step = tile.t_;
    steps = tile.run_.spec->steps;
    x = &tile.x_;
    gradient = &tile.gradient_;
    base = &tile.base_;
  }
  const Lanes& loss() override {
    tile_.landscape_.value(tile_.x_, tile_.scratch_);
    return tile_.scratch_;
  }
  void gradient_at(const Tile& point, Tile& g) override { tile_.landscape_.gradient(point, g); }
  void trial(const Lanes& step_size, Lanes& loss) override {
    Tile there = tile_.x_;
    Memory memory = tile_.optimizer_memory_;
    tile_.run_.optimizer->step(there, memory, tile_.gradient_, {.step = step, .step_size = &step_size});
    if (tile_.projected_) tile_.run_.projection->project(tile_.landscape_, there);
    tile_.landscape_.value(there, loss);
    loss = loss.isFinite().select(loss, std::numeric_limits<double>::infinity());
  }

 private:
  FlatTile& tile_;
};

FlatTile::FlatTile(const FlatJob& job, std::span<const FlatLane> lanes, FlatWatcher* watcher)
    : job_(job),
      run_(*job.run),
      landscape_(*run_.landscape),
      watcher_(watcher),
      exact_(run_.spec->oracle.id == "exact"),
      projected_(run_.projection->acts_on(landscape_)),
      wants_slope_(job.flat > 0 || watcher),
      alive_(lanes.size()),
      outcomes_(lanes.size()) {
  std::iota(alive_.begin(), alive_.end(), 0);
  const int width = round_up_to_pack(static_cast<int>(lanes.size())), dim = landscape_.dim();
  x_.resize(width, dim);
  base_.resize(width);
  std::vector<int> replicates;
  for (int i = 0; i < width; ++i) {
    const FlatLane& lane = lanes[std::min(static_cast<std::size_t>(i), lanes.size() - 1)];
    base_[i] = run_.spec->rho * lane.step_size;
    for (int j = 0; j < dim; ++j) x_(i, j) = run_.start[static_cast<std::size_t>(j)];
    replicates.push_back(lane.replicate);
  }
  if (projected_) run_.projection->project(landscape_, x_);
  optimizer_memory_ = run_.optimizer->start(width, dim);
  if (run_.rule) rule_memory_ = run_.rule->start(width, dim);
  put_first_divisors(lanes);
  open_source(replicates);
  size_buffers();
}

void FlatTile::put_first_divisors(std::span<const FlatLane> lanes) {
  if (job_.divisor == Divisor::kNone) return;
  Tile& slot = job_.divisor == Divisor::kRule ? rule_memory_.slots.front() : optimizer_memory_.slots.back();
  for (Eigen::Index i = 0; i < slot.rows(); ++i) {
    const FlatLane& lane = lanes[std::min(static_cast<std::size_t>(i), lanes.size() - 1)];
    if (!std::isnan(lane.b0)) slot.row(i).setConstant(lane.b0);
  }
}

void FlatTile::open_source(const std::vector<int>& replicates) {
  replicates_ = replicates;
  std::vector<RandomKey> keys;
  for (const int replicate : replicates) keys.push_back({run_.spec->seed, static_cast<std::uint32_t>(replicate)});
  source_ = run_.oracle->open(landscape_, std::move(keys));
}

void FlatTile::size_buffers() {
  const Eigen::Index width = x_.rows();
  for (Tile* tile : {&before_, &gradient_, &exact_gradient_}) tile->resize(width, x_.cols());
  for (Lanes* lanes : {&step_size_, &squared_gradient_, &b_, &inside_, &scratch_}) lanes->resize(width);
}

std::vector<FlatOutcome> FlatTile::run(const std::stop_token& stop, Progress* progress) {
  const auto tell = [&](std::int64_t count) {
    if (progress) progress->done.fetch_add(count, std::memory_order_relaxed);
  };
  const std::int64_t cap = run_.spec->steps;
  std::int64_t told = 0;
  while (true) {
    find_gradients();
    end_arrived();
    if (alive_.empty() || stop.stop_requested()) break;
    find_step_sizes();
    update();
    end_diverged();
    if (alive_.empty()) break;
    ++t_;
    if (t_ % kProgressPiece == 0) {
      tell(real_lanes() * kProgressPiece);
      told += real_lanes() * kProgressPiece;
    }
  }
  tell(cap * static_cast<std::int64_t>(outcomes_.size()) - told);
  if (!alive_.empty()) {
    Rows rows(alive_.size());
    std::iota(rows.begin(), rows.end(), 0);
    find_divisors(b_);
    end(rows, x_, FlatStatus::kCancelled, b_);
  }
  return std::move(outcomes_);
}

void FlatTile::find_gradients() {
  source_->gradient(x_, t_, gradient_);
  if (!wants_slope_) return;
  if (!exact_) landscape_.gradient(x_, exact_gradient_);
  squared_gradient_ = squared_norm(exact_ ? gradient_ : exact_gradient_);
}

// η = ρ·η·h(t, T), or what the rule says.
void FlatTile::find_step_sizes() {
  if (!run_.rule) {
    step_size_ = base_ * job_.factors->at(t_);
    return;
  }
  TileObservation observation(*this);
  run_.rule->rates(rule_memory_, observation, step_size_);
}

void FlatTile::update() {
  before_ = x_;
  run_.optimizer->step(x_, optimizer_memory_, gradient_, {.step = t_, .step_size = &step_size_});
  // A step may be huge and still land inside; what is not a number cannot be projected.
  inside_.setOnes();
  if (projected_) {
    mark_inside(std::numeric_limits<double>::infinity());
    run_.projection->project(landscape_, x_);
  }
  mark_inside(kDivergenceLimit);
  if (!watcher_) return;
  find_divisors(b_);
  watcher_->step({.t = t_,
                  .lanes = alive_,
                  .x = before_,
                  .gradient = gradient_,
                  .squared_gradient = squared_gradient_,
                  .b = b_,
                  .step_size = step_size_});
}

// inside_ becomes 0 where a coordinate is beyond the limit, and not a number where one is not.
void FlatTile::mark_inside(double limit) {
  for (Eigen::Index i = 0; i < x_.rows(); i += kPack) {
    Pack inside = load(&inside_[i]);
    for (Eigen::Index j = 0; j < x_.cols(); ++j) {
      const Pack size = abs(load(&x_(i, j)));
      inside = select(size <= limit, inside, 0.0 * min(splat(std::numeric_limits<double>::max()), size));
    }
    store(&inside_[i], inside);
  }
}

// What stands in memory now.
void FlatTile::find_divisors(Lanes& b) const {
  if (job_.divisor == Divisor::kRule)
    b = rule_memory_.slots.front().col(0);
  else if (job_.divisor == Divisor::kOptimizer)
    b = optimizer_memory_.slots.back().rowwise().maxCoeff();
  else
    b = step_size_.inverse();
}

void FlatTile::end_arrived() {
  const bool at_cap = t_ == run_.spec->steps;
  std::vector<bool> goes_on(alive_.size(), true);
  Rows reached, capped;
  for (Eigen::Index i = 0; i < real_lanes(); ++i) {
    const bool flat = job_.flat > 0 && squared_gradient_[i] <= job_.flat;
    if (!flat && !at_cap) continue;
    (flat ? reached : capped).push_back(i);
    goes_on[static_cast<std::size_t>(i)] = false;
  }
  if (reached.empty() && capped.empty()) return;
  if (t_ == 0 && !run_.rule) find_step_sizes();  // there was no update whose step size could be told
  find_divisors(b_);
  end(reached, x_, FlatStatus::kReached, b_);
  end(capped, x_, FlatStatus::kCap, b_);
  keep_only(goes_on);
}

void FlatTile::end_diverged() {
  Rows bad;
  std::vector<bool> goes_on(alive_.size(), true);
  for (Eigen::Index i = 0; i < real_lanes(); ++i) {
    if (inside_[i] == 1) continue;
    bad.push_back(i);
    goes_on[static_cast<std::size_t>(i)] = false;
  }
  if (bad.empty()) return;
  find_divisors(b_);
  end(bad, before_, FlatStatus::kDiverged, b_);
  keep_only(goes_on);
}

void FlatTile::end(const Rows& rows, const Tile& x, FlatStatus status, const Lanes& b) {
  if (rows.empty()) return;
  Tile g(x.rows(), x.cols());
  Lanes loss(x.rows());
  landscape_.value(x, loss);
  landscape_.gradient(x, g);
  const Lanes slope = squared_norm(g);
  for (const Eigen::Index row : rows) {
    const int lane = alive_[static_cast<std::size_t>(row)];
    FlatStatus how = status;
    if (status == FlatStatus::kDiverged && is_nan(inside_[row]))
      how = is_nan(loss[row]) ? FlatStatus::kLeftDomain : FlatStatus::kNotANumber;
    const FlatOutcome outcome{how, t_, loss[row], slope[row], b[row]};
    outcomes_[static_cast<std::size_t>(lane)] = outcome;
    if (watcher_) watcher_->end(lane, outcome, x.row(row).matrix());
  }
}

// The others close ranks: what has ended costs nothing.
void FlatTile::keep_only(const std::vector<bool>& goes_on) {
  Rows rows;
  std::vector<int> alive, replicates;
  for (std::size_t i = 0; i < goes_on.size(); ++i)
    if (goes_on[i]) {
      rows.push_back(static_cast<Eigen::Index>(i));
      alive.push_back(alive_[i]);
    }
  alive_ = alive;
  if (rows.empty()) return;
  rows.resize(static_cast<std::size_t>(round_up_to_pack(static_cast<int>(rows.size()))), rows.back());
  for (Tile* tile : {&x_, &gradient_}) gather(*tile, rows);
  for (Memory* memory : {&optimizer_memory_, &rule_memory_})
    for (Tile& slot : memory->slots) gather(slot, rows);
  base_ = Lanes(base_(rows));
  step_size_ = Lanes(step_size_(rows));
  squared_gradient_ = Lanes(squared_gradient_(rows));
  for (const Eigen::Index row : rows) replicates.push_back(replicates_[static_cast<std::size_t>(row)]);
  const Tile gradient = gradient_;
  const Lanes slope = squared_gradient_, step_size = step_size_;
  size_buffers();
  gradient_ = gradient;
  squared_gradient_ = slope;
  step_size_ = step_size;
  open_source(replicates);
}

void FlatTile::gather(Tile& tile, const Rows& rows) const { tile = Tile(tile(rows, Eigen::all)); }

}  // namespace

const char* name_of(FlatStatus status) {
  switch (status) {
    case FlatStatus::kReached:
      return "reached";
    case FlatStatus::kCap:
      return "cap";
    case FlatStatus::kDiverged:
      return "diverged";
    case FlatStatus::kNotANumber:
      return "not_a_number";
    case FlatStatus::kLeftDomain:
      return "left_domain";
    case FlatStatus::kCancelled:
      break;
  }
  return "cancelled";
}

std::vector<FlatOutcome> run_until_flat(const FlatJob& job, std::span<const FlatLane> lanes, FlatWatcher* watcher,
                                        const std::stop_token& stop, Progress* progress) {
  if (lanes.empty()) return {};
  return FlatTile(job, lanes, watcher).run(stop, progress);
}

}  // namespace steplab
