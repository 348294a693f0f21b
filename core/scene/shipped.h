// The scenes that come with the program: assets/scenes/*.json, built in.
#pragma once

#include "core/scene/scene.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

struct ShippedScene {
  std::string_view id;  ///< the file's name without .json
  std::string_view json;
};
/// By id, ascending.
std::span<const ShippedScene> shipped_scenes();
std::vector<std::string> shipped_ids();

/// The scene that a first start shows.
inline constexpr const char* kFirstScene = "default";

/// A shipped scene by its id, or else the scene in a file of that name.
Scene find_scene(const std::string& id_or_path);

}  // namespace steplab
