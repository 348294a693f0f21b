// Noise in the labels y that a landscape fits.
#include "core/oracles/batches.h"
#include "core/oracles/groups.h"
#include "core/oracles/noise.h"

#include <numeric>

namespace steplab {
namespace {

class LabelSource final : public GradientSource {
 public:
  /// batch 0: all terms, or the one label of a landscape that is no finite sum.
  LabelSource(const Landscape& landscape, const Noise& noise, int batch, const std::vector<RandomKey>& keys)
      : landscape_(landscape),
        noise_(noise, labels(landscape, batch), keys),
        shift_(noise_.lanes(), labels(landscape, batch)) {
    if (batch > 0)
      batches_.emplace(landscape.terms(), batch, true, shared_key(keys));
    else
      all_terms_.resize(static_cast<std::size_t>(landscape.terms()));
    std::iota(all_terms_.begin(), all_terms_.end(), 0);
  }

  void gradient(const Tile& x, int step, Tile& g) override {
    shift_ = Eigen::Map<const Tile>(noise_.draws(step, 1), shift_.rows(), shift_.cols());
    const std::span<const int> terms =
        batches_ ? std::span(batches_->draws(step, 1), static_cast<std::size_t>(batches_->batch()))
                 : std::span<const int>(all_terms_);
    landscape_.label_gradient(x, terms, shift_, g);
  }

 private:
  static int labels(const Landscape& landscape, int batch) {
    return batch > 0 ? batch : std::max(landscape.terms(), 1);
  }

  const Landscape& landscape_;
  NoiseWindow noise_;
  std::optional<BatchWindow> batches_;
  std::vector<int> all_terms_;
  Tile shift_;
};

class LabelNoise final : public Oracle {
 public:
  LabelNoise(const Noise& noise, int batch) : noise_(noise), batch_(batch) {}
  void check(const Landscape& landscape, std::string_view place) const override {
    if (!landscape.has_labels())
      throw InputError(place,
                       "label noise has no label to act on in this landscape; allowed: landscapes with a label y");
    if (batch_ > 0) check_batch(landscape, batch_, true, place);
  }
  std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey> keys) const override {
    if (noise_.sigma > 0) return std::make_unique<LabelSource>(landscape, noise_, batch_, keys);
    return batch_ > 0 ? minibatch_source(landscape, batch_, true, shared_key(keys)) : exact_source(landscape);
  }
  bool one_key_per_tile() const override { return batch_ > 0; }

 private:
  Noise noise_;
  int batch_;
};

}  // namespace

std::vector<OracleEntry> label_oracles() {
  return {
      {.id = "label_noise",
       .name = "Label noise",
       .summary = "Gradient of the loss with every label y shifted by fresh noise in each update",
       .source = "label-noise SGD: Damian, Ma & Lee 2021 (arXiv 2106.06530); its use for warm-up is our own",
       .params = {sigma_spec("strength of the shift of a label"), noise_spec(), optional_batch_spec()},
       .make = [](const Params& p) {
         return std::make_shared<LabelNoise>(Noise{noise_kind(p.text("noise")), p.real("sigma")}, p.integer("batch"));
       }}};
}

}  // namespace steplab
