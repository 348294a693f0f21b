#include "core/oracles/oracle.h"

#include "core/oracles/groups.h"

#include <algorithm>
#include <cassert>

namespace steplab {
namespace {

class ExactSource final : public GradientSource {
 public:
  explicit ExactSource(const Landscape& landscape) : landscape_(landscape) {}
  void gradient(const Tile& x, int, Tile& g) override { landscape_.gradient(x, g); }
  std::optional<Draws> draws(int, int) override { return Draws{}; }

 private:
  const Landscape& landscape_;
};

class Exact final : public Oracle {
 public:
  void check(const Landscape&, std::string_view) const override {}
  std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey>) const override {
    return exact_source(landscape);
  }
};

}  // namespace

std::unique_ptr<GradientSource> exact_source(const Landscape& landscape) {
  return std::make_unique<ExactSource>(landscape);
}

ParamSpec sigma_spec(std::string meaning) {
  return {.name = "sigma",
          .initial = 1.0,
          .min = 0,
          .max = 1e6,
          .logarithmic = true,
          .meaning = std::move(meaning),
          .symbol = "σ",
          .label = "σ noise"};
}

ParamSpec noise_spec() {
  return {.name = "noise",
          .kind = ParamKind::kChoice,
          .initial = "gaussian",
          .meaning = "distribution: variance σ², ±σ with probability ½, or uniform in [−σ, σ]",
          .choices = {"gaussian", "sign", "uniform"}};
}

ParamSpec optional_batch_spec() {
  return {.name = "batch",
          .kind = ParamKind::kInteger,
          .initial = 0.0,
          .min = 0,
          .max = 1 << 20,
          .logarithmic = true,
          .unit = "terms",
          .meaning = "size of a mini-batch drawn with replacement (finite sums only); 0: the full gradient",
          .symbol = "B"};
}

RandomKey shared_key(const std::vector<RandomKey>& keys) {
  assert(!keys.empty() && std::ranges::all_of(keys, [&](const RandomKey& key) { return key == keys[0]; }));
  return keys[0];
}

std::vector<OracleEntry> all_oracles() {
  std::vector<OracleEntry> all = {{.id = "exact",
                                   .name = "Exact gradient",
                                   .summary = "∇f, without noise",
                                   .source = "",
                                   .params = {},
                                   .make = [](const Params&) { return std::make_shared<Exact>(); }}};
  for (auto group : {additive_oracles, multiplicative_oracles, minibatch_oracles, label_oracles, repeated_oracles})
    for (auto& entry : group()) all.push_back(std::move(entry));
  return all;
}

}  // namespace steplab
