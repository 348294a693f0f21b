// What older versions of the scene file meant, put into words of the present one.
#pragma once

#include <nlohmann/json.hpp>

namespace steplab {

/// Makes of a scene of `version` (1 … kSceneVersion; an object), in place, a scene of kSceneVersion that means the
/// same. Only names that it lacks are added: what is wrong in it is left for the reader to refuse.
void lift_to_current(nlohmann::json& scene, int version);

}  // namespace steplab
