// The inside of a plot while it is being told what to show: shared by the files plot_*.cpp, not for others.
#pragma once

#include "app/widgets/plot.h"
#include "app/widgets/plot_stroke.h"

#include <utility>

namespace steplab::plot {

enum class Kind { kLine, kStairs, kScatter, kBand };

struct Series {
  Kind kind;
  std::string name;
  Xs x;
  std::span<const double> y, high;  ///< a band lies between y and high
  LineStyle style;
  Marker marker = Marker::kCircle;
  float radius = 3, opacity = 0.13F;
  bool rising = true, hidden = false;
  IndexRange seen{};  ///< the part in view, of a rising series; else all

  std::size_t size() const { return x.size(kind == Kind::kBand ? std::min(y.size(), high.size()) : y.size()); }
};

struct Rule {
  Axis axis;
  double value;
  LineStyle style;
  std::string label;
  bool strong = false;  ///< a handle under the mouse
};

struct Note {
  double x, y;
  std::string words;
  ImU32 colour;
  ImVec2 offset;
  bool boxed;
};

struct Handle {
  double x, y;
  HandleStyle style;
  bool hovered, active, focused;
};

/// One name in the list of series: all that shares it.
struct Entry {
  std::string name, label;  ///< label: the part before "##"
  ImU32 colour;
  double end = 0;  ///< last value in view; NaN when there is none
  double end_x = 0;
  bool hidden = false;
};

struct Plot::Context {
  Context(const Options& given, State& owner) : options(given), theme(given.theme), state(owner) {}

  Options options;
  const Theme& theme;
  State& state;
  AxisSetup x_setup, y_setup;
  std::vector<Series> series;
  std::vector<HeatMap> heat_maps;
  std::vector<Image> images;
  std::vector<Rule> rules;
  std::vector<Note> notes;
  std::vector<Handle> handles;
  std::vector<std::vector<double>> kept;
  std::vector<Entry> entries;
  ImDrawList* list = nullptr;
  Box card, frame;
  Transform x{{}, Scale::kLinear, 0, 1}, y{{}, Scale::kLinear, 0, 1};
  std::vector<Tick> x_ticks, y_ticks;
  Outcome outcome;
  unsigned id = 0;
  bool visible = false, ended = false, has_data = false, handle_active = false;
  bool double_click_taken = false, on_handle = false;  ///< on_handle: the mouse
  HandleUse last_handle;

  float px(float length) const { return theme.px(length); }
  /// Something to look at: data, or a frame in which handles and rules mean something.
  bool has_anything() const { return has_data || !handles.empty() || !entries.empty(); }
  ImU32 colour(const ImVec4& c, float alpha = 1) const { return packed(c, alpha); }
};

using Context = Plot::Context;

/// Selects a font (null: ImGui's current one) for its lifetime.
class FontScope {
 public:
  explicit FontScope(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
    ImGui::PushFont(font, 0.0F);
#else
    ImGui::PushFont(font);
#endif
  }
  ~FontScope() { ImGui::PopFont(); }
  FontScope(const FontScope&) = delete;
  FontScope& operator=(const FontScope&) = delete;
};

std::string shown_part(const std::string& name);
bool is_hidden(const State& state, const std::string& name);
void set_hidden(State& state, const std::string& name, bool hidden);
/// An area that takes the mouse; answers like ImGui's InvisibleButton and leaves the item for IsItem… queries.
bool mouse_area(const char* id, const Box& box, int buttons);
bool escape_pressed();

/// Transforms of the ranges now shown onto the frame as it is.
void recall_transforms(Context& c);

// In the order in which end() calls them.
void take_mouse(Context& c);   ///< pans, zooms, clicks: changes the state's ranges
void fit_axes(Context& c);     ///< ranges that follow the data
void lay_out(Context& c);      ///< margins, frame, transforms, ticks, entries
void draw_axes(Context& c);    ///< grid and tick labels
void draw_head(Context& c);    ///< title, unit, toggle of the scale, progress
void draw_labels(Context& c);  ///< direct labels; hover and click
void draw_series(Context& c);
void draw_heat_maps(Context& c);
void draw_marks(Context& c);    ///< rules, notes, box zoom, cursor
void draw_handles(Context& c);  ///< whole, also where they stand on the frame's edge
void draw_readout(Context& c);
void draw_menu(Context& c);  ///< list of series on a right click
void capture(const Context& c);

}  // namespace steplab::plot
