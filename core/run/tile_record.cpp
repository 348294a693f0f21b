// What a tile leaves behind: rows, snapshots, outcomes.
#include "core/base/pack.h"
#include "core/run/tile_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace steplab {
namespace {

std::vector<double> row_of(const Tile& tile, Eigen::Index lane) {
  std::vector<double> row(static_cast<std::size_t>(tile.cols()));
  for (Eigen::Index j = 0; j < tile.cols(); ++j) row[static_cast<std::size_t>(j)] = tile(lane, j);
  return row;
}

std::vector<std::vector<double>> rows_of(const Memory& memory, Eigen::Index lane) {
  std::vector<std::vector<double>> rows;
  for (const auto& slot : memory.slots) rows.push_back(row_of(slot, lane));
  return rows;
}

}  // namespace

void TileRun::keep_snapshots() {
  if (!std::ranges::binary_search(recording_.snapshots, t_)) return;
  for (Eigen::Index lane = 0; lane < real_lanes(); ++lane) {
    if (!alive_[static_cast<std::size_t>(lane)]) continue;
    task(lane).results->snapshots[static_cast<std::size_t>(task(lane).replicate)].push_back(
        {t_, row_of(x_, lane), rows_of(optimizer_memory_, lane), rows_of(rule_memory_, lane)});
  }
}

bool TileRun::sharpness_due(int t) const {
  if (!recording_.sharpness && !recording_.preconditioned_sharpness) return false;
  return t == steps_ || t / recording_.stride % recording_.sharpness_every == 0;
}

void TileRun::record_row() {
  landscape_.value(x_, loss_);
  landscape_.gradient(x_, exact_gradient_);
  has_preconditioner_ = false;
  if (recording_.preconditioned_sharpness && sharpness_due(t_) && !optimizer_.is_plain_sgd()) {
    if (!gradient_known_) source_->gradient(x_, t_, gradient_);
    gradient_known_ = true;
    has_preconditioner_ = optimizer_.preconditioner(
        optimizer_memory_, x_, gradient_,
        {.step = t_, .step_size = &step_size_, .momentum = cycles_momentum_ ? &momentum_ : nullptr}, preconditioner_);
  }
  if (rows_.full()) write_rows(alive_);
  add_row(t_, step_size_, sharpness_due(t_));
}

// All rows that can still come, so that a record never holds more than results_bytes() says.
void TileRun::reserve(Trajectory& record) const {
  const auto rows = static_cast<std::size_t>((steps_ - first_step_) / recording_.stride + 2);
  record.step.reserve(rows);
  record.x.reserve(rows * static_cast<std::size_t>(dim_));
  for (auto* column : {&record.loss, &record.step_size, &record.grad_norm}) column->reserve(rows);
  if (recording_.sharpness) record.sharpness.reserve(rows);
  if (recording_.preconditioned_sharpness) record.preconditioned_sharpness.reserve(rows);
}

// The state x_ with its loss_, exact_gradient_ and preconditioner_.
void TileRun::add_row(int t, const Lanes& step_size, bool sharpness_due) {
  rows_.add_row(t);
  const auto put = [&](const auto& numbers, double* column) { std::copy_n(numbers.data(), numbers.size(), column); };
  put(x_, rows_.x());
  put(loss_, rows_.loss());
  put(step_size, rows_.step_size());
  for (Eigen::Index lane = 0; lane < width_; lane += kPack) {
    Pack square{};
    for (Eigen::Index j = 0; j < dim_; ++j) {
      const Pack g = load(&exact_gradient_(lane, j));
      square += g * g;
    }
    store(rows_.grad_norm() + lane, sqrt(square));  // Eigen's own is not exact in every build
  }
  if (recording_.sharpness || recording_.preconditioned_sharpness) begin_sharpness(sharpness_due);
}

// Rows of few runs wait until their points fill packs: a run alone costs an eighth then.
void TileRun::begin_sharpness(bool due) {
  double* raw = recording_.sharpness ? rows_.sharpness() : nullptr;
  double* preconditioned = recording_.preconditioned_sharpness ? rows_.preconditioned_sharpness() : nullptr;
  for (double* column : {raw, preconditioned})
    if (column) std::fill_n(column, width_, std::numeric_limits<double>::quiet_NaN());
  if (!due) return;
  waiting_.push_back({rows_.x(), raw, preconditioned, has_preconditioner_ ? preconditioner_ : Tile()});
  if (alive_count_ >= kPack || waiting_.size() == kPack) find_sharpness();
}

void TileRun::find_sharpness() {
  if (waiting_.empty()) return;
  std::vector<Eigen::Index> lanes;
  for (Eigen::Index lane = 0; lane < real_lanes(); ++lane)
    if (alive_[static_cast<std::size_t>(lane)]) lanes.push_back(lane);
  const bool preconditioned = waiting_.front().preconditioner.size() > 0;
  const auto count = static_cast<Eigen::Index>(waiting_.size() * lanes.size());
  const auto from = [&](Eigen::Index k) {
    const auto at = static_cast<std::size_t>(std::min(k, count - 1));  // padding repeats the last
    return std::pair(&waiting_[at / lanes.size()], lanes[at % lanes.size()]);
  };
  Tile points(round_up_to_pack(static_cast<int>(count)), dim_), scales(preconditioned ? points.rows() : 0, dim_);
  for (int j = 0; j < dim_; ++j)
    for (Eigen::Index k = 0; k < points.rows(); ++k) {
      const auto [row, lane] = from(k);
      points(k, j) = row->x[j * width_ + lane];
      if (preconditioned) scales(k, j) = row->preconditioner(lane, j);
    }
  const auto put = [&](const Lanes& found, double* WaitingRow::*column) {
    for (Eigen::Index k = 0; k < count; ++k) {
      const auto [row, lane] = from(k);
      if (row->*column) (row->*column)[lane] = found[k];
    }
  };
  Lanes found(points.rows());
  if (preconditioned) {
    landscape_.preconditioned_sharpness(points, scales, optimizer_.ridge(), found);
    put(found, &WaitingRow::preconditioned);
  }
  if (recording_.sharpness || !preconditioned) landscape_.sharpness(points, found);
  put(found, &WaitingRow::raw);
  if (!preconditioned) put(found, &WaitingRow::preconditioned);
  waiting_.clear();
}

// Into the trajectories of these lanes.
void TileRun::write_rows(const std::vector<bool>& lanes) {
  if (rows_.empty()) return;
  find_sharpness();
  std::vector<Trajectory*> to(lanes_.size());
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (!lanes[lane]) continue;
    to[lane] = &lanes_[lane].results->trajectories[static_cast<std::size_t>(lanes_[lane].replicate)];
    if (to[lane]->step.empty()) reserve(*to[lane]);
  }
  rows_.append_to(to);
  rows_.clear();
}

void TileRun::finish(Eigen::Index lane, RunStatus status, int t, const Tile& x) {
  const LaneTask& lane_task = task(lane);
  Vector point(dim_);
  double* place = lane_task.results->final_x.data() + static_cast<std::ptrdiff_t>(lane_task.replicate) * dim_;
  for (int j = 0; j < dim_; ++j) place[j] = point[j] = x(lane, j);
  const double loss = status == RunStatus::kCancelled ? value_at(landscape_, point) : loss_[lane];
  lane_task.results->outcomes[static_cast<std::size_t>(lane_task.replicate)] = {
      .status = status,
      .steps = t,
      .loss = loss,
      .distance = distance_to_minimum(landscape_, point),
      .reached = status == RunStatus::kFinished && reached(landscape_, point, loss, lane_task.run->spec->reach)};
}

}  // namespace steplab
