// Where tune() and robustness() get their losses from. Internal to core/analysis.
#pragma once

#include "core/analysis/tuning.h"

#include <memory>
#include <vector>

namespace steplab {

/// Row `row` of the spec at the base step size `step_size` (ρ is in it).
struct TuningCell {
  std::size_t row = 0;
  double step_size = 0;
};

/// What a cell came to.
struct CellLoss {
  double loss = 0;  ///< mean, median, expectation or bound
  double q10 = 0, q90 = 0;
  int diverged = 0;
  int member = 0;
  std::vector<double> by_seed{};
};

class LossSource {
 public:
  virtual ~LossSource() = default;
  /// True if loss() has no sampling error and is cheap: no seeds then in a search.
  virtual bool exact() const { return false; }
  virtual bool excess() const { return true; }
  /// seeds = 0 (exact sources only): the losses alone. Empty after a stop request.
  virtual std::vector<CellLoss> losses(std::span<const TuningCell> cells, int seeds, const TuningOptions& options) = 0;
  /// Lane-steps that a cell costs.
  virtual double cost(int seeds) const = 0;
  /// Why this mode's law says nothing about a row, whatever its schedule; empty if it does.
  virtual std::string without_law(std::size_t /*row*/) const { return ""; }
  /// h(t, T) of a row; empty for a rate rule.
  virtual std::span<const double> factors(std::size_t row) const = 0;
};

/// InputError at "PLACE: FIELD" for what cannot be done. After a stop request a source whose losses() are empty.
std::unique_ptr<LossSource> make_loss_source(const TuningSpec& spec, Workshop& workshop, std::string_view place,
                                             const std::stop_token& stop = {});

/// losses() with the books of progress kept; empty after a stop request.
std::vector<CellLoss> evaluate(LossSource& source, std::span<const TuningCell> cells, int seeds,
                               const TuningOptions& options);
/// Lane-steps to come.
void plan(const TuningOptions& options, double lane_steps);

/// h(t, T) of every update; after a stop request of the first ones.
std::vector<double> factors_of(const Schedule& schedule, int steps, const std::stop_token& stop = {});

}  // namespace steplab
