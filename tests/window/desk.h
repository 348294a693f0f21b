// A person's desk: a screen of its own, a home folder, a mouse and a keyboard. Nothing of it is left afterwards.
#pragma once

#include "tests/window/child.h"
#include "tests/window/pixels.h"

#include <filesystem>
#include <string>
#include <vector>

namespace steplab::testing {

/// Of windows in tests that are not about their size: wide enough for controls, map and curves beside each other.
inline constexpr int kWidth = 1040, kHeight = 640;

class Desk {
 public:
  /// A virtual screen of this size on a free display; an empty home.
  explicit Desk(int width = kWidth, int height = kHeight);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// Path of a file in the folder in which programs are started.
  std::string operator/(const std::string& name) const { return (work_ / name).string(); }
  const std::filesystem::path& work() const { return work_; }
  const std::filesystem::path& home() const { return home_; }
  /// DISPLAY, HOME and the XDG folders.
  std::vector<std::string> environment() const;

  /// The keyboard of a country, as setxkbmap names it ("fr", "us -variant dvorak"). It is there when this returns.
  void use_layout(const std::string& layout) const;

  /// A command of xdotool. It is on its way afterwards, perhaps not yet done.
  void xdotool(const std::string& command) const;

  Pixels screen() const { return read_screen((folder_ / "Xvfb_screen0").string()); }

 private:
  std::filesystem::path folder_, work_, home_;
  Child server_, hand_;
  std::string display_;
  int to_hand_ = -1;
};

}  // namespace steplab::testing
