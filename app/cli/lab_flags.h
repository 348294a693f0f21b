// Reading the flags of labs: words, lists, grids. All throw InputError at `place`.
#pragma once

#include "app/cli/flag_options.h"
#include "core/analysis/log_grid.h"
#include "core/base/error.h"

#include <string>
#include <utility>
#include <vector>

namespace steplab {

template <class T>
using Words = std::vector<std::pair<std::string, T>>;

/// The meaning of one of several words; of the first if none was given.
template <class T>
T one_of(const OptionText& text, const Words<T>& words, const std::string& place) {
  if (!text) return words.front().second;
  std::vector<std::string> names;
  std::string allowed;
  for (const auto& [name, value] : words) {
    if (name == *text) return value;
    names.push_back(name);
    allowed += (allowed.empty() ? "" : ", ") + name;
  }
  throw InputError(
      place, "'" + text->substr(0, 80) + "' is not allowed" + did_you_mean(*text, names) + "; allowed: " + allowed);
}

[[noreturn]] void refuse(const std::string& place, const std::string& text, const std::string& allowed);

std::vector<double> numbers_in(const std::string& text, char separator, const std::string& place);
double positive(const std::string& text, const std::string& place);
/// FROM:TO:COUNT.
LogGrid log_grid(const std::string& text, const std::string& place);

}  // namespace steplab
