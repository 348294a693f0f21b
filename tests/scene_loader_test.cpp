// What a window takes from files and the clipboard, and what is too much for it.
#include "app/session/scene_loader.h"

#include "app/session/limits.h"
#include "core/base/error.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"

#include <doctest/doctest.h>

#include <thread>

namespace steplab {
namespace {

std::string problem_of(const Scene& scene) { return load({.path = {}, .text = to_json(scene)}).problem; }

TEST_CASE("A window refuses more runs, updates and letters than it can show, and says how many it can") {
  const Scene first = find_scene(kFirstScene);
  Scene scene = first;
  CHECK(problem_of(scene) == "");
  scene.runs.resize(kMostWindowRuns, scene.runs[0]);
  CHECK(problem_of(scene) == "");
  scene.runs.resize(1000, scene.runs[0]);
  CHECK(problem_of(scene) ==
        "clipboard: runs: 1000 runs are too many for a window; allowed: at most 256 (steplab-cli takes more)");
  scene = first;
  scene.steps = 1000000000;
  scene.seeds = 1024;
  CHECK(problem_of(scene).find("4.096e+12 updates would take hours; allowed in a window: at most 1e+12") !=
        std::string::npos);
  scene = first;
  scene.title = std::string(100000, '\n');
  CHECK(problem_of(scene) == "clipboard: title: 100000 bytes are too many for a window; allowed: at most 1000");
  scene = first;
  scene.notes = std::string(100000, 'n');
  CHECK(problem_of(scene) == "clipboard: notes: 100000 bytes are too many for a window; allowed: at most 20000");
  scene = first;
  scene.runs[1].name = std::string(1000, 'n');
  CHECK(problem_of(scene) == "clipboard: runs[1].name: 1000 bytes are too many for a window; allowed: at most 200");
}

TEST_CASE("What is no scene is refused with its place, and the window's scene stays") {
  Session session;
  session.document = Document(Scene{});
  open_loaded(session, load({.path = {}, .text = "no scene"}));
  REQUIRE(session.note);
  CHECK(session.note->problem);
  CHECK(session.note->text.starts_with("clipboard: "));
  CHECK(session.document.scene() == Scene{});
  open_loaded(session, load({.path = "/nowhere/none.json"}));
  CHECK(session.note->text.starts_with("/nowhere/none.json: cannot read"));
}

TEST_CASE("Scenes come from the loader in the order in which they were wanted, each once") {
  SceneLoader loader([] {});
  for (const char* title : {"one", "two", "three"}) {
    Scene scene;
    scene.title = title;
    loader.want({.path = {}, .text = to_json(scene)});
  }
  std::vector<std::string> titles;
  while (loader.busy()) {
    for (const LoadedScene& loaded : loader.take()) titles.push_back(loaded.scene.value().title);
    std::this_thread::yield();
  }
  CHECK(titles == std::vector<std::string>{"one", "two", "three"});
  CHECK(loader.take().empty());
}

}  // namespace
}  // namespace steplab
