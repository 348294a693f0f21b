#include "core/analysis/warmup_gi_adam.h"

#include "core/analysis/loss_runs.h"
#include "core/analysis/stability_edge.h"
#include "core/analysis/warmup_eta_init.h"
#include "core/analysis/warmup_map.h"
#include "core/analysis/warmup_strip.h"
#include "core/run/fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

/// β₁, β₂ and ε of the spec's optimizer, where it has them.
Choice with_parameters_of(const Choice& other, const std::string& id) {
  Choice choice{id};
  for (const char* name : {"beta1", "beta2", "eps"})
    if (const auto it = other.params.find(name); it != other.params.end()) choice.params.insert(*it);
  return choice;
}

/// The map whose cells are the runs of one optimizer.
WarmupMapSpec cells_of(const GiAdamSpec& spec, const Choice& optimizer) {
  WarmupMapSpec map{.problem = spec.problem, .step_sizes = spec.step_sizes, .warmups = spec.warmups};
  map.problem.optimizer = optimizer;
  map.problem.seeds = 1;
  return map;
}

double start_sharpness(RunSpec run) {
  run.step_size = 0;
  run.steps = 1;
  const Recording recording{.trajectory = true, .sharpness = false, .preconditioned_sharpness = true};
  return simulate(std::span(&run, 1), recording).front().trajectories.front().preconditioned_sharpness.front();
}

double first_rise(const RunSpec& run, double tolerance) {
  constexpr double kNoMore = 1e12;
  const EtaInit found = eta_init_search({.problem = run, .target = kNoMore, .search = {.tolerance = tolerance}});
  return found.catapult ? found.eta_c : std::numeric_limits<double>::quiet_NaN();
}

AdamStart start_of(const GiAdamSpec& spec, const Choice& optimizer) {
  RunSpec run = cells_of(spec, optimizer).problem;
  AdamStart start{.optimizer = optimizer, .sharpness = start_sharpness(run)};
  const Stability stability = stability_of(optimizer).value();
  start.first_step_bound = stability.first.factor / start.sharpness;
  start.late_bound = stability.lasting.factor / start.sharpness;
  start.eta_c = first_rise(run, spec.tolerance);
  return start;
}

void add_cells(const GiAdamSpec& spec, AdamStart& start, const SimulateOptions& options) {
  const WarmupMapSpec map = cells_of(spec, start.optimizer);
  std::vector<RunSpec> runs;
  for (const int warmup : map.warmups) runs.push_back(run_of(map, 1, warmup));
  Workshop own;
  std::vector<PreparedRun> prepared;
  std::vector<FactorTable> factors;
  for (const RunSpec& run : runs) {
    prepared.push_back((options.workshop ? *options.workshop : own).prepare(run, "runs[0]"));
    factors.emplace_back(prepared.back().schedule, run.steps);
  }
  std::vector<LossLane> lanes;
  for (std::size_t row = 0; row < runs.size(); ++row)
    for (const double eta : map.step_sizes) {
      lanes.push_back({&prepared[row], &factors[row], eta, 0});
      start.cells.push_back({.step_size = eta, .warmup = map.warmups[row]});
    }
  const auto records = loss_runs(lanes, {}, options);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const double infinity = std::numeric_limits<double>::infinity();
    start.cells[i].peak = records[i].diverged ? infinity : records[i].peak / records[i].initial;
    start.cells[i].rises = records[i].rises;
  }
}

}  // namespace

GiAdamSpec default_gi_adam() {
  GiAdamSpec spec;
  spec.problem.landscape = {"uv"};
  spec.problem.start = {5.0, 0.3};
  spec.problem.optimizer = {"adam"};
  spec.problem.steps = 100;
  for (int j = 0; j < 8; ++j) spec.step_sizes.push_back(0.04 * (1 << j));
  spec.warmups = {1, 8, 32, 128};
  return spec;
}

void check(const GiAdamSpec& spec, std::string_view place) {
  for (const char* id : {"adam", "gi_adam"})
    check(cells_of(spec, with_parameters_of(spec.problem.optimizer, id)), place);
}

GiAdamResults compare_gi_adam(const GiAdamSpec& spec, const SimulateOptions& options) {
  check(spec, "");
  GiAdamResults results;
  for (auto* start : {&results.adam, &results.gi_adam}) {
    *start = start_of(spec, with_parameters_of(spec.problem.optimizer, start == &results.adam ? "adam" : "gi_adam"));
    add_cells(spec, *start, options);
    if (options.stop.stop_requested()) return {};
  }
  const auto& specs = family_params("optimizer", "adam", "optimizer");
  const double beta2 = resolve(specs, results.adam.optimizer.params, "optimizer.adam").real("beta2");
  results.ratio = results.gi_adam.sharpness / results.adam.sharpness;
  results.expected_ratio = built_in_warmup(beta2, 1);
  results.complete = true;
  return results;
}

double built_in_warmup(double beta2, int t) { return std::sqrt(1 - std::pow(beta2, t)); }

}  // namespace steplab
