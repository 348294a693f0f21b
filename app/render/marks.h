// What stands in the pictures beside the paths: crosses at minima, the box with its ticks, the cursor. No GL.
#pragma once

#include "app/render/path_geometry.h"

namespace steplab::render {

/// A cross for each minimum inside of the window.
std::vector<Stroke> crosses_of(const Scenery& scenery, const Stage& stage);

/// Floor, its grid at the ticks, and the three upright edges behind.
std::vector<Stroke> box_of_lines(const SurfaceFrame& frame, const Stage& stage);

/// Needle from the top of the box down to the surface at the cursor; nothing without one. Its ring is the last of
/// `discs`.
std::vector<Stroke> needle_of(const SurfaceFrame& frame, const Stage& stage, const SurfaceGrid& grid,
                              std::vector<Disc>& discs);

/// Round numbers (1, 2 or 5 times a power of ten) inside low … high, about `count` of them.
std::vector<double> round_ticks(double low, double high, int count);
/// Excesses to write at the height axis, from low to high.
std::vector<double> height_ticks(const LevelMap& levels, double top);

}  // namespace steplab::render
