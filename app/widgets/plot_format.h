// Numbers as text for axes and read-outs. Pure: no ImGui.
#pragma once

#include <string>

namespace steplab::plot {

/// An integer in Unicode superscripts: -3 is "⁻³".
std::string superscript(int number);
/// 10 to the power `exponent` as a tick says it: "1", "10", "10²", "10⁻³".
std::string power_of_ten(int exponent);
/// For a read-out: four significant digits, trailing zeros dropped, "1.23·10⁻⁵" below 10⁻³ and from 10⁶ on; "∞", "−∞";
/// "–" for NaN. Minus is U+2212 ("−"), which has the width of a digit.
std::string readout(double value);
/// `value` with exactly as many digits as distinguish it from its neighbours a `step` away (a tick's label).
std::string tick_label(double value, double step);

}  // namespace steplab::plot
