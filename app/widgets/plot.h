// A plot in a card: axes that fit their data, lines, bands, markers and heat maps with direct labels, a cursor shared
// by several plots, handles to drag. Between begin (the constructor) and end() a plot is told what to show; end() draws
// it and says what the mouse did:
//
//   plot::Plot p("loss", state, {.theme = theme, .title = "Loss f − f*", .log_y = &log, .dt = dt, .link = &link});
//   p.setup_axis(plot::Axis::kX, {.label = "step"});
//   p.shaded("cosine", steps, low, high, style);
//   p.line("cosine", steps, median, style);
//   p.inf_line(plot::Axis::kX, playhead, {.colour = ink});
//   if (const auto mouse = p.end(); mouse.clicked_x) jump_to(*mouse.clicked_x);
//
// The mouse: drag pans, wheel zooms at the pointer (Ctrl: x only, Shift: y only, over an axis: that axis), right drag
// zooms into a box (Esc cancels), double click fits again, right click opens the list of series, click on a label hides
// its series. Spans must live until end(); keep() makes room for what would not.
// Values on a log axis that are not positive lie below its lower end. NaN is a gap.
#pragma once

#include "app/theme.h"
#include "app/widgets/plot_axis.h"
#include "app/widgets/plot_csv.h"
#include "app/widgets/plot_decimate.h"
#include "app/widgets/plot_ticks.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace steplab::plot {

enum class Axis { kX, kY };

/// What one axis shows; survives frames.
struct AxisState {
  Range shown;
  Scale scale = Scale::kLinear;
  bool fixed = false;   ///< by the user's pan or zoom; otherwise `shown` follows the data
  bool fitted = false;  ///< `shown` has been set once
  friend bool operator==(const AxisState&, const AxisState&) = default;
};

/// Distances from the card's edges to the frame, in pixels; all zero before the first frame.
struct Margins {
  float left = 0, top = 0, right = 0, bottom = 0;
  friend bool operator==(const Margins&, const Margins&) = default;
};

/// What a plot keeps from frame to frame; the caller owns it.
struct State {
  AxisState x, y;
  std::vector<std::string> hidden;  ///< names of series the user hid
  std::string highlighted;          ///< name of the series whose label is under the mouse
  Margins margins;
  bool second_press = false;     ///< the press under way is the second of a double click
  bool zooming = false;          ///< a box zoom is being drawn
  float zoom_x = 0, zoom_y = 0;  ///< where it began, pixels from the card's corner
  float grab_x = 0, grab_y = 0;  ///< from the mouse to the handle that is dragged, pixels
  unsigned held = 0;             ///< ImGui id of the handle that is dragged
  bool animating = false;        ///< draw another frame soon: an axis is on its way to a new range
  friend bool operator==(const State&, const State&) = default;
};

/// What several plots over the same x share; the caller owns it. Frames of linked plots stand under each other.
struct Link {
  std::optional<double> cursor_x;  ///< under the mouse in one plot, drawn in all
  std::optional<Range> x;          ///< the user's range of x, when there is one
  unsigned cursor_owner = 0;       ///< id of the plot that set cursor_x
  float left = 0, right = 0;       ///< margins of the last frame, the largest of all plots
  float next_left = 0, next_right = 0;
  int frame = -1;  ///< the frame in which next_* are being gathered
};

struct Options {
  const Theme& theme;
  std::string title{};
  std::string unit{};           ///< dim at the right of the head line, before the scale
  bool* log_y = nullptr;        ///< when given: the word "log"/"linear" in the head line toggles it and sets y's scale
  ImVec2 size{0, 0};            ///< of the card, pixels; 0 takes what there is
  float dt = 1.0F / 60;         ///< seconds since the last frame
  bool reduced_motion = false;  ///< axes jump instead of easing
  bool hold = false;            ///< a slider is being dragged somewhere: axes keep still
  bool labels = true;           ///< direct labels at the right ends of the series
  float progress = -1;          ///< 0..1 shows a thin bar under the title; negative: none
  const char* empty_text = "no data";  ///< why there is nothing to see and what to do
  Link* link = nullptr;
  Capture* capture = nullptr;  ///< is filled with what is shown
};

/// How an axis fits its data: x ends where the data end, y keeps a little room; or as asked.
enum class Fit { kUsual, kTight, kPadded };

struct AxisSetup {
  std::string label{};  ///< of x: under the frame at the right; of y: in the head line after the title
  Scale scale = Scale::kLinear;
  std::optional<double> low{}, high{};  ///< ends of the fitted range that do not follow the data
  /// Data outside do not stretch the axis (they leave through the frame): for runs that diverge.
  Range fit_within{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  Fit fit = Fit::kUsual;
  std::vector<Tick> ticks{};  ///< own ticks instead of numbers, e.g. names of rows
};

struct LineStyle {
  ImU32 colour = 0;
  float width = 1.75F;  ///< pixels at UI scale 1
  Dash dash{};
};

enum class Marker { kCircle, kSquare, kCross };

/// Values of a grid, row by row; its cells divide the ranges evenly on the axes as they are scaled. Row 0 lies at
/// y.low.
struct HeatMap {
  std::span<const double> values;
  int rows = 0, cols = 0;
  Range x, y;
  std::function<ImU32(double)> colour;  ///< NaN is asked as well; transparent draws nothing
};

/// A texture stretched over ranges of both axes; its first row lies at y.low. 0: nothing is drawn.
struct Image {
  unsigned texture = 0;
  Range x, y;
};

/// From `low` at a value of range.low to `high` at range.high, clamped; on a log scale by the logarithm. NaN:
/// transparent.
std::function<ImU32(double)> ramp(ImVec4 low, ImVec4 high, Range range, Scale scale = Scale::kLinear);

/// A point, or an upright bar for what moves sideways only.
enum class HandleShape { kPoint, kBar };

struct HandleStyle {
  ImU32 colour = 0;
  float radius = 5;  ///< of a point, pixels at UI scale 1; the part that takes the mouse is at least 7
  const char* label = "";
  HandleShape shape = HandleShape::kPoint;
  ImGuiMouseCursor cursor = ImGuiMouseCursor_Hand;
  bool over_the_top = false;  ///< may be dragged above the frame, to values that the axis does not show yet
};

/// What the mouse does with a handle.
struct HandleUse {
  bool hovered = false;
  bool grabbed = false;   ///< in this frame
  bool active = false;    ///< held
  bool released = false;  ///< in this frame
};

struct Outcome {
  bool hovered = false;        ///< the mouse is in the frame
  bool active = false;         ///< panning, zooming or dragging a handle
  bool animating = false;      ///< draw another frame soon
  bool scale_toggled = false;  ///< *log_y was switched
  /// Pressed and released without moving. The first click of a double click is one too: it is taken back by
  /// double_clicked, which comes with the second press.
  std::optional<double> clicked_x;
  bool double_clicked = false;
};

class Plot {
 public:
  /// Ids (of the plot in its window, of handles in a plot) follow ImGui's rules.
  Plot(const char* id, State& state, const Options& options);
  ~Plot();
  Plot(const Plot&) = delete;
  Plot& operator=(const Plot&) = delete;

  /// Before handles and series. y's scale comes from Options::log_y where that is given.
  void setup_axis(Axis axis, const AxisSetup& setup);

  // Series with the same name are one entry: line and band, hidden and shown together. What follows "##" is not shown;
  // a series with nothing before it has no label. Where x and y differ in length the shorter one counts.
  void line(const std::string& name, Xs x, std::span<const double> y, const LineStyle& style);
  /// Each value holds until the next x, the last one as long as the one before it. Rising x only.
  void stairs(const std::string& name, Xs x, std::span<const double> y, const LineStyle& style);
  void shaded(const std::string& name, Xs x, std::span<const double> low, std::span<const double> high,
              const LineStyle& style, float opacity = 0.13F);
  void scatter(const std::string& name, Xs x, std::span<const double> y, const LineStyle& style,
               Marker marker = Marker::kCircle, float radius = 3);
  void heat_map(const HeatMap& map);
  void image(const Image& image);

  /// A line across the frame at x (kX: vertical) or y (kY) with a small label at its end; not part of the fit.
  void inf_line(Axis axis, double value, const LineStyle& style, const std::string& label = "");
  /// Text beside a point of the plot, kept inside the frame; not part of the fit. `offset` in pixels at scale 1.
  void text(double x, double y, const std::string& words, ImU32 colour, ImVec2 offset = {6, -6});
  /// As text(), in a small box with a leader to the point.
  void annotation(double x, double y, const std::string& words, ImU32 colour, ImVec2 offset = {14, -22});

  /// True while the value is being moved; it stays inside the frame, but for over_the_top. Handles outside the shown
  /// range are not drawn.
  bool drag_point(const char* id, double* x, double* y, const HandleStyle& style);
  /// The handle of the last drag_point().
  const HandleUse& last_handle() const;
  /// Draws it elsewhere than where the mouse wants it.
  void place_handle(double x, double y);
  /// A line at x (kX) or y (kY) that can be dragged.
  bool drag_line(const char* id, Axis axis, double* value, const LineStyle& style, const std::string& label = "");

  /// Between values and pixels of the screen, as of the last frame drawn.
  Transform transform(Axis axis) const;
  /// The mouse is in the frame, holds nothing and is on none of the handles so far.
  bool frame_hovered() const;
  /// The caller answers this frame's double click: the axes do not fit again.
  void take_double_click();

  /// Takes numbers over until end(); for series made on the spot.
  std::span<const double> keep(std::vector<double> values);

  /// Draws. Once; the destructor calls it if nobody has.
  const Outcome& end();

  struct Context;  ///< for the parts of this widget only

 private:
  std::unique_ptr<Context> context_;
};

}  // namespace steplab::plot
