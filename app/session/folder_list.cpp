#include "app/session/folder_list.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace steplab {
namespace {

namespace fs = std::filesystem;

fs::file_time_type last_change(const std::string& folder) {
  std::error_code error;
  const auto time = fs::last_write_time(folder, error);
  return error ? fs::file_time_type{} : time;
}

}  // namespace

FolderList::FolderList(std::string folder, std::string extension, std::shared_ptr<const Names> before)
    : folder_(std::move(folder)),
      extension_(std::move(extension)),
      changed_(last_change(folder_)),
      all_at_once_(before != nullptr),
      names_(before ? std::move(before) : std::make_shared<const Names>()),
      thread_([this](const std::stop_token& stop) { read(stop); }) {}

FolderList::~FolderList() = default;

std::shared_ptr<const FolderList::Names> FolderList::names() const {
  const std::scoped_lock lock(mutex_);
  return names_;
}

bool FolderList::reading() const {
  const std::scoped_lock lock(mutex_);
  return reading_;
}

bool FolderList::outdated() const { return !reading() && last_change(folder_) != changed_; }

void FolderList::read(const std::stop_token& stop) {
  Names names;
  std::size_t seen = 0, next = 256;  // names after which the list is shown the next time
  std::error_code error;
  for (fs::directory_iterator it(folder_, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end && !stop.stop_requested(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    if (name.starts_with(".")) continue;
    if (it->is_directory(ignored))
      names.folders.push_back(name);
    else if (it->path().extension() == extension_ && !name.ends_with(".budget.json"))  // a scene's table is none
      names.files.push_back(name);
    if (all_at_once_ || ++seen < next) continue;
    publish(names, false);
    next *= 4;
  }
  publish(std::move(names), true);
}

void FolderList::publish(Names names, bool whole) {
  std::ranges::sort(names.folders);
  std::ranges::sort(names.files);
  auto shown = std::make_shared<const Names>(std::move(names));
  const std::scoped_lock lock(mutex_);
  names_ = std::move(shown);
  reading_ = !whole;
}

}  // namespace steplab
