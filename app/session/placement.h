// Where a window goes.
#pragma once

#include <span>

namespace steplab {

/// In the window system's pixels; of a window without its frame, or the usable part of a screen.
struct Area {
  int x = 0, y = 0, width = 0, height = 0;
  friend bool operator==(const Area&, const Area&) = default;
};

/// What the window system draws around a window.
struct Frame {
  int left = 0, top = 0, right = 0, bottom = 0;
};

/// `wanted`, made smaller where it must be and moved so that it lies, with its frame, on the screen that it has most in
/// common with; on the first where it lies on none. Without screens as it is.
Area on_screen(Area wanted, std::span<const Area> screens, const Frame& frame);

}  // namespace steplab
