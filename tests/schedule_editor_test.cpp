// The handles of a schedule under a mouse, in a plot without a window.
#include "app/widgets/schedule_editor.h"

#include "app/session/session.h"
#include "app/widgets/schedule_handles.h"
#include "core/catalog.h"
#include "tests/plot_bench.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace steplab;
using steplab::testing::Bench;

namespace {

constexpr int kSteps = 200;
constexpr double kScale = 0.01;  // ρη

double factor(const Choice& schedule, int t) { return make_choice(schedules(), schedule, "test")->factor(t, kSteps); }

// A plot of the step size of one run, as the panel makes it: x counts updates, y is ρη times the factor.
struct Editor : Bench {
  explicit Editor(const std::string& schedule, bool logarithmic = false) : rate(parse_choice(schedule, "test")) {
    with_log = log = logarithmic;
    x = {0, kSteps};
    y = {logarithmic ? 1e-6 : 0.0, 0.02};
    more = [this](plot::Plot& plot) {
      Ui panel{.theme = ui.theme, .session = session};
      changes += edit_schedule_in_plot(panel, plot, rate, kScale, kSteps, steplab::testing::kRed) ? 1 : 0;
    };
    for (int i = 0; i < 60; ++i) frame();
  }
  using Ui = steplab::Ui;

  ImVec2 place(double t, double height) const { return pixel(t, kScale * height); }
  ImVec2 place(const std::string& id) const {
    const auto all = handles_of(rate, kSteps);
    const auto it = std::ranges::find(all, id, &ScheduleHandle::id);
    REQUIRE(it != all.end());
    return place(it->t, it->factor);
  }

  Choice rate;
  Session session;
  int changes = 0;
};

}  // namespace

TEST_CASE("a knot goes with the mouse in both directions") {
  Editor editor("knots(at=0,0.5,1,values=0.2,1,0.3)");
  editor.drag(editor.place("knot1"), editor.place(60, 1.5));
  CHECK(editor.changes > 0);
  const auto knot = handles_of(editor.rate, kSteps)[1];
  CHECK(knot.t == doctest::Approx(60).epsilon(0.02));
  CHECK(knot.factor == doctest::Approx(1.5).epsilon(0.02));
  CHECK_FALSE(editor.session.schedule_drag);
  CHECK_FALSE(editor.state.y.fixed);
}

TEST_CASE("the warmup is pulled out of the left edge") {
  Editor editor("rex");
  editor.drag(editor.place("warmup"), editor.place(40, 0.5));
  const double warmup = std::get<double>(editor.rate.params.at("warmup"));
  CHECK(warmup == doctest::Approx(0.2).epsilon(0.05));
  CHECK(factor(editor.rate, 0) < 0.05);
  editor.rest();
  editor.drag(editor.place("warmup"), {editor.left() - 40, editor.place("warmup").y});
  CHECK(editor.rate == Choice{"rex"});
}

TEST_CASE("the curve is bent through the mouse, wherever it wanders on its way") {
  Editor editor("polynomial");
  const ImVec2 grip = editor.place("p");
  editor.move(grip);
  editor.press();
  editor.move(editor.place(20, 1.9));
  editor.move(editor.place(180, 0.001));
  editor.move({grip.x, editor.place(120, 0.2).y});
  editor.release();
  CHECK(factor(editor.rate, 120) == doctest::Approx(0.2).epsilon(0.03));
}

TEST_CASE("handles work on a logarithmic axis, and one at zero can be pulled up") {
  Editor editor("knots(at=0,0.5,0.75,1,values=1,0.1,0,0.01)", true);
  editor.drag(editor.place("knot1"), editor.place(100, 0.001));
  CHECK(factor(editor.rate, 100) == doctest::Approx(0.001).epsilon(0.05));
  editor.rest();
  const ImVec2 foot{editor.place(150, 1).x, editor.bottom()};
  editor.drag(foot, editor.place(150, 0.1));
  CHECK(factor(editor.rate, 150) == doctest::Approx(0.1).epsilon(0.1));
}

TEST_CASE("a double click on the curve makes a knot and leaves the zoom alone; a right click takes it away") {
  const std::string schedule = "knots(at=0,1,values=1,1)";
  Editor editor(schedule);
  editor.state.x = {.shown = {0, 150}, .scale = plot::Scale::kLinear, .fixed = true, .fitted = true};
  editor.frame();
  editor.click(editor.place(50, 1));
  editor.click(editor.place(50, 1));
  REQUIRE(handles_of(editor.rate, kSteps).size() == 3);
  CHECK(handles_of(editor.rate, kSteps)[1].t == doctest::Approx(50).epsilon(0.02));
  CHECK(editor.state.x.fixed);
  editor.rest();
  editor.click(editor.place("knot1"), 1);
  CHECK(editor.rate == parse_choice(schedule, "test"));
}

TEST_CASE("a double click beside the curve makes no knot") {
  Editor editor("knots(at=0,1,values=1,1)");
  const Choice before = editor.rate;
  editor.click(editor.place(50, 1.4));
  editor.click(editor.place(50, 1.4));
  CHECK(editor.rate == before);
}

TEST_CASE("a knot that is let go on its neighbour is gone") {
  Editor editor("knots(at=0,0.4,0.6,1,values=0.2,1,0.8,0.3)");
  editor.drag(editor.place("knot1"), editor.place("knot2"));
  CHECK(editor.rate == parse_choice("knots(at=0,0.6,1,values=0.2,0.8,0.3)", "test"));
}

TEST_CASE("a drag through other places ends as one straight to its end") {
  Editor straight("step"), wandering("step");
  const ImVec2 grip = straight.place("at0"), end = straight.place(60, 0.1);
  straight.drag(grip, end);
  wandering.move(grip);
  wandering.press();
  wandering.move({wandering.right() + 50, grip.y});  // held back by the next milestone
  wandering.move({wandering.left(), grip.y});
  wandering.move(end);
  wandering.release();
  CHECK(straight.rate != Choice{"step"});
  CHECK(to_text(wandering.rate) == to_text(straight.rate));
}

TEST_CASE("a knot can be dragged above what the axis shows") {
  Editor editor("knots(at=0,0.5,1,values=0.2,1,0.3)");
  const ImVec2 grip = editor.place("knot1");
  editor.drag(grip, {grip.x, editor.top() - 5});
  CHECK(factor(editor.rate, 100) == doctest::Approx(editor.state.y.shown.high / kScale).epsilon(0.1));
  CHECK(factor(editor.rate, 100) * kScale > editor.state.y.shown.high);
}

TEST_CASE("a rate rule has nothing to drag") {
  Editor editor("wngrad");
  editor.drag(editor.place(0, 1), editor.place(60, 0.5));
  CHECK(editor.changes == 0);
}
