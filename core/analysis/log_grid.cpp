#include "core/analysis/log_grid.h"

#include "core/base/math.h"

#include <cmath>
#include <numbers>

namespace steplab {

std::vector<double> LogGrid::values() const {
  std::vector<double> values;
  const double low = steplab::log(from) / std::numbers::ln10, high = steplab::log(to) / std::numbers::ln10;
  for (int i = 0; i < count; ++i) {
    const double exponent = count == 1 ? low : low + (high - low) * i / (count - 1);
    const bool whole = std::abs(exponent) < 1e-12;
    const double between = whole ? 1 : steplab::exp(exponent * std::numbers::ln10);
    values.push_back(i == 0 ? from : i == count - 1 ? to : between);
  }
  return values;
}

}  // namespace steplab
