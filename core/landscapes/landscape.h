// The interface of every loss surface.
#pragma once

#include "core/base/parameters.h"
#include "core/base/random.h"
#include "core/base/tile.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace steplab {

/// A known minimum: where, and the value there.
struct Minimum {
  Vector x;
  double value = 0;
  bool global = true;
};

/// What a landscape knows about itself, beyond numbers at a point.
struct Surroundings {
  Vector start;                   ///< a good start, dim entries
  Vector view_low, view_high;     ///< a good view window, dim entries each (first two coordinates matter when dim > 2)
  std::vector<Minimum> minima{};  ///< isolated minima that are known; may be empty
  /// Least value. Absent where no minimum exists (saddles) or it is not known (networks).
  std::optional<double> least_value{};
  /// The domain, if it is bounded: the default box projection. Empty otherwise.
  Vector domain_low{}, domain_high{};
  /// True if the minimisers form a curve or surface (uv model): then "reached" is a matter of the value, not of a
  /// place.
  bool minima_form_a_set = false;
};

/// Randomness of `count` successive SGD updates that does not look at x, for the fused kernels below.
struct Draws {
  const double* noise = nullptr;  ///< [count][dim][lanes], added to the gradient; null if none
  const int* batch = nullptr;     ///< [count][batch_size] term numbers, shared by all lanes; null for the full gradient
  int batch_size = 0;
};

/// A loss f. Immutable once made: safe on all threads. Tiles have a multiple of kPack lanes and dim() columns; outputs
/// are sized by the caller. Values may be infinite or NaN far away: divergence is the engine's business.
class Landscape {
 public:
  Landscape() = default;
  Landscape(const Landscape&) = delete;
  Landscape& operator=(const Landscape&) = delete;
  virtual ~Landscape() = default;

  virtual int dim() const = 0;
  virtual const Surroundings& surroundings() const = 0;

  virtual void value(const Tile& x, Lanes& f) const = 0;
  /// Exact, never finite differences. At a kink: the subgradient of the branch the formula takes, 0 at |0|.
  virtual void gradient(const Tile& x, Tile& g) const = 0;
  /// Exact, dim × dim, symmetric.
  virtual Matrix hessian(const Vector& x) const = 0;
  /// Largest algebraic eigenvalue of the Hessian, per lane. Default: eigenvalues of hessian() (closed form for dim ≤
  /// 2).
  virtual void sharpness(const Tile& x, Lanes& s) const;
  /// Largest eigenvalue of P^{-1/2} (H + ridge I) P^{-1/2}, the same as that of P⁻¹(H + ridge I), per lane. P is
  /// diagonal and positive: column j of `preconditioner` is P_jj. `ridge` is the curvature of the penalty ½ ridge |x|²
  /// that the optimizer adds to the loss (Optimizer::ridge). Default as that of sharpness().
  virtual void preconditioned_sharpness(const Tile& x, const Tile& preconditioner, double ridge, Lanes& s) const;

  /// `count` plain SGD updates x ← x − η (g(x) + noise), in place. step_size is [count][lanes]. `extent` (lanes)
  /// receives the largest |coordinate| met on the way (not a number once one was), or a bound not far above it: exact
  /// if count is 1, so who sees something too large looks again, update by update. For plain SGD the engine uses this
  /// path always, in pieces of any length, so one update must give the same bits in whatever piece it comes. Default:
  /// gradient() (or batch_gradient()) in a loop.
  virtual void descend(Tile& x, const double* step_size, const Draws& draws, int count, Lanes& extent) const;

  /// Number of terms if f is a mean of terms (a finite sum), else 0.
  virtual int terms() const { return 0; }
  /// Mean gradient over the listed terms (repetitions count), the same terms for all lanes. Only if terms() > 0.
  virtual void batch_gradient(const Tile& x, std::span<const int> batch, Tile& g) const;

  /// True if f has a label y that noise can act on (label_gradient works).
  virtual bool has_labels() const { return false; }
  /// Mean gradient over the listed terms after adding label_shift (lanes × batch size) to their labels; column k
  /// belongs to batch[k]. If terms() == 0, batch is empty and label_shift is lanes × 1. Only if has_labels().
  virtual void label_gradient(const Tile& x, std::span<const int> batch, const Tile& label_shift, Tile& g) const;

  /// True if it is proved that every gradient-descent update with a step size in [0, step_size] brings any point of the
  /// ball around the minimum `centre` nearer to it. False if it is not so, or nothing is known.
  virtual bool contracts(const Vector& /*centre*/, double /*radius*/, double /*step_size*/) const { return false; }

  /// L: the gradient's Lipschitz constant on the whole space, if it is known (and finite).
  virtual std::optional<double> smoothness() const { return std::nullopt; }

  /// Rough cost of one gradient of one lane, in multiply-adds: the engine looks for a stop request often enough by it.
  virtual double work() const { return 20; }

  /// H v at x. Default: hessian(x) * v. Landscapes of many dimensions give a cheaper exact one.
  virtual Vector hessian_times(const Vector& x, const Vector& v) const;
};

using LandscapeEntry = Entry<Landscape>;

// The members of the family, by file (see catalog.h for the whole list).
std::vector<LandscapeEntry> classic_landscapes();
std::vector<LandscapeEntry> quadratic_landscapes();
std::vector<LandscapeEntry> rugged_landscapes();
std::vector<LandscapeEntry> trap_landscapes();
std::vector<LandscapeEntry> well_landscapes();
std::vector<LandscapeEntry> sharpness_landscapes();
std::vector<LandscapeEntry> data_fit_landscapes();
std::vector<LandscapeEntry> network_landscapes();

// Single points, for panels, tests and analysis. x has dim() entries.
double value_at(const Landscape& landscape, const Vector& x);
Vector gradient_at(const Landscape& landscape, const Vector& x);
double sharpness_at(const Landscape& landscape, const Vector& x);

/// A tile whose lanes all hold x (round_up_to_pack(lanes) of them).
Tile tile_of(const Vector& x, int lanes = kPack);

}  // namespace steplab
