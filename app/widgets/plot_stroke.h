// Lines as triangles: anti-aliased strips with a dash that runs on round corners. ImDrawList::AddPolyline cannot draw
// the zig-zags of a noisy curve (its joins collapse where a line turns back), so it is not used.
#pragma once

#include "app/widgets/plot_dash.h"

#include <imgui.h>
#include <optional>
#include <vector>

namespace steplab::plot {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  float left = 0, top = 0, right = 0, bottom = 0;
  float width() const { return right - left; }
  float height() const { return bottom - top; }
  bool holds(ImVec2 p) const { return p.x >= left && p.x < right && p.y >= top && p.y < bottom; }
  friend bool operator==(const Box&, const Box&) = default;
};

/// The colour with its opacity times `share` (0..1).
ImU32 with_alpha(ImU32 colour, float share);

/// A pen over a draw list. Points may lie anywhere, even infinitely far above or below: what leaves `clip` is cut off
/// before it becomes floats. Points with NaN are the caller's to leave out.
class Stroke {
 public:
  Stroke(ImDrawList& list, const Box& clip, ImU32 colour, float width, DashWalk dash);
  ~Stroke() { flush(); }
  Stroke(const Stroke&) = delete;
  Stroke& operator=(const Stroke&) = delete;

  void start(Point p);
  void to(Point p);
  /// All that a curve reaches in one column of pixels whose middle is `x`; neighbouring bars make one smooth ribbon.
  /// The dash goes on by the column, not by the height.
  void bar(double x, double top, double bottom);
  void flush();

 private:
  struct Bar {
    float x, top, bottom;
  };
  bool holds(Point p) const;
  void flush_path();
  void flush_bars();
  void piece(Point from, Point to, double begin, double end, double length);
  void put(ImVec2 p);

  ImDrawList& list_;
  Box clip_;
  ImU32 colour_;
  float width_;
  DashWalk dash_;
  Point last_{};
  bool down_ = false, joined_ = false;
  std::optional<Bar> last_bar_{};  ///< drawn or in a gap of the dash
  std::vector<ImVec2> path_;
  std::vector<Bar> bars_;
};

/// A straight line, for rules and leaders.
void draw_line(ImDrawList& list, const Box& clip, Point from, Point to, ImU32 colour, float width, DashWalk dash);

}  // namespace steplab::plot
