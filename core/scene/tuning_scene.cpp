#include "core/scene/tuning_scene.h"

#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr int kBoundSteps = 10000;  // as in docs/notes/last-iterate-bound.md, A3.9

Params settings_of(const Scene& scene) {
  static const std::map<std::string, Value> kDefaults;
  const auto& entry = find_entry(lab_entries(), "tuning", "lab");
  return resolve(entry.params, scene.lab.id == "tuning" ? scene.lab.params : kDefaults, "lab.tuning");
}

/// Position of a word among the choices of its setting, as the enumeration of that order.
template <class Enumeration>
Enumeration word_of(const Params& settings, std::string_view name) {
  const auto& specs = find_entry(lab_entries(), "tuning", "lab").params;
  const auto& choices = std::ranges::find(specs, name, &ParamSpec::name)->choices;
  return static_cast<Enumeration>(std::ranges::find(choices, settings.text(name)) - choices.begin());
}

std::string at(std::string_view place, std::string_view field) {
  return place.empty() ? std::string(field) : std::string(place) + "." + std::string(field);
}

void put_family(const Scene& scene, TuningSpec& spec, std::string_view place) {
  const std::string words = "|x − c| on the line, whose slope the worst mode varies itself";
  if (scene.landscape.id != "abs")
    throw InputError(at(place, "landscape"),
                     "'" + to_text(scene.landscape) + "' is not allowed; allowed: abs, " + words);
  const Params abs = resolve(find_entry(landscapes(), "abs", "landscape").params, scene.landscape.params, "landscape");
  if (abs.integer("dim") != 1)
    throw InputError(at(place, "landscape.dim"),
                     "'" + to_text(abs.real("dim")) + "' is not allowed; allowed: 1, " + words);
  if (scene.landscape.params.contains("eps"))
    throw InputError(at(place, "landscape.eps"),
                     "'" + to_text(abs.real("eps")) + "' is not allowed; allowed: no eps, as the worst mode varies it");
  spec.family.centre = abs.real("c");
  if (!scene.start.empty()) spec.family.start = scene.start.front();
}

}  // namespace

TuningMode tuning_mode(const Scene& scene) { return word_of<TuningMode>(settings_of(scene), "mode"); }

TuningSpec tuning_spec(const Scene& scene, std::string_view place) {
  const Params settings = settings_of(scene);
  TuningSpec spec{.mode = word_of<TuningMode>(settings, "mode")};
  const auto runs = run_specs(scene);
  const auto labels = row_labels(scene);
  spec.problem = runs.front();
  // What the rows and the search bring with them: specs that differ in these only are equal.
  const RunSpec unused;
  spec.problem.rate = unused.rate;
  spec.problem.optimizer = unused.optimizer;
  spec.problem.step_size = unused.step_size;
  spec.problem.rho = unused.rho;
  spec.rows.clear();
  for (std::size_t i = 0; i < runs.size(); ++i) spec.rows.push_back({labels[i], runs[i].rate, runs[i].optimizer});
  spec.rho = {settings.real("rho_from"), settings.real("rho_to"), settings.integer("rho_count")};
  spec.iterate = word_of<Iterate>(settings, "iterate");
  spec.suffix = settings.real("suffix");
  spec.statistic = word_of<LossStatistic>(settings, "statistic");
  spec.fit_from = settings.real("fit_from");
  spec.fit_to = settings.real("fit_to");
  spec.form = word_of<BoundForm>(settings, "form");
  spec.bound = {settings.real("diameter"), settings.real("gradient_norm")};
  if (spec.mode == TuningMode::kWorstProblem) put_family(scene, spec, place);
  return spec;
}

Scene tuned_scene(const Scene& scene, const TuningSpec& spec, const std::vector<TunedRow>& rows, int member) {
  Scene tuned = scene;
  for (std::size_t i = 0; i < std::min(rows.size(), tuned.runs.size()); ++i)
    if (std::isfinite(rows[i].step_size)) tuned.runs[i].step_size = rows[i].step_size;
  if (spec.mode != TuningMode::kWorstProblem) return tuned;
  const int last = static_cast<int>(spec.family.slopes.size()) - 1;
  const RunSpec problem = on_member(spec, std::clamp(member, 0, last));
  tuned.landscape = problem.landscape;
  tuned.projection = problem.projection;
  tuned.start = problem.start;
  return tuned;
}

void use_default_problem(Scene& scene, TuningMode mode) {
  const bool worst = mode == TuningMode::kWorstProblem;
  const RunSpec problem = worst ? default_worst_problem() : default_tuning_problem();
  scene.landscape = worst ? Choice{"abs"} : problem.landscape;
  scene.oracle = problem.oracle;
  scene.projection = problem.projection;
  scene.start = worst ? std::vector<double>{} : problem.start;
  scene.steps = mode == TuningMode::kBound ? kBoundSteps : problem.steps;
  scene.seeds = problem.seeds;
  scene.view.window.clear();
}

}  // namespace steplab
