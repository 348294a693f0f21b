// More than a window can show: it refuses, or shows a part, and answers at once.
#include "core/scene/scene_json.h"
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

namespace steplab::testing {
namespace {

/// Keys are still obeyed.
void check_answers(Driver& driver) {
  for (const bool open : {true, false}) {
    driver.key("F1");
    driver.wait_until("F1 is answered", [=](const Json& report) { return report["help"] == open; });
  }
}

TEST_CASE("Window: a scene with too many runs or too long a title is refused with what is allowed") {
  Desk desk;
  Scene many = small_scene(), wordy = small_scene();
  many.runs.resize(1000, many.runs[0]);
  wordy.title = std::string(200000, '\x01');
  const std::string many_runs = put_scene(desk, many, "many.json"), long_title = put_scene(desk, wordy, "wordy.json");
  const Ended ended = run_to_end(desk, {many_runs});
  CHECK(ended.code == 2);
  CHECK(ended.printed.find("runs: 1000 runs are too many for a window; allowed: at most 256") != std::string::npos);

  Driver driver(desk, {put_scene(desk, small_scene())});
  const Json scene = driver.settled()["scene"];
  for (const std::string& path : {many_runs, long_title}) {
    driver.key("ctrl+o");
    driver.type_into("file_name", path.substr(path.rfind('/') + 1));
    const Json refused = driver.wait_until(
        "the dialog says why", [](const Json& report) { return !report["problem"].get<std::string>().empty(); });
    CHECK(refused["problem"].get<std::string>().find("allowed: at most") != std::string::npos);
    CHECK(refused["scene"] == scene);
    driver.click("dismiss");
    driver.wait_until("the dialog closes", [](const Json& report) { return !report["dialog"].get<bool>(); });
    check_answers(driver);
  }
}

TEST_CASE(
    "Window: a scene of as many runs as are allowed, with control characters in its title, is shown and answers") {
  Desk desk;
  Scene scene = small_scene();
  scene.runs.resize(256, scene.runs[0]);
  scene.title.clear();
  for (int i = 0; i < 90; ++i) scene.title += "a\n\t\x01\x1b[31m";
  Driver driver(desk, {put_scene(desk, scene)});
  check_answers(driver);
  const Json report = driver.settled();
  CHECK(report["runs"].size() == 256);
  // Only rows that are seen are drawn.
  const auto& items = report["items"];
  const auto rows = std::ranges::count_if(items, [](const Json& item) {
    const std::string name = item["name"];
    return name.starts_with("run.") && name.ends_with(".eye");
  });
  CHECK(rows > 2);
  CHECK(rows < 40);
}

TEST_CASE("Window: a folder of 20,000 scenes is listed without drawing more names than are seen") {
  Desk desk;
  for (int i = 10000; i < 30000; ++i) std::ofstream(desk / ("scene_" + std::to_string(i) + ".json"));
  Driver driver(desk, {put_scene(desk, small_scene(), "a_small.json")});
  driver.key("ctrl+o");
  driver.wait_until("the first names are there",
                    [](const Json& report) { return has_item(report, "file.scene_10000.json"); });
  const auto items = driver.settled()["items"];
  const auto names = std::ranges::count_if(
      items, [](const Json& item) { return item["name"].get<std::string>().starts_with("file."); });
  CHECK(names < 60);
  driver.click("file.a_small.json");
  driver.click("accept");
  driver.wait_until("it is opened", [](const Json& report) { return !report["dialog"].get<bool>(); });
  check_answers(driver);
}

}  // namespace
}  // namespace steplab::testing
