// What older versions of the scene file meant, put into words of the present one.
#pragma once

#include <string>
#include <string_view>

namespace steplab {

/// The JSON text of a scene of `version` (1 … kSceneVersion; an object) as that of a scene of kSceneVersion that means
/// the same. Only names that it lacks are added: what is wrong in it is left for the reader to refuse.
std::string lifted_to_current(std::string_view json, int version);

}  // namespace steplab
