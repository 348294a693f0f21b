#include "tests/window/desk.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <unistd.h>

namespace steplab::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kServerMilliseconds = 30000;

fs::path new_folder() {
  std::string name = (fs::temp_directory_path() / "steplab_window_XXXXXX").string();
  REQUIRE(mkdtemp(name.data()));
  return name;
}

/// The number that the server writes once it takes clients.
std::string read_display(int from) {
  std::string text;
  pollfd waiting{from, POLLIN, 0};
  for (char c = 0; poll(&waiting, 1, kServerMilliseconds) > 0 && read(from, &c, 1) == 1 && c != '\n';) text += c;
  return text;
}

}  // namespace

Desk::Desk(int width, int height) : folder_(new_folder()), work_(folder_ / "work"), home_(folder_ / "home") {
  fs::create_directory(work_);
  fs::create_directory(home_);
  int numbers[2], words[2];
  REQUIRE(pipe2(numbers, O_CLOEXEC) == 0);
  const std::string size = std::to_string(width) + "x" + std::to_string(height) + "x24";
  // -r: no key repeats itself, however long a slow frame keeps it down.
  server_ = Child({.command = {"Xvfb", "-displayfd", "3", "-screen", "0", size, "-fbdir", folder_.string(), "-r",
                               "-nolisten", "tcp"},
                   .output = (folder_ / "server.log").string(),
                   .as_third = numbers[1]});
  close(numbers[1]);
  display_ = read_display(numbers[0]);
  close(numbers[0]);
  REQUIRE_MESSAGE(!display_.empty(), "Xvfb did not start");
  REQUIRE(pipe2(words, O_CLOEXEC) == 0);
  hand_ = Child({.command = {"xdotool", "-"},
                 .environment = environment(),
                 .output = (folder_ / "hand.log").string(),
                 .as_input = words[0]});
  close(words[0]);
  to_hand_ = words[1];
}

Desk::~Desk() {
  if (to_hand_ >= 0) close(to_hand_);
  hand_.end();
  server_.end();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::vector<std::string> Desk::environment() const {
  const auto in_home = [&](const char* name, const char* folder) { return name + (home_ / folder).string(); };
  // The address sanitizer counts what a software driver of OpenGL forgets as leaks.
  const char* sanitizer = std::getenv("ASAN_OPTIONS");
  return {"DISPLAY=:" + display_,
          std::string("ASAN_OPTIONS=") + (sanitizer ? sanitizer : "detect_leaks=0"),
          "HOME=" + home_.string(),
          in_home("XDG_CONFIG_HOME=", ".config"),
          in_home("XDG_STATE_HOME=", ".state"),
          in_home("XDG_CACHE_HOME=", ".cache"),
          "LIBGL_ALWAYS_SOFTWARE=1"};
}

void Desk::use_layout(const std::string& layout) const {
  std::istringstream words(layout);
  std::vector<std::string> command = {"setxkbmap"};
  for (std::string word; words >> word;) command.push_back(word);
  Child program({.command = command, .environment = environment(), .output = (folder_ / "layout.log").string()});
  const auto code = program.wait(std::chrono::milliseconds(kServerMilliseconds));
  REQUIRE_MESSAGE(code == 0, layout);
}

void Desk::xdotool(const std::string& command) const {
  const std::string line = command + "\n";
  // A hand that has died must fail the test, not end it.
  signal(SIGPIPE, SIG_IGN);
  REQUIRE_MESSAGE(write(to_hand_, line.data(), line.size()) == static_cast<ssize_t>(line.size()), command);
}

}  // namespace steplab::testing
