#include "app/widgets/plot_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace steplab::plot {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

void append_number(std::string& text, const std::vector<double>& values, std::size_t i) {
  if (i >= values.size() || std::isnan(values[i])) return;
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), values[i]).ptr;
  text.append(digits.data(), end);
}

/// `head` begins every row.
void append_series(std::string& text, const std::string& head, const Capture::Series& series) {
  const std::string name = head + quoted(series.name);
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    text += name;
    for (const auto* values : {&series.x, &series.y, &series.low, &series.high}) {
      text += ',';
      append_number(text, *values, i);
    }
    text += '\n';
  }
}

}  // namespace

void Capture::add(Series added) {
  const auto same = std::find_if(series.begin(), series.end(), [&](const Series& other) {
    return other.name == added.name && other.x == added.x && other.y.empty() != added.y.empty() &&
           other.low.empty() != added.low.empty();
  });
  if (same == series.end()) {
    series.push_back(std::move(added));
    return;
  }
  if (same->y.empty()) same->y = std::move(added.y);
  if (same->low.empty()) {
    same->low = std::move(added.low);
    same->high = std::move(added.high);
  }
}

std::string to_csv(const Capture& capture) {
  std::string text = "series,x,y,low,high\n";
  for (const Capture::Series& series : capture.series) append_series(text, "", series);
  return text;
}

std::string to_csv(std::span<const Capture> captures) {
  std::string text = "plot,series,x,y,low,high\n";
  for (const Capture& capture : captures)
    for (const Capture::Series& series : capture.series) append_series(text, quoted(capture.title) + ',', series);
  return text;
}

}  // namespace steplab::plot
