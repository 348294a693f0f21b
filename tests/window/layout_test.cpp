// Where things stand: nothing over another, nothing outside, no text cut.
#include "core/scene/shipped.h"
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace steplab::testing {
namespace {

struct Item {
  std::string name;
  Rect whole, seen;
  bool scrolls, control, cut;
};

std::vector<Item> items_of(const Json& report) {
  std::vector<Item> items;
  for (const auto& item : report["items"]) {
    const auto& seen = item["seen"];
    const double x = seen[0], y = seen[1], right = seen[2], foot = seen[3];
    items.push_back({item["name"],
                     {item["x"], item["y"], item["w"], item["h"]},
                     {x, y, right - x, foot - y},
                     item["scrolls"],
                     item["control"],
                     item["cut"]});
  }
  return items;
}

bool overlap(const Rect& a, const Rect& b) {
  constexpr double kTouch = 0.5;  // pixels; neighbours may share an edge
  return std::min(a.right(), b.right()) - std::max(a.x, b.x) > kTouch &&
         std::min(a.foot(), b.foot()) - std::max(a.y, b.y) > kTouch;
}

/// The ring of the start and handles stand on a map or a plot by nature, and whatever is in a table's card on that.
bool belongs_on(const Item& item, const Item& below) {
  if (below.name.starts_with("table.")) return true;
  const bool picture = below.name.starts_with("map") || below.name.starts_with("plot.");
  return picture &&
         (item.name.starts_with("start") || item.name.starts_with("handle.") || item.name.starts_with("line."));
}

bool is_whole(const Item& item) {
  return std::abs(item.seen.w - item.whole.w) < 0.5 && std::abs(item.seen.h - item.whole.h) < 0.5;
}

void check_layout(const Json& report) {
  const auto items = items_of(report);
  const Rect window{0, 0, report["size"][0], report["size"][1]};
  for (const auto& item : items) {
    CAPTURE(item.name);
    CHECK_FALSE(item.cut);
    if (!item.control) continue;
    const bool inside = item.whole.x >= 0 && item.whole.right() <= window.w;
    CHECK(inside);
    // What a panel cuts off must be a matter of scrolling, and scrolling goes up and down only.
    if (item.scrolls)
      CHECK(std::abs(item.seen.w - item.whole.w) < 0.5);
    else
      CHECK(is_whole(item));
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (belongs_on(items[i], items[j]) || belongs_on(items[j], items[i])) continue;
      // Of two in the panel that scrolls also the parts that are out of sight.
      const bool both_scroll = items[i].scrolls && items[j].scrolls;
      if (both_scroll ? overlap(items[i].whole, items[j].whole) : overlap(items[i].seen, items[j].seen))
        FAIL_CHECK(items[i].name << " lies over " << items[j].name);
    }
}

void check_all_scenes(int width, int height, const std::string& scale) {
  Desk desk(width, height);
  Driver driver(desk, {"--scene", std::string(shipped_scenes()[0].id), "--scale", scale}, width, height);
  for (const auto& shipped : shipped_scenes()) {
    CAPTURE(shipped.id);
    const std::string title = find_scene(std::string(shipped.id)).title;
    driver.wait_until("the next scene", [&](const Json& report) { return report["scene"]["title"] == title; });
    check_layout(driver.settled());
    driver.key("bracketright");
  }
  CHECK(driver.quit() == 0);
}

/// Long names, long numbers, much of everything.
Scene awkward_scene() {
  Scene scene = find_scene("default");
  scene.title =
      "A scene whose title is a whole sentence that goes on and on and on and does not fit into the bar at all";
  scene.steps = 100000;
  scene.seeds = 1;
  scene.rho = 0.0123456;
  scene.start = {-1.2345678, 1.0000001};
  scene.view.shape = "both";
  scene.view.curves = curve_ids();
  for (int i = 0; i < 8; ++i) {
    SceneRun run{.step_size = 1.2345e-5};
    run.name = "a run with the long name of a whole sentence, number " + std::to_string(i);
    run.rate.id = "rex";
    scene.runs.push_back(run);
  }
  return scene;
}

TEST_CASE("Window: long names and numbers have their place in the narrowest windows") {
  for (const auto& [width, height, scale] : {std::tuple{1280, 720, "1"}, {1600, 1000, "2"}, {960, 600, "1"}}) {
    CAPTURE(width);
    CAPTURE(scale);
    Desk desk(width, height);
    Driver driver(desk, {put_scene(desk, awkward_scene()), "--scale", scale}, width, height);
    check_layout(driver.settled());
    if (driver.has("front.curves")) {
      driver.click("front.curves");
      driver.park();
      check_layout(driver.settled());
    }
  }
}

TEST_CASE("Window: at 1280 by 720 every scene has its place") { check_all_scenes(1280, 720, "1"); }
TEST_CASE("Window: at 1600 by 1000 every scene has its place") { check_all_scenes(1600, 1000, "1"); }
TEST_CASE("Window: at 1600 by 1000 and twice the size every scene has its place") { check_all_scenes(1600, 1000, "2"); }
TEST_CASE("Window: at 1280 by 720 and three quarters of the size every scene has its place") {
  check_all_scenes(1280, 720, "0.75");
}

}  // namespace
}  // namespace steplab::testing
