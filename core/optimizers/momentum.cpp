#include "core/optimizers/optimizer.h"

namespace steplab {
namespace {

/// x ← x − η g.
class Sgd final : public Optimizer {
 public:
  Memory start(int, int) const override { return {}; }
  void step(Tile& x, Memory&, const Tile& g, const UpdateContext& context) const override {
    for (Eigen::Index j = 0; j < x.cols(); ++j) x.col(j) -= *context.step_size * g.col(j);
  }
  bool is_plain_sgd() const override { return true; }
};

}  // namespace

std::vector<OptimizerEntry> momentum_optimizers() {
  return {{.id = "sgd", .name = "SGD", .summary = "x ← x − η g", .source = "Robbins & Monro 1951", .params = {},
           .make = [](const Params&) { return std::make_shared<Sgd>(); }}};
}

}  // namespace steplab
