// Start with any step size: which methods still arrive? Fixed steps fall off a cliff; WNGrad (Wu, Ward & Bottou 2018)
// and its kin lower the step from the gradients they see.
//
// Conventions. The initial rate is η/b₀. Methods with a divisor b start with η = 1 and b₀ = 1/rate; the others with
// η = rate. A run counts updates: it has arrived after t of them if ‖∇f(x_t)‖² ≤ flat, with the exact gradient. It
// gives up after T, the cap. It has diverged when a coordinate passes kDivergenceLimit. The problem is scaled so that
// its smoothness is L (landscapes/scaled.h).
#pragma once

#include "core/analysis/log_grid.h"
#include "core/analysis/until_flat.h"
#include "core/run/run.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// One method that takes part. A rate rule, or an optimizer under a schedule.
struct SelfTuningMethod {
  std::string label{};
  Choice rate{"constant"};
  Choice optimizer{"sgd"};
  friend bool operator==(const SelfTuningMethod&, const SelfTuningMethod&) = default;
};
/// Fixed step, 1/√t, Nesterov, Adam, WNGrad A and B, AdaGrad-Norm, WN-Adam.
std::vector<SelfTuningMethod> default_self_tuning_methods();
/// The rule's id, else the optimizer's if it is not sgd, else the schedule's if it is not constant, else "sgd".
std::string method_id(const SelfTuningMethod& method);
Divisor divisor_of(const SelfTuningMethod& method);

/// ½(x² + y²/10) from (1, 1), exact gradients, T = 10000.
RunSpec default_self_tuning_problem();

/// Plain data.
struct SelfTuningSpec {
  /// Landscape, start, oracle, projection, T (the cap), seed, seeds, ρ. Its rate, optimizer and step size are not used.
  RunSpec problem = default_self_tuning_problem();
  std::vector<SelfTuningMethod> methods = default_self_tuning_methods();
  double L = 1;               ///< smoothness that the landscape is scaled to; 0: as it is
  double rate0 = 1;           ///< initial rate of runs(), and against L
  bool automatic = false;     ///< initial rate 1/b₀ with the automatic b₀ instead of rate0
  bool rate_times_L = false;  ///< rate0 and the grid are in units of 1/L: rate0 = 1 is 1/L
  LogGrid rates{.from = 1e-4, .to = 1e4, .count = 65};          ///< initial rates of the robustness plot
  std::vector<double> Ls = {1e-2, 1e-1, 1, 10, 100, 1e3, 1e4};  ///< of the plot against L
  double flat = 1e-6;  ///< ‖∇f‖² at which a run has arrived; 0: every run goes on to T
  friend bool operator==(const SelfTuningSpec&, const SelfTuningSpec&) = default;
};

/// The same with a quarter of the rates, one seed and at most 1000 updates: what can be had while dragging.
SelfTuningSpec coarse(const SelfTuningSpec& spec);

/// InputError at "PLACE: FIELD" for what the functions below could not do. Makes the landscape.
void check(const SelfTuningSpec& spec, std::string_view place);

/// One point of a robustness curve: the median of its runs (first those that arrived, by updates; then those that gave
/// up, by loss; then the diverged, the earlier the worse), and how many ended which way.
struct SelfTuningCell {
  double rate0 = 0, L = 0;  ///< L: what the landscape was scaled to, or its own smoothness
  double automatic_b0 = 0;  ///< that start point's
  FlatOutcome outcome{};
  int runs = 0, reached = 0, diverged = 0;
};
struct SelfTuningCurve {
  std::string method{}, label{};  ///< method_id()
  std::vector<SelfTuningCell> cells{};
};
struct SelfTuningResults {
  std::vector<SelfTuningCurve> curves{};  ///< one for each method
  bool complete = false;                  ///< false after a stop request: cells may be kCancelled
};

struct SelfTuningOptions {
  int workers = 1;
  std::stop_token stop{};
  Progress* progress = nullptr;  ///< total and done grow: several calls may share one
  Workshop* workshop = nullptr;  ///< null: the landscape is made anew
};

/// Updates to a flat gradient against the initial rate, at smoothness spec.L. One cell for each of spec.rates.
SelfTuningResults against_rate(const SelfTuningSpec& spec, const SelfTuningOptions& options = {});
/// The same against L, at the initial rate spec.rate0. One cell for each of spec.Ls.
SelfTuningResults against_smoothness(const SelfTuningSpec& spec, const SelfTuningOptions& options = {});

/// WNGrad's automatic b₀ (probed_smoothness) at this point of a landscape.
double automatic_b0(const Landscape& landscape, const Vector& x);

/// How the first update of a method turns out, and a warning if it overshoots.
struct FirstStep {
  double gradient_norm = 0;  ///< ‖g₀‖
  double b0 = 0;             ///< 1/(initial rate)
  double first_b = 0;        ///< divisor of the first update
  bool overshoots = false;   ///< ‖g₀‖ > 10 b₀, and that matters to the method
  std::string reason{};      ///< a sentence; empty unless it overshoots
};

/// One run of one method (replicate 0), with all that its curves need. Row r is the state after step[r] updates:
/// every update at first, later every 0.2 % and powers of ten, and the last state. D and the bounds are not a number
/// where min f or L on the whole space are not known, or the oracle is not exact.
struct SelfTuningRun {
  std::string method{}, label{};
  std::vector<int> step{};
  std::vector<double> x{};  ///< rows × dim
  std::vector<double> loss{};
  std::vector<double> squared_gradient{};        ///< exact
  std::vector<double> least_squared_gradient{};  ///< over this and all earlier states
  /// Divisor that the next update uses, and the step 1/b that goes with it (η_t for methods without b: b = 1/η_t). The
  /// last row of a run has what memory holds at the end.
  std::vector<double> b{};
  FlatOutcome outcome{};
  FirstStep first{};
  double L = 0;             ///< smoothness; see `everywhere`
  bool everywhere = false;  ///< L holds on the whole space, not only at the start
  double automatic_b0 = 0;  ///< what spec.automatic would start from
  double D = 0;             ///< f(x₀) − min f
  double b_bound = 0;  ///< WNGrad: no b is larger (b₁ + 8D where b₁ ≥ L; wngrad_bounds.h); AdaGrad-Norm likewise
  double gradient_bound = 0;  ///< min‖g_j‖² ≤ this/T
  std::size_t rows() const { return step.size(); }
};
struct SelfTuningRuns {
  std::vector<SelfTuningRun> runs{};  ///< one for each method
  bool complete = false;
};
/// All methods from the initial rate spec.rate0 at smoothness spec.L.
SelfTuningRuns self_tuning_runs(const SelfTuningSpec& spec, const SelfTuningOptions& options = {});

}  // namespace steplab
