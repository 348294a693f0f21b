// A bounded, repeatable share of fuzzing in the ordinary tests: shipped scenes and documented commands, changed by key.
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"
#include "tests/fuzz_target.h"
#include "tests/random_scene.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace steplab::testing {
namespace {

const std::vector<std::string>& tokens() {
  static const std::vector<std::string> all = {"{",
                                               "}",
                                               "[",
                                               "]",
                                               ",",
                                               ":",
                                               "\"",
                                               "\\",
                                               "\\u0000",
                                               "\\ud800",
                                               "null",
                                               "true",
                                               "NaN",
                                               "-",
                                               "-0",
                                               "1e308",
                                               "1e309",
                                               "1e-400",
                                               "18446744073709551616",
                                               "0.1",
                                               "-1",
                                               "\xff",
                                               "\xc3",
                                               "\xe2\x82",
                                               std::string(1, '\0'),
                                               "\n",
                                               "\"id\"",
                                               "\"params\"",
                                               "\"runs\"",
                                               "\"version\"",
                                               "\"steps\"",
                                               "\"sweep\"",
                                               "\"rule\"",
                                               "\"schedule\"",
                                               "\"rho=1:2:3\"",
                                               "\"rho=1:2:1000000\"",
                                               "{\"id\":\"rex\",\"params\":{\"b\":0.5}}",
                                               "[[[[[[[["};
  return all;
}

std::string mutated(std::string text, const std::vector<std::string>& others, Draw& draw) {
  for (std::size_t changes = 1 + draw.below(4); changes-- > 0;) {
    const std::size_t at = draw.below(text.size() + 1),
                      length = draw.below(std::min<std::size_t>(text.size() - at, 40) + 1);
    switch (draw.below(6)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text.insert(at, tokens()[draw.below(tokens().size())]);
        break;
      case 4:
        text.replace(at, length, tokens()[draw.below(tokens().size())]);
        break;
      case 5:
        if (at < text.size() && draw.below(4)) {
          text[at] = static_cast<char>(draw.below(256));
        } else {
          const std::string& other = others[draw.below(others.size())];
          text = text.substr(0, at) + other.substr(draw.below(other.size()));
        }
    }
  }
  return text;
}

TEST_CASE("16,000 damaged scene files are read or refused, and what is read survives its own JSON") {
  std::vector<std::string> scenes;
  for (const auto& shipped : shipped_scenes()) scenes.emplace_back(shipped.json);
  for (std::uint64_t key = 1; key <= 10; ++key) scenes.push_back(to_json(random_scene(key)));
  Draw draw(20260101);
  for (int i = 0; i < 16000; ++i) {
    const std::string text = mutated(scenes[draw.below(scenes.size())], scenes, draw);
    const std::string wrong = try_scene_text(text);
    REQUIRE_MESSAGE(wrong == "", "input " << i << ": " << text);
  }
}

TEST_CASE("4,000 damaged command lines are carried out or refused in one line") {
  const std::vector<std::vector<std::string>> lines = {
      {"list", "schedules"},
      {"describe", "rex"},
      {"schedule", "rex", "--set", "schedule.b=0.5", "--steps", "9"},
      {"schedule", "polynomial(p=2,warmup=0.1)", "--set", "schedule.sampling=25-50-75"},
      {"run"},
      {"run", "catapult", "--csv", "-"},
      {"run",
       "--landscape",
       "quadratic",
       "--optimizer",
       "adam",
       "--schedule",
       "cosine",
       "--oracle",
       "gaussian(sigma=2)",
       "--set",
       "landscape.kappa=3",
       "--step-size",
       "0.1",
       "--rho",
       "2",
       "--steps",
       "9",
       "--start",
       "1,-2",
       "--seed",
       "3",
       "--seeds",
       "2",
       "--workers",
       "2",
       "--every",
       "3",
       "--csv",
       "-"},
      {"sweep", "sharp_well", "--over", "rho=0.1:10:5:log", "--over", "step_size=0.1,0.2", "--schedules",
       "constant,rex(b=0.5)", "--seeds", "2", "--reach", "1"},
      {"sweep", "--landscape", "booth", "--projection", "box", "--columns", "preconditioned_sharpness", "--over",
       "projection.high=1:9:3"}};
  std::vector<std::string> words = {"",
                                    "-",
                                    "--",
                                    "---",
                                    "-1",
                                    "=",
                                    ".",
                                    "--=",
                                    "--help",
                                    "--version",
                                    "run",
                                    "{}",
                                    "[1,2]",
                                    "%%",
                                    "nan",
                                    "1e999",
                                    "99999999999999999999",
                                    "schedule.=1",
                                    "=1",
                                    "a=b=c",
                                    "(",
                                    ")",
                                    "rex(",
                                    "rex((((",
                                    "rex(b=)",
                                    "\xff",
                                    "\n",
                                    "é",
                                    "--over",
                                    "--set",
                                    "--rule",
                                    "../x",
                                    "/dev/null",
                                    "@x"};
  for (const auto& line : lines) words.insert(words.end(), line.begin(), line.end());
  Draw draw(20260102);
  for (int i = 0; i < 4000; ++i) {
    auto args = lines[draw.below(lines.size())];
    for (std::size_t changes = 1 + draw.below(3); changes-- > 0;) {
      const std::size_t at = draw.below(args.size() + 1);
      const auto where = args.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t kind = draw.below(4);
      if (kind == 0) args.insert(where, words[draw.below(words.size())]);
      if (kind != 0 && at == args.size()) continue;
      if (kind == 1) args.erase(where);
      if (kind == 2) *where = words[draw.below(words.size())];
      if (kind == 3 && !where->empty()) *where = mutated(*where, {"rho=1:2:3", "0.5"}, draw);
    }
    for (auto& arg : args) arg = arg.substr(0, arg.find('\0'));  // no argument of a process holds one
    std::string shown;
    for (const auto& arg : args) shown += " '" + arg + "'";
    const std::string wrong = try_command(args);
    REQUIRE_MESSAGE(wrong == "", "input " << i << ":" << shown);
  }
}

}  // namespace
}  // namespace steplab::testing
