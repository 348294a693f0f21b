// The mouse on the map.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

#include <cmath>

namespace steplab::testing {
namespace {

/// What the map shows and where: linear along both axes, y upwards.
struct Map {
  Rect rect;
  double low_x, low_y, high_x, high_y;
  Point pixel(double x, double y) const {
    return {rect.x + rect.w * (x - low_x) / (high_x - low_x), rect.y + rect.h * (high_y - y) / (high_y - low_y)};
  }
  double x(double pixel) const { return low_x + (high_x - low_x) * (pixel - rect.x) / rect.w; }
  double y(double pixel) const { return high_y - (high_y - low_y) * (pixel - rect.y) / rect.h; }
  double width() const { return high_x - low_x; }
  double per_pixel() const { return width() / rect.w; }
};

Map map_of(const Driver& driver) {
  const Json map = driver.settled()["map"];
  return {driver.rect("map"), map["low"][0], map["low"][1], map["high"][0], map["high"][1]};
}

Rect around(Point at, double reach) { return {at.x - reach, at.y - reach, 2 * reach, 2 * reach}; }

TEST_CASE("Window: all runs begin where the ring on the map is dragged to") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Pixels before = driver.picture();
  const Map map = map_of(driver);
  const Point from = map.pixel(-1, 1), to{std::round(map.pixel(1.2, 2).x), std::round(map.pixel(1.2, 2).y)};
  driver.drag(from, to);
  const Json start = driver.settled()["scene"]["start"];
  // The mouse took the ring less than a pixel beside its middle.
  CHECK(std::abs(start[0].get<double>() - map.x(to.x)) < map.per_pixel());
  CHECK(std::abs(start[1].get<double>() - map.y(to.y)) < map.per_pixel());
  const Pixels after = driver.picture();
  CHECK(differing(cut_out(after, around(from, 5)), cut_out(before, around(from, 5))) > 20);
  CHECK(differing(cut_out(after, around(to, 5)), cut_out(before, around(to, 5))) > 20);
  CHECK(differing(cut_out(after, driver.rect("plot.loss")), cut_out(before, driver.rect("plot.loss"))) > 100);
  CHECK(driver.scene()["view"]["window"].empty());

  // The same start, read from a file, gives the same picture: the runs did begin there.
  Scene typed = small_scene();
  typed.start = {start[0], start[1]};
  CHECK(driver.quit() == 0);
  Driver again(desk, {put_scene(desk, typed, "typed.json")});
  CHECK(differing(again.picture("map"), cut_out(after, again.rect("map"))) == 0);
}

TEST_CASE("Window: dragging beside the ring pans and the wheel zooms about the mouse and double click fits") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Map own = map_of(driver);
  const Pixels before = driver.picture("map");
  const Point at = own.pixel(0.5, -0.5);
  driver.drag(at, {at.x + 40, at.y + 25});
  const Map panned = map_of(driver);
  CHECK(panned.low_x == doctest::Approx(own.low_x - 40 * own.per_pixel()).epsilon(1e-6));
  CHECK(panned.high_x == doctest::Approx(own.high_x - 40 * own.per_pixel()).epsilon(1e-6));
  CHECK(panned.y(at.y + 25) == doctest::Approx(own.y(at.y)).epsilon(1e-6));
  CHECK(driver.scene()["start"] == Json({-1, 1}));

  driver.wheel("map", 2);
  const Map zoomed = map_of(driver);
  const Point mouse = driver.centre("map");
  CHECK(zoomed.width() < 0.9 * own.width());
  CHECK(zoomed.x(std::round(mouse.x)) == doctest::Approx(panned.x(std::round(mouse.x))).epsilon(1e-6));
  CHECK(zoomed.y(std::round(mouse.y)) == doctest::Approx(panned.y(std::round(mouse.y))).epsilon(1e-6));
  driver.wheel("map", -4);
  CHECK(map_of(driver).width() > own.width());

  driver.double_click("map", [](const Json& report) { return report["scene"]["view"]["window"].empty(); });
  CHECK(map_of(driver).low_x == own.low_x);
  CHECK(differing(driver.picture("map"), before) == 0);
}

TEST_CASE("Window: made smaller and as large as before it shows the same") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Pixels before = driver.picture();
  driver.resize(900, 560);
  CHECK(driver.picture("map") != cut_out(before, driver.rect("map")));
  driver.resize(kWidth, kHeight);
  const Pixels after = driver.picture();
  for (const std::string item : {"map", "plot.loss", "plot.step_size", "plot.sharpness"}) {
    CAPTURE(item);
    CHECK(differing(cut_out(after, driver.rect(item)), cut_out(before, driver.rect(item))) == 0);
  }
}

}  // namespace
}  // namespace steplab::testing
