// What is told wherever quantiles are shown: which of the many definitions quantile() of sweep.h follows.
#pragma once

#include <string_view>

namespace steplab {

inline constexpr std::string_view kQuantileRule =
    "Quantiles are of type 7 (Hyndman & Fan 1996): linear between neighbours in order, as numpy's default.";

}  // namespace steplab
