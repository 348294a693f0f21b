#include "core/run/row_block.h"

#include "core/base/pack.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr std::size_t kLanes = kPack;
constexpr std::size_t kBlockNumbers = 16384;  // a block should stay in the second-level cache
constexpr std::size_t kMostRows = 64;

// Eight packs as the rows of a matrix, turned about its diagonal.
void transpose(Pack (&m)[8]) {
  Pack pairs[8], fours[8];
  for (std::size_t i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(m[i], m[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    pairs[i + 1] = __builtin_shufflevector(m[i], m[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (std::size_t i : {0U, 1U, 4U, 5U}) {
    fours[i] = __builtin_shufflevector(pairs[i], pairs[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    fours[i + 2] = __builtin_shufflevector(pairs[i], pairs[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    m[i] = __builtin_shufflevector(fours[i], fours[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    m[i + 4] = __builtin_shufflevector(fours[i], fours[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

template <class T>
void append(const T* from, std::size_t count, std::vector<T>& to) {
  to.insert(to.end(), from, from + count);
}

}  // namespace

RowBlock::RowBlock(int width, int dim, const Recording& recording)
    : width_(static_cast<std::size_t>(width)),
      dim_(static_cast<std::size_t>(dim)),
      has_sharpness_(recording.sharpness),
      has_preconditioned_(recording.preconditioned_sharpness) {
  columns_ = dim_ + 3 + (has_sharpness_ ? 1 : 0) + (has_preconditioned_ ? 1 : 0);
  most_rows_ = std::clamp(kBlockNumbers / row_numbers() / kLanes * kLanes, kLanes, kMostRows);
  numbers_.resize(most_rows_ * row_numbers());
  step_.reserve(most_rows_);
}

void RowBlock::add_row(int step) { step_.push_back(step); }

// One column of eight lanes: row r of lane first_lane + k goes to out[k·stride + r]. Rows beyond the last are not
// numbers of this block, but there is room for them.
void RowBlock::turn(std::size_t column, std::size_t first_lane, double* out, std::size_t stride) const {
  const double* from = numbers_.data() + column * width_ + first_lane;
  for (std::size_t row = 0; row < step_.size(); row += kLanes) {
    Pack m[8];
    for (std::size_t i = 0; i < 8; ++i) m[i] = load(from + (row + i) * row_numbers());
    transpose(m);
    for (std::size_t i = 0; i < 8; ++i) store(out + i * stride + row, m[i]);
  }
}

void RowBlock::append_column(std::size_t column, std::size_t first, std::span<Trajectory* const> to,
                             std::vector<double> Trajectory::*values) const {
  double turned[kLanes * kMostRows];
  turn(column, first, turned, most_rows_);
  for (std::size_t k = 0; k < to.size(); ++k)
    if (to[k]) append(turned + k * most_rows_, step_.size(), to[k]->*values);
}

void RowBlock::append_points(std::size_t first, std::span<Trajectory* const> to) const {
  const std::size_t rows = step_.size();
  double turned[kLanes * kMostRows];
  std::vector<double> points(kLanes * rows * dim_);
  for (std::size_t j = 0; j < dim_; ++j) {
    turn(j, first, turned, most_rows_);
    for (std::size_t k = 0; k < kLanes; ++k)
      for (std::size_t row = 0; row < rows; ++row) points[(k * rows + row) * dim_ + j] = turned[k * most_rows_ + row];
  }
  for (std::size_t k = 0; k < to.size(); ++k)
    if (to[k]) append(points.data() + k * rows * dim_, rows * dim_, to[k]->x);
}

void RowBlock::append_to(std::span<Trajectory* const> to) const {
  for (std::size_t first = 0; first < to.size(); first += kLanes) {
    const auto eight = to.subspan(first, std::min(kLanes, to.size() - first));
    for (Trajectory* record : eight)
      if (record) append(step_.data(), step_.size(), record->step);
    append_points(first, eight);
    append_column(dim_, first, eight, &Trajectory::loss);
    append_column(dim_ + 1, first, eight, &Trajectory::step_size);
    append_column(dim_ + 2, first, eight, &Trajectory::grad_norm);
    if (has_sharpness_) append_column(dim_ + 3, first, eight, &Trajectory::sharpness);
    if (has_preconditioned_) append_column(columns_ - 1, first, eight, &Trajectory::preconditioned_sharpness);
  }
}

}  // namespace steplab
