// Which minimum a step size chooses: shares of the starts that reach the global minimum, are trapped in another one,
// wander or diverge. Theory: Mohtashami, Jaggi & Stich 2023 (arXiv 2205.15142); the landscapes' numbers and every
// set-up below are those of docs/notes/large-steps.md, because the paper's were not available to us.
#pragma once

#include "core/analysis/many_starts.h"

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

enum class LargeStepsFigure {
  kBasins,   ///< shares at a few step sizes
  kSweep,    ///< the same over many step sizes
  kNoise,    ///< step size × σ: does noise replace a large step?
  kControl,  ///< the same noise in a large step, in k small ones, and fresh in small ones
  kPhase     ///< a large step for the first n updates only, or a small one for the first n
};

/// Plain data: everything that a figure depends on. default_large_steps() fills it.
struct LargeStepsSpec {
  LargeStepsFigure figure = LargeStepsFigure::kBasins;
  /// Landscape, optimizer, rate, oracle, projection, T, seed, seeds (replicates from every start) and reach. Its step
  /// size and start are not used. Noise, control and phase use plain SGD: the first two set σ (and how it is repeated
  /// or annealed) of its oracle themselves, phase has schedules of its own.
  RunSpec problem{};
  StartBox starts{};
  /// > 0: only those starts that gradient descent with this step size leaves in a local minimum.
  double trapped_at = 0;
  std::vector<double> step_sizes{};  ///< basins, sweep, noise: the rows. Control, phase: the large step size
  std::vector<double> sigmas{};      ///< noise, control
  bool annealed = true;              ///< noise, control: also noise that falls to 0
  double anneal_share = 0.8;         ///< of the updates, over which annealed noise falls to 0 along a line
  int substeps = 10;                 ///< control: k small updates of η/k share one draw
  double small_step = 0.1;           ///< phase: before (after) the large one; by default min(0.1, 1.2/λ)
  std::vector<int> lengths{};        ///< phase: n, updates of the first phase
  double nudge = 0;                  ///< phase: at the switch every coordinate moves by up to this much, at random
  Settle settle{};                   ///< noise, control: see Settle; phase, basins and sweep do without
  friend bool operator==(const LargeStepsSpec&, const LargeStepsSpec&) = default;
};

/// The set-up of docs/notes/large-steps.md, B4 and B5, for this figure on this landscape. Where they have none: the
/// landscape's view; the figures that begin in a trap take those starts that a step of 0.6/λ leaves in a local minimum,
/// λ the largest sharpness of a minimum.
LargeStepsSpec default_large_steps(LargeStepsFigure figure, const Choice& landscape = {"sharp_well"});

/// The same with fewer starts, steps of σ and lengths: the first picture, and what can be had while dragging.
LargeStepsSpec coarse(const LargeStepsSpec& spec);

/// InputError at "PLACE: FIELD" for what large_steps() could not do. Makes the landscape.
void check(const LargeStepsSpec& spec, std::string_view place);

/// Why a run can stay where its step size cannot hold it (FateShares::by_last_bit): to be said where it happens.
inline constexpr std::string_view kLastBitWords =
    "sit on a local minimum to the last bit: so close that x − ηf′(x) rounds to x. Exact arithmetic would let them go; "
    "in "
    "floating point no step size moves them.";

/// One line of a figure.
struct ShareRow {
  double step_size = 0, sigma = 0;
  /// basins, sweep: "run"; noise: "fixed", "annealed"; control: "L" (one large step), "R" (k small ones with its draw),
  /// "S" (small ones, each with a draw), "A" (S annealed); phase: "large N" (large for N updates, then small), "small
  /// N".
  std::string arm{};
  int length = 0;  ///< phase: N
  FateShares shares{};
};
struct LargeStepsResults {
  std::vector<ShareRow> rows{};
  int starts = 0;         ///< after trapped_at
  bool complete = false;  ///< false after a stop request: rows may be missing
};

/// Basins, sweep: one row for each step size. Noise: step sizes × arms × σ (σ fastest). Control: step sizes × σ × arms.
/// Phase: step sizes × {large first, small first} × lengths.
/// Which end counts: basins, sweep and phase: where the last iterate rests. Noise: the last iterate for the global
/// minimum, as in docs/notes/large-steps.md, B4; the others are trapped if, the noise switched off, they fall to a
/// local minimum, and wandering otherwise. Control: where all fall, the noise switched off.
LargeStepsResults large_steps(const LargeStepsSpec& spec, const SimulateOptions& options = {});

/// The run behind a row, for the plots beside: trajectories of simulate() from any start (without the nudge).
RunSpec run_of(const LargeStepsSpec& spec, const ShareRow& row);

}  // namespace steplab
