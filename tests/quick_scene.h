// The default scene with little work.
#pragma once

#include "core/scene/shipped.h"

namespace steplab {

inline Scene quick_scene() {
  Scene scene = find_scene(kFirstScene);
  scene.steps = 60;
  scene.seeds = 8;
  return scene;
}

}  // namespace steplab
