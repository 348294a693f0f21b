// sweep: a line for each cell, as it comes.
#include "app/cli/commands.h"
#include "app/cli/memory.h"
#include "app/cli/notes.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/scene/scene_json.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr std::string_view kMeasures[] = {"mean", "median", "q10", "q90"};

std::vector<std::string> header(const Scene& scene) {
  std::vector<std::string> names;
  for (const auto& axis : scene.sweep) names.push_back(axis.name);
  names.insert(names.end(), {"schedule", "seeds"});
  names.insert(names.end(), std::begin(kMeasures), std::end(kMeasures));
  names.insert(names.end(), {"diverged", "reached", "not_a_number", "left_domain"});
  return names;
}

std::vector<std::string> cells_of(const CellSummary& cell, const std::string& label, std::string (*text)(double)) {
  std::vector<std::string> row = cell.values;
  row.push_back(label);
  row.push_back(std::to_string(cell.seeds));
  for (const double measure : {cell.mean, cell.median, cell.q10, cell.q90}) row.push_back(text(measure));
  row.push_back(std::to_string(cell.diverged));
  row.push_back(text(cell.reached));
  row.push_back(std::to_string(cell.not_a_number));
  row.push_back(std::to_string(cell.left_domain));
  return row;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) line += (i ? "," : "") + csv_field(fields[i]);
  return line + "\n";
}

/// The rows of the scene are the sweep's own column: an axis of that name would be a second one.
void refuse_schedule_axes(const Scene& scene, std::string_view place) {
  for (const auto& axis : scene.sweep)
    if (axis.name == "schedule" || axis.name == "rule")
      throw InputError(place, "'" + axis.name + "' is no axis; allowed: --schedules a,b,c, or the runs of the scene");
}

/// What became of a sweep.
struct Tally {
  std::int64_t done = 0, cells = 0;
  bool complete = false;
};

bool sweep_with_progress(const Scene& scene, const Session& session, std::string_view place, Tally& tally,
                         const std::function<void(const CellSummary&)>& on_cell) {
  SweepProgress progress;
  const ProgressLine line(session, [&progress] { return progress.share(); });
  if (session.keeps) *session.keeps = true;
  const bool complete =
      sweep(run_specs(scene), scene.sweep, {.workers = workers_of(scene), .stop = session.stop, .progress = &progress},
            place, [&](const CellSummary& cell) {
              on_cell(cell);
              ++tally.done;
            });
  tally.cells = progress.cells_total;
  return complete;
}

/// The exit code; of an interrupted sweep that has something to show, a word beside it.
int told(const Tally& tally, const Session& session) {
  if (tally.complete) return kExitGood;
  if (tally.done > 0)
    session.err << "sweep: interrupted; " << tally.done << " of " << tally.cells << " cells are finished and written\n"
                << std::flush;
  return kExitInterrupted;
}

int write_csv(const Scene& scene, const std::string& target, std::string_view place, const Session& session) {
  const auto labels = row_labels(scene);
  Output output(target, session.out);
  output.write(csv_line(header(scene)));
  Tally tally;
  tally.complete = sweep_with_progress(scene, session, place, tally, [&](const CellSummary& cell) {
    output.write(csv_line(cells_of(cell, labels[cell.row], exact_text)));
  });
  // Where nothing is finished, a file that was there before is worth more.
  if (!tally.complete && tally.done == 0 && target != "-") return kExitInterrupted;
  output.finish();
  return told(tally, session);
}

int print_table(const Scene& scene, std::string_view place, const Session& session) {
  constexpr std::size_t kMostLines = 1000;
  const auto labels = row_labels(scene);
  std::vector<std::vector<std::string>> rows = {header(scene)};
  std::size_t left_out = 0;
  Tally tally;
  tally.complete = sweep_with_progress(scene, session, place, tally, [&](const CellSummary& cell) {
    if (rows.size() <= kMostLines)
      rows.push_back(cells_of(cell, labels[cell.row], short_text));
    else
      ++left_out;
  });
  Output output("-", session.out);
  output.write(aligned(rows, true));
  if (left_out) output.write("… and " + std::to_string(left_out) + " cells more: --csv writes them all\n");
  output.write(
      "\nFinal loss over the seeds (a run that was lost counts as inf); reached: share that ended nearer than " +
      short_text(scene.reach) +
      " to the global minimum. Lost runs: a coordinate passed 1e30 (diverged), an update had no value "
      "(not_a_number),\nor the loss has none where it came to (left_domain).\n");
  output.finish();
  return told(tally, session);
}

/// Rows as the axes leave them: an axis over the step size replaces that of every row.
Scene settled(Scene scene) {
  for (const auto& axis : scene.sweep) {
    if (axis.name == "step_size")
      for (auto& run : scene.runs) run.step_size = scene.runs.front().step_size;
    settle_rows(scene, axis.name);
  }
  return scene;
}

}  // namespace

int sweep_command(const Flags& flags, const Session& session) {
  const Scene scene = settled(scene_of(flags));
  const std::string place = !flags.over.empty() ? "--over" : flags.scene.empty() ? "sweep" : flags.scene + ": sweep";
  refuse_schedule_axes(scene, place);
  check_scene(scene, flags);
  note_zero_schedules(scene, session);
  note_decimal_commas(scene, session);
  // Outcomes of one cell at a time are what a sweep must hold.
  require_memory(results_bytes({&run_specs(scene).front(), 1}, {}), "--seeds", "");
  if (flags.save) save_scene(scene, *flags.save);
  tell_left_out(scene, flags, "", false, session);
  const int code = flags.csv ? write_csv(scene, *flags.csv, place, session) : print_table(scene, place, session);
  // Of an axis over T or over the schedule each cell has its own.
  const bool one_run = std::ranges::none_of(
      scene.sweep, [](const SweepAxis& axis) { return axis.name == "steps" || axis.name.starts_with("schedule"); });
  if (code == kExitGood && one_run) note_shortfalls(scene, session);
  return code;
}

}  // namespace steplab
