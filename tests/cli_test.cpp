// The built program as a user meets it: a process with arguments, streams and an exit code.
#include "core/catalog.h"
#include "core/run/run.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace steplab {
namespace {

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

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

struct Finished {
  int code = -1;  ///< exit code, or minus the signal that ended it
  std::string out, err;
  double cpu_seconds = 0;
};

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

/// Ctrl-C before the program has made its arrangements would simply end it: waits until SIGINT is among its blocked
/// signals.
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
  const Finished finished = wait_for(start(args, base + ".out", base + ".err"), base + ".out", base + ".err");
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

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

std::string good_output(const Args& args) {
  const Finished finished = run(args);
  INFO("stderr: " << finished.err);
  CHECK(finished.code == 0);
  CHECK(finished.err == "");
  return finished.out;
}

/// Exit code 2, nothing on stdout, and one line on stderr with these words in it.
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

// ---- What is documented ----

TEST_CASE("list shows every entry as id, tab, summary") {
  const auto check_family = [](const std::string& family, const std::vector<std::string>& ids) {
    const auto lines = lines_of(good_output({"list", family}));
    REQUIRE(lines.size() == ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      CHECK(lines[i].starts_with(ids[i] + "\t"));
      CHECK(std::ranges::count(lines[i], '\t') == 1);
      CHECK(lines[i].size() > ids[i].size() + 1);
    }
  };
  check_family("landscapes", ids_of(landscapes()));
  check_family("schedules", ids_of(schedules()));
  check_family("rules", ids_of(rate_rules()));
  check_family("optimizers", ids_of(optimizers()));
  check_family("oracles", ids_of(oracles()));
  check_family("projections", ids_of(projections()));
  check_family("scenes", shipped_ids());
}

template <class T>
void check_described(const std::string& family, const std::vector<Entry<T>>& entries) {
  for (const auto& entry : entries) {
    CAPTURE(entry.id);
    const std::string text = good_output({"describe", entry.id});
    CHECK(text.find(entry.summary) != std::string::npos);
    CHECK(text.find(entry.source) != std::string::npos);
    for (const auto& param : entry.params) {
      CHECK(text.find(family + "." + param.name) != std::string::npos);
      CHECK(text.find(param.meaning) != std::string::npos);
      CHECK(text.find(allowed_text(param)) != std::string::npos);
    }
  }
}

TEST_CASE("describe names every parameter of every entry with default, range, unit, meaning and source") {
  check_described("landscape", landscapes());
  check_described("rule", rate_rules());
  check_described("optimizer", optimizers());
  check_described("oracle", oracles());
  check_described("schedule", schedules());
  const std::string text = good_output({"describe", "quadratic"});
  for (const char* word : {"quadratic (landscape)", "landscape.kappa (κ): condition number",
                           "default: 10  range: a number, 1e-06 ≤ kappa ≤ 1e+06  unit: -  source: -"})
    CHECK(text.find(word) != std::string::npos);
}

TEST_CASE("schedule prints the factors of t = 0 … T−1, each as the schedule itself gives it") {
  const auto lines = lines_of(good_output({"schedule", "rex", "--steps", "7", "--set", "schedule.floor=0.125"}));
  REQUIRE(lines.size() == 8);
  CHECK(lines[0] == "t,factor");
  const auto rex = make_choice(schedules(), {"rex", {{"floor", 0.125}}}, "test");
  for (int t = 0; t < 7; ++t) {
    const auto fields = fields_of(lines[static_cast<std::size_t>(t) + 1]);
    CHECK(fields[0] == std::to_string(t));
    CHECK(std::stod(fields[1]) == rex->factor(t, 7));
  }
  CHECK(lines_of(good_output({"schedule", "linear", "--steps", "4"}))[2] == "1,0.75");
}

TEST_CASE("schedule has a third column if the schedule cycles the momentum, and only then") {
  for (const auto& entry : schedules()) {
    CAPTURE(entry.id);
    const Finished finished = run({"schedule", entry.id, "--steps", "3"});
    if (finished.code != 0) continue;  // schedules that need parameters
    const bool cycles = make_choice(schedules(), {entry.id}, "test")->momentum(0, 3).has_value();
    CHECK(lines_of(finished.out)[0] == (cycles ? "t,factor,momentum" : "t,factor"));
  }
}

TEST_CASE("run writes the rows of the record with 17 significant digits, and no step size after the last update") {
  const Args args = {"run",
                     "--landscape",
                     "quadratic",
                     "--schedule",
                     "linear",
                     "--oracle",
                     "gaussian",
                     "--set",
                     "oracle.sigma=0.5",
                     "--step-size",
                     "0.05",
                     "--rho",
                     "2",
                     "--steps",
                     "6",
                     "--start",
                     "-1.5,2",
                     "--seed",
                     "11",
                     "--seeds",
                     "2",
                     "--workers",
                     "2",
                     "--csv",
                     "-"};
  const auto lines = lines_of(good_output(args));
  REQUIRE(lines.size() == 1 + 2 * 7);
  CHECK(lines[0] == "run,step,x0,x1,loss,step_size,grad_norm,sharpness");
  const RunSpec spec{.landscape = {"quadratic"},
                     .rate = {"linear"},
                     .oracle = {"gaussian", {{"sigma", 0.5}}},
                     .start = {-1.5, 2},
                     .step_size = 0.05,
                     .rho = 2,
                     .steps = 6,
                     .seed = 11,
                     .seeds = 2};
  const Results expected = simulate({&spec, 1}, {.trajectory = true});
  for (std::size_t k = 0; k < 2; ++k)
    for (std::size_t t = 0; t < 7; ++t) {
      const auto fields = fields_of(lines[1 + 7 * k + t]);
      const Trajectory& record = expected[0].trajectories[k];
      REQUIRE(fields.size() == 8);
      CHECK(fields[0] == std::to_string(k));
      CHECK(fields[1] == std::to_string(t));
      CHECK(std::stod(fields[2]) == record.x[2 * t]);
      CHECK(std::stod(fields[3]) == record.x[2 * t + 1]);
      CHECK(std::stod(fields[4]) == record.loss[t]);
      if (t < 6) CHECK(std::stod(fields[5]) == doctest::Approx(0.1 * (1 - static_cast<double>(t) / 6)).epsilon(1e-15));
      CHECK((t == 6) == (fields[5] == "nan"));
      CHECK(std::stod(fields[6]) == record.grad_norm[t]);
      CHECK(std::stod(fields[7]) == 10);  // κ
    }
}

TEST_CASE("run with --every keeps every k-th row and the last; --columns adds the pre-conditioned sharpness") {
  const auto lines = lines_of(good_output({"run", "--landscape", "quadratic", "--optimizer", "adam", "--steps", "10",
                                           "--every", "4", "--columns", "preconditioned_sharpness", "--csv", "-"}));
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == "run,step,x0,x1,loss,step_size,grad_norm,sharpness,preconditioned_sharpness");
  for (const auto& [line, step] : {std::pair{1, "4"}, {2, "4"}, {3, "8"}, {4, "10"}})
    CHECK(fields_of(lines[static_cast<std::size_t>(line)])[1] == (line == 1 ? "0" : step));
}

TEST_CASE("run of a scene numbers its runs row by row, seed by seed") {
  const auto lines = lines_of(good_output({"run", "default", "--steps", "2", "--seeds", "3", "--csv", "-"}));
  REQUIRE(lines.size() == 1 + 4 * 3 * 3);
  for (std::size_t i = 1; i < lines.size(); ++i) CHECK(fields_of(lines[i])[0] == std::to_string((i - 1) / 3));
}

TEST_CASE("Without arguments the default scene runs and a table appears with one line for each row") {
  const std::string text = good_output({});
  CHECK(text == good_output({"run"}));
  CHECK(text == good_output({"run", "default"}));
  for (const char* word : {"Four schedules race", "\nconstant ", "\nlinear ", "\ncosine ", "\nrex ", "final loss",
                           "f − f*", "distance", "diverged", "reached", "steps to 1 %"})
    CHECK(text.find(word) != std::string::npos);
}

TEST_CASE("The results are the same on one worker and on three") {
  const Args args = {"run", "default", "--steps", "50", "--csv", "-", "--workers"};
  Args one = args, three = args;
  one.push_back("1");
  three.push_back("3");
  CHECK(good_output(one) == good_output(three));
}

TEST_CASE("Every flag has a twin in the scene: what --save writes gives the same results without the flags") {
  const Folder folder;
  const Args flags = {"--landscape",  "booth",
                      "--optimizer",  "adam(beta1=0.8)",
                      "--schedules",  "linear,cosine",
                      "--oracle",     "gaussian(sigma=0.5)",
                      "--projection", "box",
                      "--set",        "projection.high=3",
                      "--set",        "schedule.warmup=0.25",
                      "--step-size",  "0.02",
                      "--rho",        "2",
                      "--steps",      "20",
                      "--start",      "1,-2",
                      "--seed",       "18446744073709551615",
                      "--seeds",      "2",
                      "--reach",      "0.5",
                      "--workers",    "2",
                      "--every",      "5",
                      "--columns",    "preconditioned_sharpness"};
  Args with_flags = {"run", "--csv", folder / "a.csv", "--save", folder / "scene.json"};
  with_flags.insert(with_flags.end(), flags.begin(), flags.end());
  CHECK(good_output(with_flags) == "");
  CHECK(good_output({"run", folder / "scene.json", "--csv", folder / "b.csv"}) == "");
  CHECK(text_of(folder / "a.csv") == text_of(folder / "b.csv"));
  CHECK(lines_of(text_of(folder / "a.csv")).size() == 1 + 2 * 2 * 5);
  const Scene scene = load_scene(folder / "scene.json");
  CHECK(scene.landscape == Choice{"booth"});
  CHECK(scene.projection == Choice{"box", {{"high", 3.0}}});
  CHECK(scene.runs[1] ==
        SceneRun{.rate = {"cosine", {{"warmup", 0.25}}}, .optimizer = {"adam", {{"beta1", 0.8}}}, .step_size = 0.02});
  CHECK(scene.start == std::vector{1.0, -2.0});
  CHECK(scene.seed == 18446744073709551615u);
  CHECK(scene.every == 5);
  CHECK(folder.files() == 3);
}

TEST_CASE("sweep writes one line for each cell: axes, schedule, seeds, quantiles, diverged, reached") {
  const auto lines = lines_of(
      good_output({"sweep", "--landscape", "quadratic", "--oracle", "gaussian", "--step-size", "0.01", "--steps", "30",
                   "--seeds", "4", "--over", "rho=0.1:1000:3:log", "--schedules", "constant,linear", "--csv", "-"}));
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "rho,schedule,seeds,mean,median,q10,q90,diverged,reached");
  CHECK(lines[1].starts_with("0.1,constant,4,"));
  CHECK(lines[2].starts_with("0.1,linear,4,"));
  CHECK(lines[3].starts_with("10,constant,4,"));
  CHECK(lines[5] == "1000,constant,4,inf,inf,inf,inf,4,0");
}

TEST_CASE("A sweep saved as a scene is the same sweep") {
  const Folder folder;
  const Args flags = {"sweep",   "noisy_quadratic",
                      "--steps", "20",
                      "--seeds", "3",
                      "--over",  "step_size=0.01:0.1:3",
                      "--over",  "oracle.sigma=0,1",
                      "--save",  folder / "s.json",
                      "--csv",   folder / "a.csv"};
  CHECK(good_output(flags) == "");
  CHECK(good_output({"sweep", folder / "s.json", "--csv", folder / "b.csv"}) == "");
  CHECK(text_of(folder / "a.csv") == text_of(folder / "b.csv"));
  CHECK(lines_of(text_of(folder / "a.csv")).size() == 1 + 3 * 2 * 4);
}

TEST_CASE("--help works at every level, and --version") {
  CHECK(good_output({"--help"}).find("sweep") != std::string::npos);
  for (const char* sub : {"list", "describe", "schedule", "run", "sweep"})
    CHECK(good_output({sub, "--help"}).find(std::string("Usage: steplab-cli ") + sub) != std::string::npos);
  CHECK(good_output({"--version"}).starts_with("steplab "));
}

TEST_CASE("Starting up takes less than 30 ms of the processor") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
  constexpr double kMost = 1;
#else
  constexpr double kMost = 0.030;
#endif
  double least = HUGE_VAL;
  for (int i = 0; i < 5; ++i) least = std::min(least, run({"list", "schedules"}).cpu_seconds);
  CHECK(least < kMost);
}

// ---- Bad input ----

TEST_CASE("Unknown subcommands, flags and ids are refused with the nearest spelling") {
  check_refused({"rnu"}, {"steplab-cli: unknown subcommand 'rnu' (did you mean 'run'?)", "allowed: list, describe"});
  check_refused({"--versio"}, {"unknown flag '--versio' (did you mean '--version'?)"});
  check_refused({"run", "--step", "5"}, {"run: unknown flag '--step' (did you mean '--steps'?)", "allowed: "});
  check_refused({"run", "--stepsize=5"}, {"unknown flag '--stepsize' (did you mean '--step-size'?)"});
  check_refused({"run", "-x"}, {"unknown flag '-x'"});
  check_refused({"list", "landscape"},
                {"list: unknown family 'landscape' (did you mean 'landscapes'?)", "projections, scenes"});
  check_refused({"list"}, {"list: nothing given; allowed: landscapes"});
  check_refused({"describe", "rosenbrok"}, {"describe: unknown id 'rosenbrok' (did you mean 'rosenbrock'?)"});
  check_refused({"describe"}, {"describe: nothing given"});
  check_refused({"schedule", "cosin"}, {"schedule: unknown id 'cosin' (did you mean 'cosine'?)", "allowed: "});
  check_refused({"schedule"}, {"schedule: nothing given"});
  check_refused({"run", "--landscape", "rosenbrok"},
                {"--landscape: unknown id 'rosenbrok' (did you mean 'rosenbrock'?)"});
  check_refused({"run", "--optimizer", "adm"}, {"--optimizer: unknown id 'adm' (did you mean 'adam'?)"});
  check_refused({"run", "--oracle", "gausian"}, {"--oracle: unknown id 'gausian' (did you mean 'gaussian'?)"});
  check_refused({"run", "--projection", "bal"}, {"--projection: unknown id 'bal' (did you mean 'ball'?)"});
  check_refused({"run", "catapul"}, {"unknown scene 'catapul' (did you mean 'catapult'?)"});
  check_refused({"sweep", "--schedules", "linear,cosin"}, {"--schedules: unknown id 'cosin' (did you mean 'cosine'?)"});
  check_refused({"run", "default", "sharp_well"}, {"run: unexpected argument 'sharp_well'"});
}

TEST_CASE("Misspelt parameters and values out of range are refused") {
  check_refused({"run", "--landscape", "quadratic", "--set", "landscape.kapa=3"},
                {"--set landscape: unknown parameter 'kapa' (did you mean 'kappa'?)", "allowed: lambda, kappa, angle"});
  check_refused({"run", "--landscape", "quadratic", "--set", "landscape.kappa=-3"},
                {"--set landscape.kappa: '-3' is not allowed; allowed: a number, 1e-06 ≤ kappa"});
  check_refused({"run", "--set", "lanscape.kappa=3"},
                {"--set: unknown name 'lanscape.kappa' (did you mean 'landscape.kappa'?)"});
  check_refused({"run", "--set", "landscape.b"}, {"--set: 'landscape.b' has no NAME="});
  check_refused({"schedule", "rex", "--set", "schedule.b=7"}, {"--set schedule.b: '7' is not allowed; allowed: "});
  check_refused({"schedule", "rex", "--set", "oracle.sigma=7"},
                {"--set: 'oracle.sigma' does not belong to a schedule"});
  check_refused({"run", "--steps", "-5"}, {"--steps: '-5' is not allowed; allowed: a whole number, 1 ≤ steps"});
  check_refused({"run", "--steps", "2.5"}, {"--steps: '2.5' is not allowed"});
  check_refused({"run", "--steps", "many"}, {"--steps: 'many' is not allowed"});
  check_refused({"schedule", "rex", "--steps", "0"}, {"--steps: '0' is not allowed"});
  check_refused({"run", "--step-size", "nan"}, {"--step-size: 'nan' is not allowed; allowed: a number, 0 ≤ step_size"});
  check_refused({"run", "--step-size", "-1"}, {"--step-size: '-1' is not allowed"});
  check_refused({"run", "--rho", "inf"}, {"--rho: 'inf' is not allowed"});
  check_refused({"run", "--rho", "1e999"}, {"--rho: '1e999' is not allowed"});
  check_refused({"run", "--rho", ""}, {"--rho: '' is not allowed"});
  check_refused({"run", "--seed", "-1"}, {"--seed: '-1' is not allowed; allowed: a whole number, 0 ≤ seed < 2^64"});
  check_refused({"run", "--seeds", "0"}, {"--seeds: '0' is not allowed; allowed: a whole number, 1 ≤ seeds"});
  check_refused({"run", "--workers", "-1"}, {"--workers: '-1' is not allowed"});
  check_refused({"run", "--every", "0"}, {"--every: '0' is not allowed"});
  check_refused({"run", "--reach", "0"}, {"--reach: '0' is not allowed"});
  check_refused({"run", "--columns", "sharpnes"}, {"--columns: 'sharpnes'", "allowed: preconditioned_sharpness"});
  check_refused({"run", "--start", "1,x"}, {"--start: 'x' is not a finite number"});
  check_refused({"run", "--landscape", "booth", "--start", "1,2,3"},
                {"--start: '3 numbers' is not allowed; allowed: 2 numbers, the dimension of booth"});
  check_refused({"run", "--schedule", "linear", "--rule", "wngrad_b"}, {"--rule: given beside --schedule"});
  check_refused({"run", "--rho"}, {"--rho: needs a value"});
  check_refused({"run", "--rho", "1", "--rho", "2"}, {"--rho: is given more than once"});
  check_refused({"run", "--landscape", "booth", "--oracle", "minibatch"}, {"--oracle.minibatch.batch: "});
  check_refused({"sweep", "--over", "rho"}, {"--over: 'rho' has no NAME=; allowed: NAME=from:to:count"});
  check_refused({"sweep", "--over", "rho=1:2"}, {"--over: 'rho=1:2' is no range"});
  check_refused({"sweep", "--over", "rho=0:1:5:log"}, {"--over: ", "not above 0 on a logarithmic axis"});
  check_refused({"sweep", "--over", "rho=1:2:5", "--over", "rho=1:2:5"}, {"'rho' is given twice"});
  check_refused({"sweep", "--over", "rhoo=1:2:5"}, {"--over: unknown name 'rhoo' (did you mean 'rho'?)"});
  check_refused({"sweep", "--over", "schedule=linear,rex"}, {"--over: 'schedule' is no axis; allowed: --schedules"});
  check_refused({"sweep", "--over", "rho=1:2:100000", "--over", "step_size=1:2:100000"},
                {"cells are too many; allowed: at most 1e+07"});
}

TEST_CASE("Bad scene files are refused with the file's name, and nothing is left behind") {
  const Folder folder;
  const auto write = [&](const std::string& bytes) {
    std::ofstream(folder / "bad.json", std::ios::binary) << bytes;
    return folder / "bad.json";
  };
  const std::string good = to_json(Scene{});
  const auto refused = [&](const std::string& bytes, const std::string& word) {
    check_refused({"run", write(bytes), "--csv", folder / "out.csv"}, {folder / "bad.json: ", word});
    CHECK(folder.files() == 1);
  };
  refused("", "empty; allowed: ");
  refused(good.substr(0, good.size() / 2), "allowed: JSON");
  refused("{\"version\": 1, \"steps\": NaN}", "allowed: JSON");
  refused("{\"version\": 1, \"steps\": 1e999}", "allowed: JSON");
  refused("{\"version\": 1, \"steps\": \"5\"}", "steps: '\"5\"' is not allowed");
  refused("{\"version\": 1, \"steps\": -5}", "steps: '-5' is not allowed; allowed: a whole number");
  refused("{\"version\": 1, \"stpes\": 5}", "unknown field 'stpes' (did you mean 'steps'?)");
  refused("{\"version\": 9}", "version: '9' is not allowed");
  refused("{\"version\": 1, \"start\": [1, 2, 3]}", "start: '3 numbers' is not allowed; allowed: 2 numbers");
  refused("{\"version\": 1, \"runs\": [{}, {\"optimizer\": \"adm\"}]}",
          "runs[1].optimizer: unknown id 'adm' (did you mean 'adam'?)");
  refused("{\"version\": 1, \"title\": \"\xff\"}", "byte 25 is not UTF-8");
  refused(std::string(50000, '['), "nested too deeply");
  refused(std::string(17u << 20, ' '), "larger than 16777216 bytes");
  check_refused({"run", folder / "none.json"}, {"none.json: cannot read: No such file or directory"});
  check_refused({"run", folder.path.string()}, {"cannot read: Is a directory"});
}

TEST_CASE("Files that cannot be written are refused before anything is run, and leave nothing") {
  const Folder folder;
  check_refused({"run", "--csv", folder / "no/such.csv"}, {"no/such.csv: cannot write: No such file or directory"});
  check_refused({"run", "--csv", folder.path.string()}, {"cannot write: Is a directory"});
  check_refused({"run", "--csv", ""}, {"cannot write"});
  check_refused({"sweep", "--over", "rho=1,2", "--csv", folder / "no/such.csv"}, {"cannot write"});
  check_refused({"run", "--save", folder / "no/such.json"}, {"no/such.json: cannot write: No such file or directory"});
  CHECK(folder.files() == 0);
}

TEST_CASE("A full disk is reported, whether it is a file, a device or the standard output") {
  const Folder folder;
  check_refused({"run", "--csv", "/dev/full"}, {"/dev/full: cannot write: No space left on device"});
  check_refused({"run", "--save", "/dev/full"}, {"/dev/full: cannot write: No space left on device"});
  for (const Args& args :
       {Args{}, Args{"list", "schedules"}, Args{"describe", "rex"}, Args{"schedule", "rex"}, Args{"run", "--csv", "-"},
        Args{"sweep", "--over", "rho=1,2", "--steps", "5", "--csv", "-"}, Args{"--help"}}) {
    const Finished finished = wait_for(start(args, "/dev/full", folder / "err"), "/dev/null", folder / "err");
    CHECK(finished.code == 2);
    CHECK(finished.err.starts_with("standard output: cannot write: No space left on device; allowed: "));
    CHECK(lines_of(finished.err).size() == 1);
  }
}

TEST_CASE("A file that outgrows its limit half way is removed again") {
  const Folder folder;
  const std::string command = std::string("ulimit -f 8; '") + STEPLAB_CLI + "' run default --csv '" +
                              (folder / "big.csv") + "' 2>'" + (folder / "err") + "'";
  const int status = std::system(command.c_str());
  CHECK(WEXITSTATUS(status) == 2);
  CHECK(text_of(folder / "err").find("big.csv: cannot write: File too large; allowed: ") != std::string::npos);
  CHECK(folder.files() == 1);
}

TEST_CASE("A recording that needs more memory than the machine has is refused with both numbers") {
  check_refused({"run", "--landscape", "booth", "--steps", "1000000000", "--seeds", "10000", "--csv", "-"},
                {"--steps: the results would need ",
                 " GB of memory; allowed: ", "what this machine has free; --every k keeps fewer rows"});
}

TEST_CASE("Control characters and bytes that are no text stay inside the one line") {
  check_refused({"run", "--rho", "1\n2\x1b[31m"}, {"--rho: '1?2?[31m' is not allowed"});
  check_refused({"describe", "\xff\xfe"}, {"describe: unknown id '?"
                                           "?'"});
  check_refused({"run", std::string(100000, 'x')}, {"unknown scene 'xxx"});
}

TEST_CASE("Ctrl-C ends a long run with code 130 and leaves no half-written file") {
  const Folder folder;
  for (const Args& args :
       {Args{"sweep", "--landscape", "booth", "--steps", "1000000000", "--seeds", "64", "--over", "rho=1,2", "--csv",
             folder / "s.csv"},
        Args{"run", "--landscape", "booth", "--steps", "1000000000", "--every", "100000000", "--csv", folder / "r.csv"},
        Args{"run", "--landscape", "booth", "--steps", "1000000000"}}) {
    const pid_t process = start(args, folder / "out", folder / "err");
    wait_until_ready(process);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // so that it is in the middle of things
    kill(process, SIGINT);
    const Finished finished = wait_for(process, folder / "out", folder / "err");
    CHECK(finished.code == 130);
    CHECK(finished.err == "");
    CHECK(folder.files() == 2);
  }
}

TEST_CASE("A results file that exists stays as it was when the run is interrupted or refused") {
  const Folder folder;
  std::ofstream(folder / "r.csv") << "old";
  check_refused({"run", "--steps", "-1", "--csv", folder / "r.csv"}, {"--steps"});
  const pid_t process =
      start({"sweep", "--landscape", "booth", "--steps", "1000000000", "--over", "rho=1,2", "--csv", folder / "r.csv"},
            folder / "out", folder / "err");
  wait_until_ready(process);
  kill(process, SIGTERM);
  CHECK(wait_for(process, folder / "out", folder / "err").code == 143);
  CHECK(text_of(folder / "r.csv") == "old");
  CHECK(folder.files() == 3);
}

}  // namespace
}  // namespace steplab
