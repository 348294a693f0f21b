#include "tests/fuzz_target.h"

#include "app/cli/command.h"
#include "core/scene/scene_json.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace steplab::testing {
namespace {

constexpr std::size_t kLongestLine = 300 * 4 + 1;  // 300 characters, which may take four bytes each

bool is_one_line(const std::string& text) {
  return !text.empty() && text.ends_with('\n') && std::ranges::count(text, '\n') == 1 && text.size() <= kLongestLine &&
         std::ranges::none_of(text.substr(0, text.size() - 1), [](char c) { return c >= 0 && c < ' '; });
}

/// "PLACE: what is wrong; allowed: …", or so long that the middle was cut out.
bool is_refusal(const std::string& text) {
  return is_one_line(text) && text.find(": ") != text.npos &&
         (text.find("; allowed: ") != text.npos || text.find("…") != text.npos);
}

/// Nothing, or lines that say what is seldom meant.
bool are_notes(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("note: ")) return false;
  return true;
}

std::string last_line(const std::string& text) {
  const auto end = text.empty() ? text.npos : text.rfind('\n', text.size() - 2);
  return end == text.npos ? text : text.substr(end + 1);
}

/// A command that would write a file, or take long because of a number that is allowed, is not the fuzzer's business.
bool is_harmless(const std::vector<std::string>& args) {
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i].starts_with("--save") || args[i].starts_with("--csv=")) return false;
    if (args[i] == "--csv" && (i + 1 == args.size() || args[i + 1] != "-")) return false;
    for (std::size_t at = 0; at < args[i].size(); ++at) {
      const double number = std::strtod(args[i].c_str() + at, nullptr);
      if (number > 300 && number < 1e15) return false;
    }
  }
  return true;
}

}  // namespace

std::string try_scene_text(std::string_view text) {
  try {
    const Scene scene = scene_from_json(text, "fuzz");
    const Scene again = scene_from_json(to_json(scene), "again");
    return again == scene ? "" : "a scene that was read does not survive its own JSON";
  } catch (const InputError& error) {
    const std::string line = error.what();
    if (line.find(": ") == line.npos) return "a refusal that names no place: " + line;
    return line.find("; allowed: ") != line.npos ? "" : "a refusal that says nothing of what is allowed: " + line;
  }
}

std::vector<std::string> words_of(std::string_view bytes) {
  std::vector<std::string> words(1);
  for (const char c : bytes) {
    if (c == '\0')
      words.emplace_back();
    else
      words.back() += c;
  }
  return words;
}

std::string try_command(const std::vector<std::string>& args) {
  if (!is_harmless(args)) return "";
  std::stop_source stopped;
  stopped.request_stop();  // parsed, checked and set up; the first step is not taken
  std::ostringstream out, err;
  const int code = command(args, {.out = out, .err = err, .stop = stopped.get_token()});
  if (code == kExitBadInput) {
    const std::string line = last_line(err.str()), before = err.str().substr(0, err.str().size() - line.size());
    return is_refusal(line) && are_notes(before) ? "" : "no refusal as it should be: " + err.str();
  }
  if (code != kExitGood && code != kExitInterrupted) return "exit code " + std::to_string(code);
  return are_notes(err.str()) ? "" : "no refusal, but on stderr: " + err.str();
}

}  // namespace steplab::testing

/// For libFuzzer (cmake -DSTEPLAB_FUZZER=ON with clang++): a command line begins with a letter, anything else is the
/// text of a scene.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string wrong = size > 0 && std::isalpha(data[0])
                                ? steplab::testing::try_command(steplab::testing::words_of(bytes))
                                : steplab::testing::try_scene_text(bytes);
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}
