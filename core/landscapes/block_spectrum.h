// The largest eigenvalue of B + J Jᵀ, B block-diagonal with small blocks and J of few columns: what the Hessian of a
// network with one hidden layer looks like. Eight matrices side by side, one a lane.
#pragma once

#include "core/base/pack.h"

#include <cstddef>
#include <vector>

namespace steplab {

/// Fill in block() and row(), then ask for largest(). A lane's answer does not depend on the other lanes. Holds its
/// scratch memory: one for each thread.
class BlockSpectrum {
 public:
  /// Rows and columns of each block of B, in the order of the rows; columns of J.
  BlockSpectrum(std::vector<int> sizes, int columns);

  /// Lower triangle of block k, row by row.
  Pack* block(std::size_t k) { return triangles_.data() + places_[k].triangle; }
  /// Row i of J.
  Pack* row(int i) { return jacobian_.data() + i * columns_; }

  /// Largest algebraic eigenvalue λ, infinite where an entry is not finite. Inverse iteration (Parlett 1998, section 4)
  /// from a shift at which the Cholesky factorisation of shift − B − J Jᵀ proves that nothing larger was missed
  /// (Sylvester's law); the residual, and what the proof leaves open, are below 1e-11 of |λ| + ‖B‖.
  Pack largest();

 private:
  struct Place {
    int first, size;       // rows
    std::size_t triangle;  // in triangles_
  };

  Pack norm_of_blocks() const;
  Pack squares_of_jacobian() const;
  PackMask factor(Pack shift);
  void factor_block(const Place& place, Pack shift, PackMask& positive);
  template <int Rows>
  void subtract_outer(const Pack* y, const Pack* z);
  void factor_rest(PackMask& positive);
  void solve_blocks(Pack* v) const;
  void solve_rest(Pack* u) const;
  void solve(const std::vector<Pack>& v, std::vector<Pack>& y);
  void improve(PackMask lanes, Pack shift, Pack& rayleigh, Pack& residual);
  void start_vector();
  void down(const Pack* v, Pack* u) const;    // u = Jᵀ v
  void add_up(const Pack* u, Pack* v) const;  // v += J u

  int rows_ = 0, columns_;
  std::vector<Place> places_;
  std::vector<Pack> triangles_, jacobian_;
  std::vector<Pack> factors_;           // unit lower triangles of the blocks, inverse pivots on the diagonal
  std::vector<Pack> rest_;              // the same of I − Jᵀ (shift − B)⁻¹ J
  std::vector<Pack> forward_, scaled_;  // of one block: L⁻¹ J, and that over the pivots
  std::vector<Pack> vector_, before_, after_, dual_, pivoted_;
  std::vector<double> first_;  // where the search begins
};

}  // namespace steplab
