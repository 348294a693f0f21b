// What the Self-tuning page computes in the background.
#pragma once

#include "app/session/studies.h"
#include "core/analysis/self_tuning.h"
#include "core/analysis/self_tuning_rates.h"

#include <optional>

namespace steplab {

/// One run of each method from the initial rate of the scene.
struct SelfTuningFigure {
  SelfTuningSpec spec;  ///< what it is of; coarse: with a lower T
  SelfTuningRuns runs;
  double rate = 1;                ///< their initial rate, also where it is automatic
  double factor = 1;              ///< that the landscape was multiplied by
  std::optional<double> least{};  ///< min f of the scaled landscape
  bool coarse = false;
  double milliseconds = 0;  ///< that it took
};
void measure_self_tuning_runs(const SelfTuningSpec& spec, Study<SelfTuningFigure>& study);

/// All methods over the initial rates, or over L.
struct SelfTuningSweep {
  SelfTuningSpec spec;  ///< what it is of; coarse: fewer rates and seeds, a lower T
  SelfTuningResults results;
  double L = 0;            ///< smoothness of the landscape, where only the rate varies
  double own_L = 0;        ///< of the landscape as it is
  double least = 0;        ///< min f of the landscape as it is; 0 where it is not known
  double start_value = 0;  ///< f − least at the start, of the landscape as it is
  bool coarse = false;
  double milliseconds = 0;  ///< that it took
};
void measure_against_rate(const SelfTuningSpec& spec, Study<SelfTuningSweep>& study);
void measure_against_smoothness(const SelfTuningSpec& spec, Study<SelfTuningSweep>& study);

/// Rates of convergence: of exact gradients, or of noisy ones.
struct SelfTuningRates {
  SelfTuningSpec spec;
  bool noisy = false;
  SelfTuningRuns batch;
  StochasticResults stochastic;
  bool coarse = false;
  double milliseconds = 0;
};
void measure_rates(const SelfTuningSpec& spec, Study<SelfTuningRates>& study);

}  // namespace steplab
