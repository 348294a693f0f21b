// Values evenly spaced in the logarithm.
#pragma once

#include <vector>

namespace steplab {

/// `count` values. 0.1 to 100 with 16 a decade holds 1, √10, 10 and 31.6 exactly.
struct LogGrid {
  double from = 0.1, to = 100;
  int count = 49;
  std::vector<double> values() const;
  friend bool operator==(const LogGrid&, const LogGrid&) = default;
};

}  // namespace steplab
