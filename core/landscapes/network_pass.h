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

inline constexpr int kMostInputs = 5;

/// One sample of a network's data (or one a lane). The network reads as many inputs as it has.
template <class X, class Target>
struct NetworkSample {
  X x[kMostInputs];
  Target target;
  X weight;  ///< factor of its loss
};

/// S: scalar of the parameters. X: scalar of the inputs (double, or Pack where the lanes are samples). Target: double,
/// or Pack where lanes differ. K samples go side by side, so that a parameter is loaded once for all of them; sums over
/// samples are taken in order, so K does not change a bit. Holds the scratch memory of one thread.
template <class S, class X, class Target, int K>
class NetworkPass {
 public:
  using Sample = NetworkSample<X, Target>;

  explicit NetworkPass(const NetworkShape& shape)
      : shape_(shape), inputs_(static_cast<std::size_t>(shape.inputs(0) * K)) {
    for (const int width : shape.widths) {
      units_.emplace_back(static_cast<std::size_t>(width * K));
      slopes_.emplace_back(static_cast<std::size_t>(width * K));
    }
  }

  /// sum += weight · loss of each sample.
  void add_loss(const S* w, const Sample* samples, S& sum) {
    forward(w, samples);
    for (int s = 0; s < K; ++s) sum = sum + samples[s].weight * loss(samples[s].target, s);
  }

  /// g += gradient of weight · loss of each sample.
  void add_gradient(const S* w, const Sample* samples, S* g) {
    forward(w, samples);
    for (int s = 0; s < K; ++s) slope_of_loss(samples[s], s);
    int first = shape_.dim();
    for (int l = shape_.layers() - 1; l > 0; --l) {
      first -= shape_.outputs(l) * (shape_.inputs(l) + 1);
      backward(l, units(l), w + first, g + first);
      for (int k = 0; k < shape_.inputs(l) * K; ++k) slopes(l)[k] = through(units(l)[k], slopes(l)[k]);
    }
    backward(0, inputs_.data(), w, g);
  }

 private:
  // Unit i of sample s is at [i K + s].
  S* units(int l) { return units_[static_cast<std::size_t>(l)].data(); }
  S* slopes(int l) { return slopes_[static_cast<std::size_t>(l)].data(); }

  void forward(const S* w, const Sample* samples) {
    for (int s = 0; s < K; ++s)
      for (int i = 0; i < shape_.inputs(0); ++i) inputs_[static_cast<std::size_t>(i * K + s)] = samples[s].x[i];
    w = layer(0, inputs_.data(), w);
    for (int l = 1; l < shape_.layers(); ++l) w = layer(l, units(l), w);
  }

  // Returns where the next layer's parameters begin.
  template <class H>
  const S* layer(int l, const H* from, const S* w) {
    const int in = shape_.inputs(l), out = shape_.outputs(l);
    const S* bias = w + in * out;
    for (int o = 0; o < out; ++o, w += in) {
      S z[K];
      for (int s = 0; s < K; ++s) z[s] = bias[o];
      for (int i = 0; i < in; ++i)
        for (int s = 0; s < K; ++s) z[s] = z[s] + w[i] * from[i * K + s];
      for (int s = 0; s < K; ++s) units(l + 1)[o * K + s] = l + 1 == shape_.layers() ? z[s] : active(z[s]);
    }
    return bias + out;
  }

  // From the slopes of layer l's outputs: g, and the slopes of the units it reads (not yet through their activation).
  template <class H>
  void backward(int l, const H* from, const S* w, S* g) {
    const int in = shape_.inputs(l), out = shape_.outputs(l);
    S* below = slopes(l);
    for (int k = 0; k < in * K; ++k) below[k] = S{};
    for (int o = 0; o < out; ++o, w += in, g += in) {
      S slope[K];
      for (int s = 0; s < K; ++s) slope[s] = slopes(l + 1)[o * K + s];
      for (int i = 0; i < in; ++i) {
        const S parameter = w[i];
        S sum = g[i];
        for (int s = 0; s < K; ++s) {
          sum = sum + slope[s] * from[i * K + s];
          if (l > 0) below[i * K + s] = below[i * K + s] + slope[s] * parameter;
        }
        g[i] = sum;
      }
    }
    for (int o = 0; o < out; ++o)
      for (int s = 0; s < K; ++s) g[o] = g[o] + slopes(l + 1)[o * K + s];
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

  int outputs() const { return shape_.widths.back(); }
  const S& output(int k, int s) const { return units_.back()[static_cast<std::size_t>(k * K + s)]; }
  auto largest_output(int s) const {
    auto top = base_value(output(0, s));
    for (int k = 1; k < outputs(); ++k) top = max(top, base_value(output(k, s)));
    return top;
  }
  static auto is_class(const Target& target, int k) {
    return select(target == static_cast<double>(k), Target{} + 1.0, Target{});
  }

  S loss(const Target& target, int s) const {
    if (shape_.loss == NetworkLoss::kHalfSquare) {
      const S residual = output(0, s) - target;
      return 0.5 * (residual * residual);
    }
    const auto top = largest_output(s);
    S sum{}, chosen{};
    for (int k = 0; k < outputs(); ++k) {
      const S shifted = output(k, s) - top;
      sum = sum + steplab::exp(shifted);
      chosen = chosen + is_class(target, k) * shifted;
    }
    return steplab::log(sum) - chosen;
  }

  void slope_of_loss(const Sample& sample, int s) {
    S* slope = slopes(shape_.layers()) + s;
    if (shape_.loss == NetworkLoss::kHalfSquare) {
      slope[0] = sample.weight * (output(0, s) - sample.target);
      return;
    }
    const auto top = largest_output(s);
    S sum{};
    for (int k = 0; k < outputs(); ++k) sum = sum + (slope[k * K] = steplab::exp(output(k, s) - top));
    for (int k = 0; k < outputs(); ++k)
      slope[k * K] = sample.weight * (slope[k * K] / sum - is_class(sample.target, k));
  }

  NetworkShape shape_;
  std::vector<X> inputs_;
  std::vector<std::vector<S>> units_;   // units_[0] is not used: the inputs are their own
  std::vector<std::vector<S>> slopes_;  // ∂loss/∂z of each layer
};

}  // namespace steplab
