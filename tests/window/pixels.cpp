#include "tests/window/pixels.h"

#include "tests/window/text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <stb/stb_image.h>

namespace steplab::testing {
namespace {

/// Field of an X window dump's head (XWDFile.h): 32 bits, the highest byte first.
std::uint32_t head_field(const std::string& file, std::size_t index) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(file[4 * index + i]);
  return value;
}

constexpr std::size_t kHeadSize = 0, kWidth = 4, kHeight = 5, kBitsPerPixel = 11, kBytesPerLine = 12, kColours = 19;
constexpr std::size_t kBytesPerColour = 12;

}  // namespace

Pixels read_screen(const std::string& path) {
  const std::string file = text_of(path);
  REQUIRE(file.size() > 100);
  REQUIRE(head_field(file, kBitsPerPixel) == 32);
  const std::size_t width = head_field(file, kWidth), height = head_field(file, kHeight),
                    line = head_field(file, kBytesPerLine),
                    begin = head_field(file, kHeadSize) + kBytesPerColour * head_field(file, kColours);
  REQUIRE(file.size() >= begin + line * height);
  Pixels pixels{static_cast<int>(width), static_cast<int>(height), std::vector<std::uint8_t>(3 * width * height)};
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t k = 0; k < 3; ++k)  // blue comes first
        pixels.rgb[3 * (y * width + x) + k] = static_cast<std::uint8_t>(file[begin + y * line + 4 * x + 2 - k]);
  return pixels;
}

Pixels read_png(const std::string& path) {
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<unsigned char, void (*)(void*)> data(stbi_load(path.c_str(), &width, &height, &channels, 3),
                                                             stbi_image_free);
  REQUIRE_MESSAGE(data, path);
  const auto bytes = 3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return {width, height, std::vector<std::uint8_t>(data.get(), data.get() + bytes)};
}

Pixels cut_out(const Pixels& picture, const Rect& rect) {
  const int left = std::max(0, static_cast<int>(std::ceil(rect.x))),
            top = std::max(0, static_cast<int>(std::ceil(rect.y)));
  const int right = std::min(picture.width, static_cast<int>(rect.right())),
            foot = std::min(picture.height, static_cast<int>(rect.foot()));
  REQUIRE(left < right);
  REQUIRE(top < foot);
  Pixels part{right - left, foot - top, {}};
  for (int y = top; y < foot; ++y) {
    const auto row = picture.rgb.begin() + 3 * (static_cast<std::ptrdiff_t>(y) * picture.width + left);
    part.rgb.insert(part.rgb.end(), row, row + 3 * static_cast<std::ptrdiff_t>(part.width));
  }
  return part;
}

int differing(const Pixels& a, const Pixels& b, int tolerance) {
  if (a.width != b.width || a.height != b.height) return std::max(a.width * a.height, b.width * b.height);
  int count = 0;
  for (std::size_t i = 0; i < a.rgb.size(); i += 3) {
    const auto differs = [&](std::size_t k) { return std::abs(a.rgb[i + k] - b.rgb[i + k]) > tolerance; };
    count += differs(0) || differs(1) || differs(2);
  }
  return count;
}

}  // namespace steplab::testing
