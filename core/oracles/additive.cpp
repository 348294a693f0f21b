// ∇f plus noise that does not look at x.
#include "core/oracles/groups.h"
#include "core/oracles/noise.h"

namespace steplab {
namespace {

class AdditiveSource final : public GradientSource {
 public:
  AdditiveSource(const Landscape& landscape, const Noise& noise, const std::vector<RandomKey>& keys)
      : landscape_(landscape), window_(noise, landscape.dim(), keys) {}
  void gradient(const Tile& x, int step, Tile& g) override {
    landscape_.gradient(x, g);
    add_noise(g, window_.draws(step, 1));
  }
  std::optional<Draws> draws(int first, int count) override { return Draws{.noise = window_.draws(first, count)}; }

 private:
  const Landscape& landscape_;
  NoiseWindow window_;
};

class Additive final : public Oracle {
 public:
  explicit Additive(const Noise& noise) : noise_(noise) {}
  void check(const Landscape&, std::string_view) const override {}
  std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey> keys) const override {
    if (noise_.sigma == 0) return exact_source(landscape);
    return std::make_unique<AdditiveSource>(landscape, noise_, keys);
  }

 private:
  Noise noise_;
};

OracleEntry additive(NoiseKind kind, std::string id, std::string name, std::string summary, std::string source,
                     std::string meaning) {
  return {.id = std::move(id),
          .name = std::move(name),
          .summary = std::move(summary),
          .source = std::move(source),
          .params = {sigma_spec(std::move(meaning))},
          .make = [kind](const Params& p) {
            return std::make_shared<Additive>(Noise{kind, p.real("sigma")});
          }};
}

OracleEntry student_t() {
  return {.id = "student_t",
          .name = "Student-t noise (heavy tail)",
          .summary = "∇f + σ t_ν in each coordinate; infinite variance for ν ≤ 2",
          .source = "Bailey 1994 (generator)",
          .params = {sigma_spec("scale; the standard deviation is σ √(ν/(ν − 2)) where ν > 2"),
                     {.name = "nu",
                      .initial = 3.0,
                      .min = 0.5,
                      .max = 1000,
                      .logarithmic = true,
                      .meaning = "degrees of freedom: 1 is Cauchy, large is Gaussian",
                      .symbol = "ν",
                      .label = "ν freedom"}},
          .make = [](const Params& p) {
            return std::make_shared<Additive>(Noise{NoiseKind::kStudentT, p.real("sigma"), p.real("nu")});
          }};
}

}  // namespace

std::vector<OracleEntry> additive_oracles() {
  return {
      additive(NoiseKind::kGaussian, "gaussian", "Gaussian noise", "∇f + σ N(0, 1) in each coordinate", "textbook",
               "standard deviation in each coordinate"),
      additive(NoiseKind::kSign, "sign", "Coin-flip noise", "∇f ± σ in each coordinate, each sign with probability ½",
               "the standard hard case of stochastic optimisation lower bounds", "size"),
      student_t(),
      additive(NoiseKind::kUniform, "uniform", "Uniform noise", "∇f + U[−σ, σ] in each coordinate: bounded noise",
               "bounded noise of Mohtashami, Jaggi & Stich 2023", "half width")};
}

}  // namespace steplab
