// What happens in a frame, apart from the window system: results in, panels, commands, undo, the next request.
#pragma once

#include "app/panels/keys.h"
#include "app/panels/panels.h"
#include "app/panels/views.h"
#include "app/session/scene_loader.h"
#include "app/session/session.h"
#include "app/session/studies.h"
#include "app/session/worker.h"

#include <functional>
#include <optional>
#include <vector>

namespace steplab {

class Program {
 public:
  /// `on_news` is called on the worker's thread when there is something new to draw.
  Program(Scene scene, const Settings& settings, std::function<void()> on_news);

  Session& session() { return session_; }
  Studies& studies() { return studies_; }
  const Session& session() const { return session_; }

  /// One frame's panels, between ImGui::NewFrame() and ImGui::Render(). `seconds` since the last one. Returns what only
  /// the window can do.
  std::vector<Job> frame(const Theme& theme, double seconds, Views* views, std::vector<Reported>* reports = nullptr);

  /// Keys are obeyed by the next frame, unless a text field has the focus then.
  void press(const KeyPress& key) { keys_.push_back(key); }

  /// What is shown is of the present scene, in full.
  bool settled() const;
  /// There is something finished that no frame has shown yet.
  bool has_news() const;
  /// Number of the newest edit that asked for a simulation, and of the edit that the frame's picture answers.
  std::uint64_t asked() const { return asked_; }
  std::uint64_t answered() const { return session_.finished.number; }
  void cancel() {
    worker_.cancel();
    studies_.cancel();
  }

 private:
  void take_results(Views* views);
  void ask_worker();

  Session session_;
  std::optional<Scene> asked_scene_;
  std::optional<FieldKey> asked_field_;
  std::uint64_t asked_ = 0, uploaded_field_ = 0;
  std::vector<KeyPress> keys_;
  bool wheel_taken_ = false;
  Worker worker_;  // these three last: they stop first
  Studies studies_;
  SceneLoader loader_;
};

}  // namespace steplab
