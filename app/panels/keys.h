// Keys and what they do: one list for the window, the shortcuts' sheet and the tests.
#pragma once

#include "app/session/session.h"

#include <span>
#include <string>

namespace steplab {

/// A key as the window system names it (GLFW's codes: capital letters, digits and signs are their ASCII codes).
struct KeyPress {
  int key = 0;
  bool control = false, shift = false;
};

// GLFW's codes of keys without a letter.
inline constexpr int kKeySpace = 32, kKeyEscape = 256, kKeyTab = 258, kKeyRight = 262, kKeyLeft = 263, kKeyHome = 268,
                     kKeyEnd = 269, kKeyF1 = 290, kKeyPlus = '=', kKeyMinus = '-', kKeyPadPlus = 334,
                     kKeyPadMinus = 333;

struct Shortcut {
  const char* keys;   ///< for a person
  const char* words;  ///< what they do
  const char* group;
};
std::span<const Shortcut> shortcuts();

/// Does what the key means; never called while a text field has the focus. True if it meant something.
bool press_key(Session& session, const KeyPress& press);

}  // namespace steplab
