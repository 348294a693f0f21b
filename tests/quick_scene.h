// The default scene with little work.
#pragma once

#include "core/scene/scene.h"

namespace steplab {

inline Scene quick_scene() {
  Scene scene;
  scene.steps = 60;
  scene.seeds = 8;
  return scene;
}

}  // namespace steplab
