// Ctrl-C, kill and the end of a terminal: what stops, what is kept, what is left behind.
#include "app/cli/progress.h"
#include "core/analysis/quadratic_moments.h"
#include "core/analysis/tuning_losses.h"
#include "core/run/sweep.h"
#include "core/scene/file.h"
#include "tests/process.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <set>
#include <signal.h>
#include <sys/wait.h>
#include <thread>

namespace steplab::testing {
namespace {

std::stop_token stopped() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

/// Waits, some minutes at most, until it holds.
bool eventually(const std::function<bool()>& holds) {
  for (int tries = 0; tries < 20000; ++tries) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// The exit code of a process that was told to end; −SIGKILL if it never did.
Finished end_of(pid_t process, const Folder& folder) {
  const bool ended = eventually([&] {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == process;
  });
  if (!ended) kill(process, SIGKILL);
  return wait_for(process, folder / "out", folder / "err");
}

TEST_CASE("Sixteen million replicates whose request is withdrawn are not set up") {
  const RunSpec spec{.landscape = {"booth"}, .steps = 1000000000, .seeds = 1 << 24};
  Progress progress;
  const Results results = simulate({&spec, 1}, {}, {.stop = stopped(), .progress = &progress});
  CHECK(results[0].outcomes.size() <= 65536);
  CHECK(results[0].final_x.size() <= 65536);
  CHECK(progress.done == 0);
  int cells = 0;
  const SweepAxis axis{.name = "seeds", .values = {"1", "16777216"}};
  CHECK_FALSE(sweep({&spec, 1}, {&axis, 1}, {.stop = stopped()}, "", [&](const CellSummary&) { ++cells; }));
  CHECK(cells == 0);
}

TEST_CASE("Tuning whose request is withdrawn reads no schedule, however long the runs") {
  for (const TuningMode mode : {TuningMode::kOneProblem, TuningMode::kWorstProblem, TuningMode::kBound}) {
    TuningSpec spec{.mode = mode};
    spec.problem.landscape = {"quadratic"};
    spec.problem.steps = 100000000;
    Workshop workshop;
    CHECK(make_loss_source(spec, workshop, "", stopped())->factors(0).empty());
    const Tuning tuning = tune(spec, {.stop = stopped()});
    CHECK_FALSE(tuning.complete);
    CHECK_FALSE(robustness(spec, tuning, {.stop = stopped()}).complete);
  }
  const std::vector<double> factors(1 << 20, 1.0);
  CHECK(QuadraticMoments({1}, {1}, 0).expected_loss(factors, 0.5, stopped()) == 0.5);  // ½x₀²: no update was done
}

TEST_CASE("Whatever a command is busy with, a signal ends it, and nothing is left behind") {
  const Folder folder;
  const Args csv = {"--csv", folder / "out.csv"};
  const std::vector<Args> busy = {
      {"run", "--landscape", "booth", "--seeds", "16777216", "--steps", "1"},
      {"run", "--landscape", "booth", "--steps", "1000000000", "--every", "100000000"},
      {"sweep", "--landscape", "booth", "--over", "seeds=16777215,16777216", "--steps", "9"},
      {"lab", "tuning", "--mode", "bound", "--steps", "30000000"},
      {"lab", "tuning", "--steps", "30000000"},
      {"lab", "budget", "--steps", "10000000", "--budgets", "100"},
      {"lab", "warmup", "--figure", "chaos", "--over", "step_size=0.1:0.4:9", "--burn-in", "1000000000"},
      {"lab", "self-tuning", "--steps", "1000000000", "--flat", "1e-300"},
      {"lab", "large-steps", "--step-size", "0.5", "--steps", "90000000", "--grid", "9"}};
  const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  for (std::size_t i = 0; i < busy.size(); ++i) {
    Args args = busy[i];
    args.insert(args.end(), csv.begin(), csv.end());
    const int signal = signals[i % 3];
    const pid_t process = start(args, folder / "out", folder / "err");
    wait_until_ready(process);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));  // so that it is in the middle of things
    kill(process, signal);
    const Finished finished = end_of(process, folder);
    INFO(args[0] << " " << args[1] << " " << args[2] << "\nstderr: " << finished.err);
    CHECK(finished.code == 128 + signal);
    CHECK(finished.err == "");
    CHECK(folder.files() == 2);
  }
}

TEST_CASE("A sweep that is interrupted keeps its finished cells and says how many they are") {
  const Folder folder;
  const pid_t process = start({"sweep", "--landscape", "booth", "--over", "steps=1,2,1000000000", "--workers", "1",
                               "--csv", folder / "out.csv"},
                              folder / "out", folder / "err");
  wait_until_ready(process);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  kill(process, SIGINT);
  const Finished finished = end_of(process, folder);
  CHECK(finished.code == 130);
  CHECK(finished.err == "sweep: interrupted; 2 of 3 cells are finished and written\n");
  const auto lines = lines_of(text_of(folder / "out.csv"));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].starts_with("1,constant,1,"));
  CHECK(lines[2].starts_with("2,constant,1,"));
  CHECK(folder.files() == 3);
}

TEST_CASE("What a killed program left of its writing goes with the next writing to that file, but not what is in use") {
  const Folder folder;
  const Args endless = {"run",     "--landscape", "booth", "--steps",         "1000000000",
                        "--every", "100000000",   "--csv", folder / "out.csv"};
  const auto unfinished = [&] {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path))
      if (const auto name = entry.path().filename().string(); name.starts_with("out.csv.")) names.insert(name);
    return names;
  };
  const auto begin = [&] {
    const auto before = unfinished();
    const pid_t process = start(endless, folder / "out", folder / "err");
    REQUIRE(eventually([&] { return !std::ranges::includes(before, unfinished()) && unfinished().size() == 1; }));
    return process;
  };
  const pid_t killed = begin();
  kill(killed, SIGKILL);
  wait_for(killed, folder / "out", folder / "err");
  CHECK(folder.files() == 3);  // out, err, and the leftover
  const pid_t busy = begin();
  CHECK(folder.files() == 3);  // the leftover is gone, the new one is there
  good_output({"run", "--landscape", "booth", "--steps", "9", "--csv", folder / "out.csv"});
  CHECK(folder.files() == 4);  // with out.csv
  kill(busy, SIGTERM);
  CHECK(end_of(busy, folder).code == 143);
  CHECK(folder.files() == 3);
}

TEST_CASE("Files that only look like leftovers stay, and so do those of another name") {
  const Folder folder;
  for (const char* name : {"s.json.abcdef", "s.json.steplab-abc", "other.json.steplab-abcdef"})
    std::ofstream(folder / name) << "mine";
  std::ofstream(folder / "s.json.steplab-abcdef") << "left";
  FileWriter writer(folder / "s.json");
  writer.write("whole");
  writer.commit();
  CHECK(folder.files() == 4);
  CHECK_FALSE(fs::exists(folder / "s.json.steplab-abcdef"));
  CHECK(text_of(folder / "s.json") == "whole");
}

TEST_CASE("A loop of links is no place to write, a link to what is not there yet leads there, and long names serve") {
  const Folder folder;
  fs::create_symlink("b", folder / "a");
  fs::create_symlink("a", folder / "b");
  check_refused({"run", "--steps", "9", "--csv", folder / "a"},
                {folder / "a: cannot write: Too many levels of symbolic links; allowed: "});
  CHECK(fs::is_symlink(folder / "a"));
  fs::create_symlink("real.csv", folder / "link.csv");
  good_output({"run", "--steps", "9", "--csv", folder / "link.csv"});
  CHECK(fs::is_symlink(folder / "link.csv"));
  CHECK(fs::is_regular_file(folder / "real.csv"));
  const std::string name(255, 'n');
  good_output({"run", "--steps", "9", "--csv", folder / name});
  CHECK(fs::is_regular_file(folder / name));
}

TEST_CASE("Progress names the hours that are left where there are any") {
  CHECK(progress_words(0.125, 10) == "12 %");
  CHECK(progress_words(0, 10) == "0 %");
  CHECK(progress_words(1, 1e9) == "100 %");
  CHECK(progress_words(0.5, 3599) == "50 %");
  CHECK(progress_words(0.5, 7200) == "50 %, about 2 h left at this pace; Ctrl-C stops");
  CHECK(progress_words(0.01, 37) == "1 %, about 1 h left at this pace; Ctrl-C stops");  // 99 · 37 s
  CHECK(progress_words(1e-6, 10) == "0 %, about 116 days left at this pace; Ctrl-C stops");
}

}  // namespace
}  // namespace steplab::testing
