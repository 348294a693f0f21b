// Reading the flags of labs: words, lists, grids. All throw InputError at `place`.
#pragma once

#include "app/cli/flag_options.h"
#include "core/analysis/log_grid.h"
#include "core/base/error.h"
#include "core/scene/scene.h"

#include <string>
#include <utility>
#include <vector>

namespace steplab {

template <class T>
using Words = std::vector<std::pair<std::string, T>>;

/// The place of `text` among `words`.
std::size_t place_among(const std::vector<std::string>& words, const std::string& text, const std::string& place);

/// The meaning of one of several words; of the first if none was given.
template <class T>
T one_of(const OptionText& text, const Words<T>& words, const std::string& place) {
  if (!text) return words.front().second;
  std::vector<std::string> names;
  for (const auto& [name, value] : words) names.push_back(name);
  return words[place_among(names, *text, place)].second;
}

/// A setting of the scene's lab, one of several words, from a flag's text where one was given.
void set_from_flag(Scene& scene, const std::string& setting, const OptionText& text, const std::string& place);

[[noreturn]] void refuse(const std::string& place, const std::string& text, const std::string& allowed);

std::vector<double> numbers_in(const std::string& text, char separator, const std::string& place);
double positive(const std::string& text, const std::string& place);
/// FROM:TO:COUNT.
LogGrid log_grid(const std::string& text, const std::string& place);

}  // namespace steplab
