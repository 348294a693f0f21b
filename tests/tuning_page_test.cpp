// The Tuning page without a window.
#include "app/labs/tuning_figure.h"
#include "core/run/prepare.h"
#include "core/scene/shipped.h"
#include "core/scene/tuning_scene.h"
#include "tests/panel_bench.h"

#include <doctest/doctest.h>

namespace steplab {
namespace {

TEST_CASE("A click on a tab shows that lab, and a click back shows the old scene as it was left, undo included") {
  PanelBench bench(find_scene("default"), {1600, 1000});
  REQUIRE(bench.settle());
  bench.session().draft = bench.scene();
  bench.session().document.edit(
      [&] {
        Scene other = bench.scene();
        other.rho = 2;
        return other;
      }(),
      77);
  bench.click(bench.middle("tab.tuning"));
  REQUIRE(bench.settle());
  CHECK(bench.scene().lab.id == "tuning");
  CHECK(bench.find("plot.tuning") != nullptr);
  bench.click(bench.middle("tab.trajectories"));
  REQUIRE(bench.settle());
  CHECK(bench.scene().lab.id == "trajectories");
  CHECK(bench.scene().rho == 2);
  CHECK(bench.session().document.can_undo());
}

TEST_CASE("The plot shows what the numbers' room computes: R of the exact moments at every ρ") {
  PanelBench bench(find_scene("tuning"), {1600, 1000});
  REQUIRE(bench.settle());
  bench.capture();
  const TuningSpec spec = tuning_spec(find_scene("tuning"));
  const TuningResults expected = robustness(spec, tune(spec));
  const auto* shown = bench.captured("R(ρ)", "linear");
  REQUIRE(shown != nullptr);
  REQUIRE(shown->x.size() == expected.rho.size());
  for (std::size_t i = 0; i < expected.rho.size(); ++i) {
    CHECK(shown->x[i] == expected.rho[i]);
    CHECK(shown->y[i] == expected.curves[2].R[i]);
  }
}

TEST_CASE("The line in the tuning plot is the ρ slider: dragging it left makes ρ smaller, one undo brings it back") {
  PanelBench bench(find_scene("tuning"), {1600, 1000});
  REQUIRE(bench.settle());
  const ImVec2 line = bench.middle("line.rho");
  bench.drag(line, {line.x - 60, line.y});
  CHECK(bench.scene().rho < 10);
  CHECK(bench.scene().rho > 0.1);
  bench.session().document.undo();
  CHECK(bench.scene().rho == 10);
}

TEST_CASE("The runs at the left are those at ρη*: their step sizes are the tuned ones of the figure") {
  PanelBench bench(find_scene("tuning"), {1280, 720});
  REQUIRE(bench.settle());
  const TuningSpec spec = tuning_spec(find_scene("tuning"));
  const Tuning tuning = tune(spec);
  REQUIRE(bench.session().picture() != nullptr);
  const Picture& picture = *bench.session().picture();
  CHECK(picture.scene.rho == 10);
  for (std::size_t i = 0; i < picture.scene.runs.size(); ++i)
    CHECK(picture.scene.runs[i].step_size == tuning.rows[i].step_size);
}

TEST_CASE("While a question stands the plot is covered and one cannot go on; with a guess one can, and sees it") {
  PanelBench bench(find_scene("tuning"), {1280, 720});
  begin_lesson(bench.session(), "which_schedule_forgives");
  go_to_step(bench.session(), 1);
  REQUIRE(bench.settle());
  CHECK(bench.find("plot.tuning") == nullptr);
  bench.click(bench.middle("lesson.next"));
  CHECK(bench.session().lesson->step == 1);
  bench.click(bench.middle("lesson.option.3"));
  CHECK(bench.find("plot.tuning") == nullptr);
  bench.click(bench.middle("lesson.next"));
  REQUIRE(bench.settle());
  CHECK(bench.find("plot.tuning") != nullptr);
  CHECK(bench.session().lesson->step == 2);
  CHECK(bench.find("lesson.measured") != nullptr);
}

TEST_CASE("Worst mode asks for its own problem, and the derived run stands on the member that is worst at this ρ") {
  const Scene scene = find_scene("tuning_worst_problem");
  Scene quick = scene;
  quick.steps = 256;
  quick.seeds = 64;
  const TuningSpec spec = tuning_spec(quick);
  CHECK(spec.mode == TuningMode::kWorstProblem);
  std::vector<TunedRow> rows(quick.runs.size(), TunedRow{.step_size = 0.25, .loss = 1});
  const Scene member = tuned_scene(quick, spec, rows, 4);  // ε√T = 1
  CHECK(std::get<double>(member.landscape.params.at("eps")) == doctest::Approx(1.0 / 16));
  CHECK(member.start == std::vector<double>{-0.5});
  CHECK(member.runs[0].step_size == 0.25);
  Scene other = quick;
  other.landscape = {"rosenbrock"};
  CHECK_THROWS_WITH_AS(tuning_spec(other), doctest::Contains("landscape: 'rosenbrock'"), InputError);
}

}  // namespace
}  // namespace steplab
