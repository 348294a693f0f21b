// The plot in a headless ImGui: what it draws and what the mouse does.
#include "app/widgets/plot.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace plot = steplab::plot;
using plot::Axis;
using plot::Plot;
using plot::Range;
using plot::Scale;
using plot::Xs;
using steplab::Theme;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr ImU32 kRed = IM_COL32(255, 0, 0, 255);
constexpr plot::LineStyle kStyle{kRed, 2, {}};
const ImVec2 kNowhere{-1000, -1000};

// An ImGui without a window; the mouse is where the test puts it. One plot fills a card of 500 x 300 at (10, 10).
class Ui {
 public:
  Ui() : context_(ImGui::CreateContext()) {
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {800, 600};
    io.DeltaTime = 1.0F / 60;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    io.MousePos = kNowhere;
#if IMGUI_VERSION_NUM < 19200
    io.KeyMap[ImGuiKey_Escape] = kEscape;
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
#endif
  }
  ~Ui() { ImGui::DestroyContext(context_); }
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  void frame(const std::function<void()>& draw) {
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({800, 600});
    ImGui::Begin("window", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
    ImGui::SetCursorPos({10, 10});
    draw();
    ImGui::End();
    ImGui::Render();
  }
  static void frames(int count, const std::function<void()>& one) {
    for (int i = 0; i < count; ++i) one();
  }

  static constexpr int kEscape = 256;
  Theme theme = steplab::make_theme(steplab::ThemeKind::kLight, 1);

 private:
  ImGuiContext* context_;
};

// One plot of one line, drawn anew each frame.
struct Bench {
  Ui ui;
  plot::State state;
  plot::Link* link = nullptr;
  bool hold = false, reduced_motion = false, log = false, with_log = false;
  plot::Outcome outcome;
  std::vector<double> x = {0, 1, 2, 3, 4}, y = {0, 10, 5, 10, 2};
  std::function<void(Plot&)> more = [](Plot&) {};

  plot::Options options() {
    return {.theme = ui.theme,
            .title = "title",
            .log_y = with_log ? &log : nullptr,
            .size = {500, 300},
            .reduced_motion = reduced_motion,
            .hold = hold,
            .link = link};
  }
  void frame() {
    ui.frame([&] {
      Plot p("plot", state, options());
      p.setup_axis(Axis::kX, {.label = "step"});
      p.line("curve", x, y, kStyle);
      more(p);
      outcome = p.end();
    });
  }
  // Corners of the frame in pixels.
  float left() const { return 10 + state.margins.left; }
  float right() const { return 510 - state.margins.right; }
  float top() const { return 10 + state.margins.top; }
  float bottom() const { return 310 - state.margins.bottom; }
  ImVec2 at(double along, double up) const {
    return {left() + static_cast<float>(along) * (right() - left()),
            bottom() - static_cast<float>(up) * (bottom() - top())};
  }
  ImVec2 pixel(double vx, double vy) const {
    return {static_cast<float>(plot::Transform(state.x.shown, state.x.scale, left(), right()).pixel(vx)),
            static_cast<float>(plot::Transform(state.y.shown, state.y.scale, bottom(), top()).pixel(vy))};
  }
  void move(ImVec2 to) {
    ImGui::GetIO().MousePos = to;
    frame();
  }
  void press(int button = 0) {
    ImGui::GetIO().MouseDown[button] = true;
    frame();
  }
  void release(int button = 0) {
    ImGui::GetIO().MouseDown[button] = false;
    frame();
    frame();
  }
  void click(ImVec2 where, int button = 0) {
    move(where);
    press(button);
    release(button);
  }
  void drag(ImVec2 from, ImVec2 to, int button = 0) {
    move(from);
    press(button);
    move({(from.x + to.x) / 2, (from.y + to.y) / 2});
    move(to);
    release(button);
  }
  void rest() {  // long enough for no double click to come about
    ImGui::GetIO().DeltaTime = 1;
    frame();
    frame();
    ImGui::GetIO().DeltaTime = 1.0F / 60;
  }
};

template <class Visit>
void each_vertex(const Visit& visit) {
  const ImDrawData* data = ImGui::GetDrawData();
  for (int l = 0; l < data->CmdListsCount; ++l)
    for (const ImDrawVert& vertex : data->CmdLists[l]->VtxBuffer) visit(vertex);
}

bool all_finite() {
  bool finite = true;
  each_vertex([&](const ImDrawVert& v) { finite = finite && std::isfinite(v.pos.x) && std::isfinite(v.pos.y); });
  return finite;
}

bool indices_in_range() {
  const ImDrawData* data = ImGui::GetDrawData();
  for (int l = 0; l < data->CmdListsCount; ++l) {
    const ImDrawList& list = *data->CmdLists[l];
    for (const ImDrawCmd& command : list.CmdBuffer)
      for (unsigned i = 0; i < command.ElemCount; ++i)
        if (command.VtxOffset + list.IdxBuffer[static_cast<int>(command.IdxOffset + i)] >=
            static_cast<unsigned>(list.VtxBuffer.Size))
          return false;
  }
  return true;
}

// Columns of pixels from `left` to `right` that have a vertex of full red within half a pixel of their middle.
int red_columns(float left, float right) {
  std::vector<bool> seen(static_cast<std::size_t>(right - left));
  each_vertex([&](const ImDrawVert& v) {
    const float column = std::floor(v.pos.x - left);
    if (v.col == kRed && column >= 0 && column < static_cast<float>(seen.size()))
      seen[static_cast<std::size_t>(column)] = true;
  });
  return static_cast<int>(std::count(seen.begin(), seen.end(), true));
}

Range red_heights() {
  Range range = plot::kEmptyRange;
  each_vertex([&](const ImDrawVert& v) {
    if (v.col == kRed) plot::include(range, static_cast<double>(v.pos.y), Scale::kLinear);
  });
  return range;
}

// Every kind of series with values that hurt.
void draw_hard_cases(Plot& p, const std::vector<double>& million) {
  const auto bad = p.keep({kNan, 1, kInfinity, -kInfinity, 0, -3, 1e308, -1e308, 5e-324, kNan, kInfinity});
  const Xs x = Xs::every(0, 1e5);
  p.line("bad", x, bad, {kRed, 2, {{4, 3, 4, 3}}});
  p.stairs("stairs", x, bad, kStyle);
  p.shaded("band", x, bad, p.keep({1, 2, 3, 4, 5, kInfinity, kNan, 8, 9, 10, 11}), kStyle);
  p.scatter("dots", x, bad, kStyle, plot::Marker::kCross);
  p.scatter("many dots", Xs::every(0, 1), million, kStyle, plot::Marker::kSquare);
  p.line("one", p.keep({3}), p.keep({4}), kStyle);
  p.line("none", p.keep({}), p.keep({}), kStyle);
  p.stairs("no stairs", p.keep({}), p.keep({}), kStyle);
  p.shaded("no band", p.keep({}), p.keep({}), p.keep({}), kStyle);
  p.line("nothing but gaps", Xs::every(0, 1), p.keep({kNan, kNan}), kStyle);
  p.line("million", Xs::every(0, 1), million, kStyle);
  p.shaded("million band", Xs::every(0, 1), million, million, kStyle);
  p.line("back and forth", p.keep({5, 1, kNan, 9, 2}), p.keep({1, 2, 3, 4, 5}), kStyle);
  p.inf_line(Axis::kX, kNan, kStyle, "nowhere");
  p.inf_line(Axis::kY, kInfinity, kStyle);
  p.text(kNan, 1, "lost", kRed);
  p.annotation(3, kInfinity, "far", kRed);
  double a = kNan, b = kInfinity;
  p.drag_point("handle", &a, &b, {kRed});
  p.drag_line("line", Axis::kY, &b, kStyle);
}

std::vector<double> zigzag(std::size_t count) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = i % 2 == 0 ? 1 : 2;
  return values;
}

}  // namespace

TEST_CASE("NaN, infinities, nothing, one point and a million points are drawn with finite vertices") {
  const std::vector<double> million = zigzag(1000000);
  for (const bool log : {false, true}) {
    Bench bench;
    bench.with_log = true;
    bench.log = log;
    bench.more = [&](Plot& p) { draw_hard_cases(p, million); };
    for (int i = 0; i < 3; ++i) bench.frame();
    CHECK(all_finite());
    CHECK(indices_in_range());
    bench.move(bench.at(0.5, 0.5));  // with the read-out
    CHECK(bench.outcome.hovered);
    CHECK(all_finite());
  }
}

TEST_CASE("a noisy curve is visible in every column of pixels, over its whole height") {
  for (const std::size_t count : {400UL, 700UL, 5000UL, 1000000UL}) {
    Bench bench;
    bench.x.clear();
    const std::vector<double> values = zigzag(count);
    bench.more = [&](Plot& p) { p.line("##noise", Xs::every(0, 1), values, kStyle); };
    bench.frame();
    bench.frame();
    CAPTURE(count);
    const float left = std::ceil(bench.left()), right = std::floor(bench.right());
    CHECK(red_columns(left, right) >= static_cast<int>(right - left) - 1);
    CHECK(red_heights().low <= bench.pixel(0, 2).y + 1);
    CHECK(red_heights().high >= bench.pixel(0, 1).y - 1);
  }
}

TEST_CASE("eight lines of a thousand points with bands take a moderate number of vertices") {
  std::mt19937_64 bits(1);
  std::vector<double> noise(1000), high(1000);
  for (double& value : noise) value = static_cast<double>(bits() >> 11) * 0x1p-53;
  for (std::size_t i = 0; i < noise.size(); ++i) high[i] = noise[i] + 1;
  Bench bench;
  bench.more = [&](Plot& p) {
    for (int run = 0; run < 8; ++run) {
      p.line("run " + std::to_string(run), Xs::every(0, 1), noise, {kRed, 2, {{6, 4, 6, 4}}});
      p.shaded("run " + std::to_string(run), Xs::every(0, 1), noise, high, kStyle);
    }
  };
  bench.frame();
  CHECK(ImGui::GetDrawData()->TotalVtxCount < 25000);
}

TEST_CASE("a dashed noisy curve has gaps") {
  Bench bench;
  bench.x.clear();
  const std::vector<double> values = zigzag(5000);
  bench.more = [&](Plot& p) { p.line("##noise", Xs::every(0, 1), values, {kRed, 2, {{6, 6, 6, 6}}}); };
  bench.frame();
  const float left = std::ceil(bench.left()), right = std::floor(bench.right()), columns = right - left;
  // Half of the columns, and at each end of a dash up to one more.
  CHECK(static_cast<float>(red_columns(left, right)) < 0.75F * columns);
  CHECK(static_cast<float>(red_columns(left, right)) > 0.45F * columns);
}

TEST_CASE("axes fit the data: x exactly, y to nice values") {
  Bench bench;
  bench.frame();
  CHECK(bench.state.x.shown == Range{0, 4});
  CHECK(bench.state.y.shown == Range{0, 10});
}

TEST_CASE("the last value of stairs holds for one more step") {
  Bench bench;
  bench.more = [](Plot& p) { p.stairs("schedule", Xs::every(0, 1), p.keep({1, 2, 3, 4, 5, 6}), kStyle); };
  bench.frame();
  CHECK(bench.state.x.shown == Range{0, 6});
}

TEST_CASE("what lies outside fit_within does not stretch the axis") {
  Bench bench;
  bench.y = {1, 2, 3, 1e30, kInfinity};
  bench.more = [](Plot& p) { p.setup_axis(Axis::kY, {.fit_within = {0, 100}}); };
  bench.frame();
  CHECK(bench.state.y.shown.high < 4);
}

TEST_CASE("a log axis without positive values shows nothing and stays usable") {
  Bench bench;
  bench.with_log = bench.log = true;
  bench.y = {-1, -2, 0, -3, kNan};
  bench.frame();
  bench.frame();
  CHECK(bench.state.y.shown == Range{1, 10});
  CHECK(all_finite());
}

TEST_CASE("the wheel zooms about the pointer") {
  Bench bench;
  bench.frame();
  const ImVec2 mouse = bench.pixel(1, 8);
  bench.move(mouse);
  ImGui::GetIO().MouseWheel = 2;
  bench.frame();
  CHECK(bench.state.x.fixed);
  CHECK(bench.state.x.shown.span() == doctest::Approx(4 * 0.85 * 0.85));
  CHECK(bench.state.y.shown.span() == doctest::Approx(10 * 0.85 * 0.85));
  CHECK(bench.pixel(1, 8).x == doctest::Approx(mouse.x).epsilon(0.01));
  CHECK(bench.pixel(1, 8).y == doctest::Approx(mouse.y).epsilon(0.01));
}

TEST_CASE("the wheel over an axis, or with Ctrl, zooms one axis only") {
  Bench bench;
  bench.frame();
  bench.move({bench.left() - 10, bench.at(0, 0.5).y});
  ImGui::GetIO().MouseWheel = 1;
  bench.frame();
  CHECK(bench.state.x.shown == Range{0, 4});
  CHECK(bench.state.y.shown.span() < 10);
  bench.move(bench.at(0.5, 0.5));
  const Range before = bench.state.y.shown;
  ImGui::GetIO().MouseWheel = 1;
  ImGui::GetIO().KeyCtrl = true;
  bench.frame();
  CHECK(bench.state.x.shown.span() < 4);
  CHECK(bench.state.y.shown == before);
}

TEST_CASE("a drag pans, and a double click fits again") {
  Bench bench;
  bench.frame();
  const ImVec2 from = bench.at(0.5, 0.5), to = bench.at(0.75, 0.5);
  bench.drag(from, to);
  CHECK(bench.state.x.fixed);
  CHECK(bench.state.x.shown.low == doctest::Approx(-1).epsilon(0.01));
  CHECK(bench.state.x.shown.span() == doctest::Approx(4));
  CHECK_FALSE(bench.outcome.clicked_x);
  bench.rest();
  bench.click(to);
  bench.click(to);
  CHECK_FALSE(bench.state.x.fixed);
  for (int i = 0; i < 60; ++i) bench.frame();
  CHECK(bench.state.x.shown == Range{0, 4});
}

TEST_CASE("a press outside the frame does not pan") {
  Bench bench;
  bench.frame();
  bench.drag({bench.left() + 5, 20}, {bench.left() + 100, 150});
  CHECK(bench.state.x.shown == Range{0, 4});
  CHECK_FALSE(bench.state.x.fixed);
}

TEST_CASE("a right drag zooms into its box, and Escape cancels it") {
  Bench bench;
  bench.frame();
  bench.drag(bench.pixel(1, 2), bench.pixel(3, 8), 1);
  CHECK(bench.state.x.shown.low == doctest::Approx(1).epsilon(0.02));
  CHECK(bench.state.x.shown.high == doctest::Approx(3).epsilon(0.02));
  CHECK(bench.state.y.shown.low == doctest::Approx(2).epsilon(0.02));
  CHECK(bench.state.y.shown.high == doctest::Approx(8).epsilon(0.02));
  CHECK_FALSE(bench.state.zooming);
#if IMGUI_VERSION_NUM < 19200
  const Range before = bench.state.x.shown;
  bench.move(bench.at(0.2, 0.2));
  bench.press(1);
  bench.move(bench.at(0.6, 0.6));
  CHECK(bench.state.zooming);
  ImGui::GetIO().KeysDown[Ui::kEscape] = true;
  bench.frame();
  CHECK_FALSE(bench.state.zooming);
  bench.release(1);
  CHECK(bench.state.x.shown == before);
#endif
}

TEST_CASE("a click says where it was, in values of x") {
  Bench bench;
  bench.frame();
  bench.move(bench.pixel(3, 5));
  bench.press();
  CHECK_FALSE(bench.outcome.clicked_x);
  ImGui::GetIO().MouseDown[0] = false;
  bench.frame();
  REQUIRE(bench.outcome.clicked_x);
  CHECK(*bench.outcome.clicked_x == doctest::Approx(3).epsilon(0.02));
  CHECK_FALSE(bench.state.x.fixed);
}

TEST_CASE("a point can be dragged, inside the frame only, and the plot does not pan with it") {
  Bench bench;
  double x = 1, y = 5;
  int moves = 0;
  bench.more = [&](Plot& p) { moves += p.drag_point("knot", &x, &y, {kRed}) ? 1 : 0; };
  bench.frame();
  bench.frame();
  CHECK(moves == 0);
  bench.drag(bench.pixel(1, 5), bench.pixel(2, 8));
  CHECK(moves > 0);
  CHECK(x == doctest::Approx(2).epsilon(0.02));
  CHECK(y == doctest::Approx(8).epsilon(0.02));
  CHECK_FALSE(bench.state.x.fixed);
  bench.drag(bench.pixel(2, 8), {bench.right() + 90, bench.top() - 90});
  CHECK(x == doctest::Approx(4));
  CHECK(y == doctest::Approx(10));
  CHECK_FALSE(bench.outcome.active);
}

TEST_CASE("a point is caught five pixels beside its middle and does not jump") {
  Bench bench;
  double x = 1, y = 5;
  bench.more = [&](Plot& p) { p.drag_point("knot", &x, &y, {kRed}); };
  bench.frame();
  bench.frame();
  const ImVec2 at = bench.pixel(1, 5), to = bench.pixel(2, 5);
  bench.drag({at.x + 5, at.y - 4}, {to.x + 5, to.y - 4});
  CHECK(x == doctest::Approx(2).epsilon(0.001));
  CHECK(y == doctest::Approx(5).epsilon(0.001));
}

TEST_CASE("a line can be dragged along its axis") {
  Bench bench;
  double x = 1, y = 4;
  bench.more = [&](Plot& p) {
    p.drag_line("start", Axis::kX, &x, kStyle, "start");
    p.drag_line("threshold", Axis::kY, &y, kStyle);
  };
  bench.frame();
  bench.frame();
  bench.drag(bench.pixel(1, 8), bench.pixel(3, 2));
  CHECK(x == doctest::Approx(3).epsilon(0.02));
  bench.drag(bench.pixel(2, 4), bench.pixel(0.5, 9));
  CHECK(y == doctest::Approx(9).epsilon(0.02));
  CHECK(x == doctest::Approx(3).epsilon(0.02));
}

TEST_CASE("a click on a direct label hides its series, another brings it back") {
  Bench bench;
  bench.more = [](Plot& p) { p.line("other", Xs::every(0, 1), p.keep({1, 1, 1, 1, 1000}), kStyle); };
  for (int i = 0; i < 60; ++i) bench.frame();
  CHECK(bench.state.y.shown.high == 1000);
  const ImVec2 label{bench.right() + 20, bench.pixel(4, 1000).y};
  bench.click(label);
  CHECK(bench.state.hidden == std::vector<std::string>{"other"});
  for (int i = 0; i < 60; ++i) bench.frame();
  CHECK(bench.state.y.shown.high == 10);  // what is hidden does not count
  bench.rest();
  bench.click({label.x, bench.top() + 2});  // it waits at the edge that it lies beyond
  CHECK(bench.state.hidden.empty());
}

TEST_CASE("hovering a label brings its series out") {
  Bench bench;
  bench.frame();
  bench.move({bench.right() + 20, bench.pixel(4, 2).y});
  CHECK(bench.state.highlighted == "curve");
  bench.move(kNowhere);
  CHECK(bench.state.highlighted.empty());
}

TEST_CASE("axes keep still on hold, then ease to their new range within 150 ms") {
  Bench bench;
  bench.frame();
  bench.hold = true;
  bench.y = {0, 4, 2, 4, 1};
  bench.frame();
  CHECK(bench.state.y.shown == Range{0, 10});
  bench.hold = false;
  double before = bench.state.y.shown.high;
  for (int i = 0; i < 9; ++i) {
    bench.frame();
    CHECK(bench.state.y.shown.high < before);
    CHECK(bench.outcome.animating);
    before = bench.state.y.shown.high;
  }
  CHECK(bench.state.y.shown.high < 4 + 0.05 * 6);
  for (int i = 0; i < 20; ++i) bench.frame();
  CHECK(bench.state.y.shown == Range{0, 4});
  CHECK_FALSE(bench.outcome.animating);
}

TEST_CASE("data that leave the frame widely move even an axis on hold") {
  Bench bench;
  bench.frame();
  bench.hold = true;
  bench.y = {0, 14, 5, 10, 2};
  bench.frame();
  CHECK(bench.state.y.shown == Range{0, 10});
  bench.y = {0, 100, 5, 10, 2};
  bench.frame();
  CHECK(bench.state.y.shown == Range{0, 100});
}

TEST_CASE("with reduced motion axes jump") {
  Bench bench;
  bench.reduced_motion = true;
  bench.frame();
  bench.y = {0, 4, 2, 4, 1};
  bench.frame();
  CHECK(bench.state.y.shown == Range{0, 4});
}

TEST_CASE("the words at the right of the head line toggle the scale") {
  Bench bench;
  bench.with_log = true;
  bench.y = {1, 10, 100, 1000, 50};
  bench.frame();
  bench.click({490, 27});
  CHECK(bench.log);
  CHECK(bench.state.y.scale == Scale::kLog);
  CHECK(bench.state.y.shown == Range{1, 1000});
}

TEST_CASE("the cursor of linked plots is where the mouse is, and gone when it leaves") {
  plot::Link link;
  Bench bench;
  bench.link = &link;
  bench.frame();
  bench.frame();
  bench.move(bench.pixel(3, 5));
  REQUIRE(link.cursor_x);
  CHECK(*link.cursor_x == doctest::Approx(3).epsilon(0.02));
  bench.move(kNowhere);
  CHECK_FALSE(link.cursor_x);
}

TEST_CASE("linked plots have the same frame and the same range of x") {
  Ui ui;
  plot::Link link;
  plot::State a, b;
  const std::vector<double> narrow = {0, 1, 2}, wide = {123456, 123457, 123458};
  const auto frame = [&] {
    ui.frame([&] {
      Plot p("a", a, {.theme = ui.theme, .size = {500, 200}, .link = &link});
      p.line("x", Xs::every(0, 1), narrow, kStyle);
      p.end();
      Plot q("b", b, {.theme = ui.theme, .size = {500, 200}, .link = &link});
      q.line("a long name", Xs::every(0, 1), wide, kStyle);
    });
  };
  Ui::frames(4, frame);
  CHECK(a.margins.left == b.margins.left);
  CHECK(a.margins.right == b.margins.right);
  link.x = Range{0.5, 1.5};
  frame();
  CHECK(a.x.shown == Range{0.5, 1.5});
  CHECK(b.x.shown == Range{0.5, 1.5});
  CHECK_FALSE(b.y.fixed);
}

TEST_CASE("what a plot shows can be captured, without what is hidden") {
  Bench bench;
  bench.state.hidden = {"other"};
  plot::Capture capture;
  bench.ui.frame([&] {
    plot::Options options = bench.options();
    options.capture = &capture;
    Plot p("plot", bench.state, options);
    p.setup_axis(Axis::kX, {.label = "step"});
    p.line("curve", bench.x, bench.y, kStyle);
    p.line("other", bench.x, bench.y, kStyle);
    p.shaded("curve", bench.x, p.keep({0, 0, 0, 0, 0}), bench.y, kStyle);
  });
  CHECK(capture.title == "title");
  CHECK(capture.x_label == "step");
  REQUIRE(capture.series.size() == 1);
  CHECK(capture.series[0] == plot::Capture::Series{"curve", bench.x, bench.y, {0, 0, 0, 0, 0}, bench.y});
}

TEST_CASE("a heat map of a million cells takes few rectangles, each inside the frame") {
  Bench bench;
  bench.x.clear();
  std::vector<double> values(1000000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 1000);
  bench.more = [&](Plot& p) {
    p.heat_map(
        {values, 1000, 1000, {0, 1}, {0, 1}, [](double v) { return v < 500 ? kRed : IM_COL32(0, 0, 255, 255); }});
  };
  bench.frame();
  CHECK(bench.state.x.shown == Range{0, 1});
  CHECK(ImGui::GetDrawData()->TotalVtxCount < 300 * 2 * 4 + 2000);  // at most one row per pixel, two colours in each
  CHECK(red_heights().low == doctest::Approx(bench.top()).epsilon(0.01));
  CHECK(red_heights().high == doctest::Approx(bench.bottom()).epsilon(0.01));
}

TEST_CASE("a ramp goes from one colour to the other") {
  const auto grey = plot::ramp({0, 0, 0, 1}, {1, 1, 1, 1}, {1, 100}, Scale::kLog);
  CHECK(grey(1) == IM_COL32(0, 0, 0, 255));
  CHECK(grey(10) == IM_COL32(128, 128, 128, 255));
  CHECK(grey(1e9) == IM_COL32(255, 255, 255, 255));
  CHECK(grey(kNan) == 0);
}
