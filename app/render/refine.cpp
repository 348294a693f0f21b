#include "app/render/refine.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace steplab::render {
namespace {

constexpr int kEnough = 700, kMostFactor = 16;

using Weights = std::array<float, 4>;

Weights keys_weights(float t) {
  const float t2 = t * t, t3 = t2 * t;
  return {0.5f * (-t + 2 * t2 - t3), 0.5f * (2 - 5 * t2 + 3 * t3), 0.5f * (t + 4 * t2 - 3 * t3), 0.5f * (t3 - t2)};
}

bool is_finite(float value) { return std::abs(value) < kInfiniteFrom; }  // false for NaN

// One line of `count` values, `stride` apart.
struct Line {
  const float* values;
  int count;
  std::size_t stride;
  float at(int i) const {
    if (i >= 0 && i < count) return values[static_cast<std::size_t>(i) * stride];
    const int edge = i < 0 ? 0 : count - 1, inner = std::clamp(2 * edge - i, 0, count - 1);
    const float e = at(edge), further = at(inner);
    return is_finite(e) && is_finite(further) ? 2 * e - further : e;
  }
};

float interpolated(const Line& line, int base, const Weights& weights, float own) {
  float sum = 0;
  for (int k = 0; k < 4; ++k) {
    const float value = line.at(base - 1 + k);
    if (!is_finite(value)) return own;
    sum += weights[static_cast<std::size_t>(k)] * value;
  }
  return own >= 0 ? std::max(sum, 0.0f) : sum;
}

void refine_line(const Line& line, int factor, float* out, std::size_t out_stride) {
  for (int part = 0; part < factor; ++part) {
    // Centre of the part from the centre of its cell, in cells.
    const float offset = (static_cast<float>(part) + 0.5f) / static_cast<float>(factor) - 0.5f;
    const int shift = offset < 0 ? -1 : 0;
    const Weights weights = keys_weights(offset - static_cast<float>(shift));
    for (int cell = 0; cell < line.count; ++cell)
      out[static_cast<std::size_t>(cell * factor + part) * out_stride] =
          interpolated(line, cell + shift, weights, line.at(cell));
  }
}

}  // namespace

std::vector<float> refined(std::span<const float> values, int width, int height, int factor) {
  if (factor == 1) return {values.begin(), values.end()};
  const auto w = static_cast<std::size_t>(width), h = static_cast<std::size_t>(height),
             f = static_cast<std::size_t>(factor);
  std::vector<float> wide(w * f * h), fine(w * f * h * f);
  for (std::size_t row = 0; row < h; ++row) refine_line({&values[row * w], width, 1}, factor, &wide[row * w * f], 1);
  for (std::size_t column = 0; column < w * f; ++column)
    refine_line({&wide[column], height, w * f}, factor, &fine[column], w * f);
  return fine;
}

int refinement_of(int width, int height) {
  const int longer = std::max({width, height, 1});
  return std::clamp((kEnough + longer - 1) / longer, 1, kMostFactor);
}

}  // namespace steplab::render
