// What a plot draws, and which ranges it shows.
#include "tests/plot_bench.h"

#include <doctest/doctest.h>

#include <random>

using namespace steplab::testing;
namespace plot = steplab::plot;
using plot::Axis;
using plot::Plot;
using plot::Range;
using plot::Scale;
using plot::Xs;

namespace {

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
