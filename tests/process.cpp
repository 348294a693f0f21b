#include "tests/process.h"

#include "paths.h"
#include <doctest/doctest.h>

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <spawn.h>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

extern char** environ;

namespace steplab::testing {

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

pid_t start(const Args& args, const std::string& out, const std::string& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<char*> argv = {const_cast<char*>(STEPLAB_CLI)};
  for (const auto& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  pid_t process = -1;
  REQUIRE(posix_spawn(&process, STEPLAB_CLI, &actions, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

void wait_until_ready(pid_t process) {
  for (int tries = 0; tries < 2000; ++tries) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("SigBlk:") && (std::stoull(line.substr(7), nullptr, 16) & (1u << (SIGINT - 1)))) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("the program never got ready");
}

Finished wait_for(pid_t process, const std::string& out, const std::string& err) {
  int status = 0;
  rusage usage{};
  REQUIRE(wait4(process, &status, 0, &usage) == process);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          .out = text_of(out),
          .err = text_of(err),
          .cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

Finished run(const Args& args) {
  static const std::string base =
      (fs::temp_directory_path() / ("steplab_cli_streams_" + std::to_string(getpid()))).string();
  Finished finished = wait_for(start(args, base + ".out", base + ".err"), base + ".out", base + ".err");
  fs::remove(base + ".out");
  fs::remove(base + ".err");
  return finished;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string good_output(const Args& args) {
  const Finished finished = run(args);
  INFO("stderr: " << finished.err);
  CHECK(finished.code == 0);
  CHECK(finished.err == "");
  return finished.out;
}

void check_refused(const Args& args, const std::vector<std::string>& words) {
  std::string shown;
  for (const auto& arg : args) shown += " " + arg.substr(0, 60);
  const Finished finished = run(args);
  INFO("steplab-cli" << shown << "\nstderr: " << finished.err);
  CHECK(finished.code == 2);
  CHECK(finished.out == "");
  CHECK(lines_of(finished.err).size() == 1);
  CHECK(finished.err.ends_with("\n"));
  for (const auto& word : words) CHECK_MESSAGE(finished.err.find(word) != std::string::npos, "missing: " << word);
}

}  // namespace steplab::testing
