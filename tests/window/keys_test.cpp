// Every key of the shortcuts' sheet.
#include "app/panels/keys.h"

#include "tests/window/driver.h"
#include "tests/window/scenes.h"
#include "tests/window/text.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

namespace steplab::testing {
namespace {

/// Presses the key and waits for what it means.
Json press(Driver& driver, const std::string& chord, const Condition& condition) {
  driver.key(chord);
  return driver.wait_until(chord + " does what it says", condition);
}

Condition is(const std::string& field, const Json& value) {
  return [=](const Json& report) { return report[field] == value; };
}

Condition scene_is(const std::string& field, const Json& value) {
  return [=](const Json& report) { return report["scene"][field] == value; };
}

void check_space(Driver& driver, Desk&) {
  driver.key("Home");
  press(driver, "space", is("playing", true));
  driver.wait_until("the step grows", [](const Json& report) { return report["step"] > 2; });
  const int step = press(driver, "space", is("playing", false))["step"];
  CHECK(driver.settled()["step"] == step);
}

void check_arrows(Driver& driver, Desk&) {
  press(driver, "Home", is("step", 0));
  press(driver, "Right", is("step", 1));
  press(driver, "shift+Right", is("step", 11));
  press(driver, "Left", is("step", 10));
  press(driver, "shift+Left", is("step", 0));
  press(driver, "Left", is("step", 0));
}

void check_ends(Driver& driver, Desk&) {
  press(driver, "Home", is("step", 0));
  press(driver, "End", is("step", 200));
}

void check_speed(Driver& driver, Desk&) {
  press(driver, "shift+equal", is("speed", 2));
  press(driver, "minus", is("speed", 1));
  press(driver, "minus", is("speed", 0.5));
  press(driver, "equal", is("speed", 1));
}

void check_loop(Driver& driver, Desk&) {
  press(driver, "l", is("loop", true));
  press(driver, "l", is("loop", false));
}

void check_rewind(Driver& driver, Desk&) {
  const Json scene = driver.scene();
  press(driver, "End", is("step", 200));
  press(driver, "r", is("step", 0));
  CHECK(driver.settled()["scene"] == scene);
}

void check_new_seed(Driver& driver, Desk&) {
  driver.key("End");
  const int seed = driver.scene()["seed"];
  const Pixels before = driver.picture("map");
  press(driver, "shift+r", scene_is("seed", seed + 1));
  CHECK(differing(driver.picture("map"), before) > 100);
}

void check_digits(Driver& driver, Desk&) {
  for (const int run : {1, 4}) {
    const auto shown = [=](const Json& report) {
      return report["runs"][static_cast<std::size_t>(run - 1)]["shown"].get<bool>();
    };
    press(driver, std::to_string(run), [&](const Json& report) { return !shown(report); });
    press(driver, std::to_string(run), shown);
  }
  const Json scene = driver.scene();
  driver.key("9");
  CHECK(driver.settled()["scene"] == scene);
}

void check_brackets(Driver& driver, Desk&) {
  const std::string title = driver.scene()["title"];
  const Json next = press(driver, "bracketright", [&](const Json& r) { return r["scene"]["title"] != title; });
  press(driver, "bracketright", [&](const Json& r) { return r["scene"]["title"] != next["scene"]["title"]; });
  press(driver, "bracketleft", scene_is("title", next["scene"]["title"]));
}

void check_labs(Driver& driver, Desk&) {
  const auto lab_is = [](const std::string& id) {
    return [=](const Json& report) {
      const Json& lab = report["scene"]["lab"];
      return (lab.is_string() ? lab : lab["id"]) == id;
    };
  };
  press(driver, "ctrl+Tab", lab_is("tuning"));
  press(driver, "ctrl+shift+Tab", lab_is("trajectories"));
}

void check_undo(Driver& driver, Desk&) {
  const Json before = driver.scene();
  driver.type_into("value.rho", "2");
  const Json after = driver.wait_until("rho is 2", scene_is("rho", 2))["scene"];
  press(driver, "ctrl+z", is("scene", before));
  press(driver, "ctrl+y", is("scene", after));
  press(driver, "ctrl+z", is("scene", before));
  press(driver, "ctrl+shift+z", is("scene", after));
}

void check_files(Driver& driver, Desk& desk) {
  driver.type_into("value.rho", "1.5");
  driver.wait_until("rho is 1.5", scene_is("rho", 1.5));
  press(driver, "ctrl+s", [&](const Json&) { return load_scene(desk / "small.json").rho == 1.5; });
  save_scene({}, desk / "other.json");
  press(driver, "ctrl+o", is("dialog", true));
  driver.type_into("file_name", "other.json");
  driver.wait_until("the other scene is there", scene_is("title", Scene().title));
  CHECK(driver.settled()["dialog"] == false);
}

void check_save_as(Driver& driver, Desk& desk) {
  press(driver, "ctrl+shift+s", is("dialog", true));
  driver.type_into("file_name", "elsewhere");
  driver.wait_until("the dialog closes", is("dialog", false));
  CHECK(load_scene(desk / "elsewhere.json") == load_scene(desk / "small.json"));
}

void check_clipboard(Driver& driver, Desk&) {
  const Json before = driver.scene();
  driver.key("ctrl+c");
  driver.type_into("value.steps", "123");
  driver.wait_until("there are 123 steps", scene_is("steps", 123));
  press(driver, "ctrl+v", is("scene", before));
}

void check_full_screen(Driver& driver, Desk&) {
  const Rect map = driver.rect("map");
  press(driver, "f", is("size", {1200, 700}));
  CHECK(driver.rect("map").w > map.w);
  press(driver, "f", is("size", {kWidth, kHeight}));
}

void check_hide_controls(Driver& driver, Desk&) {
  const Rect map = driver.rect("map");
  press(driver, "h", is("controls_hidden", true));
  CHECK_FALSE(driver.has("slider.step_size"));
  CHECK(driver.rect("map").w > map.w);
  press(driver, "h", is("controls_hidden", false));
  CHECK(driver.has("slider.step_size"));
}

void check_help(Driver& driver, Desk&) {
  press(driver, "F1", is("help", true));
  press(driver, "F1", is("help", false));
}

void check_escape(Driver& driver, Desk&) {
  press(driver, "F1", is("help", true));
  press(driver, "Escape", is("help", false));
  driver.click("status");
  driver.wait_until("the log is open", is("log", true));
  press(driver, "Escape", is("log", false));
  press(driver, "ctrl+o", is("dialog", true));
  press(driver, "Escape", is("dialog", false));
  press(driver, "h", is("controls_hidden", true));
  press(driver, "Escape", is("controls_hidden", false));
  for (const auto& [list, entry] : {std::pair{"scene_menu", "menu.Save"}, {"combo.landscape", "entry.himmelblau"}}) {
    driver.click(list);
    driver.wait_until("the list is open", [&](const Json& report) { return has_item(report, entry); });
    press(driver, "Escape", [&](const Json& report) { return !has_item(report, entry); });
  }
  CHECK(driver.runs());
}

void check_quit(Driver& driver, Desk&) { CHECK(driver.quit() == 0); }

using Check = void (*)(Driver&, Desk&);

const std::map<std::string, Check>& checks() {
  static const std::map<std::string, Check> all = {{"Space", check_space},
                                                   {"← →", check_arrows},
                                                   {"Home End", check_ends},
                                                   {"+ −", check_speed},
                                                   {"L", check_loop},
                                                   {"R", check_rewind},
                                                   {"Shift+R", check_new_seed},
                                                   {"1 … 9", check_digits},
                                                   {"[ ]", check_brackets},
                                                   {"Ctrl+Tab", check_labs},
                                                   {"Ctrl+Z, Ctrl+Y", check_undo},
                                                   {"Ctrl+O, Ctrl+S", check_files},
                                                   {"Ctrl+Shift+S", check_save_as},
                                                   {"Ctrl+C, Ctrl+V", check_clipboard},
                                                   {"F", check_full_screen},
                                                   {"H", check_hide_controls},
                                                   {"F1", check_help},
                                                   {"Esc", check_escape},
                                                   {"Ctrl+Q", check_quit}};
  return all;
}

TEST_CASE("Window: every key of the sheet does what the sheet says") {
  std::set<std::string> listed;
  for (const auto& shortcut : shortcuts()) {
    listed.insert(shortcut.keys);
    CHECK_MESSAGE(checks().contains(shortcut.keys), shortcut.keys << " has no check here");
  }
  for (const auto& [keys, check] : checks()) CHECK_MESSAGE(listed.contains(keys), keys << " is not on the sheet");
  Desk desk(1200, 700);
  for (const auto& [keys, check] : checks()) {
    CAPTURE(keys);
    Driver driver(desk, {put_scene(desk, small_scene())});
    check(driver, desk);
  }
}

TEST_CASE("Window: keys are letters and no commands while a text field has the focus") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  const Json before = driver.settled();
  driver.click("value.rho");
  driver.wait_until("the box takes text", is("typing", true));
  for (const char* key : {"space", "Home", "Left", "Right", "End", "l", "r", "shift+r", "1", "2", "bracketright", "f",
                          "h", "shift+equal", "minus", "ctrl+z"})
    driver.key(key);
  const Json after = driver.settled();
  for (const char* field : {"playing", "step", "loop", "speed", "runs", "scene", "size", "controls_hidden"}) {
    CAPTURE(field);
    CHECK(after[field] == before[field]);
  }
  press(driver, "F1", is("help", true));  // the sheet is no letter
  press(driver, "F1", is("help", false));
  driver.key("Escape");
  driver.wait_until("the box is left", is("typing", false));
  CHECK(driver.scene() == before["scene"]);
  press(driver, "Home", is("step", 0));
}

}  // namespace
}  // namespace steplab::testing
