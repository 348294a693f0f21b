// Pictures: from a virtual screen or a PNG, cut out and compared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace steplab::testing {

/// In pixels from the top left.
struct Rect {
  double x = 0, y = 0, w = 0, h = 0;
  double centre_x() const { return x + w / 2; }
  double centre_y() const { return y + h / 2; }
  double right() const { return x + w; }
  double foot() const { return y + h; }
};

struct Pixels {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb{};  ///< rows from the top
  friend bool operator==(const Pixels&, const Pixels&) = default;
};

/// What the file shows that Xvfb keeps its screen in (-fbdir): an X window dump, version 7, of 32 bits a pixel.
Pixels read_screen(const std::string& path);
/// Fails the test if it is no picture.
Pixels read_png(const std::string& path);

/// The whole pixels inside of the rectangle.
Pixels cut_out(const Pixels& picture, const Rect& rect);
/// How many pixels differ in a channel by more than `tolerance` (of 255); all, if the sizes differ.
int differing(const Pixels& a, const Pixels& b, int tolerance = 0);

}  // namespace steplab::testing
