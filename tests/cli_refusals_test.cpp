// The built program and bad input of every kind: one line, exit code 2, nothing half written; and Ctrl-C.
#include "core/scene/scene_json.h"
#include "tests/process.h"

#include "paths.h"
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <signal.h>
#include <sys/wait.h>
#include <thread>

namespace steplab::testing {
namespace {

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
  check_refused({"run", "--start", "1,x"}, {"--start: 'x' is not allowed; allowed: numbers separated by commas"});
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
  check_refused({"run", "--rho", "1\n2\x1b[31m"}, {R"(--rho: '1\n2\x1b[31m' is not allowed)"});
  check_refused({"describe", "\xff\xfe"}, {R"(describe: unknown id '\xff\xfe')"});
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
}  // namespace steplab::testing
