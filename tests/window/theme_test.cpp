// Sizes and themes of the View menu.
#include "tests/window/driver.h"
#include "tests/window/scenes.h"

#include <doctest/doctest.h>

#include <set>

namespace steplab::testing {
namespace {

std::size_t colours_of(const Pixels& picture) {
  std::set<std::uint32_t> colours;
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3)
    colours.insert(static_cast<std::uint32_t>(picture.rgb[i] << 16 | picture.rgb[i + 1] << 8 | picture.rgb[i + 2]));
  return colours.size();
}

/// Letters and pictures are drawn: smooth edges and maps have many colours, an empty band has two.
void check_drawn(const Driver& driver, const Pixels& shown) {
  for (const std::string item : {"help", "status", "slider.rho"}) {
    CAPTURE(item);
    Rect rect = driver.rect(item);
    if (rect.foot() > shown.height || rect.right() > shown.width) continue;  // scrolled out of sight
    CHECK(colours_of(cut_out(shown, rect)) > 8);
  }
  CHECK(colours_of(shown) > 200);
}

TEST_CASE("Window: letters and pictures stay at every size of the View menu, twice round, in both themes") {
  Desk desk;
  Driver driver(desk, {put_scene(desk, small_scene())});
  driver.choose("settings_menu", "settings.scale.1");
  const Pixels first = driver.picture();
  check_drawn(driver, first);
  for (const std::string theme : {"dark", "light"}) {
    CAPTURE(theme);
    driver.choose("settings_menu", "settings." + theme);
    for (const std::string scale : {"0", "0.75", "1.25", "1.5", "2", "2.5", "3", "1"}) {
      CAPTURE(scale);
      driver.choose("settings_menu", "settings.scale." + scale);
      check_drawn(driver, driver.picture());
    }
  }
  CHECK(differing(driver.picture(), first) == 0);
}

}  // namespace
}  // namespace steplab::testing
