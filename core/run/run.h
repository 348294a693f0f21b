// What a run is, what is recorded of it, and how many of them are simulated at once.
#pragma once

#include "core/base/parameters.h"
#include "core/catalog.h"
#include "core/optimizers/projection.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// One optimisation, `seeds` times over. Plain data.
struct RunSpec {
  Choice landscape{"rosenbrock"};
  Choice rate{"constant"};  ///< a schedule or a rate rule: their ids do not overlap
  Choice optimizer{"sgd"};
  Choice oracle{"exact"};
  Choice projection{"domain"};
  std::vector<double> start{};  ///< empty: the landscape's own; projected if outside
  double step_size = 0.001;     ///< η
  double rho = 1;               ///< ρ: the misspecification factor; update t uses ρ·η·h(t, T)
  int steps = 200;              ///< T
  std::uint64_t seed = 1;
  int seeds = 1;       ///< replicates 0 … seeds−1: the same run under other noise
  double reach = 0.1;  ///< how near a run must end to a global minimum to have reached it (see reached())
  friend bool operator==(const RunSpec&, const RunSpec&) = default;
};

enum class RunStatus { kFinished, kDiverged, kCancelled };

/// A coordinate beyond this, or not a number, ends a run as diverged. Small enough for the loss to be still finite
/// there.
inline constexpr double kDivergenceLimit = 1e30;

/// How one replicate ended.
struct Outcome {
  RunStatus status = RunStatus::kCancelled;
  int steps = 0;    ///< updates done; a diverged run keeps the last state inside kDivergenceLimit and counts up to it
  double loss = 0;  ///< exact f there
  double distance = 0;  ///< to the nearest known global minimum; infinite if none is known
  bool reached = false;
};

/// The record of one replicate. Row r is the state after step[r] updates; columns that were not asked for are empty.
struct Trajectory {
  std::vector<int> step;
  std::vector<double> x;          ///< rows × dim, row by row
  std::vector<double> loss;       ///< exact f(x_t)
  std::vector<double> step_size;  ///< η_t, which update t uses; not a number in the row after the last update
  std::vector<double> grad_norm;  ///< of the exact gradient
  std::vector<double> sharpness;  ///< largest algebraic eigenvalue of the Hessian
  std::vector<double> preconditioned_sharpness;  ///< of P^{-1/2} H P^{-1/2}; equal to sharpness if P = I
  std::size_t rows() const { return step.size(); }
};

struct Recording {
  bool trajectory = false;  ///< else outcomes only: memory then does not depend on the number of steps
  int stride = 1;           ///< rows at 0, stride, 2·stride, …, and the last state always
  bool sharpness = true;    ///< costs an eigenvalue a row
  bool preconditioned_sharpness = false;
  int sharpness_every = 1;  ///< both kinds in every so many-th row only (and in the last); not a number in the others
  std::vector<int> snapshots{};  ///< after how many updates to keep a snapshot, ascending
};

/// Everything a replicate needs to go on from the middle. Plain data.
struct Snapshot {
  int step = 0;
  std::vector<double> x;
  std::vector<std::vector<double>> optimizer_memory, rule_memory;  ///< one row for each slot
};

/// All replicates of one RunSpec.
struct SpecResults {
  int dim = 0;
  std::vector<Outcome> outcomes;
  std::vector<double> final_x;                   ///< replicates × dim
  std::vector<Trajectory> trajectories;          ///< empty unless recorded
  std::vector<std::vector<Snapshot>> snapshots;  ///< [replicate][k]
};
using Results = std::vector<SpecResults>;

/// Lane-steps done and to do: written by workers, read by anyone.
struct Progress {
  std::atomic<std::int64_t> done{0}, total{0};
};

class Workshop;  // prepare.h: keeps what specs ask for (data sets, above all) between calls

struct SimulateOptions {
  int workers = 1;
  std::stop_token stop{};
  Progress* progress = nullptr;
  Workshop* workshop = nullptr;  ///< null: everything is made anew
};

/// Simulates every replicate of every spec. The same bits whatever the workers, the company of other runs, and what is
/// recorded. InputError at "runs[i].…" for bad specs. After a stop: what was finished; the rest kCancelled or left out.
Results simulate(std::span<const RunSpec> specs, const Recording& recording = {}, const SimulateOptions& options = {});

/// Goes on from a snapshot of this replicate to the end, with the same bits as the run it came from.
SpecResults resume(const RunSpec& spec, int replicate, const Snapshot& snapshot, const Recording& recording = {});

/// InputError at `place` unless simulate() would accept the spec. Makes the landscape, which may cost time.
void check(const RunSpec& spec, std::string_view place);

/// Bytes that the results of simulate() would hold. Checks the specs as simulate() does.
double results_bytes(std::span<const RunSpec> specs, const Recording& recording, Workshop* workshop = nullptr);

/// Distance to the nearest known global minimum; infinite if none is known.
double distance_to_minimum(const Landscape& landscape, const Vector& x);
/// Nearer than `reach` to a known global minimum and nearer to it than to any other known minimum; where the minimisers
/// form a set (uv model): f(x) − min f < reach². False where neither is known.
bool reached(const Landscape& landscape, const Vector& x, double loss, double reach);

/// Sets one field by the name that flags, sweeps and scenes share: "step_size", "rho", "steps", "seed", "seeds",
/// "reach", "start" (list), or "FAMILY.PARAMETER" with family landscape, schedule, rule, optimizer, oracle, projection
/// (schedule and rule are the spec's rate, which must be of that family), or a bare FAMILY, whose value is the id to
/// change to. InputError at `place` for unknown names and bad values.
void set_field(RunSpec& spec, std::string_view name, const Value& value, std::string_view place);
/// The same from a flag's text.
void set_field_text(RunSpec& spec, std::string_view name, std::string_view text, std::string_view place);

bool is_rate_rule(std::string_view id);

}  // namespace steplab
