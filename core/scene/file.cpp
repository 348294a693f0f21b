#include "core/scene/file.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <mutex>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace steplab {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

/// Closes a descriptor whatever happens.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

// ---- What is written under a temporary name: NAME.steplab-XXXXXX, locked (flock) by the process that writes it. ----

constexpr std::string_view kMark = ".steplab-", kRandom = "XXXXXX";

/// The temporary files of this process, for a sudden end.
struct Unfinished {
  std::mutex mutex;
  std::set<std::string> names;
};
Unfinished& unfinished() {
  static auto* all = new Unfinished;  // outlives whatever still writes at the end
  return *all;
}

/// NAME.steplab-, where NAME is cut if the whole would be longer than file names may be.
std::string temporary_stem(const std::string& target) {
  constexpr std::size_t kLongestName = 255;
  const std::filesystem::path path(target);
  const std::string name = path.filename().string().substr(0, kLongestName - kMark.size() - kRandom.size());
  return (path.parent_path() / (name + std::string(kMark))).string();
}

/// True if this name still is this open file.
bool is_still(const std::string& name, int file) {
  struct stat there {
  }, open{};
  return ::lstat(name.c_str(), &there) == 0 && ::fstat(file, &open) == 0 && there.st_ino == open.st_ino &&
         there.st_dev == open.st_dev;
}

/// Removes what a process that was killed left of its writing to `target`: files named as ours that nobody has locked.
void remove_leftovers(const std::string& target) {
  const std::filesystem::path stem(temporary_stem(target));
  const std::string mark = stem.filename().string();
  const std::filesystem::path folder = stem.has_parent_path() ? stem.parent_path() : ".";
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() != mark.size() + kRandom.size() || !name.starts_with(mark)) continue;
    const Descriptor file{::open(it->path().c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    if (file.number < 0 || ::flock(file.number, LOCK_EX | LOCK_NB) != 0) continue;
    if (is_still(it->path().string(), file.number)) ::unlink(it->path().c_str());
  }
}

/// A new file beside `target`, locked; its name in `name`. −1 (errno says why) if there can be none.
int open_temporary(const std::string& target, std::string& name) {
  constexpr int kTries = 100;  // against one that tidies up between our opening and our locking
  for (int i = 0; i < kTries; ++i) {
    name = temporary_stem(target) + std::string(kRandom);
    const std::scoped_lock lock(unfinished().mutex);
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) return file;
    const bool locked = ::flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;  // not every system has locks
    if (locked && is_still(name, file)) {
      unfinished().names.insert(name);
      return file;
    }
    ::close(file);
  }
  errno = EAGAIN;
  return -1;
}

/// Where writing to `path` ends: behind its links, also where the last one leads to what does not exist yet.
std::string behind_links(const std::string& path, std::error_code& error) {
  constexpr int kMostLinks = 40;
  std::filesystem::path target = path;
  for (int i = 0; i < kMostLinks; ++i) {
    error.clear();
    if (const auto real = std::filesystem::canonical(target, error); !error) return real.string();
    if (error != std::errc::no_such_file_or_directory) break;
    error.clear();
    std::error_code none;
    const auto next = std::filesystem::read_symlink(target, none);
    if (none) return target.string();
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return path;
}

/// The permissions a new file gets anyway, or those of the file that is replaced.
mode_t mode_for(const std::string& target) {
  struct stat info {};
  if (::stat(target.c_str(), &info) == 0) return info.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

void require_suffix(const std::string& path, std::string_view suffix, std::string_view place) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const std::string name = std::filesystem::path(path).filename().string();
  const bool good =
      name.size() > suffix.size() && std::ranges::equal(name.substr(name.size() - suffix.size()), suffix, {}, small);
  if (!good)
    throw InputError(
        place, "'" + path.substr(0, 200) + "' is not allowed; allowed: a name that ends in " + std::string(suffix));
}

std::string read_file(const std::string& path, std::size_t limit) {
  if (path.find('\0') != path.npos)
    throw InputError(path.c_str(), "not a file name; allowed: a name without zero bytes");
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  const auto refuse = [&](int error) {
    throw InputError(path, "cannot read: " + reason(error) + "; allowed: a file that can be read");
  };
  if (file.number < 0) refuse(errno);
  std::string bytes;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = ::read(file.number, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) refuse(errno);
    if (n == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(n));
    if (bytes.size() > limit)
      throw InputError(path, "larger than " + std::to_string(limit) + " bytes; allowed: at most that");
  }
}

void check_suffix(std::string_view path, std::initializer_list<std::string_view> allowed, std::string_view place) {
  const std::string suffix = std::filesystem::path(path).extension().string();
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (suffix.size() < 2 || !letter(suffix[1])) return;
  std::string small, all;
  for (const char c : suffix.substr(1)) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto one : allowed) {
    if (small == one) return;
    all += "." + std::string(one) + ", ";
  }
  throw InputError(place, "'" + shortened(path, 80) +
                              "' promises another format than is written; allowed: a name that ends in " + all +
                              "or in no suffix");
}

FileWriter::FileWriter(std::string path) : path_(std::move(path)) {
  if (path_.find('\0') != path_.npos) refuse(EINVAL);
  std::error_code error;
  target_ = behind_links(path_, error);
  if (error == std::errc::too_many_symbolic_link_levels) refuse(ELOOP);  // anything else shows when it is opened
  struct stat info {};
  if (::stat(target_.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) refuse(EISDIR);
    if (::access(target_.c_str(), W_OK) != 0) refuse(errno);
    if (!S_ISREG(info.st_mode)) {
      file_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
      if (file_ < 0) refuse(errno);
      return;
    }
  }
  file_ = open_temporary(target_, temporary_);
  if (file_ < 0) {
    temporary_.clear();
    refuse(errno);
  }
  remove_leftovers(target_);
  ::fchmod(file_, mode_for(target_));
}

FileWriter::~FileWriter() {
  if (file_ >= 0) ::close(file_);
  if (temporary_.empty()) return;
  const std::scoped_lock lock(unfinished().mutex);
  ::unlink(temporary_.c_str());
  unfinished().names.erase(temporary_);
}

void FileWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) refuse(errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void FileWriter::commit() {
  const int file = std::exchange(file_, -1);
  const Descriptor lock{temporary_.empty() ? -1 : ::dup(file)};  // until it is renamed, lest it be taken for a leftover
  if (::close(file) != 0) refuse(errno);                         // some file systems report a full disk only here
  if (temporary_.empty()) return;
  const std::scoped_lock unfinished_lock(unfinished().mutex);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) refuse(errno);
  unfinished().names.erase(temporary_);
  temporary_.clear();
}

void remove_unfinished_files() {
  unfinished().mutex.lock();
  for (const auto& name : unfinished().names) ::unlink(name.c_str());
}

void FileWriter::refuse(int error) const {
  throw InputError(path_.c_str(),
                   "cannot write: " + reason(error) + "; allowed: a file in a directory that exists and has room");
}

}  // namespace steplab
