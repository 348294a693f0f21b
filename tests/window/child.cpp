#include "tests/window/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace steplab::testing {
namespace {

using namespace std::chrono_literals;

/// What the test has, but for the names that are given.
std::vector<std::string> whole_environment(const std::vector<std::string>& given) {
  std::vector<std::string> whole = given;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry, name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const auto& mine : given) replaced = replaced || mine.starts_with(name);
    if (!replaced) whole.push_back(text);
  }
  return whole;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// dup2 leaves a descriptor alone, and marked to be closed, where both numbers are the same.
void give(int from, int to) {
  if (from == to)
    fcntl(from, F_SETFD, 0);
  else
    dup2(from, to);
}

}  // namespace

Child::Child(const Start& start) {
  auto command = start.command, environment = whole_environment(start.environment);
  const auto argv = pointers(command), envp = pointers(environment);
  const std::string output = start.output.empty() ? "/dev/null" : start.output;
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ != 0) return;
  // Between fork and exec: system calls only.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), null = open("/dev/null", O_RDONLY);
  give(start.as_input >= 0 ? start.as_input : null, 0);
  give(out, 1);
  give(out, 2);
  if (start.as_third >= 0) give(start.as_third, 3);
  if (!start.folder.empty() && chdir(start.folder.c_str()) != 0) _exit(127);
  execvpe(argv[0], argv.data(), envp.data());
  _exit(127);
}

std::optional<int> Child::wait(std::chrono::milliseconds most) {
  const auto until = std::chrono::steady_clock::now() + most;
  while (process_ > 0) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
      break;
    }
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(2ms);
  }
  return code_;
}

bool Child::runs() { return process_ > 0 && !wait(0ms); }

void Child::send(int signal) {
  if (process_ > 0) kill(process_, signal);
}

void Child::end() {
  if (process_ <= 0) return;
  kill(process_, SIGTERM);
  if (wait(3s)) return;
  kill(process_, SIGKILL);
  wait(3s);
}

}  // namespace steplab::testing
