#include "app/cli/output.h"

#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <system_error>

namespace steplab {
namespace {

constexpr std::size_t kBuffer = 1 << 16;

std::string digits(double value, int count) {
  if (std::isnan(value)) return "nan";  // whatever its sign
  std::array<char, 48> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, count).ptr;
  return {text.data(), end};
}

/// Characters, not bytes: enough for the symbols we print.
std::size_t width(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

/// Bytes of the UTF-8 character at the front of `text`; 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length > text.size()) return 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((static_cast<unsigned char>(text[k]) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

Output::Output(const std::string& target, std::ostream& standard) : standard_(standard) {
  if (target != "-") file_.emplace(target);
}

void Output::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBuffer) flush();
}

void Output::flush() {
  if (file_) {
    file_->write(buffer_);
  } else {
    errno = 0;
    standard_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size())).flush();
    if (!standard_)
      throw InputError("standard output", "cannot write: " + std::generic_category().message(errno ? errno : EIO) +
                                              "; allowed: a place with room for the results");
  }
  buffer_.clear();
}

void Output::finish() {
  flush();
  if (file_) file_->commit();
}

std::string exact_text(double value) { return digits(value, 17); }
std::string short_text(double value) { return digits(value, 5); }

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, bool numbers) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t j = 0; j < row.size(); ++j) {
      if (j == widths.size()) widths.push_back(0);
      widths[j] = std::max(widths[j], width(row[j]));
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t j = 0; j < row.size(); ++j) {
      const std::string space(widths[j] - width(row[j]), ' ');
      line += (j ? "  " : "") + (numbers && j > 0 ? space + row[j] : row[j] + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

namespace {

std::string clean(std::string_view text, bool newlines) {
  std::string line;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const bool printable =
        length > 1 || (length == 1 && text[0] >= ' ' && text[0] != 127) || (newlines && text[0] == '\n');
    line += printable ? std::string(text.substr(0, length)) : "?";
    text.remove_prefix(length ? length : 1);
  }
  return line;
}

}  // namespace

std::string one_line(std::string_view text) { return clean(text, false); }
std::string lines_of(std::string_view text) { return clean(text, true); }

}  // namespace steplab
