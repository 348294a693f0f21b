// A number that tells frames apart, so that a picture that did not change need not be drawn again. Private to
// app/render.
#pragma once

#include "app/render/types.h"

#include <cstdint>

namespace steplab::render {

/// Everything but paths, clouds, minima and cursor. 64 bits: two frames agree by chance once in 10^19.
std::uint64_t backdrop_key(const MapFrame& frame);
std::uint64_t backdrop_key(const SurfaceFrame& frame);

/// The rest, including every vertex.
std::uint64_t marks_key(const MapFrame& frame);
std::uint64_t marks_key(const SurfaceFrame& frame);

}  // namespace steplab::render
