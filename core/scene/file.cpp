#include "core/scene/file.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

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

FileWriter::FileWriter(std::string path) : path_(std::move(path)), target_(path_) {
  if (path_.find('\0') != path_.npos) refuse(EINVAL);
  std::error_code none;
  if (const auto real = std::filesystem::canonical(path_, none); !none) target_ = real.string();
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
  std::string name = target_ + ".XXXXXX";
  file_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0) refuse(errno);
  temporary_ = name;
  ::fchmod(file_, mode_for(target_));
}

FileWriter::~FileWriter() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
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
  const int file = file_;
  file_ = -1;
  if (::close(file) != 0) refuse(errno);  // some file systems report a full disk only here
  if (temporary_.empty()) return;
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) refuse(errno);
  temporary_.clear();
}

void FileWriter::refuse(int error) const {
  throw InputError(path_.c_str(),
                   "cannot write: " + reason(error) + "; allowed: a file in a directory that exists and has room");
}

}  // namespace steplab
