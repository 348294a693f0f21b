// Sliders and boxes of the controls' panel.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

namespace steplab::testing {
namespace {

double eta(const Json& report) { return report["scene"]["runs"][0]["step_size"]; }

TEST_CASE("Window: dragging the step size redraws map and loss as long as it is held and one undo brings all back") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Pixels before = driver.picture();
  const Json old_scene = driver.scene();
  const Rect slider = driver.rect("slider.step_size"), loss = driver.rect("plot.loss"), map = driver.rect("map");
  const auto at = [&](double share) { return Point{slider.x + share * slider.w, slider.centre_y()}; };

  driver.move(at(0.45));
  driver.press();
  double last = 0;
  for (const double share : {0.48, 0.52, 0.6}) {
    driver.move(at(share));
    const double now = eta(driver.settled());
    CHECK(now > last);
    last = now;
  }
  const Pixels held = desk.screen();
  CHECK(differing(cut_out(held, loss), cut_out(before, loss)) > 100);
  CHECK(differing(cut_out(held, map), cut_out(before, map)) > 100);
  driver.release();
  const Pixels after = driver.picture();
  CHECK(eta(driver.report()) == last);
  // The tabs; the title beside them says that the scene has been changed.
  const Rect bar{0, 0, driver.rect("scene_title").x, driver.rect("scene_menu").foot()};
  CHECK(differing(cut_out(after, bar), cut_out(before, bar)) == 0);
  CHECK(differing(cut_out(after, loss), cut_out(before, loss)) > 100);

  driver.key("ctrl+z");
  driver.wait_until("the old scene is back", [&](const Json& report) { return report["scene"] == old_scene; });
  const Pixels back = driver.picture();
  for (const std::string item : {"map", "plot.loss", "plot.step_size", "plot.sharpness"}) {
    CAPTURE(item);
    CHECK(differing(cut_out(back, driver.rect(item)), cut_out(before, driver.rect(item))) == 0);
  }
}

TEST_CASE("Window: a typed step size counts to the last digit and nonsense is refused with a note") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  driver.type_into("value.step_size", "0.0250");
  driver.wait_until("the step size is 0.025", [](const Json& report) { return eta(report) == 0.025; });
  const Json scene = driver.scene();
  for (const char* nonsense : {"abc", "1e999", "-3", "nan"}) {
    driver.type_into("value.step_size", nonsense);
    driver.wait_until(std::string("a note about ") + nonsense, [&](const Json& report) {
      const std::string note = report["note"];
      return note.find("'" + std::string(nonsense) + "' is not allowed") != note.npos;
    });
    CHECK(driver.settled()["scene"] == scene);
  }
  driver.type_into("value.steps", "12.5");
  driver.wait_until("a note about 12.5", [](const Json& report) {
    return report["note"].get<std::string>().find("'12.5' is not allowed") != std::string::npos;
  });
  CHECK(driver.scene()["steps"] == 200);
}

TEST_CASE("Window: the wheel turns the slider under the mouse and scrolls the panel everywhere else") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const double before = eta(driver.report());
  const Rect slider = driver.rect("slider.step_size");
  driver.wheel("slider.step_size", 2);
  driver.settled();
  const double up = eta(driver.report());
  CHECK(up > before);
  CHECK(driver.rect("slider.step_size").y == slider.y);
  driver.wheel("slider.step_size", -3);
  driver.settled();
  CHECK(eta(driver.report()) < before);
  CHECK(driver.rect("slider.step_size").y == slider.y);
  driver.wheel("label.rho", -2);
  driver.settled();
  CHECK(driver.rect("slider.step_size").y < slider.y);
  CHECK(driver.scene()["rho"] == 1);
}

TEST_CASE("Window: double click on a label and right click on a slider reset the number") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  driver.type_into("value.rho", "3");
  driver.wait_until("rho is 3", [](const Json& report) { return report["scene"]["rho"] == 3; });
  driver.click(driver.centre("slider.rho"), 3);
  driver.wait_until("rho is 1", [](const Json& report) { return report["scene"]["rho"] == 1; });
  driver.type_into("value.rho", "4");
  driver.wait_until("rho is 4", [](const Json& report) { return report["scene"]["rho"] == 4; });
  driver.double_click("label.rho", [](const Json& report) { return report["scene"]["rho"] == 1; });
}

TEST_CASE("Window: another landscape brings its own start and window and leaves out noise that it cannot give") {
  Desk desk;
  Scene scene = small_scene();
  scene.view.window = {-1, -1, 1, 1};
  Driver driver(desk, {put_scene(desk, scene)});
  const Pixels before = driver.picture("map");
  driver.choose("combo.landscape", "entry.himmelblau");
  const Json after = driver.wait_until("Himmelblau's function", [](const Json& report) {
    return report["settled"] && report["scene"]["landscape"] == "himmelblau";
  });
  CHECK(after["error"] == "");
  CHECK(after["scene"]["start"].empty());
  CHECK(after["scene"]["view"]["window"].empty());
  CHECK(differing(driver.picture("map"), before) > 1000);
  driver.choose("combo.oracle", "entry.minibatch");  // it has no terms to draw from
  driver.key("Escape");
  CHECK(driver.settled()["scene"]["oracle"]["id"] == "gaussian");
}

TEST_CASE("Window: a run is hidden by its eye and selected by its name and another one is added") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Pixels map = driver.picture("map"), loss = driver.picture("plot.loss");
  driver.click("run.2.eye");
  driver.wait_until("the third run is hidden", [](const Json& report) { return !report["runs"][2]["shown"]; });
  CHECK(driver.scene()["runs"][2]["shown"] == false);
  CHECK(differing(driver.picture("map"), map) > 20);
  CHECK(differing(driver.picture("plot.loss"), loss) > 20);
  driver.click("run.2.eye");
  driver.wait_until("it is shown", [](const Json& report) { return report["runs"][2]["shown"].get<bool>(); });
  CHECK(differing(driver.picture("map"), map) == 0);
  CHECK(differing(driver.picture("plot.loss"), loss) == 0);
  driver.click("run.2");
  driver.wait_until("it is selected", [](const Json& report) { return report["scene"]["view"]["selected"] == 2; });
  driver.wheel("label.rho", -3);  // in a small window the link may stand below the panel's foot
  driver.settled();
  driver.click("add_run");
  driver.wait_until("there are five", [](const Json& report) {
    return report["settled"] && report["runs"].size() == 5 && report["scene"]["view"]["selected"] == 4;
  });
}

TEST_CASE("Window: runs that diverge wear a badge and the program goes on") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  for (const auto& run : driver.report()["runs"]) CHECK_FALSE(run["diverged"].get<bool>());
  const Rect slider = driver.rect("slider.step_size");
  driver.drag({slider.centre_x(), slider.centre_y()}, {slider.right() - 2, slider.centre_y()});
  const Json after = driver.wait_until("the badges say so", [](const Json& report) {
    return report["settled"] && report["runs"][0]["diverged"] && report["runs"][3]["diverged"];
  });
  CHECK(after["runs"][0]["badge"].get<std::string>().starts_with("▲ 4/4"));
  CHECK(after["error"] == "");
  driver.click("to_start");
  driver.wait_until("the start", [](const Json& report) { return report["step"] == 0; });
  driver.key("ctrl+z");
  driver.wait_until("the badges are gone", [](const Json& report) {
    return report["settled"] && !report["runs"][0]["diverged"] && !report["runs"][3]["diverged"];
  });
  CHECK(driver.quit() == 0);
}

}  // namespace
}  // namespace steplab::testing
