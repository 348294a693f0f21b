#include "core/run/first_update.h"

#include <limits>

namespace steplab {
namespace {

/// The exact loss after one update of the run's own optimizer from its initial state.
class FirstUpdate {
 public:
  explicit FirstUpdate(const PreparedRun& run)
      : run_(run),
        start_(tile_of(Eigen::Map<const Vector>(run.start.data(), static_cast<Eigen::Index>(run.start.size())))),
        gradient_(start_.rows(), start_.cols()) {
    if (projected()) run.projection->project(*run.landscape, start_);
    const std::vector<RandomKey> keys(kPack, RandomKey{run.spec->seed, 0});
    run.oracle->open(*run.landscape, keys)->gradient(start_, 0, gradient_);
  }

  Lanes here() const {
    Lanes loss(start_.rows());
    run_.landscape->value(start_, loss);
    return loss;
  }

  void after(const Lanes& step_size, Lanes& loss) const {
    Tile x = start_;
    Memory memory = run_.optimizer->start(static_cast<int>(x.rows()), static_cast<int>(x.cols()));
    run_.optimizer->step(x, memory, gradient_, {.step = 0, .step_size = &step_size});
    if (projected()) run_.projection->project(*run_.landscape, x);
    run_.landscape->value(x, loss);
    loss = loss.isFinite().select(loss, std::numeric_limits<double>::infinity());
  }

 private:
  bool projected() const { return run_.projection->acts_on(*run_.landscape); }

  const PreparedRun& run_;
  Tile start_, gradient_;
};

}  // namespace

FirstUpdateSearch search_first_update(const PreparedRun& run, double largest, const CriticalStepOptions& options,
                                      const TrialObserver& seen) {
  const FirstUpdate update(run);
  const Lanes loss = update.here();
  LaneMask wanted = LaneMask::Constant(loss.size(), false);
  wanted[0] = true;
  const CriticalStep found = critical_step_size([&](const Lanes& eta, Lanes& after) { update.after(eta, after); }, loss,
                                                Lanes::Constant(loss.size(), largest), wanted, options, seen);
  return {.loss = loss[0],
          .step_size = found.step_size[0],
          .low = found.low[0],
          .high = found.high[0],
          .passes = static_cast<int>(found.passes[0])};
}

}  // namespace steplab
