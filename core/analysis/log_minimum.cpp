#include "core/analysis/log_minimum.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace steplab {
namespace {

/// Narrows [low, high] round its least value.
LogMinimum narrowed(double low, double high, LogMinimum best, const ManyValues& function) {
  constexpr int kPlaces = 15;
  constexpr double kWidth = 1e-8;
  double a = std::log(low), b = std::log(high);
  while (b - a > kWidth) {
    std::vector<double> places;
    const double step = (b - a) / (kPlaces + 1);
    for (int i = 1; i <= kPlaces; ++i) places.push_back(std::exp(a + i * step));
    const auto values = function(places);
    if (values.size() < places.size()) break;
    const auto least = std::ranges::min_element(values) - values.begin();
    if (const auto k = static_cast<std::size_t>(least); values[k] < best.value) best = {places[k], values[k]};
    const double at = a + static_cast<double>(least + 1) * step;
    a = at - step;
    b = at + step;
  }
  return best;
}

}  // namespace

LogMinimum minimum_near(std::span<const double> places, std::span<const double> values, double worth,
                        const ManyValues& function) {
  assert(!places.empty() && places.size() == values.size());
  const auto k = static_cast<std::size_t>(std::ranges::min_element(values) - values.begin());
  const LogMinimum least{places[k], values[k]};
  LogMinimum best = least;
  for (std::size_t i = 1; i + 1 < places.size(); ++i) {
    const bool lowest = values[i] <= values[i - 1] && values[i] <= values[i + 1];
    if (!lowest || !(values[i] <= worth * least.value)) continue;
    const LogMinimum found = narrowed(places[i - 1], places[i + 1], {places[i], values[i]}, function);
    if (found.value < best.value) best = found;
  }
  return best;
}

}  // namespace steplab
