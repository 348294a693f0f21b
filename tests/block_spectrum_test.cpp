#include "core/landscapes/block_spectrum.h"

#include "core/base/random.h"
#include "core/base/tile.h"

#include <Eigen/Eigenvalues>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

using namespace steplab;

namespace {

// Eight symmetric matrices B + J Jᵀ with blocks of these sizes, entry by entry.
class Matrices {
 public:
  Matrices(const std::vector<int>& sizes, int columns)
      : sizes_(sizes),
        columns_(columns),
        spectrum_(sizes, columns),
        rows_(std::accumulate(sizes.begin(), sizes.end(), 0)) {
    for (int lane = 0; lane < kPack; ++lane) {
      blocks_.push_back(Matrix::Zero(rows_, rows_));
      jacobian_.push_back(Matrix::Zero(rows_, columns));
    }
  }
  Matrix& blocks(int lane) { return blocks_[static_cast<std::size_t>(lane)]; }
  Matrix& jacobian(int lane) { return jacobian_[static_cast<std::size_t>(lane)]; }
  int rows() const { return rows_; }

  void draw(int lane, std::uint32_t key, double block_size, double jacobian_size) {
    std::uint64_t next = 0;
    int first = 0;
    for (const int size : sizes_) {
      for (int i = 0; i < size; ++i)
        for (int j = 0; j <= i; ++j)
          blocks(lane)(first + i, first + j) = blocks(lane)(first + j, first + i) =
              block_size * normal({91, key}, next++);
      first += size;
    }
    for (int i = 0; i < rows_; ++i)
      for (int c = 0; c < columns_; ++c) jacobian(lane)(i, c) = jacobian_size * normal({91, key}, next++);
  }

  Pack largest() {
    int first = 0;
    for (std::size_t k = 0; k < sizes_.size(); ++k) {
      Pack* entry = spectrum_.block(k);
      for (int i = 0; i < sizes_[k]; ++i)
        for (int j = 0; j <= i; ++j, ++entry)
          for (int lane = 0; lane < kPack; ++lane) (*entry)[lane] = blocks(lane)(first + i, first + j);
      first += sizes_[k];
    }
    for (int i = 0; i < rows_; ++i)
      for (int c = 0; c < columns_; ++c)
        for (int lane = 0; lane < kPack; ++lane) spectrum_.row(i)[c][lane] = jacobian(lane)(i, c);
    return spectrum_.largest();
  }
  Vector eigenvalues(int lane) {
    const Matrix h = blocks(lane) + jacobian(lane) * jacobian(lane).transpose();
    return Eigen::SelfAdjointEigenSolver<Matrix>(h, Eigen::EigenvaluesOnly).eigenvalues();
  }

 private:
  std::vector<int> sizes_;
  int columns_;
  BlockSpectrum spectrum_;
  int rows_;
  std::vector<Matrix> blocks_{}, jacobian_{};
};

}  // namespace

TEST_CASE(
    "the largest eigenvalue of blocks plus an outer product is that of the full eigensolve, whichever part rules") {
  for (const auto& sizes : {std::vector{4, 4, 4, 1}, std::vector{3, 7, 1, 2, 5}, std::vector{1}})
    for (std::uint32_t round = 0; round < 6; ++round) {
      Matrices all(sizes, 3);
      for (int lane = 0; lane < kPack; ++lane)
        all.draw(lane, 8 * round + static_cast<std::uint32_t>(lane), std::pow(10.0, lane - 4), 0.5 * round);
      const Pack found = all.largest();
      for (int lane = 0; lane < kPack; ++lane) {
        const Vector expected = all.eigenvalues(lane);
        CHECK(std::abs(found[lane] - expected.maxCoeff()) <= 5e-11 * expected.cwiseAbs().maxCoeff());
      }
    }
}

TEST_CASE("equal eigenvalues, zero matrices and an outer product blind to the largest one are no trap") {
  Matrices all({2, 2, 1}, 2);
  all.blocks(0).diagonal() << 5, 0, 5, 0, 0;  // twice, and J is 0
  all.blocks(1).diagonal() << 1, 0, 0, 7, 0;  // J sees the smaller one only
  all.jacobian(1)(0, 0) = 1;
  all.blocks(2).diagonal() << -9, -3, -4, -5, 0;  // the largest in magnitude is negative
  all.jacobian(2)(4, 1) = 0.1;
  all.jacobian(3)(0, 0) = all.jacobian(3)(3, 1) = 2;  // twice, by J alone
  all.blocks(4).diagonal() << 1, 1 + 1e-9, 0, 0, 0;   // a pair
  all.jacobian(4)(0, 0) = 1;
  all.jacobian(4)(1, 1) = 1;
  all.jacobian(6)(2, 0) = std::numeric_limits<double>::quiet_NaN();
  all.jacobian(7)(2, 0) = std::numeric_limits<double>::infinity();
  const Pack found = all.largest();
  const double expected[] = {5, 7, 0.01, 4, 2 + 1e-9, 0};
  const double scale[] = {5, 7, 9, 4, 2, 0};
  for (int lane = 0; lane < 6; ++lane) {
    CAPTURE(lane);
    CHECK(std::abs(found[lane] - expected[lane]) <= 5e-11 * 2 * scale[lane]);
  }
  CHECK(std::isinf(found[6]));
  CHECK(std::isinf(found[7]));
}

TEST_CASE("a lane's eigenvalue has the same bits whatever is in the other lanes") {
  Matrices crowd({4, 4, 1}, 5), alone({4, 4, 1}, 5);
  for (int lane = 0; lane < kPack; ++lane) {
    crowd.draw(lane, static_cast<std::uint32_t>(lane), 1, std::pow(4.0, lane - 3));
    alone.draw(lane, 5, 1, std::pow(4.0, 2));
  }
  CHECK(crowd.largest()[5] == alone.largest()[5]);
}
