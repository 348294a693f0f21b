// Keys are named by what stands on them, in layouts of several countries.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

namespace steplab::testing {
namespace {

/// Keys by their places (X key codes of a PC keyboard, as xdotool takes them): what a hand in that country presses.
struct Country {
  const char* layout;
  const char *undo, *redo, *quit, *all, *two, *plus, *first_run, *next_scene;
};

// Control is 37, Shift 50, AltGr 108; the digits' row begins with 10, the rows of letters with 24, 38 and 52.
constexpr Country kCountries[] = {
    {"us", "37+52", "37+29", "37+24", "37+38", "11", "50+21", "10", "35"},
    {"fr", "37+25", "37+29", "37+38", "37+24", "50+11", "50+21", "10", "108+20"},
    {"de", "37+29", "37+52", "37+24", "37+38", "11", "35", "10", "108+18"},
    {"us -variant dvorak", "37+61", "37+28", "37+53", "37+38", "11", "50+35", "10", "21"},
    {"ru", "37+52", "37+29", "37+24", "37+38", "11", "50+21", "10", "35"},
    {"gr", "37+52", "37+29", "37+24", "37+38", "11", "50+21", "10", "35"},
    {"tr", "37+52", "37+29", "37+24", "37+38", "11", "50+13", "10", "108+18"},
};

Condition is(const std::string& field, const Json& value) {
  return [=](const Json& report) { return report[field] == value; };
}

Condition rho_is(double rho) {
  return [=](const Json& report) { return report["scene"]["rho"] == rho; };
}

void type_two(Driver& driver, const Country& country) {
  driver.click("value.rho");
  driver.wait_until("the box takes text", is("typing", true));
  driver.key("End");  // whatever the click has selected
  driver.key(country.all);
  driver.key(country.two);
  driver.key("36");  // Return
}

void check_keys(Driver& driver, const Country& country) {
  INFO(std::string(country.layout));
  type_two(driver, country);
  driver.wait_until("all of the box was replaced by a 2", rho_is(2));
  driver.key(country.undo);
  driver.wait_until("undone", rho_is(1));
  driver.key(country.redo);
  driver.wait_until("redone", rho_is(2));
  driver.key(country.plus);
  const Json faster = driver.wait_until("plus is faster", is("speed", 2));
  CHECK(faster["scene"]["title"] == small_scene().title);
  driver.key(country.first_run);
  driver.wait_until("the first run is hidden", [](const Json& report) { return !report["runs"][0]["shown"]; });
  driver.key(country.next_scene);
  driver.wait_until("the next scene", [](const Json& r) { return r["scene"]["title"] != small_scene().title; });
  driver.key(country.quit);
  CHECK(driver.exit_code() == 0);
}

TEST_CASE("Window: undo, redo, quit, select all, plus and digits are where a layout has their labels") {
  Desk desk;
  for (const Country& country : kCountries) {
    desk.use_layout(country.layout);
    Driver driver(desk, {put_scene(desk, small_scene()), "--fresh"});
    check_keys(driver, country);
  }
}

TEST_CASE("Window: keys follow the layout when it is changed while the window is open") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene()), "--fresh"});
  driver.settled();
  desk.use_layout(kCountries[1].layout);
  check_keys(driver, kCountries[1]);
}

}  // namespace
}  // namespace steplab::testing
