// The field that is shown: on the graphics side, and a copy to sample the surface from. Private to app/render.
#pragma once

#include "app/render/gl_objects.h"
#include "app/render/shader_library.h"
#include "app/render/surface_grid.h"

#include <vector>

namespace steplab::render {

class FieldStore {
 public:
  void set(const FieldImage& field);
  bool empty() const { return image_.width == 0; }
  /// The copy: refined where it was coarse, holes marked by numbers ≥ kInfiniteFrom. Its sharpness is not refined.
  const FieldImage& image() const { return image_; }
  double largest() const { return largest_; }
  bool has_sharpness() const { return !image_.sharpness.empty(); }
  GLuint excess() const { return excess_.id(); }
  GLuint sharpness() const { return sharpness_.id(); }

 private:
  FieldImage image_;
  std::vector<float> excess_values_, sharpness_values_;
  double largest_ = 1;
  Texture excess_, sharpness_;
};

/// The top of fill and box for these levels.
inline double top_of(const LevelMap& levels, const FieldStore& field) {
  return levels.top > 0 ? levels.top : field.largest();
}

inline constexpr double kHatchPeriod = 9;  ///< pixels at UI scale 1

/// The uniforms of common.glsl. `thickness`: texels per pixel of the picture.
void set_common(Program& program, const Scenery& scenery, double top, float thickness);

}  // namespace steplab::render
