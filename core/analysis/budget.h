// Which schedule wins when training is short, and which when it is long? A schedule is a profile read at a sampling
// rate (Chen, Wolfe & Kyrillidis 2022, "REX"); a budget is a share of T_max, and T is always the run's own length.
//
// Conventions. Update t of T uses η·h(t/T); h(1) is never used. A budget of B % has max(1, round(B T_max/100)) updates.
// Every cell is tuned on its own, by the mean error of its seeds: as finely as can be afforded, or as in the paper on
// step sizes that are multiples of 3. Seed r starts at the same point and sees the same mini-batches whatever the
// schedule and the step size. A run that diverged has error infinity.
//
// On a grid as coarse as that, where it lies decides many ranks. So each cell is also measured between the grid's step
// sizes, and what its rank would be on the same grid moved by part of its ratio is part of the table.
#pragma once

#include "core/analysis/momentum_moments.h"
#include "core/run/prepare.h"
#include "core/run/run.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// The problems and what counts as error there.
enum class BudgetProblem {
  kNoisyQuadratic,  ///< expected loss by exact moments (SGDM); sampled for Adam and for rate rules. Least loss 0
  kLogistic,        ///< f − min f of logistic regression in 10 dimensions, 1000 samples, mini-batches of 16
  kNetwork,  ///< loss on other points of a 2-24-24-3 ReLU network on three spirals, 600 points, mini-batches of 16
};
enum class BudgetOptimizer {
  kSgdm,  ///< heavy ball, β = 0.9
  kAdam,  ///< β₁ = 0.9, β₂ = 0.999
};

/// One schedule that takes part. A rate rule is allowed where runs are sampled.
struct BudgetSchedule {
  std::string label{};  ///< all different
  Choice rate{"constant"};
  /// Ranks are among the schedules of one group: all, or those read at one sampling rate.
  std::string group{};
  bool ranked = true;
  friend bool operator==(const BudgetSchedule&, const BudgetSchedule&) = default;
};
/// none, exponential (γ = −3), one_cycle (symmetric, momentum .95 → .85 → .95), linear, step (50-75), cosine, rex.
std::vector<BudgetSchedule> budget_schedules();
/// REX with b = 0.9 and linear delayed by 50 % and 75 %: in the test vector of docs/notes/budget.md, B.5, but not
/// ranked.
std::vector<BudgetSchedule> unranked_budget_schedules();
/// The step profile exp(−5u), linear and REX, each at seven sampling rates: the form of the paper's Table 2. The −5 is
/// read off the paper's figure, see docs/notes/budget.md, B.2.
std::vector<BudgetSchedule> sampled_profiles();
/// "50-75", "every", …: the sampling rate of a schedule.
std::string sampling_of(const Choice& rate);

/// Step sizes anchor·ratio^k for whole k, between anchor·3^from and anchor·3^to.
struct StepSizeGrid {
  double anchor = 0.02;
  int from = -4, to = 4;
  double ratio = 3;
  int first() const;  ///< least k
  int last() const;   ///< largest
  /// The grid's own at part 0; moved by a share of its ratio at 0 < part < 1. Whole powers are exact.
  double value(int k, double part = 0) const;
  std::vector<double> values() const;
  friend bool operator==(const StepSizeGrid&, const StepSizeGrid&) = default;
};

/// Which step size of those that were tried is a cell's η*.
enum class BudgetTuning {
  kFinest,  ///< the best of all: continuous where losses are exact, else of the grid and halfway beside its best
  kGrid,    ///< the best of the grid; with ratio 3 the paper's protocol
};

/// Plain data. default_budget_spec() fills in what depends on problem and optimizer.
struct BudgetSpec {
  BudgetProblem problem = BudgetProblem::kNoisyQuadratic;
  BudgetOptimizer optimizer = BudgetOptimizer::kSgdm;
  int T_max = 1000;
  std::vector<double> budgets = {1, 5, 10, 25, 50, 100};  ///< percent of T_max, ascending
  std::vector<BudgetSchedule> schedules = budget_schedules();
  StepSizeGrid rates{};
  BudgetTuning tuning = BudgetTuning::kFinest;
  std::optional<double> step_size{};  ///< not tuned but this one
  int seeds = 8;
  std::uint64_t seed = 1;
  CurvedNoise quadratic{};  ///< of kNoisyQuadratic
  double tie = 1;           ///< schedules are tied whose mean errors differ by at most so many standard errors
  friend bool operator==(const BudgetSpec&, const BudgetSpec&) = default;
};
/// The seven schedules on a problem with the T_max and the grid that suit it: quadratic T_max 1000, logistic 1000,
/// network 3000.
BudgetSpec default_budget_spec(BudgetProblem problem, BudgetOptimizer optimizer);
/// The same problem in the form of the paper's Table 2: sampled_profiles() at 5, 25, 100 %, one step size for all.
BudgetSpec sampling_spec(BudgetProblem problem, BudgetOptimizer optimizer);
/// True if errors are expectations by moments: no seeds, no spread.
bool is_exact(const BudgetSpec& spec);
/// Updates of budget `percent`.
int budget_steps(const BudgetSpec& spec, double percent);

/// InputError at "PLACE: FIELD" for what budget_table() could not do.
void check(const BudgetSpec& spec, std::string_view place);

inline constexpr int kMostBudgetSteps = 10000000;  ///< of T_max

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// A step size that was tried.
struct TriedStepSize {
  double step_size = 0;
  int part = 0;  ///< of the grid moved by part/kExactParts (exact) or part/2 of its ratio; kNoPart: none
  std::vector<double> errors{};  ///< of the seeds; one if exact
  double mean() const;
  friend bool operator==(const TriedStepSize&, const TriedStepSize&) = default;
};
inline constexpr int kNoPart = -1;
/// Step sizes of an exact cell for each of the grid's.
inline constexpr int kExactParts = 16;

/// One schedule at one budget. Not a number until done.
struct BudgetCell {
  bool done = false;
  std::vector<TriedStepSize> tried{};  ///< ascending
  // All below follows from spec and `tried`, see settle().
  int steps = 0;                          ///< T
  double eta_star = kUnknown;             ///< the best step size by the spec's tuning, or the fixed one
  double error = kUnknown;                ///< mean over the seeds there
  double q10 = kUnknown, q90 = kUnknown;  ///< of the seeds' errors; both the error itself if it is exact
  std::vector<double> errors{};           ///< of the seeds at η*; one if exact
  bool at_edge = false;                   ///< η* is an end of the grid or beyond: perhaps there is a better one
  /// Among its budget and group, 1 is best: 1 + those that are better + ½ of those that are tied with it. Not a number
  /// where not ranked, and until all of its group are done.
  double rank = kUnknown;
  int tied = 0;   ///< so many others are tied with it
  int place = 0;  ///< the same by mean error alone: 1 + those with a smaller one; 0 while there is no rank
  /// The least and the largest rank that tuning on the grid, moved by any part of its ratio, would give, and tuning as
  /// finely as can be. Not a number where there is no rank or no tuning.
  double least_rank = kUnknown, largest_rank = kUnknown;
  /// By a whole place or more: half a place is a tie that comes or goes.
  bool depends_on_grid() const { return rank - least_rank >= 1 || largest_rank - rank >= 1; }
};

/// Plain data: can be kept, saved, and given back to budget_table() to go on from.
struct BudgetTable {
  BudgetSpec spec{};
  std::vector<BudgetCell> cells{};  ///< budgets × schedules
  bool exact = false;
  bool complete = false;
  const BudgetCell& cell(std::size_t budget, std::size_t schedule) const {
    return cells[budget * spec.schedules.size() + schedule];
  }
};

/// share() is of the cells that this call had to compute.
struct BudgetProgress {
  std::atomic<std::int64_t> done{0}, planned{0};  ///< lane-steps of whole cells
  Progress batch{};                               ///< of the cell under way
  double share() const;
};

struct BudgetOptions {
  int workers = 1;
  std::stop_token stop{};
  BudgetProgress* progress = nullptr;
  Workshop* workshop = nullptr;  ///< null: the landscape is made anew
  /// After each cell, and after each budget whose cells were then tried halfway beside their best: on the calling
  /// thread, with the table as it is so far.
  std::function<void(const BudgetTable&)> on_cell{};
};

/// Computes the table cell by cell, short budgets first. Cells that `before` has already are taken from there: those of
/// equal schedule, budget, problem and grid. After a stop request: the cells finished by then, complete = false.
BudgetTable budget_table(const BudgetSpec& spec, const BudgetOptions& options = {}, const BudgetTable& before = {});

/// Fills in everything that follows from spec, done and tried.
void settle(BudgetTable& table);
/// Errors of the same seeds that differ by at most `tie` standard errors of the difference; to rounding if exact.
bool tied_cells(const BudgetCell& a, const BudgetCell& b, double tie);
/// Fills in ranks and places of all cells whose group is done.
void rank_cells(BudgetTable& table);
/// Mean rank of every schedule over the budgets; not a number where a rank is missing.
std::vector<double> mean_ranks(const BudgetTable& table);
/// The same over several tables (problems, optimizers) with the same schedules, at each budget: [budget][schedule].
std::vector<std::vector<double>> mean_ranks_over(std::span<const BudgetTable> tables);

/// Expected loss after t = 0 … T updates of a schedule on the exact problem. The last entry is the cell's error.
std::vector<double> expected_curve(const BudgetSpec& spec, const Choice& schedule, int T, double step_size);

/// The run of a cell, as the engine takes it: to be drawn on the landscape. seed = 0 … spec.seeds−1. The exact problem
/// too: as least squares with fresh label noise, which has the same moments.
RunSpec budget_run(const BudgetSpec& spec, std::size_t schedule, double percent, double step_size, int seed);

}  // namespace steplab
