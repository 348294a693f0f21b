// Small networks on toy data in the plane.
#include "core/landscapes/network.h"

#include "core/base/scratch_pool.h"
#include "core/landscapes/lanczos.h"
#include "core/landscapes/shallow_curvature.h"
#include "core/landscapes/synthetic_data.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace steplab {
namespace {

class Network final : public Landscape {
 public:
  Network(NetworkShape shape, NetworkData data, Vector start)
      : shape_(std::move(shape)), data_(std::move(data)), dim_(shape_.dim()) {
    surroundings_ = {.start = start, .view_low = start.array() - 3.0, .view_high = start.array() + 3.0};
    for (int i = 0; i < data_.count(); ++i) everything_.push_back(i);
  }

  int dim() const override { return dim_; }
  int terms() const override { return data_.count(); }
  double work() const override { return 3.0 * dim_ * data_.count(); }
  const Surroundings& surroundings() const override { return surroundings_; }

  void value(const Tile& w, Lanes& f) const override {
    const auto target_of = [&](Eigen::Index, std::size_t i) { return target(static_cast<int>(i)); };
    over_packs(w, [&](Eigen::Index first, const Pack* parameters) {
      Pack sum{};
      over_samples<double>(everything_, first, target_of,
                           [&](auto& pass, const auto* samples) { pass.add_loss(parameters, samples, sum); });
      store(&f[first], sum / splat(data_.count()));
    });
  }

  void gradient(const Tile& w, Tile& g) const override { batch_gradient(w, everything_, g); }
  void batch_gradient(const Tile& w, std::span<const int> batch, Tile& g) const override {
    mean_gradient<double>(w, batch, g, [&](Eigen::Index, std::size_t k) { return target(batch[k]); });
  }
  bool has_labels() const override { return shape_.loss == NetworkLoss::kHalfSquare; }
  void label_gradient(const Tile& w, std::span<const int> batch, const Tile& label_shift, Tile& g) const override {
    mean_gradient<Pack>(w, batch, g, [&](Eigen::Index lane, std::size_t k) {
      return target(batch[k]) + load(&label_shift(lane, static_cast<Eigen::Index>(k)));
    });
  }

  Matrix hessian(const Vector& w) const override {
    Matrix h(dim_, dim_);
    for (int j = 0; j < dim_; ++j) h.col(j) = hessian_times(w, Vector::Unit(dim_, j));
    return 0.5 * (h + h.transpose());  // symmetric but for rounding: now to the bit
  }

  // The derivative of the gradient along v; eight samples side by side.
  Vector hessian_times(const Vector& w, const Vector& v) const override {
    using Dual = Jet<Pack, Pack, Zero>;
    NetworkPass<Dual, Pack, Pack, 1> pass(shape_);
    std::vector<Dual> parameters(size()), g(size());
    for (int j = 0; j < dim_; ++j) parameters[static_cast<std::size_t>(j)] = {splat(w[j]), splat(v[j]), {}};
    for (int i = 0; i < data_.count(); i += kPack) {
      NetworkSample<Pack, Pack> sample{};
      for (int lane = 0; lane < kPack && i + lane < data_.count(); ++lane) {
        for (int c = 0; c < data_.inputs; ++c) sample.x[c][lane] = point(i + lane)[c];
        sample.target[lane] = target(i + lane);
        sample.weight[lane] = 1.0;
      }
      pass.add_gradient(parameters.data(), &sample, g.data());
    }
    Vector product(dim_);
    for (int j = 0; j < dim_; ++j) {
      double sum = 0;
      for (int lane = 0; lane < kPack; ++lane) sum += g[static_cast<std::size_t>(j)].dx[lane];
      product[j] = sum / data_.count();
    }
    return product;
  }

  void sharpness(const Tile& w, Lanes& s) const override {
    if (ShallowCurvature::fits(shape_, data_)) return shallow_sharpness(w, nullptr, 0, s);
    if (dim_ <= kDenseSpectrum) return Landscape::sharpness(w, s);
    for (Eigen::Index lane = 0; lane < w.rows(); ++lane) {
      if (lane > 0 && (w.row(lane) == w.row(lane - 1)).all()) {
        s[lane] = s[lane - 1];  // padding
        continue;
      }
      const Vector point = w.row(lane).matrix();
      s[lane] = lanczos_largest(dim_, [&](const Vector& v) { return hessian_times(point, v); });
    }
  }

  void preconditioned_sharpness(const Tile& w, const Tile& preconditioner, double ridge, Lanes& s) const override {
    if (!ShallowCurvature::fits(shape_, data_)) return Landscape::preconditioned_sharpness(w, preconditioner, ridge, s);
    shallow_sharpness(w, &preconditioner, ridge, s);
  }

 private:
  std::size_t size() const { return static_cast<std::size_t>(dim_); }
  const double* point(int i) const { return &data_.x[static_cast<std::size_t>(i * data_.inputs)]; }
  double target(int i) const { return data_.y[static_cast<std::size_t>(i)]; }

  void shallow_sharpness(const Tile& w, const Tile* preconditioner, double ridge, Lanes& s) const {
    const auto curvature = curvatures_.take([&] { return std::make_unique<ShallowCurvature>(shape_, data_); });
    std::vector<Pack> scale(size(), splat(1));
    over_packs(w, [&](Eigen::Index first, const Pack* parameters) {
      if (preconditioner)
        for (int j = 0; j < dim_; ++j)
          scale[static_cast<std::size_t>(j)] = 1.0 / sqrt(load(&(*preconditioner)(first, j)));
      store(&s[first], curvature->largest(parameters, scale.data(), ridge));
    });
  }

  // body(first lane, parameters of eight lanes) for each pack of the tile.
  template <class Body>
  void over_packs(const Tile& w, const Body& body) const {
    std::vector<Pack> parameters(size());
    for (Eigen::Index first = 0; first < w.rows(); first += kPack) {
      for (int j = 0; j < dim_; ++j) parameters[static_cast<std::size_t>(j)] = load(&w(first, j));
      body(first, parameters.data());
    }
  }

  // body(pass, samples) over the listed terms, four at a time and the rest singly. target_of(first lane, k) is the
  // target of terms[k].
  template <class Target, class TargetOf, class Body>
  void over_samples(std::span<const int> terms, Eigen::Index first, const TargetOf& target_of, const Body& body) const {
    constexpr std::size_t kSideBySide = 4;
    NetworkPass<Pack, double, Target, kSideBySide> wide(shape_);
    NetworkPass<Pack, double, Target, 1> narrow(shape_);
    const auto sample = [&](std::size_t k) {
      NetworkSample<double, Target> one{.x = {}, .target = target_of(first, k), .weight = 1.0};
      std::copy_n(point(terms[k]), data_.inputs, one.x);
      return one;
    };
    std::size_t k = 0;
    for (; k + kSideBySide <= terms.size(); k += kSideBySide) {
      const NetworkSample<double, Target> samples[] = {sample(k), sample(k + 1), sample(k + 2), sample(k + 3)};
      body(wide, samples);
    }
    for (; k < terms.size(); ++k) {
      const auto one = sample(k);
      body(narrow, &one);
    }
  }

  template <class Target, class TargetOf>
  void mean_gradient(const Tile& w, std::span<const int> batch, Tile& g, const TargetOf& target_of) const {
    std::vector<Pack> sum(size());
    const double share = 1.0 / static_cast<double>(batch.size());
    over_packs(w, [&](Eigen::Index first, const Pack* parameters) {
      std::ranges::fill(sum, Pack{});
      over_samples<Target>(batch, first, target_of, [&](auto& pass, const auto* samples) {
        pass.add_gradient(parameters, samples, sum.data());
      });
      for (int j = 0; j < dim_; ++j) store(&g(first, j), sum[static_cast<std::size_t>(j)] * share);
    });
  }

  NetworkShape shape_;
  NetworkData data_;
  int dim_;
  std::vector<int> everything_{};
  Surroundings surroundings_{};
  ScratchPool<ShallowCurvature> curvatures_;
};

// Knuth's 64-bit linear congruential generator: small enough to be written again in any language, so that others can
// start from the same network.
class LinearCongruential {
 public:
  explicit LinearCongruential(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

}  // namespace

Vector initial_parameters(const NetworkShape& shape, const InitialSpread& spread, std::uint64_t seed) {
  LinearCongruential random(seed);
  Vector w(shape.dim());
  Eigen::Index next = 0;
  const auto fill = [&](int count, double deviation) {
    for (int k = 0; k < count; ++k) w[next++] = deviation * std::sqrt(3.0) * (2 * random.uniform() - 1);
  };
  for (int l = 0; l < shape.layers(); ++l) {
    const int in = shape.inputs(l), out = shape.outputs(l);
    const bool last = l + 1 == shape.layers();
    const double shrink = l == 0 ? 1.0 : std::sqrt(2.0 / in);
    // The first biases come after the first weights; the output biases start at 0 and take no draw.
    fill(in * out, last ? spread.output : spread.weight * shrink);
    if (last)
      w.segment(next, out).setZero();
    else
      fill(out, spread.bias);
  }
  return w;
}

std::shared_ptr<const Landscape> make_network(const NetworkSpec& spec) {
  constexpr int kArms = 3;
  const bool spiral = spec.data == "spirals";
  NetworkData data = spiral                   ? spirals(spec.points, kArms, spec.spread, spec.data_seed)
                     : spec.data == "teacher" ? taught(spec.points, spec.spread, spec.data_seed)
                     : spec.data == "xor"     ? xor_grid()
                                              : two_rings();
  NetworkShape shape{.widths = {data.inputs}, .activation = spec.activation};
  shape.widths.insert(shape.widths.end(), spec.hidden.begin(), spec.hidden.end());
  if (spiral) shape.loss = NetworkLoss::kCrossEntropy;
  shape.widths.push_back(spiral ? kArms : 1);
  Vector start = initial_parameters(shape, spec.initial, spec.initial_seed);
  return std::make_shared<Network>(std::move(shape), std::move(data), std::move(start));
}

namespace {

constexpr int kMostLayers = 4, kWidest = 64;

// "16" or "24-24".
std::vector<int> parse_hidden(const std::string& text) {
  std::vector<int> widths;
  const char *at = text.data(), *end = at + text.size();
  while (true) {
    int width = 0;
    const auto [after, code] = std::from_chars(at, end, width);
    const bool good = code == std::errc() && width >= 1 && width <= kWidest && widths.size() < kMostLayers;
    if (!good || (after != end && *after != '-'))
      throw InputError("landscape.mlp.hidden", "'" + text.substr(0, 80) +
                                                   "' is no list of hidden layers; allowed: 1 to " +
                                                   std::to_string(kMostLayers) + " widths from 1 to " +
                                                   std::to_string(kWidest) + " joined by '-', as in 16 or 24-24");
    widths.push_back(width);
    if (after == end) return widths;
    at = after + 1;
  }
}

std::vector<ParamSpec> network_params() {
  const auto deviation = [](const char* name, double initial, const char* meaning, const char* label) {
    return ParamSpec{.name = name, .initial = initial, .min = 0, .max = 100, .meaning = meaning, .label = label};
  };
  return {{.name = "hidden",
           .kind = ParamKind::kText,
           .initial = "16",
           .meaning = "widths of the hidden layers, joined by '-': 16 or 24-24",
           .symbol = "m"},
          {.name = "activation",
           .kind = ParamKind::kChoice,
           .initial = "tanh",
           .meaning = "what a hidden unit makes of its input",
           .choices = {"tanh", "relu"}},
          {.name = "data",
           .kind = ParamKind::kChoice,
           .initial = "rings",
           .meaning = "xor and rings: 16 points, target ±1, loss ½(f − y)²; spirals: three classes, cross-entropy; "
                      "teacher: five inputs, the targets of three ReLU units, loss ½(f − y)²",
           .choices = {"rings", "xor", "spirals", "teacher"}},
          {.name = "points",
           .kind = ParamKind::kInteger,
           .initial = 600.0,
           .min = 3,
           .max = 20000,
           .logarithmic = true,
           .meaning = "number of points (spirals, teacher)",
           .symbol = "N"},
          {.name = "spread",
           .initial = 0.2,
           .min = 0,
           .max = 2,
           .unit = "rad",
           .meaning = "standard deviation of the angle about the arm (spirals), of the label noise (teacher; no rad)"},
          {.name = "data_seed",
           .kind = ParamKind::kInteger,
           .initial = 1.0,
           .min = 0,
           .max = 2147483647,
           .meaning = "which points are drawn (spirals, teacher)"},
          deviation("std_w", 0.3,
                    "initial standard deviation of the first layer's weights; a deeper layer has std_w √(2/fan-in), so "
                    "1 is He et al. 2015",
                    "σ weights"),
          deviation("std_b", 0.1, "initial standard deviation of the hidden biases", "σ biases"),
          deviation("std_a", 0.3, "initial standard deviation of the output weights", "σ output"),
          {.name = "init_seed",
           .kind = ParamKind::kInteger,
           .initial = 1.0,
           .min = 0,
           .max = 2147483647,
           .meaning = "which initial parameters are drawn"}};
}

}  // namespace

std::vector<LandscapeEntry> network_landscapes() {
  return {{
      .id = "mlp",
      .name = "Small network",
      .summary = "a network 2-m-1 (or deeper) on a toy data set: small, and yet with an edge of stability",
      .source =
          "our own set-up (docs/notes/sharpness.md, 9.5); the edge of stability: Cohen et al. 2021 (arXiv 2103.00065)",
      .params = network_params(),
      .make =
          [](const Params& p) {
            return make_network({.hidden = parse_hidden(p.text("hidden")),
                                 .activation = p.text("activation") == "relu" ? Activation::kRelu : Activation::kTanh,
                                 .data = p.text("data"),
                                 .points = p.integer("points"),
                                 .spread = p.real("spread"),
                                 .data_seed = static_cast<std::uint64_t>(p.integer("data_seed")),
                                 .initial = {p.real("std_w"), p.real("std_b"), p.real("std_a")},
                                 .initial_seed = static_cast<std::uint64_t>(p.integer("init_seed"))});
          },
  }};
}

}  // namespace steplab
