// Bad input from outside (file, flag, formula, parameter): refused in one line that names place, value and what is
// allowed.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace steplab {

/// what() is the whole line: "PLACE: 'VALUE' … ; allowed: …". Slips of our own code are asserts, never this.
class InputError : public std::runtime_error {
 public:
  InputError(std::string_view place, std::string_view problem)
      : std::runtime_error(std::string(place) + ": " + std::string(problem)) {}
};

/// The candidate nearest in spelling to `word` (Damerau-Levenshtein), or "" if none is near enough to be meant.
std::string nearest_spelling(std::string_view word, std::span<const std::string> candidates);

/// " (did you mean 'X'?)" or "".
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// Shortest text that reads back as the same double; "inf", "-inf", "nan" for those.
std::string to_text(double value);
/// The whole text as a finite double, or InputError(place, …). Accepts what std::from_chars does, plus a leading '+'.
double parse_number(std::string_view text, std::string_view place);

}  // namespace steplab
