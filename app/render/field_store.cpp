#include "app/render/field_store.h"

#include "app/render/refine.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab::render {
namespace {

// As in common.glsl: numbers, because shaders may not tell infinities and NaN apart.
constexpr float kHole = 3e38f;

float shown(float excess) { return std::abs(excess) < kInfiniteFrom ? excess : kHole; }

}  // namespace

void FieldStore::set(const FieldImage& field) {
  const int factor = refinement_of(field.width, field.height);
  excess_values_ = refined(field.excess, field.width, field.height, factor);
  for (float& e : excess_values_) e = shown(e);
  image_ = field;
  image_.width *= factor;
  image_.height *= factor;
  image_.excess = excess_values_;
  largest_ = largest_excess(image_);
  upload(excess_, image_.width, image_.height, excess_values_);
  // What is not a number is not above a threshold.
  sharpness_values_.resize(field.sharpness.size());
  for (std::size_t i = 0; i < field.sharpness.size(); ++i)
    sharpness_values_[i] = std::isnan(field.sharpness[i]) ? 0.0f : std::min(field.sharpness[i], kHole);
  if (!field.sharpness.empty()) upload(sharpness_, field.width, field.height, sharpness_values_);
  image_.sharpness = sharpness_values_;
}

void set_common(Program& program, const Scenery& scenery, double top, float thickness) {
  const Style& style = scenery.style;
  const LevelMap& levels = scenery.levels;
  program.set("low_colour", style.low);
  program.set("high_colour", style.high);
  program.set("contour_colour", style.contour);
  program.set("ground_colour", style.ground);
  program.set("warm_colour", style.warm);
  program.set("logarithmic", levels.logarithmic);
  program.set("first_level", static_cast<float>(levels.first));
  program.set("inverse_step", static_cast<float>(1 / (levels.logarithmic ? std::log2(levels.step) : levels.step)));
  program.set("top", static_cast<float>(top));
  program.set("inverse_rise", static_cast<float>(1 / std::log2(1 + top / levels.first)));
  program.set("line_width", style.scale * thickness);
  program.set("hatch_period", static_cast<float>(kHatchPeriod) * style.scale * thickness);
}

}  // namespace steplab::render
