// Mean gradients over some of the terms of a finite sum.
#include "core/oracles/batches.h"
#include "core/oracles/groups.h"

namespace steplab {
namespace {

class MinibatchSource final : public GradientSource {
 public:
  MinibatchSource(const Landscape& landscape, int batch, bool replacement, RandomKey key)
      : landscape_(landscape), window_(landscape.terms(), batch, replacement, key) {}
  void gradient(const Tile& x, int step, Tile& g) override {
    landscape_.batch_gradient(x, {window_.draws(step, 1), static_cast<std::size_t>(window_.batch())}, g);
  }
  std::optional<Draws> draws(int first, int count) override {
    return Draws{.batch = window_.draws(first, count), .batch_size = window_.batch()};
  }

 private:
  const Landscape& landscape_;
  BatchWindow window_;
};

class Minibatch final : public Oracle {
 public:
  Minibatch(int batch, bool replacement) : batch_(batch), replacement_(replacement) {}
  void check(const Landscape& landscape, std::string_view place) const override {
    check_batch(landscape, batch_, replacement_, place);
  }
  std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey> keys) const override {
    return minibatch_source(landscape, batch_, replacement_, shared_key(keys));
  }
  bool one_key_per_tile() const override { return true; }

 private:
  int batch_;
  bool replacement_;
};

}  // namespace

std::unique_ptr<GradientSource> minibatch_source(const Landscape& landscape, int batch, bool replacement,
                                                 RandomKey key) {
  return std::make_unique<MinibatchSource>(landscape, batch, replacement, key);
}

void check_batch(const Landscape& landscape, int batch, bool replacement, std::string_view place) {
  const std::string where = std::string(place) + ".batch", size = "'" + std::to_string(batch) + "'";
  if (landscape.terms() == 0)
    throw InputError(
        where,
        size +
            " terms cannot be drawn from this landscape; allowed: landscapes that are a mean of terms (finite sums)");
  if (!replacement && batch > landscape.terms())
    throw InputError(where, size +
                                " is more than the terms of this landscape; allowed without replacement: 1 ≤ batch ≤ " +
                                std::to_string(landscape.terms()));
}

std::vector<OracleEntry> minibatch_oracles() {
  return {
      {.id = "minibatch",
       .name = "Mini-batch",
       .summary = "Mean gradient over a random batch of the terms, another one in each update",
       .source = "Robbins & Monro 1951; shuffled epochs: random reshuffling",
       .params =
           {{.name = "batch",
             .kind = ParamKind::kInteger,
             .initial = 1.0,
             .min = 1,
             .max = 1 << 20,
             .logarithmic = true,
             .unit = "terms",
             .meaning = "terms in a mini-batch",
             .symbol = "B"},
            {.name = "replacement",
             .kind = ParamKind::kSwitch,
             .initial = 1.0,
             .min = 0,
             .max = 1,
             .meaning =
                 "on: terms are drawn independently; off: shuffled epochs, whose incomplete last batch is dropped"}},
       .make = [](const Params& p) { return std::make_shared<Minibatch>(p.integer("batch"), p.on("replacement")); }}};
}

}  // namespace steplab
