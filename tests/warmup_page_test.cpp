// The Warmup page without a window.
#include "app/labs/lab.h"
#include "app/labs/warmup_figures.h"
#include "app/panels/map_view.h"
#include "core/scene/shipped.h"
#include "core/scene/warmup_scene.h"
#include "tests/panel_bench.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

namespace steplab {
namespace {

double y_at(const plot::Capture::Series& series, double x) {
  for (std::size_t i = 0; i < series.x.size(); ++i)
    if (series.x[i] == x) return series.y[i];
  return std::nan("");
}

/// Where a value stands on a plot's axes, by the frame that its state keeps.
ImVec2 place_in(PanelBench& bench, const std::string& plot, double x, double y) {
  const Reported* card = bench.find("plot." + plot);
  REQUIRE(card != nullptr);
  const plot::State& state = bench.session().plots[plot];
  const auto share = [](const plot::AxisState& axis, double value) {
    return static_cast<float>(plot::Transform(axis.shown, axis.scale, 0, 1).pixel(value));
  };
  const float left = card->low.x + state.margins.left, right = card->high.x - state.margins.right;
  const float top = card->low.y + state.margins.top, bottom = card->high.y - state.margins.bottom;
  return {left + share(state.x, x) * (right - left), bottom - share(state.y, y) * (bottom - top)};
}

TEST_CASE("T_wrm is the selected run's, the target is everybody's as long as they have it in common") {
  PanelBench bench(find_scene("catapult_or_climb"), {1280, 720});
  REQUIRE(bench.settle());
  const Reported slider = *bench.find("slider.warmup_length"), target = *bench.find("slider.eta_target");
  const float y = (slider.low.y + slider.high.y) / 2, target_y = (target.low.y + target.high.y) / 2;
  bench.click({slider.low.x + 0.3f * (slider.high.x - slider.low.x), y});
  CHECK(bench.scene().runs[0].rate == Choice{"constant"});
  CHECK(bench.scene().runs[1].rate == Choice{"constant", {{"warmup", 64.0}}});
  CHECK(std::get<double>(bench.scene().runs[2].rate.params.at("warmup")) < 64);
  bench.click({target.low.x + 0.3f * (target.high.x - target.low.x), target_y});
  CHECK(bench.scene().runs[0].step_size < 0.3);
  CHECK(bench.scene().runs[1].step_size == bench.scene().runs[0].step_size);
  CHECK(bench.scene().runs[2].step_size == bench.scene().runs[0].step_size);
  bench.click(bench.middle("optimizers.momentum"));
  for (const auto& run : bench.scene().runs) CHECK(run.optimizer == Choice{"heavy_ball"});
}

TEST_CASE("The strip's threshold is 2/η_t: over 256 updates to 0.3 that is 512/(0.3 (t + 1)), then 6.667") {
  PanelBench bench(find_scene("catapult_or_climb"), {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto* threshold = bench.captured("Sharpness", "2/η_t of over 256");
  const auto* sharpness = bench.captured("Sharpness", "over 256");
  REQUIRE(threshold != nullptr);
  REQUIRE(sharpness != nullptr);
  for (const int t : {20, 63, 200, 255})
    CHECK(y_at(*threshold, t) == doctest::Approx(2 * 256 / (0.3 * (t + 1))).epsilon(1e-12));
  CHECK(y_at(*threshold, 300) == doctest::Approx(2 / 0.3).epsilon(1e-12));
  CHECK(y_at(*sharpness, 0) == doctest::Approx(25.159556076216077).epsilon(1e-12));
  const auto* eta = bench.captured("Step size", "over 256");
  REQUIRE(eta != nullptr);
  CHECK(y_at(*eta, 127) == doctest::Approx(0.15).epsilon(1e-12));
  // The region on the map goes with the timeline.
  for (const int t : {20, 63, 300}) {
    seek(bench.session().playback, bench.scene().steps, t);
    bench.frame();
    CHECK(edge_now(bench.session(), *bench.session().picture()) == doctest::Approx(y_at(*threshold, t)).epsilon(1e-12));
  }
}

TEST_CASE("Adam's threshold is 20/η for its first update and 38/η later, and the map hatches nothing for it") {
  Scene scene = find_scene("gi_adam_start");
  scene.lab.params["figure"] = "strip";
  PanelBench bench(scene, {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto* threshold = bench.captured("Pre-conditioned", "38/η_t of Adam");
  REQUIRE(threshold != nullptr);
  CHECK(threshold->y[0] == doctest::Approx(20 / 1.28).epsilon(1e-9));
  CHECK(threshold->y[1] == doctest::Approx(38 / 1.28).epsilon(1e-9));
  CHECK(bench.captured("Pre-conditioned", "Adam")->y[0] == doctest::Approx(110.23343905).epsilon(1e-9));
  CHECK_FALSE(edge_now(bench.session(), *bench.session().picture()));
}

TEST_CASE(
    "A click on an event brings the timeline to its step; the catapult of docs/notes/warmup.md, 10.1, is at step 5, "
    "215 times L₀") {
  PanelBench bench(find_scene("target_at_once"), {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto* marks = bench.captured("Loss", "catapults at once");
  REQUIRE(marks != nullptr);
  CHECK(marks->x == std::vector{5.0});
  CHECK(marks->y[0] == doctest::Approx(26.90).epsilon(1e-3));
  bench.click(bench.middle("event.0"));
  CHECK(bench.session().step() == 5);
}

TEST_CASE("Every catapult of every run shown has its mark on the loss, whichever run is selected") {
  for (const int selected : {0, 1}) {
    Scene scene = find_scene("warmup_small_start");
    scene.view.selected = selected;
    PanelBench bench(scene, {1280, 720});
    REQUIRE(bench.settle());
    bench.capture();
    const auto *at_once = bench.captured("Loss", "catapults at once"),
               *climbing = bench.captured("Loss", "catapults over 750");
    REQUIRE(at_once != nullptr);
    REQUIRE(climbing != nullptr);
    CHECK(at_once->x.size() == 3);
    CHECK(climbing->x == std::vector{500.0, 729.0});
  }
}

TEST_CASE("A click on a cell of map B shows B's run there: its start, the cell's step size and warm-up") {
  Scene scene = find_scene("warmup_map_starts");
  scene.steps = 256;
  scene.lab.params["eta_count"] = 8.0;
  scene.lab.params["warmup_powers"] = 4.0;
  PanelBench bench(scene, {1600, 1000});
  REQUIRE(bench.settle());
  const Scene before = bench.scene();
  bench.click(place_in(bench, "warmup.heat.b", 0.16, 4));
  REQUIRE(bench.settle());
  CHECK(bench.scene().runs[0].step_size == doctest::Approx(0.16));
  CHECK(bench.scene().runs[0].rate == Choice{"constant", {{"warmup", 4.0}}});
  CHECK(bench.scene().start == before.start);  // the scene keeps the start of A
  const Picture& picture = *bench.session().picture();
  CHECK(picture.scene.start == std::vector{0.3, 0.2});
  CHECK(picture.runs[0].median_path[0].x == 0.3f);
  bench.click(place_in(bench, "warmup.heat.a", 0.32, 16));
  REQUIRE(bench.settle());
  CHECK(bench.session().picture()->scene.start == std::vector{5.0, 0.3});
}

TEST_CASE("The heat map's CSV has the cells that the numbers' room makes of the scene, with their status") {
  Scene scene = find_scene("warmup_map_adam");
  scene.steps = 256;
  scene.lab.params["eta_count"] = 5.0;
  scene.lab.params["warmup_powers"] = 3.0;
  PanelBench bench(scene, {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const WarmupMap expected = warmup_map(warmup_maps(scene)[0].spec, {.workers = 2});
  REQUIRE(expected.cells.size() == 20);
  for (std::size_t row = 0; row < 4; ++row) {
    const std::string name = "T_wrm = " + std::to_string(1 << row);
    const auto* loss = bench.captured("final loss, Adam", name);
    const auto* status = bench.captured("final loss, Adam", "status (0 trained, 1 failed, 2 diverged), " + name);
    REQUIRE(loss != nullptr);
    REQUIRE(status != nullptr);
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(loss->y[i] == expected.cells[row * 5 + i].final_loss);
      CHECK(status->y[i] == static_cast<double>(expected.cells[row * 5 + i].status));
    }
  }
  // Without warm-up the largest step kills the unit: the loss stays at ½y².
  CHECK(bench.captured("final loss, Adam", "T_wrm = 1")->y[4] == doctest::Approx(0.5));
}

TEST_CASE("η_init pass by pass: the first shows L₀ alone, each further click one pass, all 17 end at 0.056") {
  PanelBench bench(find_scene("eta_init_rings"), {1280, 720});
  REQUIRE(bench.settle());
  bench.click(bench.middle("pass.first"));
  bench.capture();
  CHECK(bench.captured("after one update", "doubling") == nullptr);
  bench.click(bench.middle("pass.next"));
  bench.click(bench.middle("pass.next"));
  bench.capture();
  const auto* doubling = bench.captured("after one update", "doubling");
  REQUIRE(doubling != nullptr);
  CHECK(doubling->x == std::vector{1e-4, 2e-4});
  CHECK(bench.captured("Inside the bracket", "halving") == nullptr);
  bench.click(bench.middle("pass.back"));
  CHECK(std::get<double>(bench.scene().lab.params.at("pass")) == 2);
  bench.click(bench.middle("pass.all"));
  bench.capture();
  const std::size_t count = bench.captured("after one update", "doubling")->x.size() +
                            bench.captured("Inside the bracket", "halving")->x.size();
  CHECK(count + 1 == 17);
  CHECK(bench.scene().lab.params.count("pass") == 0);
}

TEST_CASE("Using the search's warm-up puts it on the selected run, which then begins at η_c + η_trgt/T_wrm") {
  PanelBench bench(find_scene("eta_init_rings"), {1280, 720});
  REQUIRE(bench.settle());
  bench.click(bench.middle("use.eta_init"));
  REQUIRE(bench.settle());
  const Picture& picture = *bench.session().picture();
  CHECK(picture.runs[0].curves.step_size.median[0] == doctest::Approx(0.056 + 0.2 / 256).epsilon(1e-9));
  CHECK(picture.runs[0].curves.step_size.median[184] == doctest::Approx(0.2));
  bench.click(bench.middle("use.catapult"));
  CHECK(bench.scene().runs[0].rate.id == "persistent_catapult");
}

TEST_CASE("The search's curve goes through its passes: the loss after one update is the engine's") {
  Studies studies([] {});
  const auto wish = asked([] { return eta_init_spec(find_scene("eta_init_rings")); });
  StudyView<EtaInitFigure> view;
  while (!(view.current && !view.busy)) {
    view = studies.want<EtaInitFigure>("search", wish, measure_eta_init);
    studies.end_frame();
  }
  const EtaInitFigure& figure = *view.result;
  CHECK(figure.found.eta_c == doctest::Approx(0.056).epsilon(1e-9));
  RunSpec spec = figure.spec.problem;
  spec.rate = {"constant"};
  spec.steps = 1;
  for (const CriticalTrial& trial : figure.found.trials) {
    spec.step_size = trial.step_size;
    CHECK(simulate({&spec, 1})[0].outcomes[0].loss == doctest::Approx(trial.loss).epsilon(1e-12));
  }
  CHECK(figure.climbs[0].peak == doctest::Approx(3.98).epsilon(0.01));
  CHECK(figure.climbs[1].peak == doctest::Approx(1.25).epsilon(0.01));  // docs/notes/warmup.md, 10.11
  CHECK(figure.climbs[2].reached == 19);
}

TEST_CASE("Dragging the line of the bifurcation diagram changes the run's step size and its orbit on the map") {
  Scene scene = find_scene("route_to_chaos");
  scene.lab.params["chaos_count"] = 60.0;
  PanelBench bench(scene, {1600, 1000});
  REQUIRE(bench.settle());
  const ImVec2 line = bench.middle("line.eta");
  bench.drag(line, {line.x - 130, line.y});
  REQUIRE(bench.settle());
  const double eta = bench.scene().runs[0].step_size;
  CHECK(eta < 1);  // where it comes to rest
  CHECK(eta > 0.8);
  const auto& path = bench.session().picture()->runs[0].median_path;
  CHECK(static_cast<double>(path.back().x * path.back().y) == doctest::Approx(1).epsilon(1e-6));
  bench.capture();
  const auto* closed = bench.captured("where runs end", "closed form");
  const auto* ends = bench.captured("where runs end", "end states");
  REQUIRE(closed != nullptr);
  REQUIRE(ends != nullptr);
  for (std::size_t i = 0; i < closed->x.size(); ++i) {
    const double s = closed->x[i];  // docs/notes/sharpness.md, 9.1: [s + 1 + √((s − 1)(s + 3))]/(2s)
    CHECK(closed->y[i] == doctest::Approx((s + 1 + std::sqrt((s - 1) * (s + 3))) / (2 * s)).epsilon(1e-9));
  }
}

TEST_CASE("GI-Adam's figure: the peaks of docs/notes/warmup.md, 10.9: 86.3 for Adam at 1.28 and none for GI-Adam") {
  PanelBench bench(find_scene("gi_adam_start"), {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto* adam = bench.captured("Catapult", "Adam, T_wrm 1");
  const auto* gi_adam = bench.captured("Catapult", "GI-Adam, T_wrm 1");
  REQUIRE(adam != nullptr);
  REQUIRE(gi_adam != nullptr);
  REQUIRE(adam->y.size() == 8);
  CHECK(adam->y[3] == doctest::Approx(4.78).epsilon(2e-3));
  CHECK(adam->y[5] == doctest::Approx(86.3).epsilon(2e-3));
  CHECK(gi_adam->y[5] == 1);
  const auto* factor = bench.captured("built in", "factor");
  REQUIRE(factor != nullptr);
  CHECK(factor->y[0] == doctest::Approx(std::sqrt(0.001)).epsilon(1e-9));
}

TEST_CASE("The lesson runs nothing before the guess, then tells that the loss rose 215 times") {
  PanelBench bench(find_scene("catapult_or_climb"), {1280, 720});
  begin_lesson(bench.session(), "start_at_the_target_or_climb");
  REQUIRE(bench.settle());
  CHECK(bench.find("plot.warmup.loss") == nullptr);
  CHECK(bench.find("event.0") == nullptr);
  for (const auto& run : bench.session().picture()->scene.runs) CHECK(run.step_size == 0);
  bench.click(bench.middle("lesson.number.take"));
  bench.click(bench.middle("lesson.next"));
  REQUIRE(bench.settle());
  CHECK(bench.find("plot.warmup.loss") != nullptr);
  CHECK(bench.find("lesson.measured") != nullptr);
  CHECK(bench.session().picture()->scene.runs[0].step_size == 0.12);
  Ui ui{.theme = bench.theme(), .session = bench.session(), .studies = &bench.program().studies()};
  const auto measured = warmup_answer(ui, "peak");
  REQUIRE(measured.has_value());
  CHECK(measured->number == doctest::Approx(26.90 / 0.125).epsilon(1e-3));
}

TEST_CASE("The lesson's other questions are measured: longest climb, two survivors, 17 passes") {
  const std::map<std::string, std::pair<std::string, LessonAnswer>> asked_of = {
      {"lowest_peak", {"warmup_large_start", {.option = 3}}},
      {"survivors", {"catapult_or_climb", {.option = 2}}},
      {"passes", {"eta_init_rings", {.number = 17}}}};
  for (const auto& [measure, expected] : asked_of) {
    CAPTURE(measure);
    PanelBench bench(find_scene(expected.first), {1280, 720});
    REQUIRE(bench.settle());
    Ui ui{.theme = bench.theme(), .session = bench.session(), .studies = &bench.program().studies()};
    const auto measured = warmup_answer(ui, measure);
    REQUIRE(measured.has_value());
    if (expected.second.option >= 0) CHECK(measured->option == expected.second.option);
    if (expected.second.option < 0) CHECK(measured->number == expected.second.number);
  }
}

TEST_CASE("Every model of the page can be chosen with every optimizer, and each has its strip") {
  for (const char* model : {"uv", "tied_chain", "exp_valley", "relu_uv"})
    for (const char* optimizer : {"sgd", "heavy_ball", "adam", "gi_adam"}) {
      CAPTURE(model);
      CAPTURE(optimizer);
      Scene scene = find_scene("target_at_once");
      scene.landscape = {model};
      scene.start.clear();
      scene.runs[0].optimizer = {optimizer};
      PanelBench bench(scene, {1280, 720});
      REQUIRE(bench.settle());
      bench.capture();
      bool has_sharpness = false;
      for (const auto& capture : bench.session().captured)
        has_sharpness |= capture.title.find("harpness") != std::string::npos && capture.series.size() >= 2;
      CHECK(has_sharpness);
    }
}

}  // namespace
}  // namespace steplab
