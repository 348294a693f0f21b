#include "core/scene/scene_versions.h"

#include "core/scene/scene.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cassert>
#include <string_view>

namespace steplab {
namespace {

using Json = nlohmann::json;

/// In version 1 a field that was left out was that of the first start's scene, as it was then. Other fields had the
/// defaults that they still have.
constexpr std::string_view kLeftOutOfVersion1 = R"({
  "title": "Four schedules race",
  "notes": "One valley, one base step size, the same noise: only the schedule differs. The constant step keeps shaking at the level of the noise, the annealed ones come to rest.",
  "landscape": {"id": "rosenbrock", "params": {"b": 10}},
  "oracle": {"id": "gaussian", "params": {"sigma": 5}},
  "steps": 1500,
  "seeds": 25,
  "reach": 0.25,
  "runs": [
    {"schedule": "constant", "step_size": 0.01},
    {"schedule": "linear", "step_size": 0.01},
    {"schedule": "cosine", "step_size": 0.01},
    {"schedule": "rex", "step_size": 0.01}
  ]
})";

bool is_of(const Json& choice, const char* id) {
  return choice == id || (choice.is_object() && choice.contains("id") && choice["id"] == id);
}

/// A setting that a lab's scene of the version before could not have.
void give_setting(Json& scene, const char* lab_id, const char* name, const Json& value) {
  const auto lab = scene.find("lab");
  if (lab == scene.end() || !is_of(*lab, lab_id)) return;
  if (lab->is_string()) *lab = {{"id", lab_id}};
  if (!lab->contains("params")) (*lab)["params"] = Json::object();
  if ((*lab)["params"].is_object()) (*lab)["params"].emplace(name, value);
}

void from_version_1(Json& scene) {
  give_setting(scene, "budget", "tuning", "grid");  // on multiples of 3 alone
  const Json left_out = Json::parse(kLeftOutOfVersion1);
  scene.insert(left_out.begin(), left_out.end());  // keeps what is there
}

/// A new version adds the step from the one before it.
using Lift = void (*)(Json&);
constexpr std::array<Lift, kSceneVersion - 1> kLifts = {from_version_1};

}  // namespace

std::string lifted_to_current(std::string_view json, int version) {
  assert(version >= 1 && version <= kSceneVersion);
  Json scene = Json::parse(json);
  for (auto step = static_cast<std::size_t>(version - 1); step < kLifts.size(); ++step) kLifts[step](scene);
  return scene.dump();
}

}  // namespace steplab
