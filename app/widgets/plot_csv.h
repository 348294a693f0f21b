// What a plot shows, as data: for export. Pure: no ImGui.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace steplab::plot {

/// Filled by a plot that is given one: the series it shows, not the hidden ones, whole and not only the part in view.
struct Capture {
  /// A line has y, a band low and high; a line and a band of one name over the same x are one series.
  struct Series {
    std::string name;                     ///< of one without a label: what follows the "##"
    std::vector<double> x, y, low, high;  ///< y, or low and high, may be empty
    friend bool operator==(const Series&, const Series&) = default;
  };
  std::string title, x_label, y_label;
  std::vector<Series> series;

  /// Adds a series or joins it to the one it belongs to.
  void add(Series added);
  friend bool operator==(const Capture&, const Capture&) = default;
};

/// `series,x,y,low,high`, one point a row, quoted as RFC 4180 says, lines ending in "\n"; numbers in the fewest digits
/// that read back to the same double; a NaN and what a series has not are empty, infinities "inf" and "-inf".
std::string to_csv(const Capture& capture);
/// Several plots in one table, with the plot's title as first column: `plot,series,x,y,low,high`.
std::string to_csv(std::span<const Capture> captures);

}  // namespace steplab::plot
