// Which contour lines to draw.
#pragma once

#include "core/analysis/field.h"

namespace steplab {

/// Contour lines in terms of the excess e = f − base, which is what Field::value holds. Line k = 0, 1, …, count−1 is
/// where the level coordinate c(e) = k:
///   linear:       c = (e − first) / step
///   logarithmic:  c = ln(e / first) / ln(step);  −infinity for e ≤ 0
/// (`step` is the ratio of neighbouring levels then). Lines of other whole c are not meant to be drawn: in logarithmic
/// levels they would crowd around the minimum without end.
struct Levels {
  bool logarithmic = false;
  double base = 0;   ///< value of f at e = 0
  double first = 0;  ///< e of line 0
  double step = 1;   ///< > 0; > 1 if logarithmic
  int count = 0;     ///< 0: nothing to draw (constant field, no finite value)
  /// Range for colours, low < high. Linear: c of the values that 2.5 and 97.5 % of the cells do not exceed.
  /// Logarithmic: c of the value that 0.2 % do not exceed, and of the largest.
  double low = 0, high = 1;
};

/// c(e). NaN for NaN.
double level_coordinate(const Levels& levels, double excess);
/// The inverse as a value of f: base + e.
double level_value(const Levels& levels, double coordinate);

enum class LevelScale { kAuto, kLinear, kLogarithmic };

/// Levels for the values of a field. Linear: f at multiples of a round step, 12 to 20 of them over the central 95 % of
/// the cells, and at most kMostLines in all. Logarithmic: ratio 2, √10, 10, 100, 1000 … (√2, ⁴√2 … for a small range)
/// such that about 10 to 18 lines lie between the value that 0.2 % of the cells do not exceed and the largest; powers
/// of the ratio, so that 1 is a level. Cells that are not finite do not count. Linear where no excess is positive or a
/// ratio near 1 would be needed.
Levels choose_levels(const Field& field, LevelScale scale = LevelScale::kAuto);
inline constexpr int kMostLines = 100;

/// True if the least value of f is known and the excess that 95 % of the cells do not exceed is more than kLogRatio
/// times that of 10 %: with even steps the low part of the window would be empty. (A round bowl has about 10.)
bool logarithmic_reads_better(const Field& field);
inline constexpr double kLogRatio = 15;

}  // namespace steplab
