#include "app/widgets/input_queue.h"

#include <array>

namespace steplab {

void InputQueue::button(int button, bool down) {
#if IMGUI_VERSION_NUM < 18700
  if (button >= 0 && button < kButtons) changes_.push_back({button, down});
#else
  (void)button, (void)down;
#endif
}

void InputQueue::key(int key, bool down) {
#if IMGUI_VERSION_NUM < 18700
  if (key > 0 && key < kCodes - kKeys) changes_.push_back({kKeys + key, down});
#else
  (void)key, (void)down;
#endif
}

void InputQueue::apply(ImGuiIO& io) {
#if IMGUI_VERSION_NUM < 18700
  std::bitset<kCodes> changed;
  while (!changes_.empty() && !changed[static_cast<std::size_t>(changes_.front().code)]) {
    const auto code = static_cast<std::size_t>(changes_.front().code);
    changed.set(code);
    down_[code] = changes_.front().down;
    changes_.pop_front();
  }
  for (std::size_t b = 0; b < kButtons; ++b) io.MouseDown[b] = down_[b];
  // The back end has set the keys as they stand now, by their places: too early, and perhaps others.
  for (std::size_t code = kKeys; code < kCodes; ++code) io.KeysDown[code - kKeys] = down_[code];
  const auto either = [&](std::size_t left) { return io.KeysDown[left] || io.KeysDown[left + 4]; };
  io.KeyShift = either(340), io.KeyCtrl = either(341), io.KeyAlt = either(342), io.KeySuper = either(343);
#else
  (void)io;
#endif
}

}  // namespace steplab
