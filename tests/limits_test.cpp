// The built program where the system gives little: no thread, few files, little memory. A result or one line, never a
// sudden end.
#include "app/cli/lab_commands.h"
#include "app/session/studies.h"
#include "app/session/worker.h"
#include "core/base/error.h"
#include "tests/process.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <set>
#include <sys/wait.h>

namespace steplab::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // a sanitizer takes terabytes of addresses for itself, and threads
#else
constexpr bool kSanitized = false;
#endif

/// Every command and every lab, each as short as it goes.
std::vector<Args> every_command(const Folder& folder) {
  const std::string csv = folder / "out.csv";
  return {{},
          {"list", "schedules"},
          {"describe", "rex"},
          {"schedule", "rex", "--steps", "9"},
          {"run", "--steps", "9", "--csv", csv},
          {"sweep", "--over", "rho=1,2,4", "--steps", "9", "--csv", csv},
          {"lab", "tuning", "--steps", "9", "--seeds", "8", "--rhos", "0.5:2:3"},
          {"lab", "tuning", "--mode", "worst", "--steps", "9", "--seeds", "8", "--rhos", "0.5:2:3"},
          {"lab", "self-tuning", "--steps", "99", "--rates", "0.1:1:3"},
          {"lab", "budget", "--steps", "99", "--budgets", "50,100", "--results", folder / "out.json"},
          {"lab", "large-steps", "--step-size", "0.5", "--steps", "9", "--grid", "99"},
          {"lab", "warmup", "--steps", "99"},
          {"lab", "warmup", "--figure", "chaos", "--over", "step_size=0.1:0.4:9", "--burn-in", "9", "--keep", "9"}};
}

bool is_good_or_refused(const Finished& finished) {
  if (finished.code == 0) return finished.err.empty();
  return finished.code == 2 && finished.out.empty() && lines_of(finished.err).size() == 1;
}

TEST_CASE("Every command ends in a result or in one line, whatever the system lacks") {
  const Folder folder;
  fs::permissions(folder.path, fs::perms::all);  // for the user whom a limit on threads needs
  const Args many = {"--workers", "1024"};
  std::vector<std::pair<std::string, Limits>> cases = {
      {"no thread", {.threads = 1}}, {"one thread", {.threads = 2}}, {"8 files", {.files = 8}}, {"1024 workers", {}}};
  if (!kSanitized) cases.push_back({"128 MB", {.bytes = 128u << 20}});
  std::set<std::string> labs;
  for (const auto& [name, limits] : cases)
    for (Args args : every_command(folder)) {
      if (args.size() > 1 && args[0] == "lab") labs.insert(args[1]);
      const bool runs = !args.empty() && (args[0] == "run" || args[0] == "sweep" || args[0] == "lab");
      if (runs) args.insert(args.end(), many.begin(), many.end());
      std::string shown;
      for (const auto& arg : args) shown += " " + arg;
      for (const char* made : {"out.csv", "out.json"}) fs::remove(folder / made);
      const Finished finished = run(args, limits);
      if (finished.code == kNotStarted) {
        MESSAGE(name << ": cannot be tried here");
        break;
      }
      INFO(name << ":" << shown << "\nexit code " << finished.code << "\nstderr: " << finished.err);
      CHECK(is_good_or_refused(finished));
      if (limits.bytes == 0) CHECK(finished.code == 0);
    }
  CHECK(labs.size() == lab_commands().size());
}

TEST_CASE("A thousand workers give the same bytes where the system starts one thread as where it starts all") {
  const Args args = {"sweep",  "--landscape", "booth",   "--oracle",  "gaussian(sigma=1)",
                     "--over", "rho=1:2:9",   "--seeds", "200",       "--steps",
                     "9",      "--csv",       "-",       "--workers", "1024"};
  const Finished limited = run(args, {.threads = 2});
  if (limited.code == kNotStarted) return;
  CHECK(limited.code == 0);
  CHECK(limited.out == good_output(args));
}

/// The exit code of `body` in a copy of this process that may start no thread.
int without_threads(const std::function<int()>& body) {
  const pid_t process = fork();
  if (process == 0) _exit(take_limits({.threads = 1}) ? body() : kNotStarted);
  int status = 0;
  REQUIRE(waitpid(process, &status, 0) == process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_CASE("A window whose system starts no thread says so in one line, and a figure without one says why it is empty") {
  const auto names_threads = [](const std::string& line) {
    return line.starts_with("threads: ") && line.find("; allowed: ") != line.npos;
  };
  const int worker = without_threads([&] {
    try {
      Worker([] {});
    } catch (const InputError& error) {
      return names_threads(error.what()) ? 0 : 1;
    }
    return 1;
  });
  const int study = without_threads([&] {
    Studies studies([] {});
    const auto view = studies.want<int, int>("figure", 1, [](const int&, Study<int>&) {});
    return names_threads(view.error) && !view.result && !studies.busy() ? 0 : 1;
  });
  for (const int code : {worker, study}) CHECK((code == 0 || code == kNotStarted));
}

TEST_CASE("Results that lie behind a loop of links are refused in one line") {
  const Folder folder;
  fs::create_symlink("b.json", folder / "a.json");
  fs::create_symlink("a.json", folder / "b.json");
  check_refused({"lab", "budget", "--steps", "9", "--budgets", "100", "--results", folder / "a.json"},
                {folder / "a.json: cannot read: Too many levels of symbolic links; allowed: "});
  check_refused({"run", folder / "a.json"}, {"a.json: cannot read: Too many levels of symbolic links; allowed: "});
}

}  // namespace
}  // namespace steplab::testing
