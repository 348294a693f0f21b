// Scenes from files and from the clipboard, read and checked beside the window: both may be large, and to check a scene
// its landscape has to be made.
#pragma once

#include "app/session/session.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace steplab {

/// What became of a scene that was wanted.
struct LoadedScene {
  WantedScene wanted;
  std::optional<Scene> scene;                ///< none: it was refused
  std::shared_ptr<const BudgetTable> table;  ///< that lay beside its file; null: none
  std::string problem;                       ///< why there is no scene, or no table
};

/// Reads the scene, checks it against the engine and against what a window can show.
LoadedScene load(WantedScene wanted);

/// Makes a loaded scene the one that is shown, or tells why not.
void open_loaded(Session& session, LoadedScene loaded);

class SceneLoader {
 public:
  /// `on_news` is called on the loader's thread when a scene is ready.
  explicit SceneLoader(std::function<void()> on_news);

  /// One after the other, in this order.
  void want(WantedScene wanted);
  /// Those that are ready, once.
  std::vector<LoadedScene> take();
  bool ready() const;
  /// Something waits, is being read, or has not been taken.
  bool busy() const;

 private:
  void work(const std::stop_token& stop);

  std::function<void()> on_news_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<WantedScene> waiting_;
  std::vector<LoadedScene> ready_;
  bool working_ = false;
  std::jthread thread_;  ///< last: stops before the rest goes
};

}  // namespace steplab
