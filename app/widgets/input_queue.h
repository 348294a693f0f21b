// Keys and buttons on their way to ImGui, so that none is lost where frames are slow.
#pragma once

#include <bitset>
#include <deque>
#include <imgui.h>

namespace steplab {

/// ImGui before 1.87 knows only how keys and buttons stand when a frame begins: what is pressed and released between
/// two frames never was. This queue keeps every change and hands out at most one of each key and button a frame, in
/// order. Later versions do so themselves; for them it does nothing.
class InputQueue {
 public:
  /// As GLFW names them; other buttons are left to the back end. Keys by their label: ImGui's own Ctrl+A is where the A
  /// is.
  void button(int button, bool down);
  void key(int key, bool down);
  /// Between the back end's NewFrame() and ImGui's.
  void apply(ImGuiIO& io);
  /// Changes wait for the next frame.
  bool waiting() const { return !changes_.empty(); }

 private:
  struct Change {
    int code = 0;  // buttons from 0 on, keys from kKeys on
    bool down = false;
  };
  static constexpr int kButtons = 3, kKeys = 8, kCodes = 512;
  std::deque<Change> changes_;
  std::bitset<kCodes> down_;
};

}  // namespace steplab
