// Keys by what stands on them: facts about national keyboards, taken from their pictures.
#include "app/panels/keys.h"

#include <doctest/doctest.h>

namespace steplab {
namespace {

TEST_CASE("Letters and signs of French, German, Dvorak and Turkish keyboards are named by their labels") {
  // French: A Z where Q W are on a US keyboard, M right of L, = left of the backspace key.
  CHECK(key_of_label('Q', "a", true) == 'A');
  CHECK(key_of_label('W', "z", true) == 'Z');
  CHECK(key_of_label('A', "q", true) == 'Q');
  CHECK(key_of_label(';', "m", true) == 'M');
  CHECK(key_of_label('=', "=", true) == kKeyPlus);
  CHECK(key_of_label('6', "-", true) == kKeyMinus);
  // German: Y and Z change places, + is left of Return, - left of the right Shift, ü and ß are letters of their own.
  CHECK(key_of_label('Y', "z", true) == 'Z');
  CHECK(key_of_label('Z', "y", true) == 'Y');
  CHECK(key_of_label(']', "+", true) == kKeyPlus);
  CHECK(key_of_label('/', "-", true) == kKeyMinus);
  CHECK(key_of_label('[', "ü", true) == 0);
  CHECK(key_of_label('-', "ß", true) == 0);
  CHECK(key_of_label('=', "", true) == 0);  // a dead accent
  // Dvorak: [ where - is, z where / is.
  CHECK(key_of_label('-', "[", true) == '[');
  CHECK(key_of_label('/', "z", true) == 'Z');
  // Turkish: the dotless ı is where the I is, i where the apostrophe is.
  CHECK(key_of_label('I', "ı", true) == 0);
  CHECK(key_of_label('\'', "i", true) == 'I');
  CHECK(key_of_label('Z', "z", true) == 'Z');
}

TEST_CASE("On keyboards without Latin letters, and for digits that need Shift, the place of a key counts") {
  // Russian and Greek; on the latter a semicolon stands where the Q is.
  CHECK(key_of_label('Z', "я", false) == 'Z');
  CHECK(key_of_label('Q', "й", false) == 'Q');
  CHECK(key_of_label('[', "х", false) == '[');
  CHECK(key_of_label('Z', "ζ", false) == 'Z');
  CHECK(key_of_label('Q', ";", false) == 'Q');
  CHECK(key_of_label('-', "-", false) == kKeyMinus);
  CHECK(key_of_label('Q', "'", true) == 0);  // Dvorak's Q is elsewhere
  for (const auto& [place, label] : {std::pair{'1', "&"}, {'2', "é"}, {'3', "\""}, {'8', "_"}, {'9', "ç"}})
    CHECK(key_of_label(place, label, true) == place);
  CHECK(key_of_label('Z', "", false) == 'Z');  // a window system that knows no labels
  for (const int key : {kKeySpace, kKeyEscape, kKeyTab, kKeyHome, kKeyF1, kKeyPadPlus})
    CHECK(key_of_label(key, "a", true) == key);
}

TEST_CASE("Plus, brackets and digits that are typed with Shift or AltGr count as what is typed") {
  KeyPress press{.key = '4', .shift = true};  // Turkish
  retype(press, '+');
  CHECK(press.key == kKeyPlus);
  press = {.key = '8'};  // German, with AltGr
  retype(press, '[');
  CHECK(press.key == '[');
  press = {.key = '6', .shift = true};  // French
  retype(press, '6');
  CHECK(press.key == '6');
  CHECK_FALSE(press.shift);
  press = {.key = 'R', .shift = true};
  retype(press, 'R');
  CHECK(press.key == 'R');
  CHECK(press.shift);
}

}  // namespace
}  // namespace steplab
