// Scene <-> JSON text and files.
#pragma once

#include "core/scene/scene.h"

#include <string>
#include <string_view>

namespace steplab {

/// The scene as JSON: every field, in a fixed order, numbers as the shortest text that reads back as the same double.
std::string to_json(const Scene& scene);

/// Fields that are not given keep the defaults of Scene; in a file of an older version they are what that version took
/// for them. InputError at "SOURCE: FIELD" for anything that is not a
/// scene: syntax, nesting, duplicate and unknown fields, wrong types, values not allowed, a version this program does
/// not know.
Scene scene_from_json(std::string_view text, std::string_view source);

/// The same from and to a file; writing replaces it whole or not at all.
Scene load_scene(const std::string& path);
void save_scene(const Scene& scene, const std::string& path);

}  // namespace steplab
