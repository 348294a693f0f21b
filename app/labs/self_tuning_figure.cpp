#include "app/labs/self_tuning_figure.h"

#include "core/landscapes/scaled.h"

#include <chrono>
#include <cmath>
#include <memory>

namespace steplab {
namespace {

constexpr double kHarmless = 100;  // milliseconds

template <class Work>
double timed(Work work) {
  using Seconds = std::chrono::duration<double>;
  const auto begun = std::chrono::steady_clock::now();
  work();
  return 1e3 * Seconds(std::chrono::steady_clock::now() - begun).count();
}

/// The last full figure came at once and this one is no more work.
template <class Figure>
bool is_quick(const SelfTuningSpec& spec, const Study<Figure>& study) {
  const auto before = study.shown();
  if (!before || before->coarse || before->milliseconds > kHarmless) return false;
  const SelfTuningSpec& last = before->spec;
  return spec.problem.landscape == last.problem.landscape && spec.problem.steps <= last.problem.steps &&
         spec.problem.seeds <= last.problem.seeds && spec.methods.size() <= last.methods.size() &&
         spec.rates.count <= last.rates.count && spec.Ls.size() <= last.Ls.size() && spec.flat > 0;
}

/// A coarse figure first unless the last one came at once, then the full one. `make` returns whether it is complete.
template <class Figure, class Make>
void coarse_then_full(const SelfTuningSpec& spec, Study<Figure>& study, Make make) {
  check(spec, "");
  const auto attempt = [&](const SelfTuningSpec& wanted, bool is_coarse, bool finish_anyway, Progress& progress) {
    const SelfTuningOptions options{.workers = study.workers,
                                    .stop = finish_anyway ? std::stop_token{} : study.stop,
                                    .progress = &progress,
                                    .workshop = study.workshop};
    auto figure = std::make_shared<Figure>();
    figure->spec = wanted;
    figure->coarse = is_coarse;
    bool complete = false;
    figure->milliseconds = timed([&] { complete = make(*figure, options); });
    if (complete) study.show(figure);
    return complete;
  };
  // A steady drag shall show something: what is quick is finished though it is outdated.
  const bool quick = is_quick(spec, study);
  Progress first, progress;
  const SelfTuningSpec few = coarse(spec);
  if (!quick && !(few == spec) && !attempt(few, true, false, first)) return;
  const StudyTask::Watch watch(study, [&progress] {
    return static_cast<double>(progress.done) / std::max(1.0, static_cast<double>(progress.total));
  });
  attempt(spec, false, quick, progress);
}

/// The landscape as it is, at the start of all runs.
struct Own {
  double L = 0, value = 0;
  std::optional<double> least{};
};
Own own_of(const SelfTuningSpec& given, Workshop* workshop) {
  Workshop another;
  RunSpec spec = given.problem;
  spec.rate = given.methods.front().rate;
  spec.optimizer = given.methods.front().optimizer;
  const PreparedRun plain = (workshop ? *workshop : another).prepare(spec, "");
  const Vector start = Eigen::Map<const Vector>(plain.start.data(), static_cast<Eigen::Index>(plain.start.size()));
  return {smoothness_at(*plain.landscape, start).L, value_at(*plain.landscape, start),
          plain.landscape->surroundings().least_value};
}

void put_scale(SelfTuningFigure& figure, Workshop* workshop) {
  const Own own = own_of(figure.spec, workshop);
  const double L = figure.runs.runs.front().L;
  figure.factor = own.L > 0 && std::isfinite(own.L) && L > 0 ? L / own.L : 1;
  figure.rate = 1 / figure.runs.runs.front().first.b0;
  if (own.least) figure.least = *own.least * figure.factor;
}

void put_scale(SelfTuningSweep& figure, Workshop* workshop) {
  const Own own = own_of(figure.spec, workshop);
  figure.L = figure.results.curves.front().cells.front().L;
  figure.own_L = own.L;
  figure.least = own.least.value_or(0);
  figure.start_value = own.value - figure.least;
}

}  // namespace

void measure_self_tuning_runs(const SelfTuningSpec& spec, Study<SelfTuningFigure>& study) {
  coarse_then_full(spec, study, [&](SelfTuningFigure& figure, const SelfTuningOptions& options) {
    figure.runs = self_tuning_runs(figure.spec, options);
    if (figure.runs.complete) put_scale(figure, options.workshop);
    return figure.runs.complete;
  });
}

void measure_against_rate(const SelfTuningSpec& spec, Study<SelfTuningSweep>& study) {
  coarse_then_full(spec, study, [](SelfTuningSweep& figure, const SelfTuningOptions& options) {
    figure.results = against_rate(figure.spec, options);
    if (figure.results.complete) put_scale(figure, options.workshop);
    return figure.results.complete;
  });
}

void measure_against_smoothness(const SelfTuningSpec& spec, Study<SelfTuningSweep>& study) {
  coarse_then_full(spec, study, [](SelfTuningSweep& figure, const SelfTuningOptions& options) {
    figure.results = against_smoothness(figure.spec, options);
    if (figure.results.complete) put_scale(figure, options.workshop);
    return figure.results.complete;
  });
}

void measure_rates(const SelfTuningSpec& spec, Study<SelfTuningRates>& study) {
  coarse_then_full(spec, study, [](SelfTuningRates& figure, const SelfTuningOptions& options) {
    figure.noisy = figure.spec.problem.oracle.id != "exact";
    if (figure.noisy) {
      figure.stochastic = stochastic_rates(figure.spec, options);
      return figure.stochastic.complete;
    }
    figure.batch = self_tuning_runs(figure.spec, options);
    return figure.batch.complete;
  });
}

}  // namespace steplab
