// The memory of a rate rule or an optimizer, as data.
#pragma once

#include "core/base/tile.h"

#include <vector>

namespace steplab {

/// Plain data, copyable: every slot has one row per lane, so one lane's memory can be taken out and put elsewhere.
struct Memory {
  std::vector<Tile> slots;
};

}  // namespace steplab
