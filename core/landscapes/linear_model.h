// Finite sums over linear predictions, f(w) = (1/n) Σ ℓ(x_i·w, y_i) + ½ ridge ‖w‖², for any scalar loss ℓ.
#pragma once

#include "core/landscapes/landscape.h"
#include "core/landscapes/linear_kernels.h"
#include "core/landscapes/synthetic_data.h"

#include <numeric>
#include <utility>

namespace steplab {

/// Loss gives, for the prediction z and the target y of a pack of lanes, static value(z, y) = ℓ and slope(z, y) =
/// ∂ℓ/∂z.
template <class Loss>
class LinearModel : public Landscape {
 public:
  LinearModel(Samples samples, double ridge)
      : samples_(std::move(samples)), ridge_(ridge), everything_(static_cast<std::size_t>(samples_.count)) {
    std::iota(everything_.begin(), everything_.end(), 0);
    for (int i = 0; i < samples_.count; ++i)
      longest_.push_back(std::abs(*std::max_element(samples_.row(i), samples_.row(i) + samples_.dim,
                                                    [](double a, double b) { return std::abs(a) < std::abs(b); })));
  }

  int dim() const override { return samples_.dim; }
  int terms() const override { return samples_.count; }
  double work() const override { return 2.0 * samples_.count * samples_.dim; }

  void value(const Tile& w, Lanes& f) const override {
    linear::for_lane_blocks(w.rows(), [&]<int P>(Eigen::Index first) { value_block<P>(w, first, f); });
  }
  void gradient(const Tile& w, Tile& g) const override { mean_gradient(w, everything_, nullptr, g); }
  void batch_gradient(const Tile& w, std::span<const int> batch, Tile& g) const override {
    mean_gradient(w, batch, nullptr, g);
  }
  void descend(Tile& w, const double* step_size, const Draws& draws, int count, Lanes& extent) const override {
    // With nothing but one sample a step, an update and the next prediction share one sweep over the tile.
    const bool single = draws.batch && draws.batch_size == 1 && !draws.noise && ridge_ == 0;
    linear::for_lane_blocks(w.rows(), [&]<int P>(Eigen::Index first) {
      if (single)
        descend_single<P>(w, first, step_size, draws.batch, count, extent);
      else
        descend_mean<P>(w, first, step_size, draws, count, extent);
    });
  }

 protected:
  const Samples& samples() const { return samples_; }
  double ridge() const { return ridge_; }

  /// Mean over the listed terms, with label_shift (lanes × terms) added to their targets if given; ridge included.
  void mean_gradient(const Tile& w, std::span<const int> terms, const Tile* label_shift, Tile& g) const {
    linear::for_lane_blocks(w.rows(), [&]<int P>(Eigen::Index first) {
      sum_gradient<P>(block(w, first), terms, label_shift, first, block(g, first));
      const double share = 1.0 / static_cast<double>(terms.size());
      for (int j = 0; j < dim(); ++j)
        for (int p = 0; p < P; ++p) {
          double* sum = block(g, first).at(j, p);
          store(sum, load(sum) * share + ridge_ * load(block(w, first).at(j, p)));
        }
    });
  }

 private:
  static constexpr int kSamplesAtOnce = 32;  // their slopes for five packs are 10 kB
  static constexpr int kAhead = 3;           // rows asked for before they are needed

  static linear::LaneBlock<const double> block(const Tile& t, Eigen::Index first) {
    return {t.data() + first, t.rows()};
  }
  static linear::LaneBlock<double> block(Tile& t, Eigen::Index first) { return {t.data() + first, t.rows()}; }
  double target(int i) const { return samples_.y[static_cast<std::size_t>(i)]; }

  template <int P>
  void value_block(const Tile& w, Eigen::Index first, Lanes& f) const {
    const double* rows[4];
    Pack z[4 * P], sum[P] = {}, square[P] = {};
    for (int i = 0; i < samples_.count; i += 4) {
      const int count = std::min(4, samples_.count - i);
      for (int s = 0; s < count; ++s) rows[s] = samples_.row(i + s);
      linear::all_products<P>(block(w, first), rows, count, dim(), z);
      for (int s = 0; s < count; ++s)
        for (int p = 0; p < P; ++p) sum[p] += Loss::value(z[s * P + p], splat(target(i + s)));
    }
    for (int j = 0; j < dim(); ++j)
      for (int p = 0; p < P; ++p) square[p] += load(block(w, first).at(j, p)) * load(block(w, first).at(j, p));
    for (int p = 0; p < P; ++p)
      store(&f[first + p * kPack], sum[p] / splat(samples_.count) + (0.5 * ridge_) * square[p]);
  }

  // g ← Σ over the terms of slope · x, in blocks of samples whose slopes stay in the cache.
  template <int P>
  void sum_gradient(linear::LaneBlock<const double> w, std::span<const int> terms, const Tile* label_shift,
                    Eigen::Index first, linear::LaneBlock<double> g) const {
    const double* rows[kSamplesAtOnce];
    Pack slope[kSamplesAtOnce * P];
    const int total = static_cast<int>(terms.size());
    for (int begin = 0; begin < total; begin += kSamplesAtOnce) {
      const int count = std::min(kSamplesAtOnce, total - begin);
      const int* term = terms.data() + begin;
      for (int s = 0; s < count; ++s) rows[s] = samples_.row(term[s]);
      linear::all_products<P>(w, rows, count, dim(), slope);
      for (int s = 0; s < count; ++s)
        for (int p = 0; p < P; ++p) {
          Pack y = splat(target(term[s]));
          if (label_shift) y += load(&(*label_shift)(first + p * kPack, begin + s));
          slope[s * P + p] = Loss::slope(slope[s * P + p], y);
        }
      linear::combine_all<P>(g, rows, slope, count, dim(), begin > 0);
    }
  }

  template <int P>
  void descend_single(Tile& tile, Eigen::Index first, const double* step_size, const int* batch, int count,
                      Lanes& extent) const {
    const auto w = block(tile, first);
    Pack far[P] = {};
    if (tile.rows() == P * kPack) {
      sweep<P>(w, step_size + first, tile.rows(), batch, count, far);
    } else {
      // Part of a wide tile: its strided lines would fall on part of the cache's sets only.
      Tile alone(P * kPack, dim());
      linear::copy<P>({w.data, w.stride}, block(alone, 0), dim());
      sweep<P>(block(alone, 0), step_size + first, tile.rows(), batch, count, far);
      linear::copy<P>({alone.data(), alone.rows()}, w, dim());
    }
    for (int p = 0; p < P; ++p) store(&extent[first + p * kPack], far[p]);
  }

  // Batches of one. Every update but the last is one sweep with the prediction for the next sample.
  template <int P>
  void sweep(linear::LaneBlock<double> w, const double* step_size, Eigen::Index stride, const int* batch, int count,
             Pack* far) const {
    const int d = dim();
    Pack z[P], c[P], way[P] = {};
    for (int k = 0; k < std::min(kAhead, count); ++k) linear::prefetch(samples_.row(batch[k]), d);
    if (count > 0) linear::dot<P>({w.data, w.stride}, samples_.row(batch[0]), d, z);
    for (int k = 0; k < count; ++k) {
      if (k + kAhead < count) linear::prefetch(samples_.row(batch[k + kAhead]), d);
      const double* x = samples_.row(batch[k]);
      const Pack y = splat(target(batch[k]));
      for (int p = 0; p < P; ++p) c[p] = load(step_size + k * stride + p * kPack) * Loss::slope(z[p], y);
      // No coordinate moves further than |c| times the sample's largest: a bound for one operation a pack, where
      // looking at every coordinate would cost a fifth of the sweep.
      if (k > 0)
        for (int p = 0; p < P; ++p) way[p] += abs(c[p]) * longest_[static_cast<std::size_t>(batch[k])];
      if (k + 1 < count)
        linear::update_and_dot<P>(w, x, c, samples_.row(batch[k + 1]), d, z);
      else if (count == 1)
        linear::update<P, true>(w, x, c, d, far);
      else
        linear::update<P, false>(w, x, c, d, far);
    }
    constexpr double kRounding = 1 + 1e-12;  // what the sums may have lost
    if (count > 1)
      for (int p = 0; p < P; ++p) far[p] = (far[p] + way[p]) * kRounding;
  }

  template <int P>
  void descend_mean(Tile& tile, Eigen::Index first, const double* step_size, const Draws& draws, int count,
                    Lanes& extent) const {
    const auto w = block(tile, first);
    Tile sums(P * kPack, dim());
    const auto g = block(sums, 0);
    const auto size = static_cast<std::size_t>(draws.batch_size);
    Pack far[P] = {};
    for (int k = 0; k < count; ++k) {
      const std::span<const int> terms = draws.batch ? std::span(draws.batch + static_cast<std::size_t>(k) * size, size)
                                                     : std::span<const int>(everything_);
      if (draws.batch && k + 1 < count)
        for (const int next : std::span(terms.data() + size, size)) linear::prefetch(samples_.row(next), dim());
      sum_gradient<P>({w.data, w.stride}, terms, nullptr, first, g);
      const double* noise = draws.noise ? draws.noise + k * tile.size() + first : nullptr;
      step<P>(w, {g.data, g.stride}, 1.0 / static_cast<double>(terms.size()), step_size + k * w.stride + first, noise,
              far);
    }
    for (int p = 0; p < P; ++p) store(&extent[first + p * kPack], far[p]);
  }

  // w ← w − η (share · sums + ridge · w + noise).
  template <int P>
  void step(linear::LaneBlock<double> w, linear::LaneBlock<const double> sums, double share, const double* eta,
            const double* noise, Pack* far) const {
    for (int j = 0; j < dim(); ++j)
      for (int p = 0; p < P; ++p) {
        const Pack old = load(w.at(j, p));
        Pack g = load(sums.at(j, p)) * share + ridge_ * old;
        if (noise) g += load(noise + j * w.stride + p * kPack);
        const Pack moved = old - load(eta + p * kPack) * g;
        store(w.at(j, p), moved);
        far[p] = linear::reach(far[p], moved);
      }
  }

  Samples samples_;
  double ridge_;
  std::vector<int> everything_;
  std::vector<double> longest_{};  // a sample's largest |coordinate|
};

}  // namespace steplab
