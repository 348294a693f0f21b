#include "app/window/window.h"

#include "app/render/image_store.h"
#include "app/window/png.h"
#include "app/window/report.h"
#include "core/base/error.h"

#include <GLFW/glfw3.h>
#include <algorithm>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <chrono>
#include <cstdio>
#include <epoxy/gl.h>
#include <fstream>
#include <imgui.h>
#include <stdexcept>
#include <utility>

namespace steplab {
namespace {

constexpr float kDoubleClick = 0.45f;  // seconds between its presses
constexpr double kIdleSeconds = 0.5;   // a blinking text cursor, a note that ends
constexpr double kLongestFrame = 0.1;  // seconds that playback may jump
constexpr const char* kShaderVersion = "#version 330 core";

double now() { return glfwGetTime(); }

/// The back end begins anew, with the atlas as it is now. Destroying its device objects alone is not enough: ImGui 1.86
/// then makes empty buffers but still believes them as large as the old ones, and every triangle is lost.
void renew_backend() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplOpenGL3_Init(kShaderVersion);
}

}  // namespace

/// The panels' pictures, drawn with OpenGL.
class Window::GlViews : public Views {
 public:
  explicit GlViews(const std::string& shaders) : renderer_(shaders) {}
  void set_field(const render::FieldImage& field) override { renderer_.set_field(field); }
  unsigned draw_map(const render::MapFrame& frame) override { return renderer_.draw_map(frame); }
  unsigned draw_surface(const render::SurfaceFrame& frame) override { return renderer_.draw_surface(frame); }
  unsigned show_cells(const std::string& name, int width, int height, std::span<const std::uint32_t> cells,
                      std::uint64_t version) override {
    return images_.show(name, width, height, cells, version);
  }
  const render::SurfaceGrid& grid() const override { return renderer_.grid(); }
  std::vector<std::string> reload() { return renderer_.reload_changed_shaders(); }

 private:
  render::LandscapeRenderer renderer_;
  render::ImageStore images_;
};

Window::Window(const WindowOptions& options, bool visible, const Settings& settings)
    : visible_(visible),
      scale_option_(options.scale),
      theme_option_(options.theme),
      report_path_(options.report),
      width_(options.width),
      height_(options.height) {
  make_context(options, visible);
  if (visible) place_window(options, settings);
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;  // positions are settings of ours
  ImGui::GetIO().MouseDoubleClickTime = kDoubleClick;
  install_callbacks();
  ImGui_ImplGlfw_InitForOpenGL(window_, true);
  ImGui_ImplOpenGL3_Init(kShaderVersion);
  views_ = std::make_unique<GlViews>(options.shaders);
}

Window::~Window() {
  views_.reset();
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

void Window::make_context(const WindowOptions& options, bool visible) {
  glfwSetErrorCallback([](int, const char*) {});
  if (!glfwInit())
    throw std::runtime_error(
        "there is no display to open a window on; --screenshot needs one too (xvfb-run makes one), steplab-cli does "
        "not");
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
  window_ = glfwCreateWindow(options.width, options.height, "Steplab", nullptr, nullptr);
  if (!window_) {
    glfwTerminate();
    throw std::runtime_error(
        "the display offers no OpenGL 3.3; try LIBGL_ALWAYS_SOFTWARE=1, which draws in software; --screenshot needs "
        "OpenGL too, steplab-cli does not");
  }
  glfwSetWindowSizeLimits(window_, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window_);
  glfwSwapInterval(visible ? 1 : 0);
}

void Window::wake() {
  news_ = true;
  glfwPostEmptyEvent();
}

void Window::close() {
  closes_ = true;
  wake();
}

void Window::use_theme(const Settings& settings) {
  float monitor = 1, ignored = 1;
  if (visible_) glfwGetWindowContentScale(window_, &monitor, &ignored);
  const double chosen = scale_option_ > 0    ? scale_option_
                        : settings.scale > 0 ? settings.scale
                                             : static_cast<double>(monitor);
  const auto scale = static_cast<float>(std::clamp(chosen, 0.5, 3.0));
  const bool dark = (theme_option_.empty() ? settings.theme : theme_option_) == "dark";
  const ThemeKind kind = dark ? ThemeKind::kDark : ThemeKind::kLight;
  if (theme_made_ && theme_.kind == kind && theme_.scale == scale) return;
  const bool same_fonts = theme_made_ && theme_.scale == scale;
  Theme next = make_theme(kind, scale);
  if (same_fonts) {
    next.body = theme_.body, next.small = theme_.small, next.bold = theme_.bold, next.head = theme_.head;
  } else {
    ImGui::GetIO().Fonts->Clear();
    std::vector<std::string> missing;
    load_fonts(next, *ImGui::GetIO().Fonts, theme_made_ ? nullptr : &missing);
    for (const auto& file : missing) std::fprintf(stderr, "steplab: no font %s; another one is used\n", file.c_str());
    if (theme_made_) renew_backend();
  }
  theme_ = next;
  theme_made_ = true;
  apply(theme_, ImGui::GetStyle());
}

void Window::make_target() {
  if (visible_ || (target_ && target_width_ == width_ && target_height_ == height_)) return;
  if (!target_) {
    glGenFramebuffers(1, &target_);
    glGenTextures(1, &target_texture_);
  }
  target_width_ = width_, target_height_ = height_;
  glBindTexture(GL_TEXTURE_2D, target_texture_);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width_, height_, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glBindFramebuffer(GL_FRAMEBUFFER, target_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, target_texture_, 0);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

double Window::frame(Program& program, double seconds) {
  use_theme(program.session().settings);
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  ImGuiIO& io = ImGui::GetIO();
  if (visible_)
    glfwGetFramebufferSize(window_, &width_, &height_);
  else
    io.DisplaySize = {static_cast<float>(width_), static_cast<float>(height_)};
  input_.apply(io);
  if (input_.waiting()) frames_wanted_ = kFramesAfterInput;
  if (fake_mouse_) {
    io.MousePos = fake_mouse_->place;
    io.MouseDown[0] = fake_mouse_->pressed;
  }
  make_target();
  for (const auto& key : std::exchange(keys_, {})) program.press(key);
  take_files(program);
  reports_.clear();
  const auto begun = std::chrono::steady_clock::now();
  ImGui::NewFrame();
  const auto jobs = program.frame(theme_, seconds, pictures_ ? views_.get() : nullptr, &reports_);
  ImGui::Render();
  const double spent = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  obey(program, jobs);
  return spent;
}

void Window::show() {
  glBindFramebuffer(GL_FRAMEBUFFER, target_);
  glViewport(0, 0, width_, height_);
  glClearColor(theme_.ground.x, theme_.ground.y, theme_.ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void Window::take_files(Program& program) {
  for (const auto& path : std::exchange(dropped_, {})) program.session().wanted_scenes.push_back({.path = path});
}

void Window::toggle_full_screen() {
  if (glfwGetWindowMonitor(window_)) {
    glfwSetWindowMonitor(window_, nullptr, windowed_[0], windowed_[1], windowed_[2], windowed_[3], GLFW_DONT_CARE);
    return;
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (!mode) return;
  glfwGetWindowPos(window_, &windowed_[0], &windowed_[1]);
  glfwGetWindowSize(window_, &windowed_[2], &windowed_[3]);
  glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

void Window::obey(Program& program, const std::vector<Job>& jobs) {
  for (const Job& job : jobs) try {
      switch (job.kind) {
        case Job::Kind::kQuit:
          glfwSetWindowShouldClose(window_, GLFW_TRUE);
          break;
        case Job::Kind::kFullScreen:
          toggle_full_screen();
          break;
        case Job::Kind::kCancel:
          program.cancel();
          break;
        case Job::Kind::kWindowPng:
        case Job::Kind::kMapPng:
          export_path_ = job.path, export_map_ = job.kind == Job::Kind::kMapPng;
          export_waits_ = true;
          break;
      }
    } catch (const InputError& error) {
      tell(program.session(), error.what(), true);
    }
}

void Window::write_png(const std::string& path, ImVec2 low, ImVec2 high) const {
  const int x = std::max(0, static_cast<int>(low.x)), y = std::max(0, static_cast<int>(low.y));
  const int w = std::min(width_, static_cast<int>(high.x)) - x, h = std::min(height_, static_cast<int>(high.y)) - y;
  std::vector<unsigned char> pixels(static_cast<std::size_t>(std::max(0, w)) *
                                    static_cast<std::size_t>(std::max(0, h)) * 3);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, target_);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(x, height_ - y - h, w, h, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
  save_png(path, w, h, pixels);
}

/// Writes the picture that was asked for. The frame in which it was asked for still shows the dialog.
void Window::export_if_asked(Program& program) {
  if (export_path_.empty()) return;
  if (std::exchange(export_waits_, false)) {
    frames_wanted_ = kFramesAfterInput;
    return;
  }
  const std::string path = std::exchange(export_path_, {});
  try {
    const auto card =
        std::ranges::find_if(reports_, [](const Reported& r) { return r.name == "map" || r.name == "surface"; });
    if (export_map_ && card != reports_.end())
      write_png(path, card->low, card->high);
    else
      write_png(path);
    tell(program.session(), "saved as " + path);
  } catch (const InputError& error) {
    tell(program.session(), error.what(), true);
  }
}

void Window::run(Program& program, Autosave* autosave) {
  double last = now();
  while (!glfwWindowShouldClose(window_) && !closes_) {
    const Session& session = program.session();
    const bool moving = session.playback.playing || session.animating || frames_wanted_ > 0;
    if (moving)
      glfwPollEvents();
    else
      glfwWaitEventsTimeout(session.busy ? 0.1 : kIdleSeconds);
    frames_wanted_ = std::max(0, frames_wanted_ - 1);
    const bool note_ended = session.note && session.note->until < session.now + kIdleSeconds;
    if (!moving && frames_wanted_ == 0 && !news_.exchange(false) && !session.busy && !ImGui::GetIO().WantTextInput &&
        !note_ended) {
      // Nothing happened: time passes, the picture stays.
      program.session().now += now() - last;
      last = now();
      continue;
    }
    for (const auto& line : views_->reload()) tell(program.session(), line, true);
    const double time = now();
    frame(program, std::min(time - last, kLongestFrame));
    last = time;
    show();
    export_if_asked(program);
    glfwSwapBuffers(window_);
    note_place(program.session().settings);
    if (autosave) {
      autosave->keep(program.session());
      counted_.autosaved = autosave->kept();
      if (const auto problem = autosave->problem(); !problem.empty()) tell(program.session(), problem, true);
    }
    keep_report(program);
  }
}

void Window::settle(Program& program) {
  // A few frames more than needed: margins of plots and popups take two to find their place.
  for (int still = 0; still < 6;) {
    glfwPollEvents();
    frame(program, 0.05);
    still = program.settled() && !program.session().animating ? still + 1 : 0;
    if (!program.settled()) glfwWaitEventsTimeout(0.01);
  }
  show();
  frames_wanted_ = 0;  // nothing follows
  keep_report(program);
}

void Window::keep_report(const Program& program) {
  if (report_path_.empty()) return;
  const Session& session = program.session();
  counted_.width = width_, counted_.height = height_;
  ++counted_.frames;
  counted_.settled = program.settled() && !session.playback.playing && !session.animating && frames_wanted_ == 0;
  std::ofstream file(report_path_ + ".new");
  file << report_json(reports_, session, counted_);
  file.close();
  std::rename((report_path_ + ".new").c_str(), report_path_.c_str());
}

}  // namespace steplab
