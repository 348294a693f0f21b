// Noise in proportion to the gradient: it vanishes at minima, as in over-parameterised fits.
#include "core/oracles/groups.h"
#include "core/oracles/noise.h"

namespace steplab {
namespace {

class MultiplicativeSource final : public GradientSource {
 public:
  MultiplicativeSource(const Landscape& landscape, double sigma, bool common, const std::vector<RandomKey>& keys)
      : landscape_(landscape),
        common_(common),
        window_({NoiseKind::kGaussian, sigma}, common ? 1 : landscape.dim(), keys) {}
  void gradient(const Tile& x, int step, Tile& g) override {
    landscape_.gradient(x, g);
    const double* noise = window_.draws(step, 1);
    for (Eigen::Index j = 0; j < g.cols(); ++j)
      g.col(j) *= 1.0 + Eigen::Map<const Lanes>(noise + (common_ ? 0 : j * g.rows()), g.rows());
  }

 private:
  const Landscape& landscape_;
  bool common_;
  NoiseWindow window_;
};

class Multiplicative final : public Oracle {
 public:
  Multiplicative(double sigma, bool common) : sigma_(sigma), common_(common) {}
  void check(const Landscape&, std::string_view) const override {}
  std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey> keys) const override {
    if (sigma_ == 0) return exact_source(landscape);
    return std::make_unique<MultiplicativeSource>(landscape, sigma_, common_, keys);
  }

 private:
  double sigma_;
  bool common_;
};

}  // namespace

std::vector<OracleEntry> multiplicative_oracles() {
  return {{.id = "multiplicative",
           .name = "Multiplicative noise",
           .summary = "∇f (1 + σ N(0, 1)): noise in proportion to the gradient",
           .source = "strong growth condition (Schmidt & Le Roux 2013)",
           .params = {sigma_spec("standard deviation, relative to the gradient"),
                      {.name = "common",
                       .kind = ParamKind::kSwitch,
                       .initial = 1.0,
                       .min = 0,
                       .max = 1,
                       .meaning = "one draw for all coordinates of an update (a noisy step size), or one for each"}},
           .make = [](const Params& p) { return std::make_shared<Multiplicative>(p.real("sigma"), p.on("common")); }}};
}

}  // namespace steplab
