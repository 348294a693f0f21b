#include "core/scene/scene.h"

#include "core/base/parallel.h"
#include "core/base/text.h"
#include "core/run/fields.h"

#include <algorithm>
#include <cassert>

namespace steplab {
namespace {

bool all_differ(std::vector<std::string> labels) {
  std::ranges::sort(labels);
  return std::ranges::adjacent_find(labels) == labels.end();
}

template <class Describe>
std::vector<std::string> labels_by(const Scene& scene, Describe describe) {
  std::vector<std::string> labels;
  for (const auto& run : scene.runs) labels.push_back(run.name.empty() ? describe(run) : run.name);
  return labels;
}

/// Describes those rows at greater length that have a label in common with another, and no name.
template <class Describe>
void lengthen(const Scene& scene, std::vector<std::string>& labels, Describe describe) {
  const auto before = labels;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (scene.runs[i].name.empty() && std::ranges::count(before, before[i]) > 1) labels[i] = describe(scene.runs[i]);
}

}  // namespace

std::vector<RunSpec> run_specs(const Scene& scene) {
  std::vector<RunSpec> specs;
  for (const auto& run : scene.runs)
    specs.push_back({.landscape = scene.landscape,
                     .rate = run.rate,
                     .optimizer = run.optimizer,
                     .oracle = scene.oracle,
                     .projection = scene.projection,
                     .start = scene.start,
                     .step_size = run.step_size,
                     .rho = scene.rho,
                     .steps = scene.steps,
                     .seed = scene.seed,
                     .seeds = scene.seeds,
                     .reach = scene.reach});
  return specs;
}

void set_field_text(Scene& scene, std::string_view name, std::string_view text, std::string_view place) {
  auto specs = run_specs(scene);
  for (auto& spec : specs) set_field_text(spec, name, text, place);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    scene.runs[i].rate = specs[i].rate;
    scene.runs[i].optimizer = specs[i].optimizer;
    scene.runs[i].step_size = specs[i].step_size;
  }
  const RunSpec& shared = specs[0];
  scene.landscape = shared.landscape;
  scene.oracle = shared.oracle;
  scene.projection = shared.projection;
  scene.start = shared.start;
  scene.rho = shared.rho;
  scene.steps = shared.steps;
  scene.seed = shared.seed;
  scene.seeds = shared.seeds;
  scene.reach = shared.reach;
}

Recording recording_of(const Scene& scene) {
  return {.trajectory = true, .stride = scene.every, .preconditioned_sharpness = scene.preconditioned_sharpness};
}

int workers_of(const Scene& scene) { return scene.workers > 0 ? scene.workers : hardware_workers(); }

std::vector<std::string> row_labels(const Scene& scene) {
  auto labels = labels_by(scene, [](const SceneRun& run) { return run.rate.id; });
  lengthen(scene, labels, [](const SceneRun& run) { return to_text(run.rate); });
  lengthen(scene, labels, [](const SceneRun& run) { return to_text(run.rate) + " " + to_text(run.optimizer); });
  lengthen(scene, labels, [](const SceneRun& run) {
    return to_text(run.rate) + " " + to_text(run.optimizer) + " " + to_text(run.step_size);
  });
  for (auto& label : labels) label = printable(label);
  // A name of a person's choice may even be "linear #1".
  while (!all_differ(labels)) {
    const auto before = labels;
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (std::ranges::count(before, before[i]) > 1) labels[i] += " #" + std::to_string(i + 1);
  }
  return labels;
}

void settle_rows(Scene& scene, std::string_view field) {
  const std::string_view family = field.substr(0, field.find('.'));
  if (family != "step_size" && family != "schedule" && family != "rule" && family != "optimizer") return;
  std::vector<SceneRun> rows;
  for (SceneRun run : scene.runs) {
    run.name.clear();
    run.shown = true;
    run.colour = -1;
    if (std::ranges::find(rows, run) == rows.end()) rows.push_back(run);
  }
  scene.runs = rows;
}

void check(const Scene& scene, std::string_view place) {
  const auto specs = run_specs(scene);
  const std::string head = place.empty() ? "" : std::string(place) + ": ";
  if (specs.empty()) throw InputError(head + "runs", "no run; allowed: one or more");
  // Rows share the landscape: once the first is good, only the others' own parts can be bad.
  for (std::size_t i = 0; i < specs.size(); ++i) check(specs[i], head + "runs[" + std::to_string(i) + "]");
}

const std::vector<ParamSpec>& scene_fields() {
  static const std::vector<ParamSpec> fields = {
      {.name = "every",
       .kind = ParamKind::kInteger,
       .initial = 1.0,
       .min = 1,
       .max = 1e9,
       .unit = "updates",
       .meaning = "a recorded row every so many updates"},
      {.name = "preconditioned_sharpness",
       .kind = ParamKind::kSwitch,
       .initial = 0.0,
       .meaning = "record the sharpness as the optimizer's pre-conditioner sees it, too"},
      {.name = "shown", .kind = ParamKind::kSwitch, .initial = 1.0, .meaning = "draw this run"},
      {.name = "colour",
       .kind = ParamKind::kInteger,
       .initial = -1.0,
       .min = -1,
       .max = 63,
       .meaning = "entry of the palette, from 8 on with other dashes; -1: by the run's number"},
      {.name = "workers",
       .kind = ParamKind::kInteger,
       .initial = 0.0,
       .min = 0,
       .max = 1024,
       .unit = "threads",
       .meaning = "threads that simulate; 0: all the machine has (the results are the same)"},
  };
  return fields;
}

const ParamSpec& scene_field(std::string_view name) {
  const auto field = std::ranges::find(scene_fields(), name, &ParamSpec::name);
  assert(field != scene_fields().end());
  return *field;
}

}  // namespace steplab
