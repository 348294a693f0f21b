// The Large-steps page without a window.
#include "app/labs/large_steps_page.h"

#include "app/labs/large_steps_basins.h"
#include "core/analysis/proved_steps.h"
#include "core/scene/large_steps_scene.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"
#include "tests/panel_bench.h"

#include <doctest/doctest.h>

namespace steplab {
namespace {

/// The basin picture of one run of a scene, painted at once.
BasinPicture painted(const Scene& scene, std::size_t run, std::array<double, 2> low, std::array<double, 2> high,
                     int side) {
  Studies studies([] {});
  BasinWish wish{.run = run_specs(scene)[run], .low = low, .high = high, .width = side, .height = side, .colours = {}};
  wish.run.start.clear();
  wish.run.seeds = 1;
  const auto landscape = make_choice(landscapes(), scene.landscape, "landscape");
  wish.colours.minima.assign(landscape->surroundings().minima.size(), 0xff000000u);
  while (true) {
    const auto view = studies.want<BasinPicture>("basins", wish, paint_basins);
    studies.end_frame();
    if (view.current && !view.busy) return *view.result;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_CASE(
    "The left plot's two lines are the two step sizes: dragging the large one changes it alone, one undo is all") {
  PanelBench bench(find_scene("large_steps_line"), {1600, 1000});
  REQUIRE(bench.settle());
  const ImVec2 line = bench.middle("line.large");
  bench.drag(line, {line.x - 90, line.y});
  CHECK(bench.scene().runs[1].step_size < 0.5);
  CHECK(bench.scene().runs[1].step_size > 0.1);
  CHECK(bench.scene().runs[0].step_size == 0.1);
  bench.session().document.undo();
  CHECK(bench.scene().runs[1].step_size == 0.5);
}

TEST_CASE("The start is dragged on either map, and both runs begin there") {
  PanelBench bench(find_scene("large_steps"), {1600, 1000});
  REQUIRE(bench.settle());
  const std::vector<double> before = bench.scene().start;
  const ImVec2 ring = bench.middle("start.large");
  bench.drag(ring, {ring.x - 20, ring.y - 40});
  REQUIRE(bench.settle());
  REQUIRE(bench.scene().start.size() == 2);
  CHECK(bench.scene().start[0] < before[0]);
  CHECK(bench.scene().start[1] > before[1]);
  for (const auto& run : bench.session().picture()->runs)
    CHECK(static_cast<double>(run.median_path[0].x) == doctest::Approx(bench.scene().start[0]));
}

TEST_CASE("Zooming one map with the wheel zooms the other, so that both show the same part of the plane") {
  PanelBench bench(find_scene("large_steps"), {1600, 1000});
  REQUIRE(bench.settle());
  const Reported map = *bench.find("map.large");
  ImGui::GetIO().MousePos = {(map.low.x + map.high.x) / 2, (map.low.y + map.high.y) / 2};
  bench.frame();
  ImGui::GetIO().MouseWheel = 3;
  bench.frame();
  bench.move_away();
  bench.frame();
  REQUIRE(bench.settle());
  const auto &small = bench.session().plots["large_map.small"], &large = bench.session().plots["large_map.large"];
  CHECK(large.x.fixed);
  CHECK(small.x == large.x);
  CHECK(small.y == large.y);
}

TEST_CASE(
    "Basin pictures have the shares of docs/notes/large-steps.md, F2: from U[-4,4]² has 60 % trapped at 0.05 and none "
    "at 0.5") {
  const Scene scene = find_scene("large_steps");
  const BasinPicture small = painted(scene, 0, {-4, -4}, {4, 4}, 96), large = painted(scene, 1, {-4, -4}, {4, 4}, 96);
  CHECK(std::abs(small.shares[0] - 0.4) < 0.02);
  CHECK(large.shares[0] == 1);
  CHECK(small.width == 96);
  CHECK(small.pictures == 2);  // 64² first
  double sum = small.wandering + small.diverged;
  for (const double share : small.shares) sum += share;
  CHECK(sum == doctest::Approx(1));
}

TEST_CASE("On the line the strip of starts has the trap's share: beyond the left rim all are trapped below 0.1254") {
  const Scene scene = find_scene("large_steps_line");
  const WellRims rims = sharp_well_rims(2, 12, 0.5);
  BasinWish wish{.run = run_specs(scene)[0],
                 .low = {-3, 0},
                 .high = {5, 1},
                 .width = 1024,
                 .height = 1,
                 .colours = {.minima = {1u, 2u}}};
  wish.run.start.clear();
  Studies studies([] {});
  StudyView<BasinPicture> view;
  while (!(view.current && !view.busy)) {
    view = studies.want<BasinPicture>("strip", wish, paint_basins);
    studies.end_frame();
  }
  CHECK(std::abs(view.result->shares[1] - (5 - rims.left) / 8) < 2.0 / 1024);
}

TEST_CASE("The sweep's CSV has the shares that the command line's spec gives, stacked up to 1") {
  const Scene scene = find_scene("large_steps_line");
  PanelBench bench(scene, {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto specs = large_steps_specs(scene, LargeStepsFigure::kSweep);
  REQUIRE(specs.size() == 1);  // the two runs differ in what the sweep varies itself
  const auto expected = large_steps(specs[0].spec, {.workers = 2});
  const auto *global = bench.captured("Where the starts end", "global"),
             *diverged = bench.captured("Where the starts end", "diverged");
  REQUIRE(global != nullptr);
  REQUIRE(diverged != nullptr);
  REQUIRE(global->x.size() == expected.rows.size());
  for (std::size_t i = 0; i < expected.rows.size(); ++i) {
    CHECK(global->high[i] == expected.rows[i].shares.global);
    CHECK(diverged->high[i] == doctest::Approx(1));
  }
}

TEST_CASE("Same noise: on the page the large step reaches the basin at σ = 1, ten small ones with its draw never do") {
  PanelBench bench(find_scene("large_steps_same_noise"), {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto* large = bench.captured("global basin", "L: steps of 0.5");
  const auto* repeated = bench.captured("global basin", "R: 10 × 0.05, L's draw");
  REQUIRE(large != nullptr);
  REQUIRE(repeated != nullptr);
  CHECK(large->y[1] > 0.99);
  for (const double share : repeated->y) CHECK(share == 0);
}

TEST_CASE("Phase: where runs sit on the minimum to the last bit the page says so, and a nudge frees them") {
  PanelBench bench(find_scene("large_steps_phase"), {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto* warm = bench.captured("reaches the global minimum", "small first");
  REQUIRE(warm != nullptr);
  CHECK(warm->y.back() == 0);
  REQUIRE(bench.find("nudge") != nullptr);
  bench.click(bench.middle("nudge"));
  CHECK(std::get<double>(bench.scene().lab.params.at("nudge")) == 1e-9);
  REQUIRE(bench.settle());
  bench.capture();
  CHECK(bench.captured("reaches the global minimum", "small first")->y.back() == 1);
}

TEST_CASE("Noise heat map: without noise no small step reaches the global minimum and every large one does") {
  Scene scene = find_scene("large_steps_noise");
  scene.steps = 300;
  scene.landscape = {"sharp_well"};
  scene.start = {2.5};
  PanelBench bench(scene, {1600, 1000});
  REQUIRE(bench.settle());
  bench.capture();
  for (const char* small : {"0.01", "0.03", "0.1"}) {
    const auto* row = bench.captured("fixed noise", std::string("fixed, η = ") + small);
    REQUIRE(row != nullptr);
    CHECK(row->y[0] == 0);
  }
  for (const char* large : {"0.2", "0.5", "1", "1.2"})
    CHECK(bench.captured("fixed noise", std::string("fixed, η = ") + large)->y[0] == 1);
}

TEST_CASE("The lesson: a click on a well is the guess, and nothing is run before it that would tell") {
  PanelBench bench(find_scene("flat_global"), {1280, 720});
  begin_lesson(bench.session(), "which_well_will_it_choose");
  go_to_step(bench.session(), 1);
  REQUIRE(bench.settle());
  CHECK(bench.find("plot.large_sweep") == nullptr);
  for (const auto& run : bench.session().picture()->scene.runs) CHECK(run.step_size == 0);
  const Reported map = *bench.find("map");
  const float y = (map.low.y + map.high.y) / 2;
  bench.click({map.low.x + 0.3f * (map.high.x - map.low.x), y});
  REQUIRE(bench.session().lesson->predictions.contains(1));
  CHECK(bench.session().lesson->predictions.at(1).option == 0);
  bench.click(bench.middle("lesson.next"));
  REQUIRE(bench.settle());
  CHECK(bench.find("lesson.measured") != nullptr);
  CHECK(bench.session().picture()->scene.runs[0].step_size == 0.03);
  CHECK(bench.session().picture()->scene.runs[1].step_size == 0);  // the next question's answer
}

TEST_CASE("Flat, not deep: the small step stays in the sharp well, the large one ends in the flat one, deeper or not") {
  for (const char* id : {"flat_global", "sharp_global"}) {
    CAPTURE(id);
    const Scene scene = find_scene(id);
    PanelBench bench(scene, {1280, 720});
    REQUIRE(bench.settle());
    CHECK(reached_minimum(*bench.session().picture(), scene, 0) == 0);
    CHECK(reached_minimum(*bench.session().picture(), scene, compared_runs(scene).large) == 1);
  }
}

TEST_CASE("Figures take the scene's noise where they can, and their own where they vary it themselves") {
  Scene scene = find_scene("large_steps");
  CHECK(large_steps_spec(scene, LargeStepsFigure::kNoise, 0).problem.oracle == Choice{"gaussian"});
  CHECK(large_steps_spec(scene, LargeStepsFigure::kControl, 1).problem.oracle == Choice{"uniform"});
  scene.oracle = {"student", {{"sigma", 1.0}}};
  CHECK(large_steps_spec(scene, LargeStepsFigure::kPhase, 1).problem.oracle == Choice{"exact"});
  CHECK(large_steps_spec(scene, LargeStepsFigure::kSweep, 1).problem.oracle == scene.oracle);
  CHECK(large_steps_spec(scene, LargeStepsFigure::kPhase, 1).small_step == 0.05);
}

}  // namespace
}  // namespace steplab
