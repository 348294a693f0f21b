// The least value of a function of a positive number, such as the loss against the step size.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace steplab {

/// Values at several places at once, in their order; infinite where there is none. Fewer values than places: stopped.
using ManyValues = std::function<std::vector<double>(std::span<const double>)>;

struct LogMinimum {
  double x = 0, value = 0;
};

/// The least value near the minima of a scan: `places` ascending and above 0, `values` there. Every interior local
/// minimum of the scan whose value is at most `worth` times the least one has its bracket, of its two neighbours,
/// narrowed in the logarithm to a relative width of 1e-8, 15 places at a time; the best of all, and of the scan itself,
/// is given. What lies between two places of the scan without a minimum there is not found: the scan must be dense
/// enough. The best of the scan once `function` has stopped.
LogMinimum minimum_near(std::span<const double> places, std::span<const double> values, double worth,
                        const ManyValues& function);

}  // namespace steplab
