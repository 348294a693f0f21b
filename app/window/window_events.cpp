// What the window system tells, and where it puts the window.
#include "app/session/placement.h"
#include "app/window/window.h"

#include <GLFW/glfw3.h>
#include <string_view>
#include <utility>

namespace steplab {
namespace {

std::string_view label_of(int place, int code) {
  const char* label = glfwGetKeyName(place, code);
  return label ? label : "";
}

/// The keyboard's layout has Latin letters, as those of Western countries and Turkey have.
bool has_latin_letters() {
  for (int place = GLFW_KEY_A; place <= GLFW_KEY_Z; ++place)
    if (const auto label = label_of(place, 0); label.size() == 1 && label[0] >= 'a' && label[0] <= 'z') return true;
  return false;
}

Window* window_of(GLFWwindow* window) { return static_cast<Window*>(glfwGetWindowUserPointer(window)); }

}  // namespace

void Window::place_window(const WindowOptions& options, const Settings& settings) {
  std::vector<Area> screens;
  int count = 0;
  GLFWmonitor** monitors = glfwGetMonitors(&count);
  for (int i = 0; i < count; ++i) {
    Area area;
    glfwGetMonitorWorkarea(monitors[i], &area.x, &area.y, &area.width, &area.height);
    screens.push_back(area);
  }
  const bool known = settings.window_width > 0 && settings.window_height > 0;
  Area wanted{settings.window_x, settings.window_y, options.width, options.height};
  if (known && !options.sized) wanted.width = settings.window_width, wanted.height = settings.window_height;
  Frame frame;
  glfwGetWindowFrameSize(window_, &frame.left, &frame.top, &frame.right, &frame.bottom);
  const Area placed = on_screen(wanted, screens, frame);
  if (!options.sized) glfwSetWindowSize(window_, placed.width, placed.height);
  if (known) glfwSetWindowPos(window_, placed.x, placed.y);  // the first time the window system chooses
  glfwShowWindow(window_);
  if (known && settings.window_maximized && !options.sized) glfwMaximizeWindow(window_);
}

/// For the next start. A full screen is no size that was chosen.
void Window::note_place(Settings& settings) {
  if (!visible_ || !std::exchange(moved_, false) || glfwGetWindowMonitor(window_)) return;
  settings.window_maximized = glfwGetWindowAttrib(window_, GLFW_MAXIMIZED) == GLFW_TRUE;
  glfwGetWindowPos(window_, &counted_.x, &counted_.y);
  if (settings.window_maximized || glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == GLFW_TRUE) return;
  settings.window_x = counted_.x, settings.window_y = counted_.y;
  glfwGetWindowSize(window_, &settings.window_width, &settings.window_height);
}

void Window::install_callbacks() {
  // Set before ImGui's, which call them in turn. Every event asks for a few frames.
  glfwSetWindowUserPointer(window_, this);
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int place, int code, int action, int mods) {
    window_of(w)->take_key(place, code, action, mods);
  });
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned character) {
    window_of(w)->frames_wanted_ = kFramesAfterInput;
    // GLFW tells what a key types right after the key.
    if (!window_of(w)->keys_.empty()) retype(window_of(w)->keys_.back(), character);
  });
  glfwSetCursorPosCallback(window_,
                           [](GLFWwindow* w, double, double) { window_of(w)->frames_wanted_ = kFramesAfterInput; });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int) {
    window_of(w)->frames_wanted_ = kFramesAfterInput;
    window_of(w)->input_.button(button, action == GLFW_PRESS);
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) {
    window_of(w)->frames_wanted_ = kFramesAfterInput;
    ++window_of(w)->counted_.wheel_events;
  });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int) { window_of(w)->frames_wanted_ = kFramesAfterInput; });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { window_of(w)->frames_wanted_ = kFramesAfterInput; });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { window_of(w)->frames_wanted_ = kFramesAfterInput; });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) {
    window_of(w)->frames_wanted_ = kFramesAfterInput;
    window_of(w)->moved_ = true;
  });
  glfwSetWindowPosCallback(window_, [](GLFWwindow* w, int, int) {
    window_of(w)->frames_wanted_ = kFramesAfterInput;
    window_of(w)->moved_ = true;
  });
  glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
    window_of(w)->frames_wanted_ = kFramesAfterInput;
    for (int i = 0; i < count; ++i) window_of(w)->dropped_.emplace_back(paths[i]);
  });
}

void Window::take_key(int place, int code, int action, int mods) {
  frames_wanted_ = kFramesAfterInput;
  ++counted_.key_events;
  // What goes up is what went down, though the layout may have changed in between.
  const auto held = held_keys_.find(code);
  const int key = action != GLFW_PRESS && held != held_keys_.end()
                      ? held->second
                      : key_of_label(place, label_of(place, code), has_latin_letters());
  held_keys_[code] = key;
  if (action != GLFW_REPEAT) input_.key(key, action == GLFW_PRESS);
  if (action != GLFW_RELEASE) keys_.push_back({key, (mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0});
}

}  // namespace steplab
