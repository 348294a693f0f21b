// A dash pattern walked along a line: on and off by the length that has been drawn, across all corners. Pure.
#pragma once

#include "app/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace steplab::plot {

class DashWalk {
 public:
  /// Lengths of the dash are pixels times `scale`.
  DashWalk(const Dash& dash, float scale) : solid_(dash.solid()) {
    for (std::size_t i = 0; i < lengths_.size(); ++i) period_ += lengths_[i] = std::max(dash.lengths[i], 0.0F) * scale;
    solid_ = solid_ || !(period_ > 0);
  }

  bool solid() const { return solid_; }
  bool on() const { return solid_ || part_ % 2 == 0; }

  /// Goes on by `length` pixels and calls drawn(from, to) for each stretch of it that is on, in order, 0 being here.
  template <class Drawn>
  void walk(double length, const Drawn& drawn) {
    if (solid_) return drawn(0.0, length);
    double at = 0;
    while (at < length) {
      const double end = std::min(length, at + (lengths_[part_] - used_));
      if (on() && end > at) drawn(at, end);
      advance(end - at);
      at = end;
    }
  }

  /// Goes on without drawing.
  void skip(double length) {
    if (solid_ || !std::isfinite(length)) return;
    walk(std::fmod(length, period_), [](double, double) {});
  }

 private:
  void advance(double by) {
    used_ += by;
    // A stretch of zero length is stepped over, so that every call moves on.
    while (used_ >= lengths_[part_] - 1e-9) {
      used_ = 0;
      part_ = (part_ + 1) % lengths_.size();
      if (lengths_[part_] > 0) break;
    }
  }

  std::array<double, 4> lengths_{};
  double period_ = 0, used_ = 0;
  std::size_t part_ = 0;
  bool solid_;
};

}  // namespace steplab::plot
