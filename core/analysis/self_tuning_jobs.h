// What the figures of the Self-tuning lab share: a spec made into jobs for run_until_flat().
#pragma once

#include "core/analysis/self_tuning.h"
#include "core/landscapes/scaled.h"

#include <memory>
#include <vector>

namespace steplab {

/// The problem at one smoothness.
struct ScaledProblem {
  std::shared_ptr<const Landscape> landscape{};
  Smoothness smoothness{};
  double b0 = 0;  ///< the automatic b₀ at the start
};

/// A method's run, ready but for the landscape. The specs that `run` points to live in the owner.
struct PreparedMethod {
  PreparedRun run{};
  std::shared_ptr<const FactorTable> factors{};
  Divisor divisor = Divisor::kNone;
};

/// Made from a spec; InputError at "PLACE.runs[i].…" for methods that do not work.
class SelfTuningJobs {
 public:
  SelfTuningJobs(const SelfTuningSpec& spec, Workshop& workshop, std::string_view place);
  SelfTuningJobs(const SelfTuningJobs&) = delete;
  SelfTuningJobs& operator=(const SelfTuningJobs&) = delete;

  std::size_t methods() const { return methods_.size(); }
  const PreparedMethod& method(std::size_t i) const { return methods_[i]; }
  /// L = 0: the landscape as it is.
  ScaledProblem problem(double L) const;
  /// The initial rate that `rate` of the grid means on this problem.
  double rate_of(double rate, const ScaledProblem& problem) const;
  /// The one that rate0 means, or the automatic one.
  double first_rate(const ScaledProblem& problem) const;
  /// `run` is a copy of the method's on the problem's landscape, and must live as long as the job.
  FlatJob job(std::size_t method, const PreparedRun& run) const;
  PreparedRun run_on(std::size_t method, const ScaledProblem& problem) const;
  FlatLane lane(std::size_t method, double initial_rate, int replicate) const;

 private:
  const SelfTuningSpec& spec_;
  std::vector<RunSpec> specs_;
  std::vector<PreparedMethod> methods_;
  Vector start_;
};

}  // namespace steplab
