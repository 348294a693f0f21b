// What is in a folder, read in the background: folders may be large, far away, or both.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace steplab {

class FolderList {
 public:
  struct Names {
    std::vector<std::string> folders, files;  ///< sorted; hidden ones and tables of the Budget lab are left out
  };

  /// Begins to read. Of the files only those with this extension (".json"). `before`: names to show until all is read;
  /// null: those that have been read by then.
  FolderList(std::string folder, std::string extension, std::shared_ptr<const Names> before = nullptr);
  ~FolderList();
  FolderList(const FolderList&) = delete;
  FolderList& operator=(const FolderList&) = delete;

  /// What has been read by now; never null.
  std::shared_ptr<const Names> names() const;
  bool reading() const;
  bool is_of(const std::string& folder, const std::string& extension) const {
    return folder == folder_ && extension == extension_;
  }
  /// The folder has been changed since it was read.
  bool outdated() const;

 private:
  void read(const std::stop_token& stop);
  void publish(Names names, bool whole);

  const std::string folder_, extension_;
  const std::filesystem::file_time_type changed_;
  const bool all_at_once_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Names> names_;
  bool reading_ = true;
  std::jthread thread_;  ///< last: stops before the rest goes
};

}  // namespace steplab
