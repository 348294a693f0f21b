// The sharpness of a network with one hidden layer, eight at a time.
#pragma once

#include "core/landscapes/block_spectrum.h"
#include "core/landscapes/network_pass.h"
#include "core/landscapes/synthetic_data.h"

#include <vector>

namespace steplab {

/// With one hidden layer, one output and the loss ½(f − y)² the Hessian is the mean of J Jᵀ + r D, and D stays inside a
/// unit (its weights, bias and output weight): what BlockSpectrum takes. Holds the scratch memory of one thread;
/// `shape` and `data` must outlive it.
class ShallowCurvature {
 public:
  /// True for such a network if its data are few enough for this to be quicker than Lanczos' products.
  static bool fits(const NetworkShape& shape, const NetworkData& data);

  ShallowCurvature(const NetworkShape& shape, const NetworkData& data);

  /// Largest eigenvalue of S (H + ridge I) S at the parameters, S the diagonal matrix `scale`; both of shape.dim()
  /// packs.
  Pack largest(const Pack* parameters, const Pack* scale, double ridge = 0);

 private:
  void forward(const Pack* parameters);
  void fill_unit(int unit, const Pack* parameters, const Pack* scale, double ridge);

  int inputs_, units_, points_;
  bool tanh_;
  const NetworkData& data_;
  BlockSpectrum spectrum_;
  std::vector<Pack> active_;    // [unit][point]
  std::vector<Pack> residual_;  // over the number of points
};

}  // namespace steplab
