// The built program as a user meets it: everything that is documented.
#include "core/catalog.h"
#include "core/run/run.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"
#include "tests/process.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace steplab::testing {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

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
  CHECK(text == good_output({"run", "default"}));
  for (const char* word : {"Four schedules race", "\nconstant ", "\nlinear ", "\ncosine ", "\nrex ", "final loss",
                           "f − f*", "distance", "diverged", "reached", "steps to 1 %"})
    CHECK(text.find(word) != std::string::npos);
}

TEST_CASE(
    "What is not said is neutral: no flag, a file that says nothing and the struct's defaults are one plain run") {
  const Folder folder;
  const auto saved = [&](Args args) {
    args.insert(args.end(), {"--save", folder / "saved.json", "--csv", folder / "out.csv"});
    CHECK(good_output(args) == "");
    return load_scene(folder / "saved.json");
  };
  const auto file = [&](const std::string& text) {
    std::ofstream(folder / "partial.json") << text;
    return folder / "partial.json";
  };
  CHECK(saved({"run"}) == Scene{});
  CHECK(saved({"run", file(R"({"version": 2})")}) == Scene{});
  Scene expected;
  expected.landscape = {"quadratic"};
  CHECK(saved({"run", "--landscape", "quadratic"}) == expected);
  CHECK(saved({"run", file(R"({"version": 2, "landscape": "quadratic"})")}) == expected);
  expected = {};
  expected.steps = 7;
  CHECK(saved({"run", "--steps", "7"}) == expected);
  expected.sweep = {parse_axis("rho=1,2", "")};
  CHECK(saved({"sweep", "--steps", "7", "--over", "rho=1,2"}) == expected);
}

TEST_CASE("run and sweep say what of a schedule has no room; of an axis over T each cell has its own") {
  const Args late = {"--schedule", "step(at=50)", "--steps", "20"};
  const auto said = [&](Args args) {
    args.insert(args.end(), late.begin(), late.end());
    return run(args).err;
  };
  const std::string note = said({"run"});
  CHECK(note.starts_with("note: schedule.step.at: the drop at 50 lies beyond the 20 updates"));
  CHECK(said({"sweep", "--over", "rho=1,2"}) == note);
  CHECK(said({"sweep", "--over", "steps=20,80"}) == "");
}

TEST_CASE("run and sweep of a lab's scene say that settings and notes are left out; a lab says so of another lab's") {
  const Folder folder;
  std::ofstream(folder / "s.json") << R"({"version": 2, "lab": "self_tuning", "title": "A riddle", "notes": "Watch it.",
      "steps": 5, "sweep": ["rho=1,2"]})";
  const std::string name = folder / "s.json";
  const Finished table = run({"run", name});
  CHECK(table.code == 0);
  CHECK(table.out.find("riddle") == std::string::npos);
  CHECK(table.out.find("Watch") == std::string::npos);
  CHECK(table.err == "note: " + name +
                         ": a scene of the lab self-tuning, whose settings and notes are left out here ('lab "
                         "self-tuning " +
                         name + "' shows its figure); the axes of its sweep are left out here ('sweep " + name +
                         "' runs them)\n");
  CHECK(run({"run", name, "--csv", "-"}).err == table.err);
  const std::string settings_alone = table.err.substr(0, table.err.find("; the axes")) + "\n";
  CHECK(run({"sweep", name}).err == settings_alone);
  for (const char* lab : {"tuning", "warmup", "large-steps"})
    CHECK(run({"lab", lab, name, "--seeds", "1", "--csv", folder / "out.csv"}).err == settings_alone);
  std::ofstream(folder / "plain.json") << R"({"version": 2, "title": "Plain", "notes": "Look here.", "steps": 5})";
  const std::string plain = good_output({"run", folder / "plain.json"});
  CHECK(plain.starts_with("Plain\n"));
  CHECK(plain.find("\nLook here.\n") != std::string::npos);
}

TEST_CASE("Where flags change a scene its notes are not said of what is run, and its title says so") {
  const Folder folder;
  std::ofstream(folder / "s.json") << R"({"version": 2, "title": "Rosenbrock", "notes": "A valley.", "steps": 5})";
  for (const auto& [flag, value] :
       {std::pair{"--landscape", "quadratic"}, {"--rho", "2"}, {"--set", "landscape.b=3"}}) {
    const std::string text = good_output({"run", folder / "s.json", flag, value});
    CHECK(text.starts_with("Rosenbrock (changed)\n"));
    CHECK(text.find("valley") == std::string::npos);
  }
  CHECK(good_output({"run", folder / "s.json", "--workers", "1"}) == good_output({"run", folder / "s.json"}));
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
  CHECK(lines[0] == "rho,schedule,seeds,mean,median,q10,q90,diverged,reached,not_a_number,left_domain");
  CHECK(lines[1].starts_with("0.1,constant,4,"));
  CHECK(lines[2].starts_with("0.1,linear,4,"));
  CHECK(lines[3].starts_with("10,constant,4,"));
  CHECK(lines[5] == "1000,constant,4,inf,inf,inf,inf,4,0,0,0");
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

}  // namespace
}  // namespace steplab::testing
