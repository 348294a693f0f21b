// A plot in an ImGui without a window: for the tests of what it draws and of what the mouse does.
#pragma once

#include "app/widgets/plot.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace steplab::testing {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr ImU32 kRed = IM_COL32(255, 0, 0, 255);
inline constexpr plot::LineStyle kStyle{kRed, 2, {}};
inline const ImVec2 kNowhere{-1000, -1000};

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
  std::function<void(plot::Plot&)> more = [](plot::Plot&) {};

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
      plot::Plot p("plot", state, options());
      p.setup_axis(plot::Axis::kX, {.label = "step"});
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

}  // namespace steplab::testing
