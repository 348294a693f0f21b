// Scrubbing and playing.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

namespace steplab::testing {
namespace {

TEST_CASE("Window: a step looks the same whether scrubbed to or typed or gone to by keys") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Pixels end = driver.picture("map"), loss_at_end = driver.picture("plot.loss");
  const Rect bar = driver.rect("scrub");
  driver.drag({bar.right() - 8, bar.centre_y()}, {bar.x + 0.4 * bar.w, bar.centre_y()});
  const int step = driver.settled()["step"];
  CHECK(step > 70);
  CHECK(step < 90);
  const Pixels scrubbed = driver.picture("map"), loss = driver.picture("plot.loss");
  CHECK(differing(scrubbed, end) > 100);

  driver.key("Home");
  driver.type_into("step", std::to_string(step));
  driver.wait_until("the typed step", [&](const Json& report) { return report["step"] == step; });
  CHECK(differing(driver.picture("map"), scrubbed) == 0);
  CHECK(differing(driver.picture("plot.loss"), loss) == 0);

  driver.type_into("step", std::to_string(step + 9));
  driver.key("shift+Left");
  driver.key("Right");
  driver.wait_until("the step by keys", [&](const Json& report) { return report["step"] == step; });
  CHECK(differing(driver.picture("map"), scrubbed) == 0);

  driver.drag({bar.x + 0.4 * bar.w, bar.centre_y()}, {bar.right() - 1, bar.centre_y()});
  driver.wait_until("the end", [](const Json& report) { return report["step"] == 200; });
  CHECK(differing(driver.picture("map"), end) == 0);
  CHECK(differing(driver.picture("plot.loss"), loss_at_end) == 0);
  driver.drag({bar.right() - 1, bar.centre_y()}, {bar.x + 1, bar.centre_y()});
  driver.wait_until("the start", [](const Json& report) { return report["step"] == 0; });
}

TEST_CASE("Window: a window drawn at a step for a picture file is the window at that step") {
  Desk desk;
  const std::string scene = put_scene(desk, small_scene());
  const Ended ended = run_to_end(desk, {scene, "--screenshot", desk / "at.png", "--report", desk / "at.json", "--step",
                                        "37", "--size", std::to_string(kWidth) + "x" + std::to_string(kHeight)});
  CHECK(ended.printed == "");
  REQUIRE(ended.code == 0);
  Driver driver(desk, {scene});
  driver.type_into("step", "37");
  driver.wait_until("step 37", [](const Json& report) { return report["step"] == 37; });
  const Pixels file = read_png(desk / "at.png");
  CHECK(file.width == kWidth);
  CHECK(file.height == kHeight);
  for (const std::string item : {"map", "plot.loss", "plot.step_size", "plot.sharpness"}) {
    CAPTURE(item);
    // Drawn upside down into a texture: a rounding here and there.
    CHECK(differing(driver.picture(item), cut_out(file, driver.rect(item)), 1) == 0);
  }
}

TEST_CASE("Window: playing goes on to the end and begins again only in a loop") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  for (int i = 0; i < 5; ++i) driver.key("equal");  // 32 times as fast: a third of a second
  driver.click("play");
  driver.wait_until("it came to the end",
                    [](const Json& report) { return report["step"] == 200 && !report["playing"]; });
  driver.click("loop");
  driver.click("play");
  for (const int half : {0, 1, 0, 1})
    driver.wait_until("it goes round",
                      [&](const Json& report) { return report["playing"] && (report["step"] > 100) == (half == 1); });
  driver.click("play");
  driver.wait_until("it rests", [](const Json& report) { return !report["playing"]; });
}

}  // namespace
}  // namespace steplab::testing
