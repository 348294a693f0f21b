// Where results go, and how numbers look there.
#pragma once

#include "core/scene/file.h"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// A file that appears whole or not at all, or ("-") the standard output. Buffered; InputError if it cannot be written.
class Output {
 public:
  Output(const std::string& target, std::ostream& standard);
  void write(std::string_view text);
  void finish();

 private:
  void flush();

  std::ostream& standard_;
  std::optional<FileWriter> file_;
  std::string buffer_;
};

/// 17 significant digits: reads back as the same double. "inf", "-inf", "nan" for those.
std::string exact_text(double value);
/// A few digits, for a person.
std::string short_text(double value);
/// In quotes if a CSV field needs them (RFC 4180), and printable() but for line breaks.
std::string csv_field(std::string_view text);

/// Columns aligned with two spaces between; the first column to the left, numbers (all others if `numbers`) to the
/// right. Cells are made printable().
std::string aligned(std::vector<std::vector<std::string>> rows, bool numbers);

}  // namespace steplab
