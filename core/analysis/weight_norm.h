// WNGrad's twin: gradient descent on a weight-normalised vector, w = v/‖v‖ (Salimans & Kingma 2016), makes ‖v‖² grow
// exactly as WNGrad's b does, which is the recursion below without P and without going back to the circle. Identity
// derived in docs/notes/wngrad.md, A.2, the reason for WNGrad's name.
#pragma once

#include "core/base/tile.h"

#include <vector>

namespace steplab {

/// ½ wᵀHw + c·w over the unit circle. Plain data; the defaults are the demonstration of docs/notes/wngrad.md, A.2.
struct WeightNormSpec {
  double h11 = 3, h12 = 1, h22 = 1;
  double c1 = 1, c2 = -2;
  double v1 = 0.3, v2 = 0.4;  ///< v₀, not 0
  int steps = 200;
  friend bool operator==(const WeightNormSpec&, const WeightNormSpec&) = default;
};

/// Row t: after t updates.
struct WeightNormTwin {
  std::vector<double> v1{}, v2{};
  std::vector<double> squared_norm{};  ///< ‖v‖², of gradient descent on v with rate 1
  std::vector<double> b{};  ///< of b ← b + ‖Pg(w)‖²/b, w ← (w − Pg(w)/b) over its norm, b₀ = ‖v₀‖²
  std::vector<double> w1{}, w2{};    ///< of that recursion
  std::vector<double> tangential{};  ///< ‖Pg(w)‖, P = I − wwᵀ
  std::vector<double> loss{};
};
WeightNormTwin weight_norm_twin(const WeightNormSpec& spec = {});

}  // namespace steplab
