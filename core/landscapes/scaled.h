// A landscape times a number: how a problem's smoothness L is varied without changing its shape.
#pragma once

#include "core/landscapes/landscape.h"

#include <memory>

namespace steplab {

/// factor · f, with everything that f knows. factor > 0 and finite; 1 gives f itself.
std::shared_ptr<const Landscape> scaled(std::shared_ptr<const Landscape> f, double factor);

/// L on the whole space if the landscape knows it, else the largest |eigenvalue| of its Hessian at x.
struct Smoothness {
  double L = 0;
  bool everywhere = false;
  friend bool operator==(const Smoothness&, const Smoothness&) = default;
};
Smoothness smoothness_at(const Landscape& landscape, const Vector& x);

}  // namespace steplab
