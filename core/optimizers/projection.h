// Projections onto a convex domain after each update: projected SGD.
#pragma once

#include "core/base/parameters.h"
#include "core/base/tile.h"
#include "core/landscapes/landscape.h"

#include <memory>
#include <string_view>
#include <vector>

namespace steplab {

/// Immutable.
class Projection {
 public:
  virtual ~Projection() = default;
  /// False if it does nothing on this landscape.
  virtual bool acts_on(const Landscape& landscape) const = 0;
  virtual void project(const Landscape& landscape, Tile& x) const = 0;
};

using ProjectionEntry = Entry<Projection>;
std::vector<ProjectionEntry> all_projections();  // domain (the landscape's own), none, box, ball

}  // namespace steplab
