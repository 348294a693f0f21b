// What is kept when the program is ended by force, by a signal, or beside another one.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"
#include "tests/window/text.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <signal.h>

namespace steplab::testing {
namespace {

Condition rho_is(double rho) {
  return [=](const Json& report) { return report["scene"]["rho"] == rho; };
}

Json set_rho(Driver& driver, const std::string& text) {
  driver.type_into("value.rho", text);
  driver.wait_until("rho is " + text, rho_is(std::stod(text)));
  return driver.wait_until("it is in a file", [](const Json& report) {
    return report["autosaved"].get<bool>() && report["settled"].get<bool>();
  })["scene"];
}

/// The scene apart from where the timeline stands.
Json work_of(Json scene) {
  if (scene.contains("view")) scene["view"].erase("step");
  return scene;
}

std::filesystem::path open_folder(const Desk& desk) { return desk.home() / ".state" / "steplab" / "open"; }

int kept_scenes(const Desk& desk) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(open_folder(desk)))
    count += entry.path().extension() == ".json" ? 1 : 0;
  return count;
}

void wait_for_offer(Driver& driver, const std::string& title) {
  driver.wait_until("the scene is offered", [&](const Json& report) { return report["unclosed"] == title; });
}

TEST_CASE("Window: what was done before a kill is offered at the next start and comes back as it was") {
  Desk desk;
  Json left;
  {
    Driver driver(desk, {put_scene(desk, small_scene())});
    driver.choose("settings_menu", "settings.dark");
    left = set_rho(driver, "1.75");
    CHECK(driver.end_by(SIGKILL) == -SIGKILL);
  }
  CHECK(kept_scenes(desk) == 1);
  CHECK(text_of((desk.home() / ".config" / "steplab" / "settings.json").string()).find("dark") != std::string::npos);
  {
    Driver driver(desk);
    wait_for_offer(driver, "Small");
    CHECK(driver.scene()["title"] != "Small");  // it is offered, not forced
    driver.click("restore");
    driver.wait_until("it is restored", rho_is(1.75));
    CHECK(driver.settled()["scene"] == left);
    driver.wait_until("it is in a file again", [](const Json& report) { return report["autosaved"].get<bool>(); });
    CHECK(driver.end_by(SIGKILL) == -SIGKILL);  // a second kill loses nothing either
  }
  CHECK(kept_scenes(desk) == 1);
  {
    Driver driver(desk);
    wait_for_offer(driver, "Small");
    driver.key("Escape");  // to be asked again
    driver.wait_until("the offer goes", [](const Json& report) { return report["unclosed"].is_null(); });
    CHECK(driver.quit() == 0);
  }
  CHECK(kept_scenes(desk) == 1);
  {
    Driver driver(desk);
    wait_for_offer(driver, "Small");
    driver.click("forget");
    driver.wait_until("the offer goes", [](const Json& report) { return report["unclosed"].is_null(); });
    CHECK(driver.quit() == 0);
  }
  CHECK(kept_scenes(desk) == 0);
  Driver driver(desk);
  CHECK(driver.settled()["unclosed"].is_null());
}

TEST_CASE("Window: SIGTERM, SIGHUP and SIGINT close the window as its key does") {
  for (const int number : {SIGTERM, SIGHUP, SIGINT}) {
    CAPTURE(number);
    Desk desk;
    Json left;
    {
      Driver driver(desk, {put_scene(desk, small_scene())});
      driver.type_into("value.rho", "1.25");
      left = driver.wait_until("rho is 1.25", rho_is(1.25))["scene"];
      CHECK(driver.end_by(number) == 128 + number);
    }
    CHECK(kept_scenes(desk) == 0);
    Driver driver(desk);
    CHECK(driver.report()["unclosed"].is_null());
    CHECK(work_of(driver.scene()) == work_of(left));
  }
}

TEST_CASE("Window: two windows keep their scenes apart, and neither is lost whichever way they end") {
  Desk desk;
  {
    Driver first(desk, {put_scene(desk, small_scene())}, kWidth, kHeight, "one");
    set_rho(first, "1.5");
    Driver second(desk, {put_scene(desk, small_scene())}, kWidth, kHeight, "two");
    CHECK(second.report()["unclosed"].is_null());  // what the first keeps is nobody else's
    set_rho(second, "2.5");
    CHECK(kept_scenes(desk) == 2);
    CHECK(first.end_by(SIGTERM) == 128 + SIGTERM);
    CHECK(second.end_by(SIGTERM) == 128 + SIGTERM);
  }
  // The one that was closed last is where the person left off; the other is offered.
  Driver driver(desk);
  CHECK(driver.scene()["rho"] == 2.5);
  wait_for_offer(driver, "Small");
  driver.click("restore");
  driver.wait_until("the other scene", rho_is(1.5));
}

TEST_CASE("Window: it opens where it was left, and on a screen that is smaller than the one before") {
  Desk desk(1200, 800);
  const std::string settings = (desk.home() / ".config" / "steplab" / "settings.json").string();
  {
    Driver driver(desk, {put_scene(desk, small_scene())}, 900, 600);
    desk.xdotool("search --onlyvisible --name ^Steplab$ windowmove 150 120");
    desk.xdotool("mousemove 500 400");  // with which xdotool sends the move
    driver.wait_until("it has moved", [](const Json& report) { return report["place"] == Json{150, 120}; });
    driver.resize(800, 560);
    CHECK(driver.end_by(SIGTERM) == 128 + SIGTERM);  // after a search xdotool sends keys to that window alone
  }
  {
    Driver driver(desk, {}, 0, 0);
    const Json report = driver.settled();
    CHECK(report["size"] == Json{800, 560});
    CHECK(report["place"] == Json{150, 120});
    CHECK(driver.end_by(SIGTERM) == 128 + SIGTERM);
  }
  std::filesystem::create_directories(desk.home() / ".config" / "steplab");
  std::ofstream(settings) << R"({"window_x": 4000, "window_y": -900, "window_width": 2000, "window_height": 700})";
  Driver driver(desk, {}, 0, 0);
  const Json report = driver.settled();
  CHECK(report["size"] == Json{1200, 700});
  CHECK(report["place"] == Json{0, 0});
}

}  // namespace
}  // namespace steplab::testing
