#include "app/cli/lab_flags.h"

#include "core/labs/lab_entry.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string_view>

namespace steplab {

std::size_t place_among(const std::vector<std::string>& words, const std::string& text, const std::string& place) {
  std::string allowed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return i;
    allowed += (i ? ", " : "") + words[i];
  }
  throw InputError(place,
                   "'" + text.substr(0, 80) + "' is not allowed" + did_you_mean(text, words) + "; allowed: " + allowed);
}

void set_from_flag(Scene& scene, const std::string& setting, const OptionText& text, const std::string& place) {
  if (!text) return;
  const auto& specs = find_entry(lab_entries(), scene.lab.id, place).params;
  const auto spec = std::ranges::find(specs, setting, &ParamSpec::name);
  assert(spec != specs.end());
  scene.lab.params[setting] = spec->choices[place_among(spec->choices, *text, place)];
}

void refuse(const std::string& place, const std::string& text, const std::string& allowed) {
  throw InputError(place, "'" + text.substr(0, 80) + "' is not allowed; allowed: " + allowed);
}

std::vector<double> numbers_in(const std::string& text, char separator, const std::string& place) {
  std::vector<double> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    numbers.push_back(parse_number(std::string_view(text).substr(begin, end - begin), place));
    begin = end + 1;
  }
  return numbers;
}

double positive(const std::string& text, const std::string& place) {
  const double number = parse_number(text, place);
  if (!(number > 0)) refuse(place, text, "a number > 0");
  return number;
}

LogGrid log_grid(const std::string& text, const std::string& place) {
  const std::string allowed = "FROM:TO:COUNT with 0 < FROM < TO and 2 ≤ COUNT ≤ 10000";
  const auto n = numbers_in(text, ':', place);
  if (n.size() != 3 || !(n[0] > 0 && n[1] > n[0] && n[2] >= 2 && n[2] <= 10000 && n[2] == std::floor(n[2])))
    refuse(place, text, allowed);
  return {.from = n[0], .to = n[1], .count = static_cast<int>(n[2])};
}

}  // namespace steplab
