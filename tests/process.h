// Starts the built program as a user would: arguments, streams, exit code.
#pragma once

#include <filesystem>
#include <iterator>
#include <string>
#include <sys/types.h>
#include <unistd.h>
#include <vector>

namespace steplab::testing {

namespace fs = std::filesystem;
using Args = std::vector<std::string>;

/// A folder of its own for each test, gone afterwards.
struct Folder {
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {})); }
  const fs::path path = fs::temp_directory_path() / ("steplab_cli_test_" + std::to_string(getpid()));
};

struct Finished {
  int code = -1;  ///< exit code, or minus the signal that ended it
  std::string out, err;
  double cpu_seconds = 0;
};

/// What the system gives the program, as ulimit -u, -n, -v; 0: no limit.
struct Limits {
  unsigned long threads = 0;  ///< for a user of no other process, as they do not bind root
  unsigned long files = 0, bytes = 0;
};

/// Puts this process under them; false if it cannot be.
bool take_limits(const Limits& limits);

/// Starts the program with these files as its standard streams.
pid_t start(const Args& args, const std::string& out, const std::string& err, const Limits& limits = {});
/// Ctrl-C before the program has made its arrangements would simply end it: waits until it blocks SIGINT.
void wait_until_ready(pid_t process);
Finished wait_for(pid_t process, const std::string& out, const std::string& err);
Finished run(const Args& args, const Limits& limits = {});
/// The exit code of a program that could not be started under its limits.
inline constexpr int kNotStarted = 126;

std::string text_of(const std::string& file);
std::vector<std::string> lines_of(const std::string& text);

/// What it prints; checks that the exit code is 0 and nothing is on stderr.
std::string good_output(const Args& args);
/// Checks for exit code 2, nothing on stdout, and one line on stderr with these words in it.
void check_refused(const Args& args, const std::vector<std::string>& words);

}  // namespace steplab::testing
