// Forward and backward pass of a small fully connected network over any scalar: packs of runs give the gradients of a
// tile, jets of packs of samples give exact Hessian-vector products (forward over reverse, Pearlmutter 1994).
#pragma once

#include "core/base/jet.h"

#include <vector>

namespace steplab {

enum class Activation { kTanh, kRelu };
enum class NetworkLoss {
  kHalfSquare,   ///< ½ (output − target)², one output
  kCrossEntropy  ///< −log softmax(outputs)[class]
};

/// The flat order of parameters is, layer by layer, the weights row by row (one row a unit), then the biases.
struct NetworkShape {
  std::vector<int> widths;  ///< inputs, hidden layers, outputs
  Activation activation = Activation::kTanh;
  NetworkLoss loss = NetworkLoss::kHalfSquare;

  int layers() const { return static_cast<int>(widths.size()) - 1; }
  int inputs(int layer) const { return widths[static_cast<std::size_t>(layer)]; }
  int outputs(int layer) const { return widths[static_cast<std::size_t>(layer) + 1]; }
  int dim() const {
    int count = 0;
    for (int l = 0; l < layers(); ++l) count += outputs(l) * (inputs(l) + 1);
    return count;
  }
};

/// S: scalar of the parameters. X: scalar of inputs and targets (double, or Pack where the lanes are samples).
/// Holds the scratch memory of one thread.
template <class S, class X>
class NetworkPass {
 public:
  explicit NetworkPass(const NetworkShape& shape) : shape_(shape) {
    for (const int width : shape.widths) {
      units_.emplace_back(static_cast<std::size_t>(width));
      slopes_.emplace_back(static_cast<std::size_t>(width));
    }
  }

  /// The loss of one sample (of one a lane).
  template <class Target>
  S loss(const S* w, const X* x, const Target& target) {
    forward(w, x);
    const std::vector<S>& out = units_.back();
    if (shape_.loss == NetworkLoss::kHalfSquare) {
      const S residual = out[0] - target;
      return 0.5 * (residual * residual);
    }
    const auto top = largest_output();
    S sum{}, chosen{};
    for (std::size_t k = 0; k < out.size(); ++k) {
      const S shifted = out[k] - top;
      sum = sum + steplab::exp(shifted);
      chosen = chosen + is_class(target, k) * shifted;
    }
    return steplab::log(sum) - chosen;
  }

  /// g += gradient of weight · loss of one sample.
  template <class Target>
  void add_gradient(const S* w, const X* x, const Target& target, const X& weight, S* g) {
    forward(w, x);
    slope_of_loss(target, weight);
    int first = shape_.dim();
    for (int l = shape_.layers() - 1; l >= 0; --l) {
      first -= shape_.outputs(l) * (shape_.inputs(l) + 1);
      backward(l, w + first, x, g + first);
    }
  }

 private:
  std::vector<S>& units(int l) { return units_[static_cast<std::size_t>(l)]; }
  std::vector<S>& slopes(int l) { return slopes_[static_cast<std::size_t>(l)]; }

  void forward(const S* w, const X* x) {
    for (int l = 0; l < shape_.layers(); ++l) {
      const int in = shape_.inputs(l), out = shape_.outputs(l);
      const S* bias = w + in * out;
      for (int o = 0; o < out; ++o, w += in) {
        S z = bias[o];
        for (int i = 0; i < in; ++i) z = l == 0 ? z + w[i] * x[i] : z + w[i] * units(l)[static_cast<std::size_t>(i)];
        units(l + 1)[static_cast<std::size_t>(o)] = l + 1 == shape_.layers() ? z : active(z);
      }
      w = bias + out;
    }
  }

  S active(const S& z) const {
    if (shape_.activation == Activation::kTanh) return steplab::tanh(z);
    return select(base_value(z) > 0.0, z, S{});
  }
  // d(unit)/dz · slope, from the unit's own value.
  S through(const S& unit, const S& slope) const {
    if (shape_.activation == Activation::kTanh) return slope * (1.0 - unit * unit);
    return select(base_value(unit) > 0.0, slope, S{});
  }

  auto largest_output() const {
    auto top = base_value(units_.back()[0]);
    for (const S& out : units_.back()) top = max(top, base_value(out));
    return top;
  }
  template <class Target>
  static auto is_class(const Target& target, std::size_t k) {
    return select(target == static_cast<double>(k), Target{} + 1.0, Target{});
  }

  template <class Target>
  void slope_of_loss(const Target& target, const X& weight) {
    const std::vector<S>& out = units_.back();
    std::vector<S>& slope = slopes_.back();
    if (shape_.loss == NetworkLoss::kHalfSquare) {
      slope[0] = weight * (out[0] - target);
      return;
    }
    const auto top = largest_output();
    S sum{};
    for (std::size_t k = 0; k < out.size(); ++k) sum = sum + (slope[k] = steplab::exp(out[k] - top));
    for (std::size_t k = 0; k < out.size(); ++k) slope[k] = weight * (slope[k] / sum - is_class(target, k));
  }

  void backward(int l, const S* w, const X* x, S* g) {
    const int in = shape_.inputs(l), out = shape_.outputs(l);
    for (S& slope : slopes(l)) slope = S{};
    for (int o = 0; o < out; ++o) {
      const S slope = slopes(l + 1)[static_cast<std::size_t>(o)];
      for (int i = 0; i < in; ++i) {
        const auto k = static_cast<std::size_t>(i);
        if (l == 0) {
          g[o * in + i] = g[o * in + i] + slope * x[i];
        } else {
          g[o * in + i] = g[o * in + i] + slope * units(l)[k];
          slopes(l)[k] = slopes(l)[k] + slope * w[o * in + i];
        }
      }
      g[in * out + o] = g[in * out + o] + slope;
    }
    if (l > 0)
      for (std::size_t k = 0; k < slopes(l).size(); ++k) slopes(l)[k] = through(units(l)[k], slopes(l)[k]);
  }

  NetworkShape shape_;
  std::vector<std::vector<S>> units_;   // units_[0] is not used: the inputs are x
  std::vector<std::vector<S>> slopes_;  // ∂loss/∂z of each layer
};

}  // namespace steplab
