// Rows of a tile on their way into the trajectories of its lanes.
#pragma once

#include "core/base/tile.h"
#include "core/run/run.h"

#include <span>
#include <vector>

namespace steplab {

/// A tile has one row of all lanes after the other, a trajectory has all rows of one lane behind each other. Going from
/// one to the other number by number means a page of memory for each number; so rows are collected here, and turned in
/// blocks.
class RowBlock {
 public:
  RowBlock() = default;
  /// For `width` lanes (whole packs). Columns: x (dim of them), loss, step size, norm of the gradient, and the two
  /// kinds of sharpness if they are recorded.
  RowBlock(int width, int dim, const Recording& recording);

  bool full() const { return step_.size() == most_rows_; }
  bool empty() const { return step_.empty(); }
  /// A new row after `step` updates; `column` is then each of its columns, of `width` numbers. Not if full().
  void add_row(int step);
  double* x() { return column(0); }  ///< dim columns, as in a tile
  double* loss() { return column(dim_); }
  double* step_size() { return column(dim_ + 1); }
  double* grad_norm() { return column(dim_ + 2); }
  double* sharpness() { return column(dim_ + 3); }
  double* preconditioned_sharpness() { return column(dim_ + 3 + (has_sharpness_ ? 1 : 0)); }

  /// Appends all rows to the trajectories: those of lane k to *to[k], unless that is null.
  void append_to(std::span<Trajectory* const> to) const;
  void clear() { step_.clear(); }

 private:
  std::size_t row_numbers() const { return columns_ * width_; }
  double* column(std::size_t c) { return numbers_.data() + (step_.size() - 1) * row_numbers() + c * width_; }
  // Of the (up to) eight lanes from `first` on, whose trajectories are `to`.
  void append_points(std::size_t first, std::span<Trajectory* const> to) const;
  void append_column(std::size_t column, std::size_t first, std::span<Trajectory* const> to,
                     std::vector<double> Trajectory::*values) const;
  void turn(std::size_t column, std::size_t first_lane, double* out, std::size_t stride) const;

  std::size_t width_ = 0, dim_ = 0, columns_ = 0, most_rows_ = 0;
  bool has_sharpness_ = false, has_preconditioned_ = false;
  std::vector<int> step_;
  std::vector<double> numbers_;  // rows × columns × lanes
};

}  // namespace steplab
