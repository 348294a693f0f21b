#include "app/window/latency.h"

#include "app/window/window.h"
#include "core/run/sweep.h"
#include "core/scene/shipped.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <epoxy/gl.h>
#include <thread>

namespace steplab {
namespace {

constexpr int kMoves = 120;  // of each slider

struct Figures {
  std::vector<double> latency, panels, drawing;
  int unanswered = 0;
};

double since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

/// One frame; its time without OpenGL's part counts as the program's.
void timed_frame(Window& window, Program& program, Figures& figures, double& drawing) {
  figures.panels.push_back(window.frame(program, 1.0 / 60));
  const auto begun = Clock::now();
  window.show();
  glFinish();
  drawing += since(begun);
  figures.drawing.push_back(since(begun));
}

const Reported* find(const Window& window, const std::string& name) {
  const auto found = std::ranges::find(window.reports(), name, &Reported::name);
  return found == window.reports().end() ? nullptr : &*found;
}

/// Moves the mouse and waits for the picture of it.
void measure_move(Window& window, Program& program, ImVec2 to, Figures& figures) {
  const auto before = program.asked();
  window.set_mouse(to, true);
  const auto event = Clock::now();
  double drawing = 0;
  timed_frame(window, program, figures, drawing);
  if (program.asked() == before) return;  // the value did not change
  const auto wanted = program.asked();
  while (program.answered() < wanted) {
    if (since(event) > 2000) {
      ++figures.unanswered;
      return;
    }
    // As the real loop: it sleeps until there is something new.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    if (program.has_news()) timed_frame(window, program, figures, drawing);
  }
  figures.latency.push_back(since(event) - drawing);
}

void drag(Window& window, Program& program, const std::string& name, Figures& figures) {
  const Reported* slider = find(window, name);
  if (!slider) return;
  const float y = (slider->low.y + slider->high.y) / 2, left = slider->low.x + 10, right = slider->high.x - 10;
  const float middle = (left + right) / 2, reach = (right - left) * 0.2f;
  window.set_mouse({middle, y}, false);
  Figures ignored;
  double drawing = 0;
  for (int i = 0; i < 2; ++i) timed_frame(window, program, ignored, drawing);
  for (int i = 0; i < kMoves; ++i)
    measure_move(window, program, {middle + reach * std::sin(0.21f * static_cast<float>(i)), y}, figures);
  window.set_mouse({middle, y}, false);
  for (int i = 0; i < 2; ++i) timed_frame(window, program, ignored, drawing);
  window.settle(program);
}

void print(const char* what, std::vector<double> values) {
  if (values.empty()) return;
  std::ranges::sort(values);
  std::printf("%-44s median %6.2f  95 %% %6.2f  worst %6.2f ms  (%zu)\n", what, quantile(values, 0.5),
              quantile(values, 0.95), values.back(), values.size());
}

}  // namespace

int measure_latency(const WindowOptions& options, const Settings& settings) {
  Scene scene = find_scene(options.latency);
  check(scene, options.latency);
  std::printf("%s: %zu runs × %d seeds × %d steps\n", scene.title.c_str(), scene.runs.size(), scene.seeds, scene.steps);
  Window window(options, false);
  Program program(std::move(scene), settings, [&window] { window.wake(); });
  window.settle(program);
  Figures all;
  for (const char* name : {"slider.step_size", "slider.rho", "slider.oracle.sigma", "slider.seeds"}) {
    Figures figures;
    drag(window, program, name, figures);
    print(name, figures.latency);
    all.latency.insert(all.latency.end(), figures.latency.begin(), figures.latency.end());
    all.panels.insert(all.panels.end(), figures.panels.begin(), figures.panels.end());
    all.drawing.insert(all.drawing.end(), figures.drawing.begin(), figures.drawing.end());
    all.unanswered += figures.unanswered;
  }
  print("input to the frame with its curves, without OpenGL", all.latency);
  print("panels and draw lists of a frame", all.panels);
  print("OpenGL of a frame", all.drawing);
  if (all.unanswered > 0) std::printf("%d inputs were not answered within two seconds\n", all.unanswered);
  return all.unanswered > 0 || all.latency.empty() ? 1 : 0;
}

}  // namespace steplab
