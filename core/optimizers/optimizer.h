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

/// The sharpness from which on an optimizer cannot rest at a minimum, as its step size η sets it: factor/η − decay.
struct StabilityEdge {
  double factor = 2;  ///< c
  double decay = 0;   ///< what weight decay takes off: it bends every landscape upwards
  double at(double step_size) const { return factor / step_size - decay; }
  friend bool operator==(const StabilityEdge&, const StabilityEdge&) = default;
};

/// On a quadratic under a constant step size the optimizer comes to rest exactly while the sharpness is below `lasting`
/// (and no curvature so negative that weight decay cannot hold it). From the root z = −1 of the update's characteristic
/// polynomial; the other conditions of Schur and Cohn are weaker there.
struct Stability {
  StabilityEdge lasting;
  StabilityEdge first;  ///< of the very first update, where averages are not yet filled
  /// What counts is the sharpness of P^{-1/2} (H + λI) P^{-1/2}, λ the ridge of the optimizer (see ridge()): the edge
  /// then has that λ no more. P is taken as it stands: right where its averages have settled.
  bool preconditioned = false;
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
  /// λ of the penalty ½λ|x|² that an optimizer with a pre-conditioner adds to the gradients it averages, else 0.
  virtual double ridge() const { return 0; }

  /// Nothing where no such edge is known: steps of signs (sign-SGD, Lion) never come to rest, NAdam's momentum moves.
  virtual std::optional<Stability> stability() const { return std::nullopt; }
};

using OptimizerEntry = Entry<Optimizer>;
std::vector<OptimizerEntry> momentum_optimizers();  // sgd, heavy_ball, nesterov, sign_sgd, lion
std::vector<OptimizerEntry> adaptive_optimizers();  // adagrad … gi_adam, wn_adam
}  // namespace steplab
