// Files, read and written whole: the only place of the core that touches them.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace steplab {

/// Largest scene file that is read.
inline constexpr std::size_t kLargestSceneFile = 16u << 20;

/// The bytes of a file; InputError naming it if it cannot be read or holds more than `limit` bytes.
std::string read_file(const std::string& path, std::size_t limit);

/// InputError at `place` unless the path ends in this suffix (".png"), in small letters or capitals: a file must be
/// what its name says.
void require_suffix(const std::string& path, std::string_view suffix, std::string_view place);

/// InputError at `place` if the name promises another format than these suffixes do: "fig.png" where {"csv", "txt"} may
/// stand. A name without a suffix, or with one that begins with a digit ("eta0.5"), promises nothing.
void check_suffix(std::string_view path, std::initializer_list<std::string_view> allowed, std::string_view place);

/// A file that appears whole or not at all: written under a temporary name beside it (NAME.steplab-XXXXXX), renamed by
/// commit(), removed if that never comes. What a process that was killed left of its writing to the same file goes,
/// too. Links are followed. What exists and is no regular file (a pipe, /dev/null) is written in place. InputError
/// naming the file.
class FileWriter {
 public:
  explicit FileWriter(std::string path);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void write(std::string_view bytes);
  void commit();

 private:
  [[noreturn]] void refuse(int error) const;

  std::string path_;       ///< as the user wrote it
  std::string target_;     ///< behind symbolic links
  std::string temporary_;  ///< empty: written in place, or committed
  int file_ = -1;
};

/// Before a sudden end (_exit): removes what is not committed, and no FileWriter of this process begins or ends any
/// more.
void remove_unfinished_files();

}  // namespace steplab
