// The labs' pages with a real mouse.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

namespace steplab::testing {
namespace {

TEST_CASE("Window: dragging the line in the tuning plot is the ρ slider and changes plot, map and loss") {
  Desk desk(1280, 720);
  Driver driver(desk, {"--scene", "tuning"}, 1280, 720);
  const Json before = driver.settled();
  CHECK(before["scene"]["rho"] == 10);
  const Pixels loss = driver.picture("plot.loss"), tuning = driver.picture("plot.tuning");
  const Point line = driver.centre("line.rho");
  driver.drag(line, {line.x - 80, line.y});
  driver.settled();
  CHECK(driver.scene()["rho"] < 10);
  CHECK(differing(driver.picture("plot.loss"), loss) > 100);
  CHECK(differing(driver.picture("plot.tuning"), tuning) > 100);
}

TEST_CASE("Window: dragging the line in the robustness plot is the initial rate and changes map, loss and table") {
  Desk desk(1280, 720);
  Driver driver(desk, {"--scene", "self_tuning"}, 1280, 720);
  const Json before = driver.settled();
  CHECK(before["scene"]["lab"]["params"]["rate0"] == 2);
  const Pixels loss = driver.picture("plot.self_tuning.show_loss"), map = driver.picture("map");
  const Point line = driver.centre("line.rate");
  driver.drag(line, {line.x - 70, line.y});
  driver.settled();
  const double rate = driver.scene()["lab"]["params"]["rate0"];
  CHECK(rate < 0.2);
  CHECK(rate > 0.001);
  CHECK(differing(driver.picture("plot.self_tuning.show_loss"), loss) > 100);
  CHECK(differing(driver.picture("map"), map) > 100);
  driver.click("lab.figure.weight norm");
  driver.wait_until("the twin", [](const Json& report) { return has_item(report, "plot.self_tuning.twin"); });
}

TEST_CASE("Window: a lesson asks before it shows, takes a guess by a click and then tells what was measured") {
  Desk desk(1280, 720);
  Driver driver(desk, {"--lesson", "which_schedule_forgives:2"}, 1280, 720);
  driver.settled();
  CHECK_FALSE(driver.has("plot.tuning"));
  driver.click("lesson.option.0");
  driver.click("lesson.next");
  driver.wait_until("the plot is uncovered", [](const Json& report) { return has_item(report, "plot.tuning"); });
  driver.wait_until("what was measured", [](const Json& report) { return has_item(report, "lesson.measured"); });
}

TEST_CASE("Window: the budget slider and a click on the table change runs, loss and schedules at the left") {
  Desk desk(1280, 720);
  Driver driver(desk, {"--scene", "budget"}, 1280, 720);
  driver.settled();
  const Pixels loss = driver.picture("plot.expected"), map = driver.picture("map"),
               table = driver.picture("table.budget");
  const Point slider = driver.centre("slider.lab.budget");
  driver.drag({slider.x - 30, slider.y}, {slider.x + 60, slider.y});
  driver.settled();
  const double budget = driver.scene()["lab"]["params"]["budget"];
  CHECK(budget > 15);
  CHECK(differing(driver.picture("plot.expected"), loss) > 100);
  CHECK(differing(driver.picture("map"), map) > 100);
  CHECK(differing(driver.picture("table.budget"), table) > 100);
  driver.click("budget.cell.4.5");
  driver.settled();
  CHECK(driver.scene()["lab"]["params"]["budget"] == 100);
  CHECK(driver.scene()["view"]["selected"] == 4);
}

TEST_CASE("Window: dragging the large step's line below 2/κ paints traps into the right map and leaves the left one") {
  Desk desk(1280, 720);
  Driver driver(desk, {"--scene", "large_steps"}, 1280, 720);
  driver.settled();
  const Pixels small = driver.picture("map"), large = driver.picture("map.large");
  const Point line = driver.centre("line.large"), other = driver.centre("line.small");
  driver.drag(line, {other.x + 20, line.y});
  driver.settled();
  CHECK(driver.scene()["runs"][1]["step_size"] < 0.16);
  CHECK(driver.scene()["runs"][0]["step_size"] == 0.05);
  CHECK(differing(driver.picture("map.large"), large) > 5000);
  CHECK(differing(driver.picture("map"), small) == 0);
}

TEST_CASE(
    "Window: a click on a cell of the heat map trains there: map and strip change, and the timeline moves its region") {
  Desk desk(1280, 720);
  Driver driver(desk, {"--scene", "warmup_map_starts"}, 1280, 720);
  const Json before = driver.settled();
  CHECK(before["scene"]["runs"][0]["step_size"] == 0.32);
  const Pixels map = driver.picture("map"), loss = driver.picture("plot.warmup.loss");
  const Point heat = driver.centre("plot.warmup.heat.b");
  driver.click(heat);
  driver.settled();
  CHECK(driver.scene()["lab"]["params"]["cell"] == "b");
  CHECK(driver.scene()["runs"][0]["step_size"] != 0.32);
  CHECK(differing(driver.picture("map"), map) > 1000);
  CHECK(differing(driver.picture("plot.warmup.loss"), loss) > 100);
}

}  // namespace
}  // namespace steplab::testing
