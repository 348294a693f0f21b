// Every lab's page with every optimizer, rule, oracle and kind of landscape: what does not apply leaves its own row or
// figure empty and never the page.
#include "app/labs/lab.h"
#include "core/analysis/tuning.h"
#include "core/catalog.h"
#include "core/run/prepare.h"
#include "core/scene/shipped.h"
#include "tests/panel_bench.h"

#include <doctest/doctest.h>

namespace steplab {
namespace {

/// Some point of some figure.
bool shows_numbers(const Session& session) {
  for (const auto& capture : session.captured)
    for (const auto& series : capture.series)
      for (const auto* values : {&series.y, &series.low})
        if (std::ranges::any_of(*values, [](double y) { return std::isfinite(y); })) return true;
  return false;
}

bool is_possible(const Scene& scene) {
  try {
    for (const RunSpec& run : run_specs(scene)) check(run, "");
    return true;
  } catch (const InputError&) {
    return false;
  }
}

/// The scene with one thing changed, by what was changed.
std::vector<std::pair<std::string, Scene>> variations(const Scene& scene, bool whole_problem) {
  std::vector<std::pair<std::string, Scene>> all;
  const auto add = [&](const std::string& name, auto change) {
    Scene changed = scene;
    change(changed);
    if (is_possible(changed)) all.emplace_back(name, std::move(changed));
  };
  if (!whole_problem) {
    for (const auto& entry : optimizers()) add(entry.id, [&](Scene& s) { s.runs.front().optimizer = {entry.id}; });
    for (const auto& entry : rate_rules()) add(entry.id, [&](Scene& s) { s.runs.front().rate = {entry.id}; });
    return all;
  }
  for (const auto& entry : oracles()) add(entry.id, [&](Scene& s) { s.oracle = {entry.id}; });
  // One of each kind: not smooth, a saddle without a least value, minima that form a set, a line, a sum, a network.
  for (const char* id : {"abs", "monkey_saddle", "uv", "sharp_well", "logistic", "mlp"})
    add(id, [&](Scene& s) {
      s.landscape = {id};
      s.oracle = {"exact"};
      s.projection = {"none"};
      s.start.clear();
      s.view.window.clear();
    });
  return all;
}

TEST_CASE("One run that does not apply never empties a lab's page, and no problem takes its figures away") {
  for (const Lab& lab : labs()) {
    CAPTURE(lab.id);
    Scene scene = find_scene(lab.scene);
    scene.steps = 10;
    scene.seeds = 2;
    PanelBench bench(scene, {1280, 720});
    for (const bool whole_problem : {false, true})
      for (const auto& [name, changed] : variations(scene, whole_problem)) {
        CAPTURE(name);
        bench.session().draft = changed;
        CHECK(bench.settle());
        bench.capture();
        if (!whole_problem) CHECK(shows_numbers(bench.session()));
        CHECK_FALSE(bench.session().captured.empty());  // the figures stay, if only to say why they are empty
      }
  }
}

TEST_CASE("A run of which the bound does not speak has no name in the bound's plot, and the others are all there") {
  Scene scene = find_scene("tuning_bound");
  scene.steps = 50;
  scene.runs[2].optimizer = {"adam"};
  PanelBench bench(scene, {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto labels = row_labels(scene);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    CAPTURE(labels[i]);
    CHECK((bench.captured("R(ρ)", labels[i]) != nullptr) == (i != 2));
  }
}

TEST_CASE("On the Tuning page every optimizer and rule leaves the other runs' curves in every mode") {
  for (const TuningMode mode : {TuningMode::kOneProblem, TuningMode::kWorstProblem, TuningMode::kBound}) {
    TuningSpec spec{.mode = mode};
    spec.problem.steps = 12;
    spec.problem.seeds = 4;
    spec.refine = false;
    spec.rho.count = 7;
    spec.rows = {{.rate = {"linear"}}};
    for (const auto& entry : optimizers()) spec.rows.push_back({.rate = {"linear"}, .optimizer = {entry.id}});
    for (const auto& entry : rate_rules()) spec.rows.push_back({.rate = {entry.id}});
    for (const Iterate iterate : {Iterate::kLast, Iterate::kUniformAverage}) {
      spec.iterate = iterate;
      CHECK_NOTHROW(check(spec, ""));
      Tuning tuning = tune(spec);
      const auto results = judge(spec, tuning);
      REQUIRE(results.complete);
      REQUIRE(results.curves.size() == spec.rows.size());
      for (std::size_t i = 0; i < spec.rows.size(); ++i) {
        CAPTURE(to_text(spec.rows[i].rate));
        CAPTURE(spec.rows[i].optimizer.id);
        const auto& curve = results.curves[i];
        const bool shown = std::ranges::any_of(curve.R, [](double R) { return std::isfinite(R); });
        CHECK((shown || !words_of(curve.tuned).empty()));
        if (i == 0) CHECK(shown);
        if (mode == TuningMode::kOneProblem && iterate == Iterate::kLast) CHECK(curve.tuned.refusal.empty());
      }
    }
  }
}

}  // namespace
}  // namespace steplab
