// What the mouse does to a plot.
#include "tests/plot_bench.h"

#include <doctest/doctest.h>

using namespace steplab::testing;
namespace plot = steplab::plot;
using plot::Axis;
using plot::Plot;
using plot::Range;
using plot::Scale;
using plot::Xs;

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
