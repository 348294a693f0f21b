#include "core/landscapes/shallow_curvature.h"

#include "core/base/math.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr int kMostPoints = 32;

// One block a unit, and the output's bias.
std::vector<int> blocks_of(const NetworkShape& shape) {
  std::vector<int> sizes(static_cast<std::size_t>(shape.outputs(0)), shape.inputs(0) + 2);
  sizes.push_back(1);
  return sizes;
}

}  // namespace

bool ShallowCurvature::fits(const NetworkShape& shape, const NetworkData& data) {
  return shape.layers() == 2 && shape.loss == NetworkLoss::kHalfSquare && data.count() <= kMostPoints &&
         data.count() < shape.dim();
}

ShallowCurvature::ShallowCurvature(const NetworkShape& shape, const NetworkData& data)
    : inputs_(shape.inputs(0)),
      units_(shape.outputs(0)),
      points_(data.count()),
      tanh_(shape.activation == Activation::kTanh),
      data_(data),
      spectrum_(blocks_of(shape), data.count()),
      active_(static_cast<std::size_t>(units_ * points_)),
      residual_(static_cast<std::size_t>(points_)) {}

void ShallowCurvature::forward(const Pack* w) {
  const Pack *bias = w + units_ * inputs_, *output = bias + units_;
  for (int i = 0; i < points_; ++i) {
    const double* x = &data_.x[static_cast<std::size_t>(i * data_.inputs)];
    Pack f = output[units_];
    for (int u = 0; u < units_; ++u) {
      Pack z = bias[u];
      for (int k = 0; k < inputs_; ++k) z += w[u * inputs_ + k] * x[k];
      const Pack h = tanh_ ? steplab::tanh(z) : max(z, 0.0);
      active_[static_cast<std::size_t>(u * points_ + i)] = h;
      f += output[u] * h;
    }
    residual_[static_cast<std::size_t>(i)] = (f - data_.y[static_cast<std::size_t>(i)]) / splat(points_);
  }
}

// Rows and block of (weights, bias, output weight): docs/notes/sharpness.md, 9.5.
void ShallowCurvature::fill_unit(int u, const Pack* w, const Pack* scale, double ridge) {
  const int last = inputs_ + 1;  // the output weight; the bias before it is the weight of a constant input
  const double share = 1 / std::sqrt(static_cast<double>(points_));
  const int bias = units_ * inputs_ + u;
  const auto at = [&](int p) { return p < inputs_ ? u * inputs_ + p : bias + (p - inputs_) * units_; };
  Pack* block = spectrum_.block(static_cast<std::size_t>(u));
  std::fill_n(block, (last + 1) * (last + 2) / 2, Pack{});
  for (int i = 0; i < points_; ++i) {
    const double* x = &data_.x[static_cast<std::size_t>(i * data_.inputs)];
    const Pack h = active_[static_cast<std::size_t>(u * points_ + i)], r = residual_[static_cast<std::size_t>(i)];
    const Pack slope = tanh_ ? 1.0 - h * h : select(h > 0.0, splat(1), Pack{});
    const Pack a = w[at(last)];
    const Pack bend = tanh_ ? -2.0 * (r * a * h * slope) : Pack{};
    Pack* entry = block;
    for (int p = 0; p <= last; ++p) {
      const double xp = p < inputs_ ? x[p] : 1.0;
      spectrum_.row(u * (last + 1) + p)[i] = (p < last ? a * slope * xp : h) * scale[at(p)] * share;
      for (int q = 0; q <= p; ++q, ++entry) {
        const double xq = q < inputs_ ? x[q] : 1.0;
        if (p < last)
          *entry += bend * (xp * xq);
        else if (q < last)
          *entry += r * slope * xq;
      }
    }
  }
  for (int p = 0; p <= last; ++p)
    for (int q = 0; q <= p; ++q, ++block) *block = (*block + (p == q ? ridge : 0.0)) * (scale[at(p)] * scale[at(q)]);
}

Pack ShallowCurvature::largest(const Pack* w, const Pack* scale, double ridge) {
  forward(w);
  for (int u = 0; u < units_; ++u) fill_unit(u, w, scale, ridge);
  const int output_bias = units_ * (inputs_ + 2);
  *spectrum_.block(static_cast<std::size_t>(units_)) = ridge * scale[output_bias] * scale[output_bias];
  std::fill_n(spectrum_.row(output_bias), points_, scale[output_bias] * (1 / std::sqrt(static_cast<double>(points_))));
  return spectrum_.largest();
}

}  // namespace steplab
