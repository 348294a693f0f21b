#include "app/cli/output.h"

#include "core/base/error.h"
#include "core/base/text.h"

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

std::string csv_field(std::string_view raw) {
  const std::string text = printable(raw, "\r\n\t");
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string aligned(std::vector<std::vector<std::string>> rows, bool numbers) {
  for (auto& row : rows)
    for (auto& cell : row) cell = printable(cell);
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

}  // namespace steplab
