#include "app/render/levels.h"

#include <algorithm>
#include <cmath>

namespace steplab::render {

double level_of(const LevelMap& levels, double excess) {
  if (!levels.logarithmic) return (excess - levels.first) / levels.step;
  return std::log(std::max(excess, 0.0) / levels.first) / std::log(levels.step);
}

double excess_of(const LevelMap& levels, double level) {
  return levels.logarithmic ? levels.first * std::pow(levels.step, level) : levels.first + levels.step * level;
}

double rise(const LevelMap& levels, double top, double excess) {
  if (std::isnan(excess)) return excess;
  const double share = std::clamp(excess / top, 0.0, 1.0);
  if (!levels.logarithmic) return share;
  return std::log1p(share * top / levels.first) / std::log1p(top / levels.first);
}

}  // namespace steplab::render
