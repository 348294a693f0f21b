#include "app/labs/warmup_figures.h"

#include "core/analysis/log_grid.h"
#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

namespace steplab {
namespace {

constexpr double kQuick = 100;       // milliseconds: finished though outdated, so that a steady drag shows something
constexpr int kMostRows = 20000;     // of one run
constexpr std::size_t kCurve = 240;  // points of the loss after one update

using Clock = std::chrono::steady_clock;
double since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

double share_of(const Progress& progress) {
  return static_cast<double>(progress.done) / std::max(1.0, static_cast<double>(progress.total));
}

template <class Wish>
void refuse_if_none(const Wish& wish) {
  if (!wish.refusal.empty()) throw std::runtime_error(wish.refusal);
}

template <class Figure>
SimulateOptions options_for(const Study<Figure>& study, bool finish_anyway, Progress* progress = nullptr) {
  return {.workers = study.workers,
          .stop = finish_anyway ? std::stop_token{} : study.stop,
          .progress = progress,
          .workshop = study.workshop};
}

std::vector<double> above(const std::vector<double>& loss, double least) {
  std::vector<double> excess;
  for (const double value : loss) excess.push_back(value - least);
  return excess;
}

double largest_over_first(const std::vector<double>& excess) {
  double most = 0;
  for (const double value : excess) most = std::max(most, value);
  return excess.empty() || !(excess[0] > 0) ? 1 : most / excess[0];
}

StripRun strip_of(const PreparedRun& prepared, SpecResults results) {
  const Landscape& landscape = *prepared.landscape;
  StripRun run;
  run.path = std::move(results.trajectories[0]);
  run.outcome = results.outcomes[0];
  run.stability = prepared.optimizer->stability();
  run.strip = warmup_strip(run.path, run.outcome, landscape, run.stability, prepared.spec->reach);
  run.steps.assign(run.path.step.begin(), run.path.step.end());
  run.excess = above(run.path.loss, landscape.surroundings().least_value.value_or(0.0));
  return run;
}

}  // namespace

double StripRun::peak() const { return largest_over_first(excess); }

StripWish strip_wish(const Scene& scene) {
  StripWish wish{.runs = run_specs(scene), .preconditioned = strip_recording(scene).preconditioned_sharpness};
  for (auto& run : wish.runs) run.seeds = 1;
  return wish;
}

void measure_strips(const Asked<StripWish>& wish, Study<StripFigure>& study) {
  refuse_if_none(wish);
  const auto begun = Clock::now();
  const auto before = study.shown();
  const bool quick = before && before->milliseconds < kQuick;
  const auto& specs = wish.spec.runs;
  const Recording recording{.trajectory = true,
                            .stride = 1 + specs.front().steps / kMostRows,
                            .sharpness = true,
                            .preconditioned_sharpness = wish.spec.preconditioned};
  Progress progress;
  const StudyTask::Watch watch(study, [&progress] { return share_of(progress); });
  Results results = simulate(specs, recording, options_for(study, quick, &progress));
  if (!quick && study.stop.stop_requested()) return;
  auto figure = std::make_shared<StripFigure>();
  Workshop own, &workshop = study.workshop ? *study.workshop : own;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const PreparedRun prepared = workshop.prepare(specs[i], "");
    figure->above_least = prepared.landscape->surroundings().least_value.has_value();
    figure->runs.push_back(strip_of(prepared, std::move(results[i])));
  }
  figure->milliseconds = since(begun);
  study.show(figure);
}

void measure_heat(const Asked<WarmupMapSpec>& wish, Study<HeatFigure>& study) {
  refuse_if_none(wish);
  const auto before = study.shown();
  const bool quick = before && !before->coarse && before->milliseconds < kQuick;
  Progress progress;
  const StudyTask::Watch watch(study, [&progress] { return share_of(progress); });
  const auto attempt = [&](const WarmupMapSpec& spec, bool is_coarse) {
    const auto begun = Clock::now();
    Progress first;
    auto figure = std::make_shared<HeatFigure>();
    figure->spec = spec;
    figure->coarse = is_coarse;
    figure->map = warmup_map(spec, options_for(study, quick, is_coarse ? &first : &progress));
    figure->milliseconds = since(begun);
    if (figure->map.complete) study.show(figure);
    return figure->map.complete;
  };
  const WarmupMapSpec few = coarse(wish.spec);
  if (!quick && !(few == wish.spec) && !attempt(few, true)) return;
  attempt(wish.spec, false);
}

namespace {

/// The loss after one update with each of these step sizes, over `loss`.
std::vector<double> after_one_update(const RunSpec& problem, const std::vector<double>& eta, double loss,
                                     const SimulateOptions& options) {
  std::vector<RunSpec> specs;
  for (const double step_size : eta) {
    RunSpec spec = problem;
    spec.rate = {"constant"};
    spec.step_size = step_size;
    spec.rho = 1;
    spec.steps = spec.seeds = 1;
    specs.push_back(spec);
  }
  std::vector<double> after;
  for (const auto& results : simulate(specs, {}, options)) after.push_back(results.outcomes[0].loss / loss);
  return after;
}

/// The rule that searches itself; where it would find nothing, the schedule from the figure's η_init.
Choice from_eta_init(const EtaInitSpec& spec, const EtaInit& found) {
  constexpr const char* kRule = "critical_warmup";
  if (!found.catapult || !is_rate_rule(kRule)) return shortened_warmup(found.eta_init, spec.target, spec.warmup);
  return {kRule,
          {{"warmup", static_cast<double>(spec.warmup)},
           {"delta", spec.search.tolerance},
           {"eta0", spec.search.first_guess}}};
}

Climb climb_of(std::string name, Choice rate, const EtaInitFigure& figure, const SimulateOptions& options,
               double least) {
  RunSpec spec = figure.spec.problem;
  spec.rate = rate;
  spec.step_size = figure.spec.target;
  spec.rho = 1;
  spec.seeds = 1;
  const Results results = simulate({&spec, 1}, {.trajectory = true, .stride = 1, .sharpness = false}, options);
  Climb climb;
  climb.name = std::move(name);
  climb.rate = std::move(rate);
  if (results[0].outcomes[0].status == RunStatus::kCancelled) return climb;
  const Trajectory& path = results[0].trajectories[0];
  climb.steps.assign(path.step.begin(), path.step.end());
  climb.step_size = path.step_size;
  climb.excess = above(path.loss, least);
  climb.peak = largest_over_first(climb.excess);
  climb.diverged = results[0].outcomes[0].lost();
  const auto there =
      std::ranges::find_if(climb.step_size, [&](double eta) { return eta >= spec.step_size * (1 - 1e-9); });
  if (there != climb.step_size.end())
    climb.reached = path.step[static_cast<std::size_t>(there - climb.step_size.begin())];
  return climb;
}

}  // namespace

void measure_eta_init(const Asked<EtaInitSpec>& wish, Study<EtaInitFigure>& study) {
  refuse_if_none(wish);
  Workshop own, &workshop = study.workshop ? *study.workshop : own;
  auto figure = std::make_shared<EtaInitFigure>();
  figure->spec = wish.spec;
  figure->found = eta_init_search(wish.spec, &workshop);
  const EtaInit& found = figure->found;
  double low = wish.spec.search.first_guess, high = low;
  for (const CriticalTrial& trial : found.trials) {
    low = std::min(low, trial.step_size);
    high = std::max(high, trial.step_size);
  }
  const SimulateOptions options{.workers = study.workers, .stop = study.stop, .workshop = &workshop};
  figure->eta = LogGrid{low, high * 1.3, static_cast<int>(kCurve)}.values();
  figure->loss = after_one_update(wish.spec.problem, figure->eta, found.loss, options);
  const double least = workshop.prepare(wish.spec.problem, "").landscape->surroundings().least_value.value_or(0.0);
  const CriticalStepOptions& search = wish.spec.search;
  const double length = wish.spec.warmup;
  const std::pair<const char*, Choice> ways[] = {
      {"from 0", {"constant", {{"warmup", length}}}},
      {"from η_init", from_eta_init(wish.spec, found)},
      {"persistent catapult", {"persistent_catapult", {{"delta", search.tolerance}, {"eta0", search.first_guess}}}}};
  for (const auto& [name, rate] : ways) figure->climbs.push_back(climb_of(name, rate, *figure, options, least));
  if (!study.stop.stop_requested()) study.show(figure);
}

void measure_gi_adam(const Asked<GiAdamSpec>& wish, Study<GiAdamFigure>& study) {
  refuse_if_none(wish);
  Progress progress;
  const StudyTask::Watch watch(study, [&progress] { return share_of(progress); });
  auto figure = std::make_shared<GiAdamFigure>();
  figure->spec = wish.spec;
  figure->results = compare_gi_adam(wish.spec, options_for(study, false, &progress));
  const Choice& adam = figure->results.adam.optimizer;
  if (!adam.id.empty())
    figure->beta2 = resolve(family_params("optimizer", adam.id, "optimizer"), adam.params, "optimizer").real("beta2");
  if (figure->results.complete) study.show(figure);
}

namespace {

/// Ink of one column: its darkest cell holds the most end states; none is too pale to be seen.
void ink_column(const EndStates& end, int column, ChaosFigure& figure, ChaosInk ink) {
  constexpr double kPalest = 0.35;
  std::vector<int> count(static_cast<std::size_t>(figure.height), 0);
  int most = 0;
  for (const double f : end.outputs) {
    const double place = (f - figure.low) / (figure.high - figure.low) * figure.height;
    const auto row = static_cast<std::size_t>(std::clamp(std::floor(place), 0.0, figure.height - 1.0));
    most = std::max(most, ++count[row]);
  }
  for (std::size_t row = 0; row < count.size(); ++row) {
    if (count[row] == 0) continue;
    const double strength = kPalest + (1 - kPalest) * std::sqrt(static_cast<double>(count[row]) / most);
    const auto alpha = static_cast<ChaosInk>(std::lround(255 * strength));
    figure.cells[row * static_cast<std::size_t>(figure.width) + static_cast<std::size_t>(column)] =
        (ink & 0xffffffu) | (alpha << 24);
  }
}

void paint_chaos(ChaosFigure& figure, const ChaosWish& wish) {
  figure.width = static_cast<int>(figure.ends.ends.size());
  figure.height = wish.height;
  figure.cells.assign(static_cast<std::size_t>(figure.width) * static_cast<std::size_t>(figure.height), 0);
  double low = 0, high = 0;
  for (const EndStates& end : figure.ends.ends)
    for (const double f : end.outputs) low = std::min(low, f), high = std::max(high, f);
  const double room = std::max(0.04 * (high - low), 1e-9);
  figure.low = low < 0 ? low - room : 0;
  figure.high = high > 0 ? high + room : 0;
  for (int column = 0; column < figure.width; ++column)
    ink_column(figure.ends.ends[static_cast<std::size_t>(column)], column, figure, wish.ink);
}

}  // namespace

void measure_chaos(const Asked<ChaosWish>& wish, Study<ChaosFigure>& study) {
  refuse_if_none(wish);
  const auto before = study.shown();
  std::uint64_t version = before ? before->version : 0;
  Progress progress;
  const StudyTask::Watch watch(study, [&progress] { return share_of(progress); });
  for (const bool is_coarse : {true, false}) {
    Progress first;
    auto figure = std::make_shared<ChaosFigure>();
    figure->spec = is_coarse ? coarse(wish.spec.spec) : wish.spec.spec;
    figure->coarse = is_coarse;
    figure->ends = bifurcation(figure->spec, options_for(study, false, is_coarse ? &first : &progress));
    if (!figure->ends.complete) return;
    figure->version = ++version;
    // Evenly spaced step sizes stand in the middle of their columns.
    const double half =
        figure->spec.count > 1 ? (figure->spec.to - figure->spec.from) / (figure->spec.count - 1) / 2 : 0;
    figure->span = {figure->spec.from - half, figure->spec.to + half};
    paint_chaos(*figure, wish.spec);
    study.show(figure);
  }
}

}  // namespace steplab
