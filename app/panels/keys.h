// Keys and what they do: one list for the window, the shortcuts' sheet and the tests.
#pragma once

#include "app/session/session.h"

#include <string_view>
#include <vector>

namespace steplab {

/// A key by its label, in GLFW's codes: capital letters, digits and signs are their ASCII codes.
struct KeyPress {
  int key = 0;
  bool control = false, shift = false;
};

// GLFW's codes of keys without a letter.
inline constexpr int kKeySpace = 32, kKeyEscape = 256, kKeyTab = 258, kKeyRight = 262, kKeyLeft = 263, kKeyHome = 268,
                     kKeyEnd = 269, kKeyF1 = 290, kKeyPlus = '=', kKeyMinus = '-', kKeyPadPlus = 334,
                     kKeyPadMinus = 333;

/// GLFW names a key by its place on a US keyboard. This is its name by what stands on it (UTF-8, "" if nothing does) in
/// the layout that is in force: letters, digits, + − [ ]. Where that layout has no Latin letters, and for digits that
/// need Shift, the place counts; other labels mean nothing: 0.
int key_of_label(int place, std::string_view label, bool latin);

/// A key was pressed and this is what it typed, with Shift and AltGr: + − [ ] and digits count as what is typed.
void retype(KeyPress& press, unsigned character);

struct Shortcut {
  const char* keys = nullptr;   ///< for a person
  const char* words = nullptr;  ///< what they do
  const char* group = nullptr;
};
std::vector<Shortcut> shortcuts();

/// Does what the key means; never called while a text field has the focus. True if it meant something.
bool press_key(Session& session, const KeyPress& press);

}  // namespace steplab
