// The window's panels without a window: a simulated mouse, no graphics card.
#pragma once

#include "app/panels/program.h"
#include "app/theme.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <imgui.h>
#include <string>
#include <thread>
#include <vector>

namespace steplab {

/// A user interface without a display.
class PanelBench {
 public:
  PanelBench(Scene scene, ImVec2 size, float scale = 1) : program_(std::move(scene), {.reduced_motion = true}, [] {}) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;  // as the OpenGL backend has
    io.DisplaySize = size;
    io.DeltaTime = 1.0f / 60;
    theme_ = make_theme(ThemeKind::kLight, scale);
    load_fonts(theme_, *io.Fonts);
    apply(theme_, ImGui::GetStyle());
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    move_away();
  }
  ~PanelBench() { ImGui::DestroyContext(); }

  void frame() {
    reports_.clear();
    ImGui::NewFrame();
    program_.frame(theme_, 1.0 / 60, nullptr, &reports_);
    ImGui::Render();
  }
  /// Frames until everything is computed and two more. False if that takes a minute.
  bool settle() {
    const auto begun = std::chrono::steady_clock::now();
    do {
      frame();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (!program_.settled() && std::chrono::steady_clock::now() - begun < std::chrono::minutes(1));
    frame();
    frame();
    return program_.settled();
  }

  void move_away() { ImGui::GetIO().MousePos = {-1e6f, -1e6f}; }
  void mouse(ImVec2 at, bool pressed) {
    ImGui::GetIO().MousePos = at;
    ImGui::GetIO().MouseDown[0] = pressed;
    frame();
  }
  void click(ImVec2 at) {
    mouse(at, false);
    mouse(at, true);
    mouse(at, false);
    frame();
  }
  void drag(ImVec2 from, ImVec2 to) {
    mouse(from, false);
    mouse(from, true);
    for (int i = 1; i <= 5; ++i)
      mouse({from.x + (to.x - from.x) * 0.2f * static_cast<float>(i),
             from.y + (to.y - from.y) * 0.2f * static_cast<float>(i)},
            true);
    mouse(to, false);
    frame();
  }

  const Reported* find(const std::string& name) const {
    const auto found = std::ranges::find(reports_, name, &Reported::name);
    return found == reports_.end() ? nullptr : &*found;
  }
  ImVec2 middle(const std::string& name) const {
    const Reported* item = find(name);
    REQUIRE_MESSAGE(item != nullptr, name);
    return {(item->low.x + item->high.x) / 2, (item->low.y + item->high.y) / 2};
  }

  /// A frame whose figures are exported.
  void capture() {
    session().captured.clear();
    session().capture = true;
    frame();
    session().capture = false;
  }
  /// What capture() got of the first plot whose title has `title` in it and that has a series of this name.
  const plot::Capture::Series* captured(const std::string& title, const std::string& name) {
    for (const auto& capture : session().captured)
      for (const auto& series : capture.series)
        if (capture.title.find(title) != std::string::npos && series.name == name) return &series;
    return nullptr;
  }

  Program& program() { return program_; }
  const Theme& theme() const { return theme_; }
  Session& session() { return program_.session(); }
  const Scene& scene() { return program_.session().document.scene(); }
  const std::vector<Reported>& reports() const { return reports_; }

 private:
  Program program_;
  Theme theme_;
  std::vector<Reported> reports_;
};

}  // namespace steplab
