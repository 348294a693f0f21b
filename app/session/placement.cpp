#include "app/session/placement.h"

#include <algorithm>
#include <cstdint>

namespace steplab {
namespace {

std::int64_t common_pixels(const Area& a, const Area& b) {
  const std::int64_t width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x),
                     height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

}  // namespace

Area on_screen(Area wanted, std::span<const Area> screens, const Frame& frame) {
  if (screens.empty()) return wanted;
  const Area& screen =
      *std::ranges::max_element(screens, {}, [&](const Area& candidate) { return common_pixels(candidate, wanted); });
  const auto fit = [](int& at, int& length, int low, int high) {
    length = std::max(1, std::min(length, high - low));
    at = std::clamp(at, low, std::max(low, high - length));
  };
  fit(wanted.x, wanted.width, screen.x + frame.left, screen.x + screen.width - frame.right);
  fit(wanted.y, wanted.height, screen.y + frame.top, screen.y + screen.height - frame.bottom);
  return wanted;
}

}  // namespace steplab
