// Draws that k successive updates share: the noise of a large step, at small steps.
#include "core/oracles/batches.h"
#include "core/oracles/groups.h"
#include "core/oracles/noise.h"

namespace steplab {
namespace {

struct Repetition {
  int k = 1;
  Noise noise{};
  int batch = 0;  ///< 0: the full gradient
};

class RepeatedSource final : public GradientSource {
 public:
  RepeatedSource(const Landscape& landscape, const Repetition& repetition, const std::vector<RandomKey>& keys)
      : landscape_(landscape), k_(repetition.k) {
    if (repetition.noise.sigma > 0) noise_.emplace(repetition.noise, landscape.dim(), keys);
    if (repetition.batch > 0) batches_.emplace(landscape.terms(), repetition.batch, true, shared_key(keys));
  }

  void gradient(const Tile& x, int step, Tile& g) override {
    if (batches_)
      landscape_.batch_gradient(x, {batches_->draws(step / k_, 1), static_cast<std::size_t>(batches_->batch())}, g);
    else
      landscape_.gradient(x, g);
    if (noise_) add_noise(g, noise_->draws(step / k_, 1));
  }

  std::optional<Draws> draws(int first, int count) override {
    Draws held;
    if (noise_)
      held.noise =
          hold(*noise_, static_cast<std::size_t>(landscape_.dim() * noise_->lanes()), first, count, held_noise_);
    if (batches_) {
      held.batch = hold(*batches_, static_cast<std::size_t>(batches_->batch()), first, count, held_batches_);
      held.batch_size = batches_->batch();
    }
    return held;
  }

 private:
  /// Draw number ⌊update/k⌋ for each of the updates, side by side.
  template <class Window, class Number>
  const Number* hold(Window& window, std::size_t size, int first, int count, std::vector<Number>& held) const {
    const int first_draw = first / k_, last_draw = (first + count - 1) / k_;
    const Number* draws = window.draws(first_draw, last_draw - first_draw + 1);
    held.resize(size * static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
      std::copy_n(draws + size * static_cast<std::size_t>((first + i) / k_ - first_draw), size,
                  held.begin() + i * static_cast<std::ptrdiff_t>(size));
    return held.data();
  }

  const Landscape& landscape_;
  int k_;
  std::optional<NoiseWindow> noise_;
  std::optional<BatchWindow> batches_;
  std::vector<double> held_noise_;
  std::vector<int> held_batches_;
};

class RepeatedBatch final : public Oracle {
 public:
  explicit RepeatedBatch(const Repetition& repetition) : repetition_(repetition) {}
  void check(const Landscape& landscape, std::string_view place) const override {
    if (repetition_.batch > 0) check_batch(landscape, repetition_.batch, true, place);
  }
  std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey> keys) const override {
    return std::make_unique<RepeatedSource>(landscape, repetition_, keys);
  }
  bool one_key_per_tile() const override { return repetition_.batch > 0; }

 private:
  Repetition repetition_;
};

}  // namespace

std::vector<OracleEntry> repeated_oracles() {
  return {{.id = "repeated_batch",
           .name = "Repeated batch",
           .summary = "k successive updates share one draw: with steps η/k, the noise of a step η without its size",
           .source = "recalled from Mohtashami, Jaggi & Stich 2023 (arXiv 2205.15142), not confirmed",
           .params = {{.name = "k",
                       .kind = ParamKind::kInteger,
                       .initial = 10.0,
                       .min = 1,
                       .max = 1e6,
                       .logarithmic = true,
                       .unit = "updates",
                       .meaning = "updates that share a draw",
                       .symbol = "k",
                       .label = "k repeats"},
                      sigma_spec("strength of the noise added to the gradient; 0: none"),
                      noise_spec(),
                      optional_batch_spec()},
           .make = [](const Params& p) {
             return std::make_shared<RepeatedBatch>(
                 Repetition{p.integer("k"), {noise_kind(p.text("noise")), p.real("sigma")}, p.integer("batch")});
           }}};
}

}  // namespace steplab
