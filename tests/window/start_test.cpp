// What the program says before there is a window.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"
#include "tests/window/text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

namespace steplab::testing {
namespace {

struct Slip {
  std::vector<std::string> args;
  std::string refusal;
};

TEST_CASE("Window: slips on its command line are refused in one line that says where, what and what is allowed") {
  Desk desk;
  const std::vector<Slip> slips = {
      {{"--step", "-1"}, "--step: '-1' is not allowed; allowed: a whole number, 0 ≤ step ≤ 1e+09"},
      {{"--step", "2.5"}, "--step: '2.5' is not allowed; allowed: "},
      {{"--step", ""}, "--step: '' is not allowed; allowed: "},
      {{"--scale", "nan"}, "--scale: 'nan' is not allowed; allowed: a number, 0.5 ≤ scale ≤ 3"},
      {{"--scale", "0"}, "--scale: '0' is not allowed; allowed: a number, 0.5 ≤ scale ≤ 3"},
      {{"--scale", "large"}, "--scale: 'large' is not allowed; allowed: "},
      {{"--theme", "drak"}, "--theme: 'drak' is not allowed; allowed: one of light, dark"},
      {{"--size", ""}, "--size: '' is not allowed; allowed: WIDTHxHEIGHT"},
      {{"--size", "1600"}, "--size: '1600' is not allowed; allowed: WIDTHxHEIGHT"},
      {{"--size", "10x10"}, "--size: '10x10' is not allowed; allowed: 320x240 to 8192x8192"},
      {{"--screenshot", ""}, "--screenshot: '' is not allowed; allowed: FILE.png"},
      {{"--screenshot", "fig.pdf"}, "--screenshot: 'fig.pdf' is not allowed; allowed: a name that ends in .png"},
      {{"--screenshot", "figure"}, "--screenshot: 'figure' is not allowed; allowed: a name that ends in .png"},
      {{"--screenshot", ".png"}, "--screenshot: '.png' is not allowed; allowed: a name that ends in .png"},
      {{"--scene", ""}, "--scene: '' is not allowed; allowed: SCENE"},
      {{"--lesson", ""}, "--lesson: '' is not allowed; allowed: ID[:STEP]"},
      {{"--report", ""}, "--report: '' is not allowed; allowed: FILE"},
      {{"--measure-latency", ""}, "--measure-latency: '' is not allowed; allowed: SCENE"},
      {{"--shaders", "nowhere"}, "--shaders: 'nowhere' is no folder; allowed: a folder that exists"},
      {{"--sise", "1600x1000"}, "steplab: unknown flag '--sise' (did you mean '--size'?); allowed: --"},
      {{"default", "budget"}, "steplab: unexpected argument 'budget'; allowed: "},
      {{"default", "--scene", "budget"}, "--scene: given beside a SCENE; allowed: one of them"},
      {{"--size"}, "--size: needs a value; allowed: one value"},
      {{"--scale", "1", "--scale", "2"}, "--scale: is given more than once; allowed: once"},
  };
  for (const Slip& slip : slips) {
    const Ended ended = run_to_end(desk, slip.args);
    CAPTURE(ended.printed);
    CHECK(ended.code == 2);
    CHECK(lines_of(ended.printed).size() == 1);
    CHECK_MESSAGE(ended.printed.starts_with("steplab: " + slip.refusal), slip.refusal);
  }
  CHECK(std::filesystem::is_empty(desk.work()));
}

TEST_CASE("Window: a picture may end in capitals, and exports under another suffix are refused in the dialog") {
  Desk desk;
  const std::string scene = put_scene(desk, small_scene());
  CHECK(run_to_end(desk, {scene, "--screenshot", "Figure.PNG", "--size", "640x400"}).code == 0);
  CHECK(read_png(desk / "Figure.PNG").width == 640);

  Driver driver(desk, {scene});
  for (const auto& [menu, name] : {std::pair{"menu.Picture of the window (PNG)…", "fig.pdf"},
                                   {"menu.Picture of the landscape (PNG)…", "fig.jpg"},
                                   {"menu.Curves shown (CSV)…", "curves.png"}}) {
    CAPTURE(name);
    driver.choose("export_menu", menu);
    driver.type_into("file_name", name);
    const Json refused = driver.wait_until(
        "the dialog says why", [](const Json& report) { return !report["problem"].get<std::string>().empty(); });
    CHECK(refused["problem"].get<std::string>().find("allowed: a name that ends in .") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(desk / name));
    driver.click("dismiss");
    driver.wait_until("the dialog closes", [](const Json& report) { return !report["dialog"].get<bool>(); });
  }
}

TEST_CASE("Window: where OpenGL or the display cannot start, one line of ours says what to try") {
  Desk desk;
  const std::string picture = desk / "none.png";
  const std::vector<std::string> no_driver = {"LIBGL_DRIVERS_PATH=" + desk.work().string(), "LIBGL_ALWAYS_SOFTWARE=0"};
  const Ended without_gl = run_to_end(desk, {"--screenshot", picture}, no_driver);
  CAPTURE(without_gl.printed);
  CHECK(without_gl.code == 2);
  const auto lines = lines_of(without_gl.printed);
  CHECK(std::ranges::count_if(lines, [](const auto& line) { return line.starts_with("steplab: "); }) == 1);
  for (const char* hint : {"LIBGL_ALWAYS_SOFTWARE=1", "--screenshot", "steplab-cli does not"})
    CHECK_MESSAGE(without_gl.printed.find(hint) != std::string::npos, hint);

  const Ended without_display = run_to_end(desk, {"--screenshot", picture}, {"DISPLAY=:987"});
  CHECK(without_display.code == 2);
  CHECK(lines_of(without_display.printed).size() == 1);
  CHECK(without_display.printed.find("xvfb-run") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(picture));
}

}  // namespace
}  // namespace steplab::testing
