// The interface of update rules.
#pragma once

#include "core/base/memory.h"
#include "core/base/parameters.h"
#include "core/base/tile.h"

#include <optional>
#include <vector>

namespace steplab {

/// One update of all lanes of a tile.
struct UpdateContext {
  int step = 0;                      ///< t: updates already done
  const Lanes* step_size = nullptr;  ///< η_t per lane
  /// Momentum (β₁ of Adam) per lane, if the schedule cycles it; null otherwise.
  const Lanes* momentum = nullptr;
};

/// Immutable; all that changes is in x and Memory. Elementwise over lanes: no lane may look at another.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  virtual Memory start(int lanes, int dim) const = 0;
  /// x_{t+1} from x_t and the gradient g at x_t.
  virtual void step(Tile& x, Memory& memory, const Tile& g, const UpdateContext& context) const = 0;

  /// Plain SGD, no memory, no weight decay: the engine then runs the landscape's fused kernel.
  virtual bool is_plain_sgd() const { return false; }

  /// The diagonal of the pre-conditioner P that update context.step would apply at x given gradient g there (memory as
  /// it is before that update), if the optimizer has one: step ≈ −η P⁻¹ g. False if it has none (P = I). Adam (Kalra &
  /// Barkeshli 2024): P = (1−β₁^{t+1}) (sqrt(v_{t+1}/(1−β₂^{t+1})) + ε), v_{t+1} already containing g².
  virtual bool preconditioner(const Memory& /*memory*/, const Tile& /*x*/, const Tile& /*g*/,
                              const UpdateContext& /*context*/, Tile& /*p*/) const {
    return false;
  }
};

using OptimizerEntry = Entry<Optimizer>;
std::vector<OptimizerEntry> momentum_optimizers();  // sgd, heavy_ball, nesterov, sign_sgd, lion
std::vector<OptimizerEntry> adaptive_optimizers();  // adagrad … gi_adam, wn_adam
}  // namespace steplab
