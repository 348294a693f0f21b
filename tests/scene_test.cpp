#include "core/scene/scene.h"

#include "core/run/fields.h"
#include "core/scene/file.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"
#include "tests/process.h"
#include "tests/random_scene.h"

#include "paths.h"
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <set>

namespace steplab {
namespace {

using nlohmann::json;
using testing::random_scene;
namespace fs = std::filesystem;

constexpr const char* kSchemaFile = STEPLAB_SOURCE_DIR "/assets/scene.schema.json";

json schema_json() { return json::parse(std::ifstream(kSchemaFile)); }

/// What Python's jsonschema says of each document against the published schema; "" for those that are valid.
std::vector<std::string> complaints(const std::vector<json>& documents) {
  const testing::Folder folder;
  const std::string lines = folder / "documents", said = folder / "said";
  {
    std::ofstream file(lines);
    for (const json& document : documents) file << document.dump() << "\n";
  }
  const auto quoted = [](const std::string& path) { return "'" + path + "'"; };
  const std::string command = quoted(STEPLAB_PYTHON) + " " + quoted(STEPLAB_SOURCE_DIR "/tests/validate.py") + " " +
                              quoted(kSchemaFile) + " " + quoted(lines) + " >" + quoted(said);
  REQUIRE(std::system(command.c_str()) == 0);
  const auto found = testing::lines_of(testing::text_of(said));
  REQUIRE(found.size() == documents.size());
  return found;
}

std::set<std::string> keys(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

/// What is said about a scene text; "" if it is read.
std::string refusal(const std::string& text) {
  try {
    scene_from_json(text, "f.json");
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

/// The default scene's text with one field replaced by raw JSON text.
std::string with_field(const std::string& name, const std::string& raw) {
  auto document = nlohmann::ordered_json::parse(to_json(Scene{}));
  document[name] = "@@";
  std::string text = document.dump();
  return text.replace(text.find("\"@@\""), 4, raw);
}

TEST_CASE("A scene written as JSON reads back equal, for scenes drawn from the whole catalog") {
  for (std::uint64_t key = 1; key <= 300; ++key) {
    const Scene scene = random_scene(key);
    const std::string text = to_json(scene);
    const Scene again = scene_from_json(text, "round trip");
    REQUIRE(again == scene);
    REQUIRE(to_json(again) == text);
  }
}

TEST_CASE("What is written satisfies the published schema, and so do the shipped scenes") {
  std::vector<json> documents = {json::parse(to_json(Scene{}))};
  for (std::uint64_t key = 1; key <= 50; ++key) documents.push_back(json::parse(to_json(random_scene(key))));
  for (const auto& shipped : shipped_scenes()) documents.push_back(json::parse(shipped.json));
  for (const auto& complaint : complaints(documents)) CHECK(complaint == "");
}

TEST_CASE("The schema refuses what the reader refuses") {
  const std::vector<std::string> bad = {"{}",
                                        R"({"version": 3})",
                                        R"({"version": 2, "stpes": 3})",
                                        R"({"version": 2, "steps": 0})",
                                        R"({"version": 2, "runs": []})",
                                        R"({"version": 2, "rho": "1"})",
                                        R"({"version": 2, "landscape": 3})",
                                        R"({"version": 2, "runs": [{"schedule": "linear", "rule": "plateau"}]})",
                                        R"({"version": 2, "view": {"shape": "globe"}})",
                                        R"({"version": 2, "view": {"window": [0, 1]}})",
                                        R"({"version": 2, "view": {"curves": ["lsos"]}})"};
  std::vector<json> documents;
  for (const auto& text : bad) documents.push_back(json::parse(text));
  const auto found = complaints(documents);
  for (std::size_t i = 0; i < bad.size(); ++i) {
    CAPTURE(bad[i]);
    CHECK(found[i] != "");
    CHECK(refusal(bad[i]) != "");
  }
}

TEST_CASE("Schema and field list name the same fields with the same ranges") {
  const json schema = schema_json();
  const json written = json::parse(to_json(Scene{}));
  CHECK(keys(schema["properties"]) == keys(written));
  auto run_keys = keys(written["runs"][0]);
  run_keys.insert("rule");
  CHECK(keys(schema["definitions"]["run"]["properties"]) == run_keys);
  CHECK(schema["properties"]["version"]["maximum"] == kSceneVersion);
  const auto same_range = [](const json& property, const ParamSpec& spec) {
    CAPTURE(spec.name);
    CHECK(property.value(spec.min_open ? "exclusiveMinimum" : "minimum", -HUGE_VAL) == spec.min);
    CHECK(property.value("maximum", HUGE_VAL) == spec.max);
    CHECK((property["type"] == "integer") == (spec.kind == ParamKind::kInteger));
  };
  for (const char* name : {"steps", "rho", "seed", "seeds", "reach"})
    same_range(schema["properties"][name], run_field(name));
  for (const char* name : {"every", "workers"}) same_range(schema["properties"][name], scene_field(name));
  same_range(schema["definitions"]["run"]["properties"]["step_size"], run_field("step_size"));
  same_range(schema["definitions"]["run"]["properties"]["colour"], scene_field("colour"));
  const json& view = schema["definitions"]["view"]["properties"];
  CHECK(keys(view) == keys(written["view"]));
  for (const auto& spec : view_fields()) {
    CAPTURE(spec.name);
    if (spec.kind == ParamKind::kChoice) CHECK(view[spec.name]["enum"] == json(spec.choices));
    if (spec.kind == ParamKind::kReal || spec.kind == ParamKind::kInteger) same_range(view[spec.name], spec);
  }
  CHECK(schema["definitions"]["curves"]["items"]["enum"] == json(curve_ids()));
}

TEST_CASE("Every shipped scene is valid, has a title of its own and a note, and would run") {
  std::set<std::string> titles;
  CHECK(shipped_scenes().size() >= 10);
  for (const auto& shipped : shipped_scenes()) {
    CAPTURE(shipped.id);
    const Scene scene = scene_from_json(shipped.json, shipped.id);
    CHECK(titles.insert(scene.title).second);
    CHECK(scene.title != "");
    CHECK(scene.notes.ends_with("."));
    CHECK_NOTHROW(check(scene, shipped.id));
    const Scene again = scene_from_json(to_json(scene), shipped.id);
    CHECK(again == scene);
  }
}

TEST_CASE("The scenes built in are the files of assets/scenes") {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(STEPLAB_SOURCE_DIR "/assets/scenes")) {
    ++files;
    CAPTURE(entry.path().string());
    CHECK(load_scene(entry.path().string()) == find_scene(entry.path().stem().string()));
  }
  CHECK(files == shipped_scenes().size());
}

TEST_CASE("Fields that are left out keep their defaults") {
  Scene expected;
  expected.steps = 7;
  CHECK(scene_from_json(R"({"version": 2, "steps": 7})", "f.json") == expected);
}

TEST_CASE("Whole numbers may be written as 200, 200.0 or 2e2; seeds keep all 64 bits") {
  for (const char* raw : {"200", "200.0", "2e2"}) CHECK(scene_from_json(with_field("steps", raw), "f").steps == 200);
  CHECK(scene_from_json(with_field("seed", "18446744073709551615"), "f").seed == 18446744073709551615u);
  CHECK(refusal(with_field("seed", "18446744073709551616")) != "");
}

TEST_CASE("A refusal names file, field, value and what is allowed") {
  CHECK(refusal(with_field("steps", "-3")) ==
        "f.json: steps: '-3' is not allowed; allowed: a whole number, 1 ≤ steps ≤ 1e+09");
  CHECK(refusal(with_field("steps", "\"many\"")) ==
        "f.json: steps: '\"many\"' is not allowed; allowed: a whole number, 1 ≤ steps ≤ 1e+09");
  CHECK(refusal(with_field("stpes", "3"))
            .starts_with("f.json: unknown field 'stpes' (did you mean 'steps'?); allowed: version, title, notes, "));
  CHECK(refusal(with_field("landscape", "\"rosenbrok\""))
            .find("f.json: landscape: unknown id 'rosenbrok' (did you mean 'rosenbrock'?); allowed: ") == 0);
  CHECK(refusal(with_field("landscape", R"({"id": "quadratic", "params": {"kapa": 3}})"))
            .find("f.json: landscape.params.quadratic: unknown parameter 'kapa' (did you mean 'kappa'?); allowed: "
                  "lambda, kappa, angle") == 0);
  CHECK(refusal(with_field("landscape", R"({"id": "quadratic", "params": {"kappa": "3"}})"))
            .find("f.json: landscape.params.kappa: '\"3\"' is not allowed; allowed: a number, ") == 0);
  CHECK(refusal(with_field("runs", R"([{"schedule": "cosin"}])"))
            .find("f.json: runs[0].schedule: unknown id 'cosin' (did you mean 'cosine'?)") == 0);
  CHECK(
      refusal(with_field("start", "[1, \"2\"]")).find("f.json: start[1]: '\"2\"' is not allowed; allowed: a number") ==
      0);
  CHECK(refusal(with_field("sweep", "[\"rho\"]")).find("f.json: sweep[0]: 'rho' has no NAME=; allowed: ") == 0);
  CHECK(refusal(with_field("sweep", "[\"rhoo=1,2\"]"))
            .find("f.json: sweep[0]: unknown name 'rhoo' (did you mean 'rho'?); allowed: ") == 0);
  CHECK(refusal(with_field("version", "3")) ==
        "f.json: version: '3' is not allowed; allowed: a whole number, 1 ≤ version ≤ 2");
  CHECK(refusal("{}").find("f.json: version: missing; allowed: ") == 0);
}

TEST_CASE("Text that is no scene is refused, whatever is wrong with it") {
  const std::string good = to_json(Scene{});
  for (std::size_t n = 0; n + 2 < good.size(); n += 7)
    REQUIRE(refusal(good.substr(0, n)).starts_with("f.json: "));  // truncated
  for (const char* bad : {"", " \n", "[]", "3", "null", "{\"version\": 1} x", "{'version': 1}", "\xff\xfe",
                          "{\"version\": 1, \"title\": \"\xc3\x28\"}"}) {
    CAPTURE(bad);
    CHECK(refusal(bad).starts_with("f.json: "));
  }
  for (const char* raw : {"NaN", "Infinity", "-Infinity", "1e999", "nan", "null", "true", "[]", "{}", "\"1\""}) {
    CAPTURE(raw);
    CHECK(refusal(with_field("rho", raw)).starts_with("f.json: "));
  }
  CHECK(refusal(R"({"version": 2, "steps": 5, "steps": 6})").find("field 'steps' is given twice") != std::string::npos);
  CHECK(refusal(R"({"version": 2, "runs": [{"step_size": 1, "step_size": 2}]})").find("given twice") !=
        std::string::npos);
  CHECK(refusal(std::string(100000, '[')).find("nested too deeply") != std::string::npos);
  CHECK(refusal("{\"version\": 1, \"title\": \"" + std::string(kLargestSceneFile, 'x') + "\"}")
            .find("larger than 16777216 bytes") != std::string::npos);
}

TEST_CASE("Rows without names are told apart by what they have of their own") {
  Scene scene = find_scene("default");
  CHECK(row_labels(scene) == std::vector<std::string>{"constant", "linear", "cosine", "rex"});
  scene.runs = {{.optimizer = {"sgd"}}, {.optimizer = {"nesterov"}}};
  CHECK(row_labels(scene) == std::vector<std::string>{"constant sgd", "constant nesterov"});
  scene.runs = {{.step_size = 0.5}, {.step_size = 0.25}, {.name = "mine", .step_size = 0.25}};
  CHECK(row_labels(scene) == std::vector<std::string>{"constant sgd 0.5", "constant sgd 0.25", "mine"});
  scene.runs = {{}, {}};
  CHECK(row_labels(scene) == std::vector<std::string>{"constant sgd 0.001 #1", "constant sgd 0.001 #2"});
}

TEST_CASE("Only the rows whose labels clash get longer ones") {
  Scene scene = find_scene("default");
  scene.runs.push_back({.rate = {"cosine"}, .step_size = 0.02});
  CHECK(row_labels(scene) ==
        std::vector<std::string>{"constant", "linear", "cosine sgd 0.01", "rex", "cosine sgd 0.02"});
  scene.runs = {{.name = "a"}, {.name = "a"}, {.name = "a #1"}, {.rate = {"rex"}}};
  const auto labels = row_labels(scene);
  CHECK(labels[3] == "rex");
  CHECK(std::set<std::string>(labels.begin(), labels.end()).size() == 4);
}

class TestFolder {
 public:
  TestFolder() { fs::create_directories(path); }
  ~TestFolder() { fs::remove_all(path); }
  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {})); }
  const fs::path path = fs::temp_directory_path() / ("steplab_scene_test_" + std::to_string(getpid()));
};

TEST_CASE("A saved scene replaces the old file whole, and a failed save leaves nothing behind") {
  const TestFolder folder;
  const std::string file = folder.path / "scene.json";
  save_scene(random_scene(1), file);
  save_scene(random_scene(2), file);
  CHECK(load_scene(file) == random_scene(2));
  CHECK(folder.files() == 1);
  CHECK_THROWS_AS(save_scene(Scene{}, folder.path / "no" / "such" / "folder.json"), InputError);
  CHECK_THROWS_AS(save_scene(Scene{}, folder.path), InputError);
  CHECK_THROWS_AS(save_scene(Scene{}, "/dev/full"), InputError);
  {
    FileWriter never_committed(file);
    never_committed.write("half");
  }
  CHECK(folder.files() == 1);
  CHECK(load_scene(file) == random_scene(2));
}

TEST_CASE("Saving through a symbolic link writes the file behind it") {
  const TestFolder folder;
  save_scene(Scene{}, folder.path / "real.json");
  fs::create_symlink("real.json", folder.path / "link.json");
  save_scene(random_scene(3), folder.path / "link.json");
  CHECK(fs::is_symlink(folder.path / "link.json"));
  CHECK(load_scene(folder.path / "real.json") == random_scene(3));
}

TEST_CASE("Files that cannot be read or are too large are refused") {
  CHECK_THROWS_AS(load_scene("/no/such/scene.json"), InputError);
  CHECK_THROWS_AS(load_scene("/"), InputError);
  CHECK_THROWS_AS(load_scene("/dev/zero"), InputError);  // endless: stops at the limit
  CHECK_THROWS_WITH_AS(find_scene("catapul"), doctest::Contains("did you mean 'catapult'?"), InputError);
}

}  // namespace
}  // namespace steplab

TEST_CASE("Rows that one step size has made equal are one, without the name that told of another") {
  steplab::Scene scene;
  scene.runs = {
      {.name = "η = 1", .step_size = 0.5}, {.name = "η = 2", .step_size = 0.5}, {.rate = {"linear"}, .step_size = 0.5}};
  steplab::Scene untouched = scene;
  steplab::settle_rows(untouched, "rho");
  CHECK(untouched == scene);
  steplab::settle_rows(scene, "step_size");
  REQUIRE(scene.runs.size() == 2);
  CHECK(scene.runs[0].name.empty());
  CHECK(scene.runs[1].rate.id == "linear");
}
