// Words of the controls: no letter without a meaning, no range that reads like code.
#include "app/widgets/choice_editor.h"
#include "app/widgets/slider.h"
#include "core/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace steplab {
namespace {

/// Letters of the longest word of plain letters.
int longest_word(const std::string& text) {
  int longest = 0, length = 0;
  for (const char c : text) {
    length = std::isalpha(static_cast<unsigned char>(c)) ? length + 1 : 0;
    longest = std::max(longest, length);
  }
  return longest;
}

template <class T>
void check_labels(const std::vector<Entry<T>>& entries) {
  for (const auto& entry : entries)
    for (const auto& spec : entry.params) {
      CAPTURE(entry.id);
      CAPTURE(spec.name);
      const std::string label = label_of(spec), help = help_of(spec);
      CHECK(longest_word(label) >= 3);
      CHECK(label.find('_') == label.npos);
      CHECK(help.find(" ≤ " + spec.name) == help.npos);
    }
}

TEST_CASE("Every parameter of a landscape and of noise has a label with a word in it") {
  check_labels(landscapes());
  check_labels(oracles());
}

TEST_CASE("Ranges are words") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(range_words({.allowed_low = 0, .allowed_high = 1e6}) == "a number between 0 and 1e6");
  CHECK(range_words({.whole = true, .allowed_low = 1, .allowed_high = 9}) == "a whole number between 1 and 9");
  CHECK(range_words({.allowed_low = 0, .allowed_high = 1, .low_open = true, .high_open = true}) ==
        "a number above 0 and below 1");
  CHECK(range_words({.allowed_low = 0, .allowed_high = 1, .low_open = true}) == "a number above 0 and at most 1");
  CHECK(range_words({.allowed_low = 0, .allowed_high = infinity}) == "a number, at least 0");
  CHECK(range_words({.allowed_low = -infinity, .allowed_high = 3}) == "a number at most 3");
  CHECK(range_words({.allowed_low = -infinity, .allowed_high = infinity}) == "a number");
}

TEST_CASE("A choice in words has the entry's name and what is not at its default, and no id") {
  CHECK(choice_words("schedule", {"constant"}) == entry_name("schedule", "constant"));
  const std::string words = choice_words("schedule", {"inverse_sqrt", {{"warmup", 0.1}}});
  CHECK(words.find('_') == words.npos);
  CHECK(words.ends_with(", warmup 0.1"));
}

}  // namespace
}  // namespace steplab
