// The whole window without a window: panels on every shipped scene, with a simulated mouse and no graphics card.
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"
#include "tests/panel_bench.h"
#include "tests/quick_scene.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <imgui.h>
#include <thread>

namespace steplab {
namespace {

bool finite_vertices() {
  const ImDrawData* data = ImGui::GetDrawData();
  for (int i = 0; i < data->CmdListsCount; ++i)
    for (const ImDrawVert& vertex : data->CmdLists[i]->VtxBuffer)
      if (!std::isfinite(vertex.pos.x) || !std::isfinite(vertex.pos.y)) return false;
  return data->TotalVtxCount > 1000;
}

TEST_CASE("Every shipped scene is drawn without a graphics card, at three sizes, with finite vertices and no error") {
  for (const auto& shipped : shipped_scenes()) {
    CAPTURE(shipped.id);
    Scene scene = scene_from_json(shipped.json, shipped.id);
    scene.seeds = std::min(scene.seeds, 8);  // a sanitizer must get through this in time
    if (scene.lab.id == "budget") scene.steps = std::min(scene.steps, 100);
    for (const auto& [size, scale] :
         {std::pair{ImVec2{1600, 1000}, 1.0f}, {ImVec2{1280, 720}, 1.0f}, {ImVec2{1600, 1000}, 2.0f}}) {
      PanelBench bench(scene, size, scale);
      REQUIRE(bench.settle());
      CHECK(bench.session().finished.error == "");
      CHECK(finite_vertices());
      if (!bench.session().runs_wanted) continue;  // a page of theory: nothing is simulated
      CHECK(bench.session().picture() != nullptr);
      CHECK(bench.find("map") != nullptr);
    }
  }
}

TEST_CASE("Controls of every shipped scene lie within the window and none covers another") {
  for (const auto& shipped : shipped_scenes()) {
    CAPTURE(shipped.id);
    Scene scene = scene_from_json(shipped.json, shipped.id);
    scene.seeds = 1;
    if (scene.lab.id == "budget") scene.steps = std::min(scene.steps, 100);
    for (const ImVec2 size : {ImVec2{1600, 1000}, ImVec2{1280, 720}}) {
      PanelBench bench(scene, size);
      REQUIRE(bench.settle());
      const auto& items = bench.reports();
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (!items[i].control) continue;
        CAPTURE(items[i].name);
        CHECK(items[i].low.x >= 0);
        CHECK(items[i].high.x <= size.x);
        for (std::size_t k = i + 1; k < items.size(); ++k) {
          if (!items[k].control) continue;
          CAPTURE(items[k].name);
          const bool apart = items[i].high.x <= items[k].low.x + 0.5f || items[k].high.x <= items[i].low.x + 0.5f ||
                             items[i].high.y <= items[k].low.y + 0.5f || items[k].high.y <= items[i].low.y + 0.5f;
          const bool splitter = items[i].name.starts_with("split.") || items[k].name.starts_with("split.");
          // What the panel has scrolled out of sight covers nothing.
          const float foot = size.y - 88;
          const bool scrolled = items[i].high.y > foot || items[k].high.y > foot;
          CHECK((apart || splitter || scrolled));
        }
      }
    }
  }
}

TEST_CASE("Dragging the η slider multiplies every run's step size by the same factor, and one undo takes it all back") {
  Scene scene = quick_scene();
  scene.runs[1].step_size = 0.02;
  PanelBench bench(scene, {1600, 1000});
  REQUIRE(bench.settle());
  const ImVec2 slider = bench.middle("slider.step_size");
  bench.drag(slider, {slider.x + 30, slider.y});
  REQUIRE(bench.settle());
  CHECK(bench.scene().runs[0].step_size > 0.01);
  CHECK(bench.scene().runs[1].step_size == doctest::Approx(2 * bench.scene().runs[0].step_size));
  CHECK(bench.session().picture()->scene.runs[0].step_size == bench.scene().runs[0].step_size);
  bench.session().command(Command::kUndo);
  bench.frame();
  CHECK(bench.scene() == scene);
  CHECK_FALSE(bench.session().document.can_undo());
  bench.session().command(Command::kRedo);
  bench.frame();
  CHECK(bench.scene().runs[0].step_size > 0.01);
}

TEST_CASE("Dragging the ring on the map moves the start of all runs to where the mouse is") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  const ImVec2 ring = bench.middle("start");
  const Reported map = *bench.find("map");
  const FieldKey before = *bench.session().wanted_field;
  const ImVec2 target{std::floor(ring.x) + 90, std::floor(ring.y) - 60};  // whole pixels, as a mouse has
  bench.drag(ring, target);
  REQUIRE(bench.settle());
  REQUIRE(bench.scene().start.size() == 2);
  const double width = before.high[0] - before.low[0];
  const double x = before.low[0] + (target.x - map.low.x) / (map.high.x - map.low.x) * width;
  CHECK(bench.scene().start[0] == doctest::Approx(x).epsilon(1e-5));
  CHECK(bench.session().picture()->runs[0].median_path[0].x == doctest::Approx(x).epsilon(1e-5));
  CHECK(bench.scene().view.window.empty());
}

TEST_CASE("The start cannot be dropped outside the map, and a start that was typed far away is in the fitted map") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  const FieldKey before = *bench.session().wanted_field;
  const Reported map = *bench.find("map");
  bench.drag(bench.middle("start"), {map.low.x - 200, map.low.y - 30});
  REQUIRE(bench.settle());
  REQUIRE(bench.scene().start.size() == 2);
  CHECK(bench.scene().start[0] > before.low[0]);
  CHECK(bench.scene().start[0] < before.low[0] + 0.05 * (before.high[0] - before.low[0]));
  CHECK(bench.scene().start[1] < before.high[1]);
  CHECK(bench.find("start") != nullptr);

  Scene far = quick_scene();
  far.start = {-40, 7};
  open_scene(bench.session(), far);
  REQUIRE(bench.settle());
  const FieldKey fitted = *bench.session().wanted_field;
  CHECK(fitted.low[0] < -40);
  CHECK(fitted.high[0] > 1);
  CHECK(fitted.high[1] > 7);
  CHECK(bench.find("start") != nullptr);
}

TEST_CASE("Dragging the map elsewhere pans it, and the start stays") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  const Reported map = *bench.find("map");
  const FieldKey before = *bench.session().wanted_field;
  const ImVec2 from{map.low.x + 300, map.low.y + 100};
  bench.drag(from, {from.x + 100, from.y});
  CHECK(bench.scene().start.empty());
  REQUIRE(bench.scene().view.window.size() == 4);
  const double by = 100 / (map.high.x - map.low.x) * (before.high[0] - before.low[0]);
  CHECK(bench.scene().view.window[0] == doctest::Approx(before.low[0] - by).epsilon(1e-4));
}

TEST_CASE("A run is hidden by its eye, added by the link, and the table says how many seeds reached the minimum") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  bench.click(bench.middle("run.1.eye"));
  CHECK_FALSE(bench.scene().runs[1].shown);
  bench.click(bench.middle("add_run"));
  CHECK(bench.scene().runs.size() == 5);
  CHECK(bench.scene().runs.back().rate.id == "inverse_sqrt");
  CHECK(bench.scene().view.selected == 4);
}

TEST_CASE("A run keeps its colour when runs before it come and go, and a new one takes one that is free") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  const auto colours = [&] {
    std::vector<int> all;
    for (std::size_t i = 0; i < bench.scene().runs.size(); ++i) all.push_back(colour_of(bench.scene(), i));
    return all;
  };
  CHECK(colours() == std::vector<int>{0, 1, 2, 3});
  const auto choose = [&](const std::string& dots, const std::string& entry) {
    bench.click(bench.middle(dots));
    bench.frame();
    bench.click(bench.middle(entry));
    REQUIRE(bench.settle());
  };
  choose("run.1.menu", "run_menu.delete");
  CHECK(colours() == std::vector<int>{0, 2, 3});
  choose("run.0.menu", "run_menu.duplicate");
  CHECK(colours() == std::vector<int>{0, 1, 2, 3});
  bench.click(bench.middle("add_run"));
  CHECK(colours() == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("However often a run is added, no two are the same, and no two of 64 look the same") {
  PanelBench bench(quick_scene(), {1600, 2600});
  REQUIRE(bench.settle());
  for (int i = 0; i < 14; ++i) {
    bench.click(bench.middle("add_run"));
    bench.frame();
  }
  const auto& runs = bench.scene().runs;
  REQUIRE(runs.size() == 18);
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (std::size_t k = i + 1; k < runs.size(); ++k) {
      CHECK_FALSE((runs[i].rate == runs[k].rate && runs[i].step_size == runs[k].step_size));
      CHECK(runs[i].colour != runs[k].colour);
    }
  const Theme theme = make_theme(ThemeKind::kLight, 1);
  for (int i = 0; i < kRunLooks; ++i)
    for (int k = i + 1; k < kRunLooks; ++k) {
      const RunLook a = run_look(theme, i), b = run_look(theme, k);
      const bool same_colour = a.colour.x == b.colour.x && a.colour.y == b.colour.y && a.colour.z == b.colour.z;
      CHECK_FALSE((same_colour && a.dash == b.dash));
    }
}

TEST_CASE("A scene that cannot run says why, and the picture stays the last good one") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  const auto picture = bench.session().finished.picture;
  Scene bad = quick_scene();
  bad.oracle = {"minibatch"};
  open_scene(bench.session(), bad);
  REQUIRE(bench.settle());
  CHECK(bench.session().finished.error.find("minibatch") != std::string::npos);
  CHECK(bench.session().finished.picture == picture);
}

TEST_CASE("What a diverging run shows is a count and the step, not a crash: its curve ends, its badge tells") {
  Scene scene = quick_scene();
  for (auto& run : scene.runs) run.step_size = 5;
  PanelBench bench(scene, {1600, 1000});
  REQUIRE(bench.settle());
  CHECK(bench.session().picture()->runs[0].curves.lost == 8);
  CHECK(finite_vertices());
}

TEST_CASE("A double click in a plot leaves the timeline where it was, a single click moves it") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  const ImVec2 middle = bench.middle("plot.loss");
  bench.click(middle);
  const int step = bench.session().step();
  CHECK(step > 10);
  CHECK(step < 50);
  bench.move_away();
  for (int i = 0; i < 60; ++i) bench.frame();  // a second
  const ImVec2 beside{middle.x + 60, middle.y};
  bench.click(beside);
  CHECK(bench.session().step() > step);
  bench.click(beside);
  CHECK(bench.session().step() == step);
}

TEST_CASE("A refused value leaves a note, and a good one takes it away") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  const auto type = [&](const char* text) {
    bench.click(bench.middle("value.step_size"));
    ImGui::GetIO().AddInputCharactersUTF8(text);
    bench.frame();
    bench.click({800, 20});
  };
  type("abc");
  REQUIRE(bench.session().note);
  CHECK(bench.session().note->text.find("'abc' is not allowed") != std::string::npos);
  CHECK(bench.scene().runs[0].step_size == 0.01);
  type("0.02");
  CHECK(bench.scene().runs[0].step_size == 0.02);
  CHECK_FALSE(bench.session().note);
}

TEST_CASE("F1 opens the sheet of keys while a value is being typed; a letter does not") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  bench.click(bench.middle("value.step_size"));
  bench.frame();
  REQUIRE(ImGui::GetIO().WantTextInput);
  bench.program().press({kKeyF1});
  bench.program().press({'H'});
  bench.frame();
  CHECK(bench.session().help_open);
  CHECK_FALSE(bench.session().controls_hidden);
}

TEST_CASE("A scene without a file is offered its title as a name, and a folder is no name") {
  PanelBench bench(quick_scene(), {1600, 1000});
  bench.session().command(Command::kSave);
  bench.frame();
  FileDialog& dialog = bench.session().dialog;
  REQUIRE(dialog.open);
  CHECK(dialog.name == "four-schedules-race.json");
  for (const char* folder : {"..", ".", "/", "../"}) {
    dialog.name = folder;
    dialog.accepted = true;
    obey_commands(bench.session());
    CAPTURE(folder);
    CHECK(dialog.open);
    CHECK(dialog.problem == "'" + std::string(folder) + "' is a folder; allowed: the name of a file");
  }
}

TEST_CASE("Landscapes are listed under headings; a mean of terms brings mini-batches, and the title says it changed") {
  PanelBench bench(quick_scene(), {1600, 1000});
  REQUIRE(bench.settle());
  CHECK(shown_title(bench.session()) == "Four schedules race");
  bench.click(bench.middle("combo.landscape"));
  for (const char* heading : {"BOWLS", "TRAPS", "FITS TO DATA"})
    CHECK(bench.find(std::string("heading.") + heading) != nullptr);
  for (const auto& entry : landscapes()) CHECK(bench.find("entry." + entry.id) != nullptr);
  ImGui::GetIO().MousePos = bench.middle("entry.quadratic");
  bench.frame();
  ImGui::GetIO().MouseWheel = -100;  // to the end of the list
  for (int i = 0; i < 3; ++i) bench.frame();
  bench.click(bench.middle("entry.logistic"));
  REQUIRE(bench.settle());
  CHECK(bench.scene().landscape.id == "logistic");
  CHECK(bench.scene().oracle.id == "minibatch");
  CHECK(shown_title(bench.session()) == "Four schedules race (changed)");
  bench.session().command(Command::kUndo);
  bench.frame();
  CHECK(shown_title(bench.session()) == "Four schedules race");
}

TEST_CASE("The words beside the start hide no run") {
  for (const char* id : {"catapult", "default", "sharp_well"}) {
    CAPTURE(id);
    Scene scene = find_scene(id);
    scene.seeds = 1;
    PanelBench bench(scene, {1280, 720});
    REQUIRE(bench.settle());
    const Reported *label = bench.find("start_label"), *map = bench.find("map");
    if (!label) continue;  // one dimension: a plot
    CHECK(label->low.x >= map->low.x);
    CHECK(label->high.x <= map->high.x);
    const FieldKey& key = *bench.session().wanted_field;
    for (const auto& run : bench.session().picture()->runs) {
      const auto& end = run.median_path.back();
      const double x = map->low.x + (end.x - key.low[0]) / (key.high[0] - key.low[0]) * (map->high.x - map->low.x),
                   y = map->high.y - (end.y - key.low[1]) / (key.high[1] - key.low[1]) * (map->high.y - map->low.y);
      const bool hidden = x > label->low.x && x < label->high.x && y > label->low.y && y < label->high.y;
      CHECK_FALSE(hidden);
    }
  }
}

TEST_CASE("In the smallest window no control's text is cut") {
  PanelBench bench(quick_scene(), {640, 480});
  REQUIRE(bench.settle());
  const Reported* noise = bench.find("combo.oracle");
  REQUIRE(noise);
  CHECK_FALSE(noise->cut);
}

TEST_CASE("Play comes to the end, seek stays inside the run, and another length keeps the end the end") {
  Playback playback;
  seek(playback, 100, 250);
  CHECK(playback.step == 100);
  CHECK(playback.at_end);
  fit(playback, 40);
  CHECK(playback.step == 40);
  play(playback, 40);
  CHECK(playback.step == 0);
  for (int i = 0; i < 100; ++i) advance(playback, 40, 0.2);  // twenty seconds: the run takes ten
  CHECK(playback.step == 40);
  CHECK_FALSE(playback.playing);
}

TEST_CASE("Edits of one gesture are one step back, and moving the timeline is none") {
  Document document{Scene{}};
  Scene scene = document.scene();
  for (const double rho : {1.1, 1.2, 1.3}) {
    scene.rho = rho;
    document.edit(scene, 1);
  }
  scene.view.step = 7;
  document.edit(scene, 2);
  scene.rho = 2;
  document.edit(scene, 3);
  document.undo();
  CHECK(document.scene().rho == 1.3);
  document.undo();
  CHECK(document.scene() == Scene{});
  CHECK_FALSE(document.can_undo());
  document.redo();
  CHECK(document.scene().rho == 1.3);
}

}  // namespace
}  // namespace steplab
