// Which target step sizes can be trained with which warm-up: a heat map η_trgt × T_wrm
// (Kalra & Barkeshli 2024, arXiv 2406.09405, section 5, on our low-dimensional models).
#pragma once

#include "core/run/run.h"

#include <string_view>
#include <vector>

namespace steplab {

/// Plain data.
struct WarmupMapSpec {
  /// Landscape, start, optimizer, oracle, projection, T, seed, seeds. Its rate is the schedule after the warm-up (no
  /// rate rule); the map sets its `warmup` parameter. Step size and ρ are not used.
  RunSpec problem{};
  std::vector<double> step_sizes{};  ///< η_trgt
  std::vector<int> warmups{};        ///< T_wrm in updates; 1: none
  double share = 0.1;  ///< trained: final loss below this share of the initial one (docs/notes/warmup.md, 5), both over
                       ///< the least value where that is known
  int window = 256;    ///< the final loss is the mean over so many last states; see averaged_states()
  friend bool operator==(const WarmupMapSpec&, const WarmupMapSpec&) = default;
};

/// The uv model from (5, 0.3) under label noise ±0.01, T = 4096: step sizes 0.01·2^(j/3) to 2.56, warm-ups 1, 2, …,
/// 1024.
WarmupMapSpec default_warmup_map();
/// The same with every second step size and warm-up (ends kept) and one seed.
WarmupMapSpec coarse(const WarmupMapSpec& spec);
/// InputError at "PLACE: FIELD". Makes the landscape.
void check(const WarmupMapSpec& spec, std::string_view place);
/// States that the final loss is the mean of: `window`, but at most a quarter of the run, and one at least.
int averaged_states(const WarmupMapSpec& spec);

enum class WarmupStatus {
  kTrained,
  kFailed,   ///< it ended, but above the share of its initial loss
  kDiverged  ///< loss beyond kBlownUp · max(1, initial loss), or a coordinate beyond kDivergenceLimit: stopped there
};
inline constexpr double kBlownUp = 1e6;
const char* name_of(WarmupStatus status);

/// All replicates of one cell.
struct WarmupCell {
  double step_size = 0;
  int warmup = 1;
  WarmupStatus status = WarmupStatus::kFailed;  ///< trained: half the seeds or more; else what befell most of the rest
  double final_loss = 0;  ///< exact loss; median over the seeds; infinite if half of them diverged
  double peak_loss = 0;   ///< largest exact loss at any state, of a diverged run up to its end; median over the seeds
  double trained = 0;     ///< share of the seeds
  double diverged = 0;    ///< share of the seeds
};

/// The stable boundary: not a number where no step size trains.
struct WarmupBoundary {
  int warmup = 1;
  double largest = 0;      ///< largest step size whose cell is trained
  double largest_all = 0;  ///< largest that every seed trains with
};

struct WarmupMap {
  std::vector<WarmupCell> cells{};         ///< warm-ups × step sizes, step sizes fastest
  std::vector<WarmupBoundary> boundary{};  ///< one for each warm-up
  double initial_loss = 0;
  bool complete = false;  ///< false after a stop request: then there are no cells
};

/// Every cell and seed is a lane; the bits do not depend on the workers, and are those of run_of() in the engine.
/// InputError as check() has it.
WarmupMap warmup_map(const WarmupMapSpec& spec, const SimulateOptions& options = {});

/// The run behind a cell: update t = 1, 2, … uses min(η, η t/T_wrm), then the problem's schedule.
RunSpec run_of(const WarmupMapSpec& spec, double step_size, int warmup);

}  // namespace steplab
