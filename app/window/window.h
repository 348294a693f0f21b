// The window system: GLFW, OpenGL and ImGui's backends around a Program.
#pragma once

#include "app/panels/program.h"
#include "app/render/landscape_renderer.h"
#include "app/session/autosave.h"
#include "app/theme.h"
#include "app/widgets/input_queue.h"
#include "app/window/options.h"
#include "app/window/report.h"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct GLFWwindow;

namespace steplab {

/// A window that is shown, or a hidden one that only lends its OpenGL context. std::runtime_error where there is no
/// display or no OpenGL 3.3.
class Window {
 public:
  /// `settings`: where a shown window was left; it comes back there, or to where a screen is. A size among the options
  /// is kept.
  Window(const WindowOptions& options, bool visible, const Settings& settings = {});
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// Until the person closes it, or close() is called. `autosave`: told of every frame; null: nothing is kept.
  void run(Program& program, Autosave* autosave);
  /// Ends run(); from any thread.
  void close();
  /// Frames until everything is computed and still.
  void settle(Program& program);
  /// One frame: panels and pictures, drawn but not yet shown. Milliseconds of the panels alone.
  double frame(Program& program, double seconds);
  /// PNG of the frame drawn last; of a part of it, in pixels from the top left. InputError if it cannot be written.
  void write_png(const std::string& path, ImVec2 low, ImVec2 high) const;
  void write_png(const std::string& path) const {
    write_png(path, {0, 0}, {static_cast<float>(width_), static_cast<float>(height_)});
  }

  /// Off: panels get no pictures and OpenGL rests; for measuring what the program does without it.
  void set_pictures(bool on) { pictures_ = on; }
  /// In place of the real mouse, from now on: for measurements.
  void set_mouse(ImVec2 place, bool pressed) { fake_mouse_ = FakeMouse{place, pressed}; }

  /// There is something new to draw; from any thread.
  void wake();
  const std::vector<Reported>& reports() const { return reports_; }
  /// Hands the frame's triangles to OpenGL.
  void show();

 private:
  static constexpr int kFramesAfterInput = 3;  ///< ImGui settles a popup or a scroll in as many
  class GlViews;
  void make_context(const WindowOptions& options, bool visible);
  void place_window(const WindowOptions& options, const Settings& settings);
  void note_place(Settings& settings);
  void install_callbacks();
  void take_key(int place, int code, int action, int mods);
  void use_theme(const Settings& settings);
  void obey(Program& program, const std::vector<Job>& jobs);
  void toggle_full_screen();
  void make_target();
  void export_if_asked(Program& program);
  void take_files(Program& program);
  void keep_report(const Program& program);

  struct FakeMouse {
    ImVec2 place;
    bool pressed = false;
  };

  GLFWwindow* window_ = nullptr;
  std::optional<FakeMouse> fake_mouse_;
  std::atomic<bool> news_{false}, closes_{false};
  std::unique_ptr<GlViews> views_;
  Theme theme_;
  bool theme_made_ = false, visible_ = false, pictures_ = true;
  double scale_option_ = 0;
  std::string theme_option_, report_path_;
  int width_ = 0, height_ = 0;
  unsigned target_ = 0, target_texture_ = 0;  ///< of a hidden window: what frames are drawn into
  int target_width_ = 0, target_height_ = 0;
  std::vector<Reported> reports_;
  std::vector<KeyPress> keys_;
  std::map<int, int> held_keys_;  ///< by the system's codes: the labels that they had when they were pressed
  InputQueue input_;
  std::vector<std::string> dropped_;
  std::string export_path_;  ///< picture to be written; empty: none
  bool export_map_ = false, export_waits_ = false;
  int frames_wanted_ = 3;
  bool moved_ = true;  ///< place or size are other than the settings say
  WindowState counted_;
  int windowed_[4] = {0, 0, 0, 0};  ///< place and size before full screen
};

}  // namespace steplab
