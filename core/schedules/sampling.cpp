// Sampling rates: how often a schedule is refreshed from its profile (Chen, Wolfe, Kyrillidis 2022, section 3).
#include <algorithm>
#include <cmath>

#include "core/schedules/curve.h"

namespace steplab {
namespace {

// k/n for k = 1 … n−1.
std::vector<double> equal_parts(int n) {
  std::vector<double> points;
  for (int k = 1; k < n; ++k) points.push_back(static_cast<double>(k) / n);
  return points;
}

[[noreturn]] void refuse(const std::string& text, std::string_view place) {
  throw InputError(place, "'" + text.substr(0, 80) +
                              "' is not allowed; allowed: every, 50-75, 33-66 (thirds), 25-50-75, 10-10 (every 10 %), 5-25 "
                              "(every 5 %), 1-100 (every 1 %), or ascending percentages between 0 and 100 joined by dashes");
}

std::vector<double> percentages(const std::string& text, std::string_view place) {
  std::vector<double> points;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('-', begin), text.size());
    double percent = 0;
    try {
      percent = parse_number(text.substr(begin, end - begin), place);
    } catch (const InputError&) {
      refuse(text, place);
    }
    if (!(percent > 0 && percent < 100) || (!points.empty() && percent / 100 <= points.back())) refuse(text, place);
    points.push_back(percent / 100);
    begin = end + 1;
  }
  return points;
}

}  // namespace

Sampling::Sampling(const std::string& text, std::string_view place) {
  if (text == "every") return;
  if (text == "33-66")
    points_ = equal_parts(3);
  else if (text == "10-10")
    points_ = equal_parts(10);
  else if (text == "5-25")
    points_ = equal_parts(20);
  else if (text == "1-100")
    points_ = equal_parts(100);
  else
    points_ = percentages(text, place);
}

double Sampling::hold(double t, double length) const {
  if (points_.empty()) return t;
  const auto next = std::upper_bound(points_.begin(), points_.end(), t / length + kClockTolerance);
  return next == points_.begin() ? 0.0 : *(next - 1) * length;
}

}  // namespace steplab
