// run: every step as CSV, or a table for a person.
#include "app/cli/commands.h"
#include "app/cli/memory.h"
#include "app/cli/notes.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/base/text.h"
#include "core/run/prepare.h"
#include "core/scene/scene_json.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kTableMemory = 256e6;  // bytes of recording that a table is worth
constexpr double kNearShare = 0.01;     // "steps to 1 %": f − f* has come down to this share of its first value

Results simulate_with_progress(const Scene& scene, const Recording& recording, const Session& session,
                               Workshop& workshop) {
  Progress progress;
  const ProgressLine line(session, [&progress] {
    const auto total = static_cast<double>(progress.total.load());
    return total > 0 ? static_cast<double>(progress.done.load()) / total : 0.0;
  });
  return simulate(run_specs(scene), recording,
                  {.workers = workers_of(scene), .stop = session.stop, .progress = &progress, .workshop = &workshop});
}

// ---- CSV ----

std::string csv_header(int dim, const Recording& recording) {
  std::string text = "run,step";
  for (int j = 0; j < dim; ++j) text += ",x" + std::to_string(j);
  text += ",loss,step_size,grad_norm,sharpness";
  return text + (recording.preconditioned_sharpness ? ",preconditioned_sharpness\n" : "\n");
}

std::string csv_row(std::size_t run, const Trajectory& record, std::size_t r, std::size_t dim) {
  std::string text = std::to_string(run) + "," + std::to_string(record.step[r]);
  for (std::size_t j = 0; j < dim; ++j) text += "," + exact_text(record.x[r * dim + j]);
  for (const auto* column :
       {&record.loss, &record.step_size, &record.grad_norm, &record.sharpness, &record.preconditioned_sharpness})
    if (!column->empty()) text += "," + exact_text((*column)[r]);
  return text + "\n";
}

int write_csv(const Scene& scene, const Flags& flags, const Session& session) {
  const Recording recording = recording_of(scene);
  Workshop workshop;
  require_memory(results_bytes(run_specs(scene), recording, &workshop), flags.steps ? "--steps" : "run",
                 "; --every k keeps fewer rows, sweep keeps none");
  Output output(*flags.csv, session.out);
  const Results results = simulate_with_progress(scene, recording, session, workshop);
  output.write(csv_header(results.front().dim, recording));
  std::size_t run = 0;
  for (const auto& row : results) {
    for (const auto& record : row.trajectories) {
      for (std::size_t r = 0; r < record.rows(); ++r) {
        if (session.stop.stop_requested()) return kExitInterrupted;
        output.write(csv_row(run, record, r, static_cast<std::size_t>(row.dim)));
      }
      ++run;
    }
  }
  if (session.stop.stop_requested()) return kExitInterrupted;
  output.finish();
  return kExitGood;
}

// ---- Table ----

/// Median over the replicates, infinite for those that diverged.
template <class Measure>
double median_of(const SpecResults& results, Measure measure) {
  std::vector<double> values;
  for (std::size_t k = 0; k < results.outcomes.size(); ++k)
    values.push_back(results.outcomes[k].status == RunStatus::kDiverged ? kInfinity : measure(k));
  std::ranges::sort(values);
  return quantile(values, 0.5);
}

/// Updates until f − f* first is at most kNearShare of what it was at the start; infinite if never.
double steps_to_near(const Trajectory& record, double least) {
  for (std::size_t r = 0; r < record.rows(); ++r)
    if (record.loss[r] - least <= kNearShare * (record.loss[0] - least)) return record.step[r];
  return kInfinity;
}

std::string count_text(double steps) { return std::isinf(steps) ? "never" : short_text(steps); }

std::vector<std::string> table_row(const std::string& label, const RunSpec& spec, const SpecResults& results,
                                   std::optional<double> least) {
  const CellSummary summary = summarise(results.outcomes);
  const double distance = median_of(results, [&](std::size_t k) { return results.outcomes[k].distance; });
  const bool distance_known = std::isfinite(results.outcomes[0].distance);
  std::vector<std::string> row = {
      label,
      to_text(spec.optimizer),
      short_text(spec.step_size),
      short_text(summary.median),
      least ? short_text(summary.median - *least) : "-",
      distance_known ? short_text(distance) : "-",
      std::to_string(summary.diverged) + "/" + std::to_string(summary.seeds),
      distance_known || least
          ? std::to_string(std::lround(summary.reached * summary.seeds)) + "/" + std::to_string(summary.seeds)
          : "-"};
  if (!results.trajectories.empty())
    row.push_back(least ? count_text(median_of(
                              results, [&](std::size_t k) { return steps_to_near(results.trajectories[k], *least); }))
                        : "-");
  return row;
}

/// A lab's title and notes speak of its figure, notes of the scene as it was named: neither is said of anything else.
Scene with_true_words(Scene scene, bool changed) {
  if (scene.lab.id != Scene{}.lab.id) scene.title = scene.notes = "";
  if (!changed) return scene;
  if (!scene.title.empty()) scene.title += " (changed)";
  scene.notes = "";
  return scene;
}

std::string heading(const Scene& scene) {
  std::string text = scene.title.empty() ? "" : scene.title + "\n";
  text += to_text(scene.landscape) + ", oracle " + to_text(scene.oracle) + ", " + std::to_string(scene.steps) +
          " steps, ρ = " + short_text(scene.rho) + ", " + std::to_string(scene.seeds) +
          (scene.seeds == 1 ? " replicate" : " replicates") + " of seed " + std::to_string(scene.seed) + "\n\n";
  return text;
}

int print_table(const Scene& scene, const Session& session) {
  const auto specs = run_specs(scene);
  Workshop workshop;
  Recording recording{.trajectory = true, .sharpness = false};
  recording.trajectory = results_bytes(specs, recording, &workshop) <= std::min(kTableMemory, available_memory() / 2);
  require_memory(results_bytes(specs, recording, &workshop), "run", "");
  Output output("-", session.out);
  const Results results = simulate_with_progress(scene, recording, session, workshop);
  if (session.stop.stop_requested()) return kExitInterrupted;

  const auto least = workshop.prepare(specs.front(), "run").landscape->surroundings().least_value;
  const auto labels = row_labels(scene);
  std::vector<std::vector<std::string>> rows = {
      {"schedule", "optimizer", "η", "final loss", "f − f*", "distance", "diverged", "reached"}};
  if (recording.trajectory) rows[0].push_back("steps to 1 %");
  for (std::size_t i = 0; i < specs.size(); ++i) rows.push_back(table_row(labels[i], specs[i], results[i], least));
  output.write(printable(heading(scene), "\n") + aligned(rows, true));
  if (!scene.notes.empty()) output.write("\n" + printable(scene.notes, "\n") + "\n");
  std::string legend =
      "\nMedians over the replicates. distance: to the nearest global minimum; reached: ended nearer than " +
      short_text(scene.reach) + " to it (on a curve of minima: with f − f* below the square of that)";
  legend += recording.trajectory
                ? "; steps to 1 %: until f − f* first is 1 % of what it was.\n"
                : ".\nSteps to 1 % of f − f* are left out: recording this many steps would need more than 256 MB.\n";
  output.write(legend);
  output.finish();
  return kExitGood;
}

}  // namespace

int run_command(const Flags& flags, const Session& session) {
  const Scene named = named_scene(flags), scene = overridden(named, flags);
  check_scene(scene, flags);
  note_zero_schedules(scene, session);
  if (flags.save) save_scene(scene, *flags.save);
  tell_left_out(scene, flags, "", true, session);
  if (flags.csv) return write_csv(scene, flags, session);
  return print_table(with_true_words(scene, run_specs(scene) != run_specs(named)), session);
}

}  // namespace steplab
