#include "app/labs/tuning_figure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace steplab {
namespace {

constexpr double kHarmless = 100;  // milliseconds

TuningResults bound_of(const TuningSpec& spec) {
  TuningSpec bound = spec;
  bound.mode = TuningMode::kBound;
  bound.iterate = Iterate::kLast;
  return robustness(bound, tune(bound));
}

/// Null after a stop request.
std::shared_ptr<TuningFigure> figure_of(const TuningSpec& spec, const TuningFigure* before,
                                        const TuningOptions& options) {
  using Seconds = std::chrono::duration<double>;
  const auto begun = std::chrono::steady_clock::now();
  auto figure = std::make_shared<TuningFigure>();
  figure->spec = spec;
  const bool holds = before && before->tuning.complete && tuning_still_holds(before->tuning, spec);
  figure->tuning = holds ? before->tuning : tune(spec, options);
  figure->results = judge(spec, figure->tuning, options);
  if (!figure->results.complete) return nullptr;
  figure->bound = spec.mode == TuningMode::kBound ? figure->results : bound_of(spec);
  figure->milliseconds = 1e3 * Seconds(std::chrono::steady_clock::now() - begun).count();
  return figure;
}

}  // namespace

void measure_tuning(const TuningSpec& spec, Study<TuningFigure>& study) {
  check(spec, "", false);  // a page of rows that all cannot take part still says why, row by row
  const auto before = study.shown();
  TuningProgress first_progress, progress;
  double coarse_milliseconds = before ? before->coarse_milliseconds : 0;
  const TuningOptions options{
      .workers = study.workers, .stop = study.stop, .progress = &progress, .workshop = study.workshop};
  const bool at_once = before && !before->coarse && tuning_still_holds(before->tuning, spec);
  if (!at_once) {
    TuningOptions hasty = options;
    hasty.progress = &first_progress;
    // A steady drag shall show something: what is quick is finished though it is outdated.
    if (before && before->coarse_milliseconds < kHarmless) hasty.stop = {};
    const auto coarse_figure = figure_of(coarse(spec), nullptr, hasty);
    if (!coarse_figure) return;
    coarse_figure->coarse = true;
    coarse_milliseconds = coarse_figure->coarse_milliseconds = coarse_figure->milliseconds;
    study.show(coarse_figure);
  }
  const StudyTask::Watch watch(study, [&progress] { return progress.share(); });
  const auto figure = figure_of(spec, before.get(), options);
  if (!figure) return;
  figure->coarse_milliseconds = coarse_milliseconds;
  study.show(figure);
}

void simulate_grid(const GridWish& wish, Study<GridFigure>& study) {
  constexpr int kRatios = 33;
  constexpr double kLeast = 1.1, kMost = 100;
  const TuningResults& results = wish.figure->results;
  auto figure = std::make_shared<GridFigure>();
  if (results.curves.empty() || results.rho.size() < 2 || !results.excess) return study.show(figure);
  const double most = std::min(kMost, results.rho.back() / results.rho.front());
  for (int i = 0; i < kRatios; ++i)
    figure->ratios.push_back(kLeast * std::pow(most / kLeast, static_cast<double>(i) / (kRatios - 1)));
  const RobustnessFunction first(results.rho, results.curves.front().R);
  const double ratio = std::min(wish.ratio, results.rho.back() / results.rho.front());
  for (const auto& curve : results.curves) {
    if (study.stop.stop_requested()) return;
    const RobustnessFunction own(results.rho, curve.R);
    auto& costs = figure->costs.emplace_back();
    for (const double each : figure->ratios) costs.push_back(grid_cost(own, each));
    figure->chosen.push_back(grid_cost(own, ratio));
    figure->trials.push_back(trials_saved(first, own, ratio, wish.span));
  }
  study.show(figure);
}

}  // namespace steplab
