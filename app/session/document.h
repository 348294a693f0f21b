// The scene under edit, with its past: the one owner of what the window shows.
#pragma once

#include "core/scene/scene.h"

#include <cstdint>
#include <vector>

namespace steplab {

class Document {
 public:
  explicit Document(Scene scene = {}) : scene_(scene), opened_(std::move(scene)) {}

  const Scene& scene() const { return scene_; }

  /// As it was opened or saved last.
  const Scene& opened() const { return opened_; }
  void set_opened(Scene scene) { opened_ = std::move(scene); }

  /// Takes an edited scene. Edits of one gesture (a drag, a run of wheel notches) are one step of undo; what only moves
  /// the timeline or the selection is none.
  void edit(Scene next, std::uint64_t gesture);

  bool can_undo() const { return !past_.empty(); }
  bool can_redo() const { return !future_.empty(); }
  void undo();
  void redo();

 private:
  static constexpr std::size_t kMostSteps = 500;

  Scene scene_, opened_;
  std::vector<Scene> past_, future_;
  std::uint64_t gesture_ = 0;
};

/// Equal but for selection and timeline.
bool same_work(Scene a, const Scene& b);
/// Equal in all that a simulation depends on.
bool same_simulation(const Scene& a, const Scene& b);

}  // namespace steplab
