// Scenes drawn by key from the whole catalog: for round trips and as seeds of the fuzz target.
#pragma once

#include "core/scene/scene.h"

#include <cstdint>

namespace steplab::testing {

/// Keyed draws, one after the other.
class Draw {
 public:
  explicit Draw(std::uint64_t key) : key_{.seed = key} {}
  std::uint32_t word();
  /// 0 … n−1.
  std::size_t below(std::size_t n);
  double uniform();  ///< in (0, 1), all 53 bits used

 private:
  RandomKey key_;
  std::uint64_t index_ = 0;
};

/// A scene whose every field is allowed by itself (the parts need not fit together).
Scene random_scene(std::uint64_t key);

}  // namespace steplab::testing
