#include "core/scene/shipped.h"

#include "core/scene/scene_json.h"

#include <filesystem>

namespace steplab {

std::vector<std::string> shipped_ids() {
  std::vector<std::string> ids;
  for (const auto& scene : shipped_scenes()) ids.emplace_back(scene.id);
  return ids;
}

Scene find_scene(const std::string& id_or_path) {
  for (const auto& scene : shipped_scenes())
    if (scene.id == id_or_path) return scene_from_json(scene.json, id_or_path);
  std::error_code none;
  const bool is_path = id_or_path.find('/') != id_or_path.npos || id_or_path.ends_with(".json") ||
                       std::filesystem::exists(id_or_path, none);
  if (is_path) return load_scene(id_or_path);
  std::string all;
  for (const auto& id : shipped_ids()) all += ", " + id;
  throw InputError("scene", "unknown scene '" + id_or_path.substr(0, 80) + "'" +
                                did_you_mean(id_or_path, shipped_ids()) + "; allowed: a scene file" + all);
}

}  // namespace steplab
