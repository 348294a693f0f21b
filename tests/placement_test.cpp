#include "app/session/placement.h"

#include <doctest/doctest.h>

#include <array>

namespace steplab {
namespace {

constexpr std::array<Area, 2> kScreens = {{{0, 0, 1920, 1080}, {1920, 0, 1280, 1024}}};

TEST_CASE("A window that lies on a screen stays where it was left") {
  CHECK(on_screen({100, 50, 800, 600}, kScreens, {}) == Area{100, 50, 800, 600});
  CHECK(on_screen({2000, 100, 800, 600}, kScreens, {}) == Area{2000, 100, 800, 600});
}

TEST_CASE("A window outside of all screens comes back whole, one that is too large is made smaller") {
  CHECK(on_screen({5000, 300, 800, 600}, {kScreens.data(), 1}, {}) == Area{1120, 300, 800, 600});
  CHECK(on_screen({-3000, -3000, 800, 600}, kScreens, {}) == Area{0, 0, 800, 600});
  CHECK(on_screen({0, 0, 5000, 4000}, kScreens, {}) == Area{0, 0, 1920, 1080});
  CHECK(on_screen({1800, 900, 800, 600}, kScreens, {}) == Area{1920, 424, 800, 600});  // most of it is on the second
  CHECK(on_screen({7, 8, 9, 10}, {}, {}) == Area{7, 8, 9, 10});
}

TEST_CASE("The frame that the window system draws stays on the screen, too") {
  const Frame frame{.left = 5, .top = 30, .right = 5, .bottom = 5};
  CHECK(on_screen({0, 0, 800, 600}, kScreens, frame) == Area{5, 30, 800, 600});
  CHECK(on_screen({0, 0, 1920, 1080}, {kScreens.data(), 1}, frame) == Area{5, 30, 1910, 1045});
}

TEST_CASE("Wherever a window was left and whatever screens there are now, it lies on one of them") {
  const std::array<Area, 3> screens = {{{0, 40, 1366, 700}, {-1280, 0, 1280, 1024}, {1366, 0, 3840, 2160}}};
  for (int x = -9000; x <= 9000; x += 750)
    for (int y = -5000; y <= 5000; y += 500)
      for (const int size : {1, 640, 1400, 9000}) {
        const Area placed = on_screen({x, y, size, size / 2 + 1}, screens, {});
        bool inside = false;
        for (const Area& screen : screens)
          inside = inside || (placed.x >= screen.x && placed.y >= screen.y &&
                              placed.x + placed.width <= screen.x + screen.width &&
                              placed.y + placed.height <= screen.y + screen.height);
        CHECK(inside);
      }
}

}  // namespace
}  // namespace steplab
