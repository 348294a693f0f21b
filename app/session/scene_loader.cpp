#include "app/session/scene_loader.h"

#include "app/session/limits.h"
#include "core/scene/budget_json.h"
#include "core/scene/file.h"
#include "core/scene/scene_json.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace steplab {
namespace {

void read_table(LoadedScene& loaded) {
  const std::string path = table_path(loaded.wanted.path);
  std::error_code ignored;
  if (loaded.scene->lab.id != "budget" || !std::filesystem::exists(path, ignored)) return;
  try {
    loaded.table =
        std::make_shared<const BudgetTable>(budget_table_from_json(read_file(path, kLargestSceneFile), path));
  } catch (const std::exception& error) {
    loaded.problem = error.what();
  }
}

}  // namespace

LoadedScene load(WantedScene wanted) {
  LoadedScene loaded;
  loaded.wanted = std::move(wanted);
  const std::string& path = loaded.wanted.path;
  try {
    const std::string place = path.empty() ? "clipboard" : path;
    Scene scene = path.empty() ? scene_from_json(loaded.wanted.text, place) : load_scene(path);
    check_for_window(scene, place);
    check(scene, place);
    loaded.scene = std::move(scene);
    if (!path.empty()) read_table(loaded);
  } catch (const std::exception& error) {  // InputError, or memory that is not there
    loaded.problem = error.what();
  }
  return loaded;
}

void open_loaded(Session& session, LoadedScene loaded) {
  FileDialog& dialog = session.dialog;
  const WantedScene& wanted = loaded.wanted;
  if (wanted.from_dialog) {
    if (!dialog.open || !std::exchange(dialog.reading, false)) return;  // it was given up
    dialog.open = !loaded.scene;
    dialog.problem = loaded.scene ? "" : loaded.problem;
  }
  if (!loaded.scene) return tell(session, loaded.problem, true);
  open_scene(session, std::move(*loaded.scene));
  session.scene_path = wanted.unclosed ? "" : wanted.path;
  if (loaded.table) remember(session.tables, loaded.table);
  const std::string title = "the scene “" + session.draft.title + "”";
  tell(session, wanted.unclosed       ? "restored " + title
                : wanted.path.empty() ? "pasted " + title
                                      : "opened " + wanted.path);
  if (wanted.unclosed) session.answered.push_back(*wanted.unclosed);
  if (!loaded.problem.empty()) tell(session, loaded.problem, true);
}

SceneLoader::SceneLoader(std::function<void()> on_news)
    : on_news_(std::move(on_news)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void SceneLoader::want(WantedScene wanted) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(wanted));
  }
  wake_.notify_one();
}

std::vector<LoadedScene> SceneLoader::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(ready_, {});
}

bool SceneLoader::ready() const {
  const std::scoped_lock lock(mutex_);
  return !ready_.empty();
}

bool SceneLoader::busy() const {
  const std::scoped_lock lock(mutex_);
  return working_ || !waiting_.empty() || !ready_.empty();
}

void SceneLoader::work(const std::stop_token& stop) {
  while (true) {
    WantedScene wanted;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      if (stop.stop_requested()) return;
      wanted = std::move(waiting_.front());
      waiting_.pop_front();
      working_ = true;
    }
    LoadedScene loaded = load(std::move(wanted));
    {
      const std::scoped_lock lock(mutex_);
      ready_.push_back(std::move(loaded));
      working_ = false;
    }
    on_news_();
  }
}

}  // namespace steplab
