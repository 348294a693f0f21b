// Files of older versions mean what they meant, and what is not said is neutral.
#include "core/labs/lab_entry.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"
#include "tests/panel_bench.h"

#include "paths.h"
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace steplab {
namespace {

using nlohmann::json;

Scene read_as(json document, int version) {
  document["version"] = version;
  return scene_from_json(document.dump(), "file");
}

// tests/data/scenes_of_version_1.json: files, and beside each the scene that the last program of version 1 saved of it
// (every field said).
TEST_CASE("A file of version 1 is the scene that the program of that version made of it, whatever it leaves out") {
  const json all = json::parse(std::ifstream(STEPLAB_SOURCE_DIR "/tests/data/scenes_of_version_1.json"));
  CHECK(all.size() >= 10);
  for (const auto& pair : all) {
    CAPTURE(pair["file"].dump().substr(0, 200));
    Scene expected = read_as(pair["scene"], 2);
    if (expected.lab.id == "budget") expected.lab.params["tuning"] = "grid";  // there was no other then
    CHECK(read_as(pair["file"], 1) == expected);
  }
}

TEST_CASE("Shipped scenes are of the newest version and leave nothing out that version 1 took from the first start's") {
  for (const auto& shipped : shipped_scenes()) {
    CAPTURE(shipped.id);
    const json document = json::parse(shipped.json);
    CHECK(document["version"] == kSceneVersion);
    Scene before = read_as(document, 1);
    if (before.lab.id == "budget") before.lab.params.erase("tuning");  // was not a choice in version 1
    CHECK(before == read_as(document, 2));
  }
}

TEST_CASE("What is written is of the newest version and says every field, so that no later default changes it") {
  const json written = json::parse(to_json(Scene{}));
  CHECK(written["version"] == kSceneVersion);
  json other = json::parse(to_json(find_scene("default")));
  for (const auto& [name, value] : written.items()) CHECK(other.contains(name));
}

TEST_CASE(
    "A scene that says nothing is one run with nothing of its own: exact gradient, one seed, no title, no notes") {
  const Scene nothing = scene_from_json(R"({"version": 2})", "file");
  CHECK(nothing == Scene{});
  CHECK(run_specs(nothing) == std::vector{RunSpec{}});
  CHECK(nothing.oracle == Choice{"exact"});
  CHECK(nothing.seeds == 1);
  CHECK(nothing.title + nothing.notes == "");
  const Scene named =
      scene_from_json(R"({"version": 2, "landscape": "quadratic", "runs": [{"schedule": "rex"}]})", "f");
  CHECK(run_specs(named) == std::vector{RunSpec{.landscape = {"quadratic"}, .rate = {"rex"}}});
}

TEST_CASE("The window shows a scene that says only its lab, and one step back is the scene before it") {
  PanelBench bench(find_scene("default"), {1280, 720});
  REQUIRE(bench.settle());
  open_scene(bench.session(), scene_from_json(R"({"version": 2, "landscape": "quadratic"})", "file"));
  REQUIRE(bench.settle());
  REQUIRE(bench.session().picture() != nullptr);
  CHECK(bench.session().picture()->runs.size() == 1);
  CHECK(shown_title(bench.session()) == "");
  bench.session().document.undo();
  CHECK(bench.scene() == find_scene("default"));
  for (const auto& lab : lab_entries()) {
    CAPTURE(lab.id);
    open_scene(bench.session(), scene_from_json(R"({"version": 2, "steps": 20, "lab": ")" + lab.id + "\"}", "file"));
    CHECK(bench.settle());
    CHECK(bench.scene().lab.id == lab.id);
  }
}

}  // namespace
}  // namespace steplab
