// One number in a row: label, slider, typed value.
#pragma once

#include "app/widgets/ui.h"
#include "core/base/parameters.h"

#include <string>
#include <string_view>

namespace steplab {

/// What a slider spans. Values typed may lie outside of it, but not outside of what is allowed.
struct SliderRange {
  double low = 0, high = 1;
  bool logarithmic = false;
  bool zero = false;  ///< logarithmic, and the leftmost place stands for 0
  bool whole = false;
  double allowed_low = 0, allowed_high = 1;  ///< of typed values
  bool low_open = false, high_open = false;
};

/// A span to slide over for a parameter: its range where that is a handy one, else decades around its default and the
/// present value.
SliderRange slider_range(const ParamSpec& spec, double value);

/// Between value and place in [0, 1] along the slider; places outside are cut off.
double place_of(const SliderRange& range, double value);
double value_at_place(const SliderRange& range, double place);
/// The next value for `notches` of the wheel.
double turned(const SliderRange& range, double value, double notches);

struct SliderText {
  std::string_view id, label, help{};
  double initial = 0;  ///< right click or double click on the label resets to it
};

/// "a number between 0 and 1", "a whole number above 0": what may be typed.
std::string range_words(const SliderRange& range);

/// Drag, click, wheel, typed value, reset. True if the value changed. A typed value that is no number or not allowed is
/// refused with a note and the old value stays.
bool slider_row(Ui& ui, const SliderText& text, const SliderRange& range, double& value);

}  // namespace steplab
