// ∇f plus noise that does not look at x.
#include "core/oracles/groups.h"
#include "core/oracles/noise.h"

#include <algorithm>

namespace steplab {
namespace {

class AdditiveSource final : public GradientSource {
 public:
  AdditiveSource(const Landscape& landscape, const Noise& noise, double anneal, const std::vector<RandomKey>& keys)
      : landscape_(landscape), window_(noise, landscape.dim(), keys), anneal_(anneal) {}
  void gradient(const Tile& x, int step, Tile& g) override {
    landscape_.gradient(x, g);
    add_noise(g, noise(step, 1));
  }
  std::optional<Draws> draws(int first, int count) override { return Draws{.noise = noise(first, count)}; }

 private:
  const double* noise(int first, int count) {
    const double* draws = window_.draws(first, count);
    return anneal_ > 0 ? annealed(draws, first, count) : draws;
  }
  const double* annealed(const double* draws, int first, int count) {
    const auto size = static_cast<std::size_t>(landscape_.dim() * window_.lanes());
    annealed_.resize(size * static_cast<std::size_t>(count));
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
      const double factor = std::max(0.0, 1 - (first + static_cast<double>(k)) / anneal_);
      std::transform(draws + k * size, draws + (k + 1) * size,
                     annealed_.begin() + static_cast<std::ptrdiff_t>(k * size),
                     [factor](double draw) { return factor * draw; });
    }
    return annealed_.data();
  }

  const Landscape& landscape_;
  NoiseWindow window_;
  double anneal_;
  std::vector<double> annealed_;
};

class Additive final : public Oracle {
 public:
  Additive(const Noise& noise, double anneal) : noise_(noise), anneal_(anneal) {}
  void check(const Landscape&, std::string_view) const override {}
  std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey> keys) const override {
    if (noise_.sigma == 0) return exact_source(landscape);
    return std::make_unique<AdditiveSource>(landscape, noise_, anneal_, keys);
  }

 private:
  Noise noise_;
  double anneal_;
};

ParamSpec anneal_spec() {
  return {.name = "anneal",
          .initial = 0.0,
          .min = 0,
          .max = 1e9,
          .unit = "updates",
          .meaning = "updates over which the noise falls to 0 along a line; 0: it stays",
          .seldom = true};
}

OracleEntry additive(NoiseKind kind, std::string id, std::string name, std::string summary, std::string source,
                     std::string meaning) {
  return {.id = std::move(id),
          .name = std::move(name),
          .summary = std::move(summary),
          .source = std::move(source),
          .params = {sigma_spec(std::move(meaning)), anneal_spec()},
          .make = [kind](const Params& p) {
            return std::make_shared<Additive>(Noise{kind, p.real("sigma")}, p.real("anneal"));
          }};
}

OracleEntry student_t() {
  return {
      .id = "student_t",
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
                  .label = "ν freedom"},
                 anneal_spec()},
      .make = [](const Params& p) {
        return std::make_shared<Additive>(Noise{NoiseKind::kStudentT, p.real("sigma"), p.real("nu")}, p.real("anneal"));
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
               "our own, for statements about bounded noise", "half width")};
}

}  // namespace steplab
