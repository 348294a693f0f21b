// Choices as text. Grammar, spaces allowed between its parts:
//   choice = name [ "(" [ name "=" value { "," name "=" value } ] ")" ]
//   value  = number | number "," number … | "[" numbers "]" | "quoted \" text" | bare text
// Bare text ends at the bracket that closes the choice, or at a comma that "name =" follows; brackets inside it are closed
// and may hold anything, so that one choice can stand inside another.
#include "core/schedules/choice_text.h"

#include <algorithm>
#include <optional>

#include "core/schedules/schedule.h"

namespace steplab {
namespace {

constexpr std::size_t kLongest = 20000;  // characters
constexpr int kDeepest = 16;             // brackets

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// One line, whatever came in.
std::string shown(std::string_view text) {
  std::string line(text.substr(0, 80));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == 127) c = '?';
  return line;
}

[[noreturn]] void refuse(std::string_view text, std::string_view place, const std::string& problem) {
  throw InputError(place, "'" + shown(text) + "' " + problem + "; allowed: ID or ID(NAME=VALUE,…)");
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view place) : text_(text), place_(place) {
    if (text.size() > kLongest) refuse(text, place, "is longer than " + std::to_string(kLongest) + " characters");
  }

  Choice whole_choice() {
    Choice choice{name("an id")};
    if (taken('(')) parameters(choice);
    skip_space();
    if (at_ < text_.size()) fail("has something after its end");
    return choice;
  }

  std::vector<std::string> words() {
    std::vector<std::string> all;
    for (skip_space(); at_ < text_.size(); skip_space()) {
      const std::size_t begin = at_;
      skip_bare([this] { return is_space(text_[at_]); });
      all.emplace_back(text_.substr(begin, at_ - begin));
    }
    return all;
  }

 private:
  void parameters(Choice& choice) {
    if (taken(')')) return;
    do {
      std::string key = name("a parameter's name");
      if (!taken('=')) fail("lacks '=' after '" + key + "'");
      Value given = value();
      if (!choice.params.emplace(key, std::move(given)).second) fail("gives '" + key + "' twice");
    } while (taken(','));
    if (!taken(')')) fail("lacks ')'");
  }

  Value value() {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    if (at_ < text_.size() && text_[at_] == '[') return list();
    const std::size_t begin = at_;
    skip_bare([this] { return text_[at_] == ')' || (text_[at_] == ',' && name_follows(at_ + 1)); });
    return typed(trimmed(text_.substr(begin, at_ - begin)));
  }

  // A number, several numbers, or else the text itself.
  static Value typed(std::string_view bare) {
    if (const auto numbers = numbers_in(bare)) {
      if (numbers->size() == 1) return numbers->front();
      return *numbers;
    }
    return std::string(bare);
  }

  static std::optional<std::vector<double>> numbers_in(std::string_view text) {
    std::vector<double> numbers;
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      try {
        numbers.push_back(parse_number(trimmed(text.substr(begin, end - begin)), ""));
      } catch (const InputError&) {
        return std::nullopt;
      }
      begin = end + 1;
    }
    return numbers;
  }

  Value list() {
    const std::size_t end = text_.find(']', at_);
    if (end == std::string_view::npos) fail("lacks ']'");
    const std::string_view inside = trimmed(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    if (inside.empty()) return std::vector<double>{};
    auto numbers = numbers_in(inside);
    if (!numbers) fail("has something other than numbers between [ and ]");
    return *std::move(numbers);
  }

  std::string quoted() {
    std::string inside;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return inside;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      inside += text_[at_];
    }
    fail("lacks a closing quote");
  }

  /// Forward to where `ends` holds outside brackets and quotes, or to the end of the text.
  template <class Ends>
  void skip_bare(Ends ends) {
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (depth == 0 && ends()) return;
      if (c == '(' && ++depth > kDeepest) fail("is nested more than " + std::to_string(kDeepest) + " deep");
      if (c == ')' && --depth < 0) fail("closes a bracket that is not open");
      if (c == '"') {
        quoted();
        --at_;  // the loop steps over the closing quote
      }
    }
    if (depth > 0) fail("lacks ')'");
  }

  bool name_follows(std::size_t i) const {
    while (i < text_.size() && is_space(text_[i])) ++i;
    const std::size_t begin = i;
    while (i < text_.size() && is_word(text_[i])) ++i;
    const bool named = i > begin;
    while (i < text_.size() && is_space(text_[i])) ++i;
    return named && i < text_.size() && text_[i] == '=';
  }

  std::string name(const std::string& what) {
    skip_space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    if (at_ == begin) fail("lacks " + what);
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool taken(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  [[noreturn]] void fail(const std::string& problem) const { refuse(text_, place_, problem); }

  std::string_view text_;
  std::string_view place_;
  std::size_t at_ = 0;
};

std::string quote(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

/// True if this text reads back as itself without quotes, whatever follows it.
bool reads_bare(const std::string& text) {
  try {
    const Choice expected{"x", {{"a", text}, {"b", 0.0}}};
    return Reader("x(a=" + text + ",b=0)", "").whole_choice() == expected;
  } catch (const InputError&) {
    return false;
  }
}

std::string value_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return reads_bare(*text) ? *text : quote(*text);
  const auto* list = std::get_if<std::vector<double>>(&value);
  return list && list->size() < 2 ? "[" + to_text(value) + "]" : to_text(value);
}

}  // namespace

Choice parse_choice(std::string_view text, std::string_view place) { return Reader(text, place).whole_choice(); }

std::string to_text(const Choice& choice) {
  std::string params;
  for (const auto& [name, value] : choice.params) params += (params.empty() ? "" : ",") + name + "=" + value_text(value);
  return params.empty() ? choice.id : choice.id + "(" + params + ")";
}

std::vector<std::string> split_words(std::string_view text, std::string_view place) { return Reader(text, place).words(); }

}  // namespace steplab
