#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace steplab {
namespace {

std::uint32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t k) { return static_cast<std::uint32_t>(static_cast<unsigned char>(character[k])); };
  switch (character.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3:
      return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
  }
}

/// Control characters (C0, delete, C1), separators of lines and paragraphs, marks of direction (Unicode 15, 23.2).
bool is_unseen(std::uint32_t c) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 8> kRanges = {{{0, 0x1f},
                                                                               {0x7f, 0x9f},
                                                                               {0x61c, 0x61c},
                                                                               {0x200e, 0x200f},
                                                                               {0x2028, 0x202e},
                                                                               {0x2066, 0x2069},
                                                                               {0xfeff, 0xfeff},
                                                                               {0xe0000, 0xe007f}}};
  for (const auto& [first, last] : kRanges)
    if (c >= first && c <= last) return true;
  return false;
}

std::string hexadecimal(std::uint32_t number, int digits) {
  std::string text;
  for (int k = digits; k-- > 0;) text += "0123456789abcdef"[number >> (4 * k) & 15];
  return text;
}

std::string escaped(std::uint32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  if (c < 0x80) return "\\x" + hexadecimal(c, 2);
  return c < 0x10000 ? "\\u" + hexadecimal(c, 4) : "\\U" + hexadecimal(c, 8);
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  for (std::size_t k = 1; k < length; ++k)
    if ((byte(k) & 0xC0) != 0x80) return 0;
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool beyond = (first == 0xED && byte(1) >= 0xA0) || (first == 0xF4 && byte(1) >= 0x90);
  return overlong || beyond ? 0 : length;
}

std::string printable(std::string_view text, std::string_view keep) {
  std::string line;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length ? length : 1);
    if (length == 0)
      line += "\\x" + hexadecimal(static_cast<unsigned char>(character[0]), 2);
    else if (const auto c = code_point(character); is_unseen(c) && keep.find(character) == keep.npos)
      line += escaped(c);
    else
      line += character;
    text.remove_prefix(character.size());
  }
  return line;
}

std::string shortened(std::string_view text, std::size_t most) {
  const std::size_t tail = (most - 1) / 2, head = most - 1 - tail;
  std::size_t at = 0, head_end = 0;  // a byte that is no character counts as one
  for (std::size_t count = 0; count < most && at < text.size(); ++count) {
    const std::size_t length = utf8_length(text.substr(at, 4));
    at += length ? length : 1;
    if (count + 1 == head) head_end = at;
  }
  if (at == text.size()) return std::string(text);
  std::size_t tail_begin = text.size();
  for (std::size_t count = 0; count < tail; ++count) {
    std::size_t length = 4;
    while (length > 1 && (length > tail_begin || utf8_length(text.substr(tail_begin - length, length)) != length))
      --length;
    tail_begin -= length;
  }
  return std::string(text.substr(0, head_end)) + "…" + std::string(text.substr(tail_begin));
}

std::string message_line(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  return shortened(printable(shortened(text, kLongest)), kLongest);
}

std::string plain_number(std::string_view text) {
  constexpr std::string_view kSpaces[] = {" ", "\t", "\n", "\r", "\u00a0", "\u2007", "\u2009", "\u202f"};
  for (bool more = true; more;) {
    more = false;
    for (const auto space : kSpaces) {
      const bool front = text.starts_with(space);
      if (front) text.remove_prefix(space.size());
      const bool back = text.ends_with(space);
      if (back) text.remove_suffix(space.size());
      more = more || front || back;
    }
  }
  std::string digits(text);
  constexpr std::string_view kMinus = "\u2212";
  for (auto at = digits.find(kMinus); at != digits.npos; at = digits.find(kMinus))
    digits.replace(at, kMinus.size(), "-");
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.erase(0, 1);
  const auto comma = digits.find(',');
  const bool decimal = comma != digits.npos && digits.find_first_of(",.", comma + 1) == digits.npos &&
                       digits.find('.') == digits.npos && !may_part_thousands(digits);
  if (decimal) digits[comma] = '.';
  return digits;
}

bool may_part_thousands(std::string_view number) {
  const auto comma = number.find(',');
  if (comma == number.npos) return false;
  std::string_view before = number.substr(0, comma);
  const std::string_view behind = number.substr(comma + 1);
  if (before.starts_with('-')) before.remove_prefix(1);
  const auto whole = [](std::string_view digits) {
    return !digits.empty() && digits.size() <= 3 && digits.find_first_not_of("0123456789") == digits.npos;
  };
  return behind.size() == 3 && whole(behind) && whole(before) && before[0] != '0';
}

std::string decimal_commas(std::string_view list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c == ',')
      parts.emplace_back();
    else if (c >= '0' && c <= '9')
      parts.back() += c;
    else
      return "";
  }
  if (parts.size() % 2 != 0) return "";
  const auto number = [](const std::string& digits) {
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  };
  std::vector<double> singles, pairs;
  std::string meant;
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i].empty() || parts[i + 1].empty()) return "";
    const std::string pair = parts[i] + "." + parts[i + 1];
    meant += (i == 0 ? "" : i + 2 == parts.size() ? " and " : ", ") + pair;
    singles.insert(singles.end(), {number(parts[i]), number(parts[i + 1])});
    pairs.push_back(number(pair));
  }
  const auto steady = [](const std::vector<double>& numbers) {
    return std::ranges::adjacent_find(numbers, std::greater_equal<>()) == numbers.end() ||
           std::ranges::adjacent_find(numbers, std::less_equal<>()) == numbers.end();
  };
  return pairs.size() > 1 && steady(pairs) && !steady(singles) ? meant : "";
}

}  // namespace steplab
