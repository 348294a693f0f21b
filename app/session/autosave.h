// What a person does is kept while they do it, so that nothing that ends the program takes it away.
#pragma once

#include "app/session/settings.h"
#include "app/session/unclosed.h"
#include "core/analysis/budget.h"
#include "core/scene/scene.h"

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace steplab {

struct Session;

/// Keeps a window's scene, with its table, in a file of its own in the folder, and the settings in theirs: on a thread,
/// about a second after a change, each file whole or not at all. A file that is locked belongs to a window that is
/// open.
class Autosave {
 public:
  struct Folders {
    std::filesystem::path state, config;  ///< see state_folder(), config_folder(); empty: nothing is kept there
  };

  /// `on_kept` is called on the thread after every writing. What cannot be written is told by problem().
  Autosave(Folders folders, const Settings& settings, std::function<void()> on_kept);
  ~Autosave();
  Autosave(const Autosave&) = delete;
  Autosave& operator=(const Autosave&) = delete;

  /// Scenes of windows that ended without having been closed, newest first. Nobody else is offered them while they are
  /// held.
  std::vector<Unclosed> unclosed() const;

  /// Takes up what has changed since the last call; to be called after every frame. Cheap if nothing has.
  void keep(Session& session);
  /// All that keep() took up is in the files.
  bool kept() const;
  /// Why the last writing failed, once; "" if it did not.
  std::string problem();

  /// The window is closed as it should be: settings and scene become those of the next start, and the window's own file
  /// goes. A scene that another window has left there in the meantime will be offered. InputError if they cannot be
  /// written; the file stays then.
  void close(const Session& session);

 private:
  struct Snapshot {
    Scene scene;
    std::shared_ptr<const BudgetTable> table;
    Settings settings;
    friend bool operator==(const Snapshot&, const Snapshot&) = default;
  };
  /// A new file in the folder, locked.
  struct OwnFile {
    std::string path;  ///< of the scene; empty: there is no folder for it
    std::shared_ptr<const void> lock;
  };
  OwnFile claim_file();
  void work(const std::stop_token& stop);
  void write(const Snapshot& snapshot);
  void keep_for_offer(const std::string& last_scene);

  const Folders folders_;
  std::function<void()> on_kept_;
  std::string problem_;
  OwnFile own_;
  std::int64_t last_scene_changed_ = 0;  ///< when this window was opened
  std::optional<Snapshot> seen_;         ///< what keep() took up last

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Snapshot> waiting_;
  std::vector<Unclosed> answered_;  ///< offers to be forgotten once what waits is written
  bool writing_ = false;
  Settings written_settings_;  ///< of the thread; after it has ended, of close()
  std::jthread thread_;        ///< last: stops before the rest goes
};

std::string last_scene_path(const std::filesystem::path& state);

}  // namespace steplab
