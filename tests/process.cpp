#include "tests/process.h"

#include "paths.h"
#include <doctest/doctest.h>

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
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

namespace {

bool limit(int resource, unsigned long most) {
  const rlimit both{.rlim_cur = most, .rlim_max = most};
  return most == 0 || setrlimit(static_cast<__rlimit_resource_t>(resource), &both) == 0;
}

bool redirect(int stream, const char* file, int flags) {
  const int opened = open(file, flags, 0666);
  return opened >= 0 && dup2(opened, stream) == stream && (opened == stream || close(opened) == 0);
}

/// Limits on threads bind a user who is not root, over all of that user's processes: somebody whom nobody else is.
bool become_stranger(pid_t process) {
  if (geteuid() != 0) return true;
  const auto stranger = static_cast<uid_t>(0x40000000 + process);
  return setresuid(stranger, stranger, stranger) == 0;
}

}  // namespace

bool take_limits(const Limits& limits) {
  return limit(RLIMIT_NOFILE, limits.files) && limit(RLIMIT_NPROC, limits.threads) && limit(RLIMIT_AS, limits.bytes) &&
         (limits.threads == 0 || become_stranger(getpid()));
}

pid_t start(const Args& args, const std::string& out, const std::string& err, const Limits& limits) {
  std::vector<char*> argv = {const_cast<char*>(STEPLAB_CLI)};
  for (const auto& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const pid_t process = fork();
  REQUIRE(process >= 0);
  if (process > 0) return process;
  // Between fork and exec only what is safe in a signal handler: other threads may have held locks.
  const bool ready = redirect(0, "/dev/null", O_RDONLY) && redirect(1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC) &&
                     redirect(2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC) && take_limits(limits);
  if (ready) execve(STEPLAB_CLI, argv.data(), environ);
  _exit(kNotStarted);
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

Finished run(const Args& args, const Limits& limits) {
  static const std::string base =
      (fs::temp_directory_path() / ("steplab_cli_streams_" + std::to_string(getpid()))).string();
  Finished finished = wait_for(start(args, base + ".out", base + ".err", limits), base + ".out", base + ".err");
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
