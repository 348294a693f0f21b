// Ticks: values a reader can count with, as many as fit without their labels touching. Pure: no ImGui.
#pragma once

#include "app/widgets/plot_axis.h"

#include <functional>
#include <string>
#include <vector>

namespace steplab::plot {

struct Tick {
  double value = 0;
  std::string label;  ///< empty: a minor tick
  friend bool operator==(const Tick&, const Tick&) = default;
};

/// How many pixels a label takes along the axis, with the room to its neighbour.
using LabelExtent = std::function<double(const std::string&)>;

/// Ticks of an axis `pixels` long, in rising order, inside the range. Linear: multiples of 1, 2 or 5·10^k. Log: decades
/// (every second, third … where they are many) with minor ticks at 2 to 9; under two decades also labels at 2 and 5
/// where they fit; under one decade as linear. Any range: it is made usable() first. `extent` is asked for every label.
std::vector<Tick> ticks(Range range, Scale scale, double pixels, const LabelExtent& extent);

}  // namespace steplab::plot
