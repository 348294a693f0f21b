// The engine's inner loop: up to 64 runs in lockstep, one virtual call per tile and step (or per piece of steps).
#pragma once

#include "core/run/prepare.h"
#include "core/run/row_block.h"
#include "core/run/run.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace steplab {

/// One real lane: which replicate of which run, and where its results go.
struct LaneTask {
  const PreparedRun* run = nullptr;
  const FactorTable* factors = nullptr;  ///< null for a rate rule
  int replicate = 0;
  SpecResults* results = nullptr;
  std::optional<std::uint32_t> noise_of{};  ///< the replicate whose noise it meets; not given: its own
};

/// A tile from start to end. All lanes share landscape, optimizer, oracle, projection, rate rule (or have schedules)
/// and T.
class TileRun {
 public:
  TileRun(std::span<const LaneTask> lanes, const Recording& recording);

  /// Starts from a snapshot instead (of the only lane).
  void restore(const Snapshot& snapshot);
  /// Runs to the end or to a stop request and writes outcomes, trajectories and snapshots into the lanes' results.
  void run(const std::stop_token& stop, Progress* progress);

 private:
  class LiveObservation;

  bool row_due(int t) const;
  bool sharpness_due(int t) const;
  int piece_length() const;
  void keep_snapshots();
  void find_step_sizes(int count);
  void ask_rule();
  void record_row();
  void reserve(Trajectory& record) const;
  void add_row(int t, const Lanes& step_size, bool sharpness_due);
  void begin_sharpness(bool due);
  void find_sharpness();
  void record_end(const std::vector<bool>& bad, int t);
  void write_rows(const std::vector<bool>& lanes);
  void advance_fused(int count);
  void advance_one();
  void end_lost(const Lanes& extent, const Tile& before, int t);
  void find_divergence(const Tile& start, const Draws& draws, int count);
  std::vector<bool> bad_lanes(const Lanes& extent) const;
  void finish(Eigen::Index lane, RunStatus status, int t, const Tile& x);

  const LaneTask& task(Eigen::Index lane) const { return lanes_[static_cast<std::size_t>(lane)]; }
  Eigen::Index real_lanes() const { return static_cast<Eigen::Index>(lanes_.size()); }

  std::span<const LaneTask> lanes_;
  const Recording& recording_;
  const PreparedRun& common_;  // the first lane's run: what all lanes share
  const Landscape& landscape_;
  const Optimizer& optimizer_;
  int steps_;
  Eigen::Index width_;  // lanes with padding
  int dim_;
  bool fused_ = false;  // plain SGD under randomness that does not look at x
  bool projected_ = false;
  bool cycles_momentum_ = false;
  int longest_piece_ = 1;

  // Neighbouring lanes under the same schedule.
  struct ScheduleSpan {
    Eigen::Index first, count;
    const FactorTable* factors;
  };
  std::vector<ScheduleSpan> schedule_spans_;

  int t_ = 0, first_step_ = 0;
  Tile x_, before_, gradient_, exact_gradient_;
  Memory optimizer_memory_, rule_memory_;
  Lanes base_;  // ρ·η
  Lanes step_size_, momentum_, extent_, loss_;
  std::vector<double> piece_step_sizes_;  // [count][lanes]
  std::vector<bool> alive_;
  int alive_count_ = 0;
  bool gradient_known_ = false;  // gradient_ is the oracle's answer at x_t
  std::unique_ptr<GradientSource> source_;
  RowBlock rows_;  // not yet in the trajectories
  // A row in rows_ whose sharpness is not yet in its columns.
  struct WaitingRow {
    const double* x;
    double *raw, *preconditioned;  // null if not recorded
    Tile preconditioner;           // empty if P = I
  };
  std::vector<WaitingRow> waiting_;
  Tile preconditioner_;
  bool has_preconditioner_ = false;
};

}  // namespace steplab
