#include "core/analysis/contours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSlack = 1e-9;  // of a level, so that rounding neither adds nor drops a line

// Finite values of at most about 4000 cells, ascending. They are spread by multiples of the golden ratio (Weyl), which
// no row length is in step with.
std::vector<double> sample(const Field& field) {
  constexpr std::size_t kMost = 4096;
  constexpr double kGolden = 0.6180339887498949;
  const std::size_t cells = field.value.size();
  std::vector<double> values;
  const auto take = [&](std::size_t i) {
    if (std::isfinite(field.value[i])) values.push_back(double{field.value[i]});
  };
  for (std::size_t k = 0; k < std::min(cells, kMost); ++k) {
    const double place = std::fmod(static_cast<double>(k + 1) * kGolden, 1.0);
    take(cells <= kMost ? k : static_cast<std::size_t>(place * static_cast<double>(cells)));
  }
  std::ranges::sort(values);
  return values;
}

// Position p of ascending values, not interpolated: a value that occurs.
double at_share(std::span<const double> ascending, double p) {
  return ascending[static_cast<std::size_t>(p * static_cast<double>(ascending.size() - 1))];
}

// m·10^k, the roundest m first, with 12 to 20 steps over the span. Neighbours differ by at most 3/2, so one always
// fits.
double round_step(double span) {
  constexpr std::array kRound = {1.0, 2.0, 5.0, 2.5, 4.0, 3.0, 1.5, 6.0, 8.0};
  constexpr double kFewest = 12, kMost = 20;
  const double decade = std::floor(std::log10(span / kMost));
  for (const double m : kRound)
    for (const double power : {std::pow(10, decade), std::pow(10, decade + 1)})
      if (span / (m * power) >= kFewest && span / (m * power) <= kMost) return m * power;
  return span / 16;  // subnormal spans
}

int line_count(double lines) {
  return static_cast<int>(std::clamp(std::floor(lines + kSlack) + 1, 0.0, double{kMostLines}));
}

// f at multiples of the step, unless f is so large that they cannot be told apart.
double first_multiple(double base, double least, double step) {
  if (std::abs(base) > 1e12 * step) base = 0;
  return std::ceil((base + least) / step - kSlack) * step - base;
}

Levels linear_levels(const Field& field, std::span<const double> values) {
  double low = at_share(values, 0.025), high = at_share(values, 0.975);
  if (!(low < high)) {  // a plate with a few other cells
    low = field.least;
    high = field.most;
  }
  Levels levels{.base = field.base, .step = round_step(high - low)};
  levels.first = first_multiple(field.base, field.least, levels.step);
  levels.count = line_count((field.most - levels.first) / levels.step);
  levels.low = level_coordinate(levels, low);
  levels.high = level_coordinate(levels, high);
  return levels;
}

// As near to 13 lines as the round ratios allow; nothing if even the smallest gives too few.
std::optional<double> round_ratio(double log_span) {
  constexpr double kWanted = 13.4;  // in the (geometric) middle of 10 and 18
  std::vector<double> ratios = {2, std::sqrt(10.0)};
  for (int k = 1; k <= 6; ++k) ratios.push_back(std::exp2(std::exp2(-k)));
  for (int k = 1; k <= 30; ++k) ratios.push_back(std::pow(10, k));
  const auto miss = [&](double ratio) { return std::abs(std::log(log_span / std::log(ratio) / kWanted)); };
  const double best = *std::ranges::min_element(ratios, {}, miss);
  if (log_span / std::log(best) < 6) return {};
  return best;
}

std::optional<Levels> logarithmic_levels(const Field& field, std::span<const double> values) {
  constexpr double kDigits = 1e-14;  // of the largest excess: what is less is rounding
  const auto positive = std::ranges::upper_bound(values, 0.0);
  if (positive == values.end()) return {};
  const double small = std::max(at_share({positive, values.end()}, 0.002), field.most * kDigits);
  const auto ratio = round_ratio(std::log(field.most / small));
  if (!ratio) return {};
  Levels levels{.logarithmic = true, .base = field.base, .step = *ratio};
  levels.first = std::pow(*ratio, std::ceil(std::log(small) / std::log(*ratio) - kSlack));
  levels.count = line_count(level_coordinate(levels, field.most));
  levels.low = level_coordinate(levels, small);
  levels.high = level_coordinate(levels, field.most);
  return levels;
}

}  // namespace

double level_coordinate(const Levels& levels, double excess) {
  if (!levels.logarithmic) return (excess - levels.first) / levels.step;
  if (excess <= 0) return -kInfinity;
  return std::log(excess / levels.first) / std::log(levels.step);
}

double level_value(const Levels& levels, double coordinate) {
  return levels.base + (levels.logarithmic ? levels.first * std::pow(levels.step, coordinate)
                                           : levels.first + coordinate * levels.step);
}

bool logarithmic_reads_better(const Field& field) {
  const auto values = sample(field);
  if (!field.base_known || values.empty()) return false;
  const double low = at_share(values, 0.1), high = at_share(values, 0.95);
  return low > 0 && high > kLogRatio * low;
}

Levels choose_levels(const Field& field, LevelScale scale) {
  const auto values = sample(field);
  if (values.empty() || !(field.least < field.most)) return {.base = field.base};
  if (scale == LevelScale::kAuto)
    scale = logarithmic_reads_better(field) ? LevelScale::kLogarithmic : LevelScale::kLinear;
  if (scale == LevelScale::kLogarithmic)
    if (const auto levels = logarithmic_levels(field, values)) return *levels;
  return linear_levels(field, values);
}

}  // namespace steplab
