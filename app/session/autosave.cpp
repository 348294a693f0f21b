#include "app/session/autosave.h"

#include "app/session/budget_tables.h"
#include "app/session/session.h"
#include "core/base/error.h"
#include "core/scene/budget_json.h"
#include "core/scene/file.h"
#include "core/scene/scene_json.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <functional>
#include <iterator>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace steplab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kGather = 1000ms;  // changes that come in a row are written together
constexpr const char *kLock = ".lock", *kScene = ".json";

fs::path folder_of_open(const fs::path& state) { return state / "open"; }

/// The lock of a file, held as long as this lives and no longer than the process; null if another process has it.
std::shared_ptr<const void> lock_file(const std::string& path, bool wait = false) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return nullptr;
  if (::flock(file, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0) {
    ::close(file);
    return nullptr;
  }
  return {static_cast<const void*>(""), [file](const void*) { ::close(file); }};
}

/// While it is held nobody else claims files or looks for those that nobody owns.
std::shared_ptr<const void> lock_folder(const fs::path& folder) { return lock_file((folder / "lock").string(), true); }

std::string beside(std::string path, const char* suffix) {
  return path.replace(path.size() - std::string_view(kScene).size(), std::string::npos, suffix);
}

void remove_files(const std::string& path) {
  std::error_code ignored;
  for (const std::string& file : {path, table_path(path), beside(path, kLock)}) fs::remove(file, ignored);
}

/// Of the file's last change, nanoseconds; 0 if there is none.
std::int64_t changed_at(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mtim.tv_sec * std::int64_t{1000000000} + info.st_mtim.tv_nsec : 0;
}

std::string time_words(std::int64_t nanoseconds) {
  const auto time = static_cast<std::time_t>(nanoseconds / 1000000000);
  std::tm local{};
  char text[32] = "";
  if (::localtime_r(&time, &local)) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
  return text;
}

/// The scene in a file whose lock is free; nothing if there is none, or it cannot be read.
std::optional<Unclosed> unclosed_beside(const fs::path& lock_path) {
  auto lock = lock_file(lock_path.string());
  if (!lock) return std::nullopt;  // an open window's
  const std::string path = fs::path(lock_path).replace_extension(kScene).string();
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    fs::remove(lock_path, ignored);  // nothing was done in that window
    return std::nullopt;
  }
  try {
    return Unclosed{path, load_scene(path).title, time_words(changed_at(path)), std::move(lock)};
  } catch (const InputError&) {
    return std::nullopt;  // left to a person, or to another version of the program
  }
}

void write_file(const std::string& path, const std::string& bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace

std::string last_scene_path(const fs::path& state) { return state.empty() ? "" : (state / "last_scene.json").string(); }

Autosave::Autosave(Folders folders, const Settings& settings, std::function<void()> on_kept)
    : folders_(std::move(folders)),
      on_kept_(std::move(on_kept)),
      own_(claim_file()),
      last_scene_changed_(changed_at(last_scene_path(folders_.state))),
      written_settings_(settings),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Autosave::~Autosave() = default;

Autosave::OwnFile Autosave::claim_file() {
  if (folders_.state.empty()) return {};
  const fs::path folder = folder_of_open(folders_.state);
  std::error_code error;
  fs::create_directories(folder, error);
  const auto guard = lock_folder(folder);
  std::string name = (folder / "window_XXXXXX").string() + kLock;
  const int file = ::mkstemps(name.data(), static_cast<int>(std::string_view(kLock).size()));
  if (file < 0) {
    problem_ = folder.string() + ": " + std::generic_category().message(errno) + "; the scene is kept only on quitting";
    return {};
  }
  ::close(file);
  return {fs::path(name).replace_extension(kScene).string(), lock_file(name)};
}

std::vector<Unclosed> Autosave::unclosed() const {
  std::vector<Unclosed> found;
  if (folders_.state.empty()) return found;
  const fs::path folder = folder_of_open(folders_.state);
  const auto guard = lock_folder(folder);
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == kLock)
      if (auto scene = unclosed_beside(it->path())) found.push_back(std::move(*scene));
  std::ranges::sort(found, std::greater{}, [](const Unclosed& one) { return changed_at(one.path); });
  return found;
}

void Autosave::keep(Session& session) {
  Snapshot now{scene_to_save(session), nullptr, session.settings};
  now.table = table_of_scene(session.tables, now.scene);
  // While it plays the timeline moves all the time: where it stops counts.
  if (seen_ && session.playback.playing) now.scene.view.step = seen_->scene.view.step;
  const bool same = !seen_ || now == *seen_;  // the first time there is nothing yet that a person has done
  seen_ = std::move(now);
  if (same && session.answered.empty()) return;
  {
    const std::scoped_lock lock(mutex_);
    std::ranges::move(session.answered, std::back_inserter(answered_));
    waiting_ = seen_;
  }
  session.answered.clear();
  wake_.notify_one();
}

bool Autosave::kept() const {
  const std::scoped_lock lock(mutex_);
  return !waiting_ && !writing_;
}

std::string Autosave::problem() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(problem_, "");
}

void Autosave::work(const std::stop_token& stop) {
  std::string last_problem;
  while (true) {
    Snapshot snapshot;
    std::vector<Unclosed> answered;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return waiting_.has_value(); })) return;
      wake_.wait_for(lock, stop, kGather, [] { return false; });
      if (stop.stop_requested()) return;
      snapshot = std::move(*waiting_);
      answered = std::exchange(answered_, {});
      waiting_.reset();
      writing_ = true;
    }
    std::string problem;
    try {
      write(snapshot);
      for (const Unclosed& offer : answered) remove_files(offer.path);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    {
      const std::scoped_lock lock(mutex_);
      writing_ = false;
      if (problem != last_problem) problem_ = last_problem = problem;  // once, not with every change
    }
    on_kept_();
  }
}

void Autosave::write(const Snapshot& snapshot) {
  save_settings(snapshot.settings, folders_.config, written_settings_);
  written_settings_ = snapshot.settings;
  if (own_.path.empty()) return;
  save_scene(snapshot.scene, own_.path);
  std::error_code ignored;
  if (snapshot.table)
    write_file(table_path(own_.path), to_json(*snapshot.table));
  else
    fs::remove(table_path(own_.path), ignored);
}

/// Another window's last scene becomes one that the next start offers.
void Autosave::keep_for_offer(const std::string& last_scene) {
  const OwnFile kept = claim_file();
  if (kept.path.empty()) return;
  std::error_code ignored;
  fs::rename(table_path(last_scene), table_path(kept.path), ignored);
  fs::rename(last_scene, kept.path, ignored);
}

void Autosave::close(const Session& session) {
  thread_.request_stop();
  thread_.join();
  save_settings(session.settings, folders_.config, written_settings_);
  if (const std::string last = last_scene_path(folders_.state); !last.empty()) {
    if (const auto changed = changed_at(last); changed != 0 && changed != last_scene_changed_) keep_for_offer(last);
    save_with_table(session, last);
  }
  for (const Unclosed& offer : answered_) remove_files(offer.path);
  for (const Unclosed& offer : session.answered) remove_files(offer.path);
  if (!own_.path.empty()) remove_files(own_.path);
}

}  // namespace steplab
