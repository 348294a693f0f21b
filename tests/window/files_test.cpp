// Scenes and pictures as files; what survives a restart.
#include "core/landscapes/landscape.h"
#include "core/run/run.h"
#include "tests/window/driver.h"
#include "tests/window/scenes.h"
#include "tests/window/text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

namespace steplab::testing {
namespace {

const std::array<std::string, 4> kPictures = {"map", "plot.loss", "plot.step_size", "plot.sharpness"};

void check_same_pictures(const Pixels& a, const Pixels& b, const Driver& driver) {
  for (const auto& item : kPictures) {
    CAPTURE(item);
    CHECK(differing(cut_out(a, driver.rect(item)), cut_out(b, driver.rect(item))) == 0);
  }
}

TEST_CASE("Window: a saved scene opens again with the same picture to the pixel") {
  Desk desk;
  Pixels left;
  {
    Driver driver(desk, {put_scene(desk, small_scene())});
    driver.type_into("value.step_size", "0.02");
    driver.wheel("map", 1);
    driver.key("3");
    driver.type_into("step", "120");
    driver.wait_until("step 120", [](const Json& report) { return report["step"] == 120; });
    left = driver.picture();
    driver.choose("scene_menu", "menu.Save as…");
    driver.type_into("file_name", "kept");
    driver.wait_until("it is saved",
                      [](const Json& report) { return report["note"].get<std::string>().starts_with("saved"); });
    CHECK(driver.quit() == 0);
    CHECK(driver.printed() == "");
  }
  Driver driver(desk, {desk / "kept.json"});
  CHECK(driver.report()["step"] == 120);
  check_same_pictures(driver.picture(), left, driver);
}

TEST_CASE("Window: without arguments it begins where it was left and with --reset it begins anew") {
  Desk desk;
  Json left;
  {
    Driver driver(desk, {put_scene(desk, small_scene())});
    driver.type_into("value.rho", "1.25");
    left = driver.wait_until("rho is 1.25", [](const Json& report) { return report["scene"]["rho"] == 1.25; })["scene"];
    CHECK(driver.quit() == 0);
  }
  CHECK(std::filesystem::exists(desk.home() / ".state" / "steplab" / "last_scene.json"));
  {
    Driver driver(desk);
    CHECK(driver.scene() == left);
    CHECK(driver.quit() == 0);
  }
  Driver driver(desk, {"--reset"});
  CHECK(driver.scene()["title"] == find_scene("default").title);
  CHECK(driver.scene()["rho"] == 1);
}

TEST_CASE("Window: the first start plays the default scene and leaves nothing outside of the person's folders") {
  Desk desk;
  Driver driver(desk);
  driver.wait_until("it plays", [](const Json& report) { return report["playing"] && report["step"] > 0; });
  CHECK(driver.scene()["title"] == find_scene("default").title);
  CHECK(driver.quit() == 0);
  CHECK(driver.printed() == "");
  CHECK(std::filesystem::is_empty(desk.work()));
  for (const auto& entry : std::filesystem::directory_iterator(desk.home())) {
    const std::string name = entry.path().filename().string();
    CHECK_MESSAGE((name == ".config" || name == ".state" || name == ".cache" || name == "report.json" || name == "out"),
                  name);
  }
}

TEST_CASE("Window: a broken scene file is refused in one line and through the dialog the present scene stays") {
  Desk desk;
  const std::string broken = desk / "broken.json";
  std::ofstream(broken) << R"({"version": 1, "steps": -7})";
  for (const auto& args : {std::vector<std::string>{broken}, {"--scene", broken}, {desk / "absent.json"}}) {
    const Ended ended = run_to_end(desk, args);
    CAPTURE(ended.printed);
    CHECK(ended.code == 2);
    CHECK(lines_of(ended.printed).size() == 1);
    CHECK(ended.printed.starts_with("steplab: "));
    CHECK(ended.printed.find(args.back()) != std::string::npos);
  }
  CHECK(run_to_end(desk, {broken}).printed.find("steps") != std::string::npos);

  Driver driver(desk, {put_scene(desk, small_scene())});
  const Json scene = driver.scene();
  const Pixels before = driver.picture("map");
  driver.key("ctrl+o");
  driver.type_into("file_name", "broken.json");
  const Json refused = driver.wait_until(
      "the dialog says why", [](const Json& report) { return !report["problem"].get<std::string>().empty(); });
  CHECK(refused["problem"].get<std::string>().find("steps") != std::string::npos);
  CHECK(refused["scene"] == scene);
  driver.click("dismiss");
  driver.wait_until("the dialog closes", [](const Json& report) { return !report["dialog"].get<bool>(); });
  CHECK(differing(driver.picture("map"), before) == 0);
}

TEST_CASE("Window: a file that exists is replaced only when that is asked for a second time") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  std::ofstream(desk / "mine.json") << "mine";
  driver.key("ctrl+shift+s");
  driver.type_into("file_name", "mine.json");
  driver.wait_until("the dialog warns",
                    [](const Json& report) { return !report["problem"].get<std::string>().empty(); });
  CHECK(text_of(desk / "mine.json") == "mine");
  driver.click("accept");
  driver.wait_until("the dialog closes", [](const Json& report) { return !report["dialog"].get<bool>(); });
  CHECK(load_scene(desk / "mine.json") == small_scene());
}

TEST_CASE("Window: exported pictures show the pixels of the window") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Pixels shown = driver.picture();
  for (const char* menu : {"menu.Picture of the window (PNG)…", "menu.Picture of the landscape (PNG)…"}) {
    driver.choose("export_menu", menu);
    driver.type_into("file_name", std::string(menu).find("window") != std::string::npos ? "all" : "land.png");
    driver.park();
    driver.wait_until("it is saved",
                      [](const Json& report) { return report["note"].get<std::string>().starts_with("saved"); });
  }
  const Pixels all = read_png(desk / "all.png");
  CHECK(all.width == shown.width);
  check_same_pictures(all, shown, driver);
  CHECK(differing(read_png(desk / "land.png"), cut_out(shown, driver.rect("map"))) < 1000);  // the read-out
}

/// Median over the replicates of f − f* after each update, by the definition.
std::vector<double> median_losses(const SpecResults& results) {
  std::vector<double> medians;
  for (std::size_t row = 0; row < results.trajectories[0].rows(); ++row) {
    std::vector<double> losses;
    for (const auto& trajectory : results.trajectories) losses.push_back(trajectory.loss[row]);
    std::ranges::sort(losses);
    medians.push_back((losses[(losses.size() - 1) / 2] + losses[losses.size() / 2]) / 2);
  }
  return medians;
}

TEST_CASE("Window: the CSV of the curves holds the medians of what the engine simulates") {
  Desk desk;
  const Scene scene = small_scene();  // on Rosenbrock's valley, whose least value is 0
  Driver driver(desk, {put_scene(desk, scene)});
  driver.choose("export_menu", "menu.Curves shown (CSV)…");
  driver.type_into("file_name", "curves");
  driver.wait_until("it is saved",
                    [](const Json& report) { return report["note"].get<std::string>().starts_with("saved"); });
  std::map<std::string, std::vector<double>> losses;  // by run
  const auto lines = lines_of(text_of(desk / "curves.csv"));
  REQUIRE(lines.size() > 800);
  CHECK(lines[0] == "plot,series,x,y,low,high");
  for (const auto& line : lines) {
    if (line.find("Loss") > 2) continue;
    const std::string rest = line.substr(line.find("\",") + 2);  // the title has a comma
    const auto name_end = rest.find(','), x_end = rest.find(',', name_end + 1);
    auto& column = losses[rest.substr(0, name_end)];
    CHECK(std::stoul(rest.substr(name_end + 1)) == column.size());
    column.push_back(std::stod(rest.substr(x_end + 1)));
  }
  const Results results = simulate(run_specs(scene), {.trajectory = true});
  const auto labels = row_labels(scene);
  REQUIRE(losses.size() == labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto expected = median_losses(results[i]);
    const auto& found = losses[labels[i]];
    REQUIRE(found.size() == expected.size());
    for (std::size_t row = 0; row < expected.size(); ++row)
      CHECK(found[row] == doctest::Approx(expected[row]).epsilon(1e-12));
  }
}

}  // namespace
}  // namespace steplab::testing
