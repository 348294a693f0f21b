// How much a wrong step size costs: R(ρ) = loss(ρη*)/loss(η*) of every schedule, each at its own tuned η*.
// Three views. One problem: any landscape; an over-large step costs ρ^{1/(p+1)} on one smooth problem while noise
// dominates (docs/notes/annealing.md, A5.2). Worst problem: the largest loss over the family ε|x − c|; ρ^{1/(2p+1)},
// the law of Attia & Koren 2025. Bound: a last-iterate bound evaluated (last_iterate_bound.h), no simulation.
#pragma once

#include "core/analysis/annealing_law.h"
#include "core/analysis/last_iterate_bound.h"
#include "core/analysis/log_grid.h"
#include "core/analysis/power_law.h"
#include "core/analysis/worst_family.h"
#include "core/run/prepare.h"
#include "core/run/run.h"

#include <atomic>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

enum class TuningMode { kOneProblem, kWorstProblem, kBound };
/// What a run returns. The paper's setting is the last one.
enum class Iterate { kLast, kUniformAverage, kSuffixAverage };
enum class LossStatistic { kMean, kMedian };

/// One schedule that takes part.
struct TuningRow {
  std::string label{};
  Choice rate{"constant"};
  Choice optimizer{"sgd"};
  friend bool operator==(const TuningRow&, const TuningRow&) = default;
};

/// constant, 1/√t, linear, polynomial (p = 2), cosine, WSD (linear over the last fifth), REX.
std::vector<TuningRow> default_tuning_rows();
/// A noisy quadratic: λ = 1 in both coordinates from (½, ½), Gaussian noise σ = 1, T = 1000, 64 seeds.
RunSpec default_tuning_problem();
/// The same with noise ±1 (each with probability ½), T = 4096 and 512 seeds, as in docs/notes/annealing.md, test 1.
RunSpec default_worst_problem();

/// The values of ρ.
using RhoGrid = LogGrid;

/// Plain data.
struct TuningSpec {
  TuningMode mode = TuningMode::kOneProblem;
  /// Landscape, oracle, projection, start, T, seeds. Its rate, optimizer, step size and ρ are not used. In the worst
  /// mode its landscape, projection and start are the family's; in the bound mode only T counts.
  RunSpec problem = default_tuning_problem();
  std::vector<TuningRow> rows = default_tuning_rows();
  RhoGrid rho{};
  Iterate iterate = Iterate::kLast;
  double suffix = 0.5;  ///< share of the run that the suffix average takes, 0 < suffix ≤ 1
  LossStatistic statistic = LossStatistic::kMean;
  bool allow_exact = true;  ///< means of noisy quadratics by their moments rather than from the seeds
  bool refine = true;       ///< η* to 1/64 of a decade, else to 1/8
  double fit_from = 3.1622776601683795, fit_to = 31.622776601683793;  ///< ρ between which slopes are fitted
  WorstFamily family{};
  BoundForm form = BoundForm::kTight;
  BoundProblem bound{};
  friend bool operator==(const TuningSpec& a, const TuningSpec& b);
};

/// The same at few seeds, with fewer ρ and a shorter search: the first picture, and what can be had while dragging.
TuningSpec coarse(const TuningSpec& spec, int seeds = 8);

/// InputError at "PLACE: FIELD" for what tune() could not do, and if `some_row` where no row can take part: a rate rule
/// or an optimizer of which bound or theorem do not speak only leaves its own row empty. Makes the landscape.
void check(const TuningSpec& spec, std::string_view place, bool some_row = true);

/// True if there is an R, as the least loss of the spec's problem is known. Makes the landscape.
bool has_ratio(const TuningSpec& spec);

/// A schedule's best base step size, as the search found it on the tuning seeds.
struct TunedRow {
  double step_size = std::numeric_limits<double>::quiet_NaN();  ///< η*; not a number if no η gave a finite loss
  double loss = std::numeric_limits<double>::quiet_NaN();       ///< loss* there
  /// η around η* whose loss is the same within two standard errors of the difference, or 2 %.
  double flat_from = step_size, flat_to = step_size;
  /// η as good, beyond η whose loss is half as much again and more than four errors above.
  std::vector<double> others{};
  int seeds = 0;           ///< that decided; 0: the loss is exact
  bool at_edge = false;    ///< the search went no further
  std::string refusal{};   ///< why this row cannot take part; empty if it can
  bool recentred = false;  ///< moved by judge()
  bool on_plateau() const { return flat_to >= 10 * flat_from; }
};
/// "on a plateau: …; one of several: …": what is to be said of an η* beside its value. Empty if nothing is.
std::string words_of(const TunedRow& tuned);
/// Plain data; to be kept and given to robustness() as long as tuning_still_holds().
struct Tuning {
  TuningSpec spec{};
  std::vector<TunedRow> rows{};
  bool complete = false;
};
/// True if `tuning` is what tune(spec) would give: the two differ in ρ and fit range at most.
bool tuning_still_holds(const Tuning& tuning, const TuningSpec& spec);

/// What the plot shows of one schedule. R, rise, q10, q90, diverged and member have one entry for each ρ.
struct RobustnessCurve {
  std::string label{};
  TunedRow tuned{};            ///< its loss is that on the judging seeds
  std::vector<double> loss{};  ///< at ρη*
  /// loss(ρη*)/loss*; infinite where runs diverged (all, or half for the median). Not a number where the least loss is
  /// not known: a ratio of losses counted from an arbitrary zero says nothing.
  std::vector<double> R{};
  std::vector<double> rise{};  ///< loss(ρη*) − loss*
  /// Standard error of R, or of the rise where R is not known, given η*: by the seeds' paired differences. 0 if exact.
  std::vector<double> error{};
  /// Quantiles over the seeds of their own losses, divided by loss* (where R is not known: minus loss*): how single
  /// runs scatter, not how sure R is. Not a number where there are no seeds (bound mode).
  std::vector<double> q10{}, q90{};
  std::vector<int> diverged{};  ///< runs
  /// Worst mode: which ε was worst (index into family.slopes). Bound mode: the update at which the suffix begins.
  std::vector<int> member{};
  PowerLaw overshoot{};                                           ///< fitted over [fit_from, fit_to]
  double slope_error = std::numeric_limits<double>::quiet_NaN();  ///< jackknife over the seeds; not a number if exact
  PowerLaw undershoot{};                                          ///< fitted over [1/fit_to, 1/fit_from]
  PredictedSlope predicted{};                                     ///< of R over [fit_from, fit_to], by this mode's law
};

struct TuningResults {
  TuningMode mode = TuningMode::kOneProblem;
  std::vector<double> rho{};
  std::vector<RobustnessCurve> curves{};
  int seeds = 0;       ///< that judged; 0: nothing was sampled
  bool exact = false;  ///< losses are expectations; only the bands are sampled
  bool excess = true;  ///< losses are f − min f; false: f itself, whose least value is not known, and there is no R
  bool complete = false;  ///< false after a stop request: curves may be missing
};

/// True if ρ number i of curve `row` is better than η* by more than the standard error: R < 1 − error.
bool is_below(const TuningResults& results, std::size_t row, std::size_t i);

/// What a wrong step size costs curve `row` at every ρ: R, or the rise where there is no R.
const std::vector<double>& cost_of(const TuningResults& results, std::size_t row);
/// The same at a ρ within the grid's ends, between its points straight in log R (or in the rise) over log ρ.
double cost_at(const TuningResults& results, std::size_t row, double rho);

/// Lane-steps, written by workers. share() is of the whole call; it may step back when a search has to widen.
struct TuningProgress {
  std::atomic<std::int64_t> done{0}, planned{0};
  Progress batch{};
  double share() const;
};

struct TuningOptions {
  int workers = 1;
  std::stop_token stop{};
  TuningProgress* progress = nullptr;
  Workshop* workshop = nullptr;  ///< null: the landscape is made anew
};

/// The spec whose noise tunes: the seed after that of `spec`, whose own noise judges.
TuningSpec tuned_on(TuningSpec spec);
/// Finds η* of every schedule on the noise of tuned_on(spec), in the stages of step_size_search.h. Exact losses go on
/// to a golden section around every candidate; bounds have a closed form.
Tuning tune(const TuningSpec& spec, const TuningOptions& options = {});
/// R(ρ) with bands and slopes, judged on the noise of `spec`. `tuning` must hold for the spec.
TuningResults robustness(const TuningSpec& spec, const Tuning& tuning, const TuningOptions& options = {});
/// The same, with η* moved to a ρη* of the figure, at most twice, where that is better than η* for the seeds that judge
/// (beyond the error) and for those that tune; and off an η* at which a judging run diverges.
TuningResults judge(const TuningSpec& spec, Tuning& tuning, const TuningOptions& options = {});

/// The worst mode's problem on the member `member` of its family: that landscape, its projection and its start.
RunSpec on_member(const TuningSpec& spec, int member);

}  // namespace steplab
