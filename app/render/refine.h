// Coarse fields made fine enough to be drawn without corners. No GL.
#pragma once

#include <span>
#include <vector>

namespace steplab::render {

/// Beyond this a landscape counts as infinite.
inline constexpr float kInfiniteFrom = 1e37f;

/// Splits every cell into factor × factor cells by cubic convolution (Keys 1981: goes through the values where factor
/// is odd, exact for parabolas), continued in a straight line at the border, and never below 0 where the cell is not.
/// Where a neighbour is infinite (|value| ≥ kInfiniteFrom) or NaN: the value of the cell itself.
std::vector<float> refined(std::span<const float> values, int width, int height, int factor);

/// The factor that brings a field to about the size of a picture: 1 where it is that large.
int refinement_of(int width, int height);

}  // namespace steplab::render
