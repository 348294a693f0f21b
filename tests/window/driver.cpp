#include "tests/window/driver.h"

#include "tests/window/text.h"

#include "paths.h"
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <thread>

namespace steplab::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// How long anything may take before the test fails: sanitizers and busy machines are slow, a working program is not.
constexpr auto kPatience = 40s;
constexpr auto kPause = 4ms;

Child start(const Desk& desk, std::vector<std::string> command, const std::string& output,
            std::vector<std::string> environment = {}) {
  // The first of a name counts.
  for (auto& entry : desk.environment()) environment.push_back(std::move(entry));
  return Child({.command = std::move(command),
                .environment = std::move(environment),
                .folder = desk.work().string(),
                .output = output});
}

std::vector<std::string> command_of(const std::vector<std::string>& args) {
  std::vector<std::string> command = {STEPLAB_WINDOW};
  command.insert(command.end(), args.begin(), args.end());
  return command;
}

const Json* find_item(const Json& report, const std::string& name) {
  for (const auto& item : report["items"])
    if (item["name"] == name) return &item;
  return nullptr;
}

std::string words(Point at) {
  return std::to_string(static_cast<int>(at.x)) + " " + std::to_string(static_cast<int>(at.y));
}

std::ptrdiff_t keys_of(const std::string& chord) { return 1 + std::ranges::count(chord, '+'); }

}  // namespace

Driver::Driver(Desk& desk, const std::vector<std::string>& args, int width, int height, const std::string& name)
    : desk_(desk),
      report_path_((desk.home() / (name + ".json")).string()),
      output_path_((desk.home() / (name == "report" ? "out" : name + ".out")).string()) {
  std::filesystem::remove(report_path_);
  std::filesystem::remove(output_path_);
  std::vector<std::string> all = args;
  all.insert(all.end(), {"--report", report_path_});
  if (width > 0) all.insert(all.end(), {"--size", std::to_string(width) + "x" + std::to_string(height)});
  program_ = start(desk, command_of(all), output_path_);
  wait_until("the window comes up", [](const Json&) { return true; });
  if (width > 0) park();  // else who knows where the window is
}

Json Driver::report() const {
  const std::string text = text_of(report_path_);
  return text.empty() ? Json() : Json::parse(text);
}

Json Driver::wait_until(const std::string& what, const Condition& condition) const {
  const auto until = Clock::now() + kPatience;
  while (Clock::now() < until) {
    Json newest = report();
    if (!newest.is_null() && condition(newest)) return newest;
    std::this_thread::sleep_for(kPause);
  }
  Json last = report();
  if (!last.is_null()) last.erase("items");
  FAIL("never: " << what << "\nlast report: " << last.dump() << "\nprinted: " << printed());
  return {};
}

Json Driver::settled() const {
  return wait_until("settled", [](const Json& report) { return report["settled"].get<bool>(); });
}

bool has_item(const Json& report, const std::string& name) { return find_item(report, name) != nullptr; }
bool Driver::has(const std::string& item) const { return has_item(report(), item); }

Rect Driver::rect(const std::string& item) const {
  const Json shown = wait_until("there is " + item, [&](const Json& report) { return find_item(report, item); });
  const Json& found = *find_item(shown, item);
  return {found["x"], found["y"], found["w"], found["h"]};
}

Point Driver::centre(const std::string& item) const {
  const Rect place = rect(item);
  return {place.centre_x(), place.centre_y()};
}

void Driver::move(Point to) {
  to = {std::round(to.x), std::round(to.y)};
  desk_.xdotool("mousemove " + words(to));
  wait_until("the mouse is at " + words(to),
             [&](const Json& report) { return report["input"]["x"] == to.x && report["input"]["y"] == to.y; });
}

void Driver::press(int mouse_button) {
  desk_.xdotool("mousedown " + std::to_string(mouse_button));
  wait_until("the button is down", [](const Json& report) { return report["input"]["down"].get<bool>(); });
}

void Driver::release(int mouse_button) {
  desk_.xdotool("mouseup " + std::to_string(mouse_button));
  wait_until("the button is up", [](const Json& report) { return !report["input"]["down"].get<bool>(); });
}

void Driver::click(Point at, int mouse_button) {
  move(at);
  press(mouse_button);
  release(mouse_button);
}

void Driver::choose(const std::string& menu, const std::string& entry) {
  click(menu);
  settled();
  click(entry);
}

void Driver::double_click(const std::string& item, const Condition& done) {
  for (int tries = 0; tries < 20 && !done(settled()); ++tries) {
    click(item);
    click(item);
  }
  wait_until("a double click on " + item + " does what it should", done);
}

void Driver::resize(int width, int height) {
  desk_.xdotool("search --onlyvisible --name ^Steplab$ windowsize " + std::to_string(width) + " " +
                std::to_string(height));
  const Json size = {width, height};
  wait_until("the window has the new size", [&](const Json& report) { return report["size"] == size; });
}

void Driver::drag(Point from, Point to) {
  move(from);
  press();
  for (const double way : {0.2, 0.6, 1.0}) move({from.x + way * (to.x - from.x), from.y + way * (to.y - from.y)});
  release();
}

void Driver::wheel(const std::string& item, int notches) {
  move(centre(item));
  for (int i = 0; i < std::abs(notches); ++i) {
    const int before = report()["input"]["wheel"];
    desk_.xdotool(notches > 0 ? "click 4" : "click 5");
    wait_until("the wheel has turned", [&](const Json& report) { return report["input"]["wheel"] > before; });
  }
}

/// Down and up are separate: a key that is pressed and released within one frame is none to the user interface.
void Driver::key(const std::string& chord) {
  for (const char* direction : {"keydown ", "keyup "}) {
    const auto before = report()["input"]["keys"].get<std::ptrdiff_t>();
    desk_.xdotool(direction + chord);
    if (!wait_for_key_events(before + keys_of(chord))) return;
  }
}

void Driver::type(const std::string& text) {
  // One by one: GLFW takes a key that comes again within 20 ms for one that repeats itself.
  for (const char letter : text) {
    const auto before = report()["input"]["keys"].get<std::ptrdiff_t>();
    desk_.xdotool(std::string("type --delay 0 -- ") + letter);
    wait_for_key_events(before + 2);
  }
}

/// False if the program ended instead.
bool Driver::wait_for_key_events(std::ptrdiff_t count) {
  bool ended = false;
  wait_until("the keys arrive", [&](const Json& report) {
    ended = !program_.runs();
    return ended || report["input"]["keys"] >= count;
  });
  return !ended;
}

void Driver::type_into(const std::string& item, const std::string& text) {
  click(item);
  wait_until("the box takes text", [](const Json& report) { return report["typing"].get<bool>(); });
  key("ctrl+a");
  type(text);
  key("Return");
}

Pixels Driver::picture() {
  park();
  settled();
  Pixels shown = desk_.screen();
  for (const auto until = Clock::now() + kPatience; Clock::now() < until;) {
    std::this_thread::sleep_for(kPause);
    Pixels again = desk_.screen();
    if (again == shown) break;
    shown = std::move(again);
  }
  return shown;
}

Pixels Driver::picture(const std::string& item) {
  const Pixels shown = picture();
  return cut_out(shown, rect(item));
}

std::string Driver::printed() const { return text_of(output_path_); }

int Driver::exit_code() {
  const auto code = program_.wait(kPatience);
  REQUIRE_MESSAGE(code, "the program does not end");
  return *code;
}

int Driver::quit() {
  key("ctrl+q");
  return exit_code();
}

int Driver::end_by(int signal) {
  program_.send(signal);
  return exit_code();
}

Ended run_to_end(const Desk& desk, const std::vector<std::string>& args, const std::vector<std::string>& environment) {
  const std::string output = (desk.home() / "ended").string();
  std::filesystem::remove(output);
  Child program = start(desk, command_of(args), output, environment);
  const auto code = program.wait(kPatience);
  REQUIRE_MESSAGE(code, "the program does not end");
  return {*code, text_of(output)};
}

}  // namespace steplab::testing
