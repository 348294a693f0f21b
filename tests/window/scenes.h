// Scenes for the tests of the window.
#pragma once

#include "core/scene/scene.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"
#include "tests/window/desk.h"

#include <string>

namespace steplab::testing {

/// Four schedules on a valley, little work.
inline Scene small_scene() {
  Scene scene = find_scene(kFirstScene);
  scene.title = "Small";
  scene.steps = 200;
  scene.seeds = 4;
  scene.start = {-1.0, 1.0};
  return scene;
}

/// Path of a file on the desk with this scene.
inline std::string put_scene(const Desk& desk, const Scene& scene, const std::string& name = "small.json") {
  save_scene(scene, desk / name);
  return desk / name;
}

}  // namespace steplab::testing
