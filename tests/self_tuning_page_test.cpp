// The Self-tuning lab: its scene as numbers, and its page without a window.
#include "core/run/run.h"
#include "core/scene/self_tuning_scene.h"
#include "core/scene/shipped.h"
#include "tests/panel_bench.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

/// Largest relative distance between the paths that the lab computes on factor · f and those of the scene made for the
/// map, over the states that both have.
double distance_on_map(const Scene& scene, double rate, double factor) {
  SelfTuningSpec spec = self_tuning_spec(scene);
  spec.flat = 0;
  const SelfTuningRuns runs = self_tuning_runs(spec);
  const Results map = simulate(run_specs(unscaled_scene(scene, rate, factor)), {.trajectory = true});
  double most = 0;
  for (std::size_t i = 0; i < runs.runs.size(); ++i) {
    const SelfTuningRun& run = runs.runs[i];
    const Trajectory& path = map[i].trajectories[0];
    const std::size_t dim = run.x.size() / run.rows();
    for (std::size_t r = 0; r < std::min<std::size_t>(run.rows(), 60); ++r) {
      const auto row = static_cast<std::size_t>(run.step[r]);
      if (row >= path.rows()) break;
      for (std::size_t k = 0; k < dim; ++k) {
        const double a = run.x[r * dim + k], b = path.x[row * dim + k];
        most = std::max(most, std::abs(a - b) / (1 + std::abs(a)));
      }
    }
  }
  return most;
}

TEST_CASE("Scaling f by c is the same as scaling η, b₀, ε or σ: the map's runs go where the scaled ones go") {
  Scene scene = find_scene("self_tuning");
  scene.steps = 60;
  scene.lab.params["rate0"] = 0.3;
  CHECK(distance_on_map(scene, 0.3, 10) < 1e-9);
  scene.lab.params["L"] = 0.37;
  CHECK(distance_on_map(scene, 0.3, 0.37) < 1e-9);
  scene.lab.params["L"] = 10.0;
  scene.oracle = {"gaussian", {{"sigma", 0.5}}};
  CHECK(distance_on_map(scene, 0.3, 10) < 1e-9);
  CHECK(distance_on_map(scene, 0.3, 1) > 1e-3);  // without the factor they go elsewhere
}

TEST_CASE("A scene of another lab has this lab's settings at their defaults, those of docs/notes/wngrad.md, A.6") {
  Scene scene = default_self_tuning_scene();
  scene.lab.params["L_count"] = 7.0;
  SelfTuningSpec spec = self_tuning_spec(scene);
  const SelfTuningSpec expected;
  CHECK(spec.L == expected.L);
  CHECK(spec.rate0 == expected.rate0);
  CHECK(spec.rates == expected.rates);
  CHECK(spec.flat == expected.flat);
  REQUIRE(spec.Ls.size() == expected.Ls.size());
  for (std::size_t i = 0; i < spec.Ls.size(); ++i) CHECK(spec.Ls[i] == doctest::Approx(expected.Ls[i]).epsilon(1e-14));
  scene.lab = {"trajectories"};
  CHECK(self_tuning_spec(scene).L == 1);
  scene.lab = {"self_tuning", {{"rate_from", 10.0}, {"rate_to", 1.0}}};
  CHECK_THROWS_WITH_AS(self_tuning_spec(scene), doctest::Contains("lab.rate_to: '1' is not allowed"), InputError);
}

TEST_CASE("The robustness plot shows the numbers of the numbers' room, and diverged runs as what they are") {
  PanelBench bench(find_scene("self_tuning"), {1600, 1000});
  REQUIRE(bench.settle());
  const auto results = against_rate(self_tuning_spec(find_scene("self_tuning")));
  bench.capture();
  const auto* wngrad = bench.captured("Updates until", "WNGrad B");
  REQUIRE(wngrad != nullptr);
  REQUIRE(wngrad->x.size() == 65);
  for (std::size_t i = 0; i < 65; ++i) {
    const auto& cell = results.curves[5].cells[i];
    CHECK(wngrad->x[i] == cell.rate0);
    if (cell.outcome.status == FlatStatus::kReached) CHECK(wngrad->y[i] == cell.outcome.steps);
    if (cell.outcome.status != FlatStatus::kReached) CHECK(std::isnan(wngrad->y[i]));
  }
  const auto* cliff = bench.captured("Updates until", "diverged fixed step");
  REQUIRE(cliff != nullptr);
  CHECK(*std::ranges::min_element(cliff->x) > 0.2);  // 2/L
  CHECK(*std::ranges::max_element(cliff->x) == doctest::Approx(1e4));
  CHECK(bench.captured("Updates until", "diverged WNGrad B") == nullptr);
}

TEST_CASE("The line in the robustness plot is the initial rate: dragging it switches automatic b₀ off, undo restores") {
  Scene scene = find_scene("self_tuning");
  scene.lab.params["automatic"] = 1.0;
  PanelBench bench(scene, {1600, 1000});
  REQUIRE(bench.settle());
  const ImVec2 line = bench.middle("line.rate");
  bench.drag(line, {line.x + 60, line.y});
  REQUIRE(bench.settle());
  CHECK(bench.scene().lab.params.count("automatic") == 0);
  CHECK(std::get<double>(bench.scene().lab.params.at("rate0")) > 0.5);
  bench.session().document.undo();
  CHECK(bench.scene() == scene);
}

TEST_CASE("The first step's overshoot is told with its reason, and not where ‖g₀‖ is near b₀") {
  PanelBench bench(find_scene("self_tuning"), {1280, 720});
  REQUIRE(bench.settle());
  CHECK(bench.find("self_tuning.warning") != nullptr);
  bench.session().draft.lab.params["rate0"] = 0.1;
  bench.session().document.edit(bench.session().draft, 77);
  REQUIRE(bench.settle());
  CHECK(bench.find("self_tuning.warning") == nullptr);
}

TEST_CASE("Each figure of the page draws what its name says, with exact and with noisy gradients") {
  for (const char* shipped : {"self_tuning", "self_tuning_noise"}) {
    Scene scene = find_scene(shipped);
    scene.steps = 200;
    scene.seeds = std::min(scene.seeds, 8);
    for (const auto& [figure, plots] : std::map<std::string, std::vector<std::string>>{
             {"robustness", {"rate"}}, {"lipschitz", {"L"}}, {"rates", {"scaled", "growth"}}, {"twin", {"twin"}}}) {
      scene.lab.params["figure"] = figure;
      PanelBench bench(scene, {1280, 720});
      REQUIRE(bench.settle());
      for (const auto& id : plots) {
        CAPTURE(figure);
        CHECK(bench.find("plot.self_tuning." + id) != nullptr);
      }
      CHECK((bench.find("plot.self_tuning.emergent") != nullptr) ==
            (figure == "rates" && scene.oracle.id == "gaussian"));
    }
  }
}

TEST_CASE("The lesson covers runs and plot until the guess, then tells that no rate broke WNGrad") {
  PanelBench bench(find_scene("self_tuning"), {1280, 720});
  begin_lesson(bench.session(), "can_you_break_it");
  REQUIRE(bench.settle());
  CHECK(bench.find("plot.self_tuning.rate") == nullptr);
  CHECK(bench.find("plot.self_tuning.show_loss") == nullptr);
  bench.click(bench.middle("lesson.option.0"));
  bench.click(bench.middle("lesson.next"));
  REQUIRE(bench.settle());
  CHECK(bench.find("plot.self_tuning.rate") != nullptr);
  REQUIRE(bench.find("lesson.measured") != nullptr);
}

TEST_CASE("A figure that was stopped says so at the bottom of the window, and a click there goes on") {
  Scene scene = find_scene("self_tuning_network");
  scene.steps = 1000000;  // minutes: it is not ready before it is stopped
  PanelBench bench(scene, {1280, 720});
  bench.frame();
  REQUIRE(bench.program().studies().busy());
  bench.program().cancel();
  // Its thread takes a moment to notice.
  do bench.frame();
  while (bench.program().studies().busy() || bench.program().studies().has_news());
  const float words = bench.find("state")->high.x - bench.find("state")->low.x;
  bench.click(bench.middle("state"));
  CHECK(bench.program().studies().busy());
  CHECK(bench.find("state")->high.x - bench.find("state")->low.x != words);
}

}  // namespace
}  // namespace steplab
