// What comes from outside as text: names that would disturb a terminal, numbers as people write them, file names.
#include "core/base/text.h"

#include "core/base/error.h"
#include "core/run/fields.h"
#include "core/run/sweep.h"
#include "core/scene/file.h"
#include "core/scene/scene.h"
#include "tests/process.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

namespace steplab::testing {
namespace {

TEST_CASE("Text is printable whatever bytes it holds, and stays as it is where it was") {
  CHECK(printable("η* = 0.1, “naïve” 日本 🙂") == "η* = 0.1, “naïve” 日本 🙂");
  CHECK(printable("a\nb\tc\rd") == R"(a\nb\tc\rd)");
  CHECK(printable("\x1b[31m\x7f") == R"(\x1b[31m\x7f)");
  CHECK(printable("\u009b31m") == R"(\u009b31m)");  // CSI as one character
  CHECK(printable("a\u202eb") == R"(a\u202eb)");    // turns the direction of what follows
  CHECK(printable("\u2028\ufeff") == R"(\u2028\ufeff)");
  CHECK(printable("\xff\xc3(\xe2\x82") == R"(\xff\xc3(\xe2\x82)");
  CHECK(printable("\xc0\xaf\xed\xa0\x80") == R"(\xc0\xaf\xed\xa0\x80)");  // overlong, surrogate (RFC 3629)
  CHECK(printable("two\nlines", "\n") == "two\nlines");
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) {
      const std::string line = printable(std::string{static_cast<char>(a), static_cast<char>(b)});
      CHECK(printable(line) == line);
      CHECK(std::ranges::none_of(line, [](char c) { return (c >= 0 && c < ' ') || c == 127; }));
    }
}

TEST_CASE("Long text loses its middle, by characters and not by bytes") {
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdefg", 6) == "abc…fg");
  CHECK(shortened("ηηηηηηη", 6) == "ηηη…ηη");
  CHECK(shortened(std::string(100000, 'x'), 300).size() == 299 + std::string("…").size());
}

TEST_CASE("Numbers are understood as people write them") {
  const std::pair<const char*, double> good[] = {
      {" 0.5 ", 0.5}, {"\u00a00.5\u202f", 0.5}, {"0,5", 0.5},     {"\u22123", -3},  {"1e\u22123", 0.001},
      {"+2", 2},      {"\t-1,25e2", -125},      {"0,125", 0.125}, {"12,34", 12.34}, {"1234,567", 1234.567}};
  for (const auto& [text, value] : good) CHECK_MESSAGE(parse_number(text, "x") == value, text);
  for (const char* bad : {"", " ", "1 2", "0,5,1", "1.5,2", "--1", "+-1", "abc", "nan", "1e999", "0x1", "5\u2212"})
    CHECK_THROWS_WITH_AS(parse_number(bad, "x"), doctest::Contains("; allowed: "), InputError);
  for (const char* two_ways : {"1,000", "-12,345", "999,999"})  // 1000 in one country, 1 in another
    CHECK_THROWS_WITH_AS(parse_number(two_ways, "x"), doctest::Contains("without a comma"), InputError);
  CHECK(parse_seed(" 7 ", "x") == 7);
}

TEST_CASE("A decimal comma sets a single parameter, and in a list or a choice it is refused with a hint") {
  check_refused({"describe", "no\nsuch"}, {R"(unknown id 'no\nsuch')"});
  CHECK(good_output({"schedule", "rex", "--set", "schedule.b=0,5", "--steps", "9"}) ==
        good_output({"schedule", "rex", "--set", "schedule.b=0.5", "--steps", "9"}));
  CHECK(good_output({"run", "--landscape", "booth", "--step-size", "\u00a00,01 ", "--steps", "9", "--csv", "-"}) ==
        good_output({"run", "--landscape", "booth", "--step-size", "0.01", "--steps", "9", "--csv", "-"}));
  check_refused({"schedule", "rex(b=0,5)"}, {"schedule.rex.b: '0,5' is not allowed", "with a point for decimals"});
  check_refused({"schedule", "step(at=0,5, drop=0,1)"}, {"the rate 0 from the first update on", "at=0.5"});
  check_refused({"run", "--landscape", "booth", "--start", "0,5 1,5"}, {"--start: '5 1'", "with a point for decimals"});
}

TEST_CASE("What lists with decimal commas may have meant") {
  CHECK(decimal_commas("0,5,1,5") == "0.5 and 1.5");
  CHECK(decimal_commas("0,25,0,5,0,75") == "0.25, 0.5 and 0.75");
  for (const char* fine :
       {"0,5", "0,1", "1,2,4,8", "8,4,2,1", "1,10", "0,1,2", "0.5,1.5", "1", "", "a,b", "0,0", "1,,2,3"})
    CHECK_MESSAGE(decimal_commas(fine) == "", fine);
  const Finished four = run({"sweep", "--landscape", "booth", "--over", "rho=0,5,1,5", "--steps", "9", "--csv", "-"});
  CHECK(four.code == 0);
  CHECK(lines_of(four.out).size() == 5);
  CHECK(four.err == "note: rho=0,5,1,5 are 4 values; for 0.5 and 1.5 write decimal points\n");
  const Finished two = run({"sweep", "--landscape", "booth", "--over", "rho=0,5:1,5:2", "--steps", "9", "--csv", "-"});
  CHECK(two.err == "");
  REQUIRE(lines_of(two.out).size() == 3);
  CHECK(lines_of(two.out)[1].starts_with("0.5,"));
}

TEST_CASE("A schedule that is 0 throughout gets a word, and one that comes to 0 does not") {
  const std::string word = "is 0 throughout: with it no run moves\n";
  const Finished zero = run({"schedule", "constant(factor=0)", "--steps", "2"});
  CHECK(zero.code == 0);
  CHECK(zero.out == "t,factor\n0,0\n1,0\n");
  CHECK(zero.err == "note: the schedule 'constant(factor=0)' " + word);
  for (const char* command : {"run", "sweep"})
    CHECK(run({command, "--schedules", "linear,constant(factor=0)", "--steps", "9"}).err.ends_with(word));
  CHECK(run({"schedule", "linear", "--steps", "9"}).err == "");
}

TEST_CASE("A name that promises another format is refused before anything is written") {
  const Folder folder;
  check_refused({"run", "--csv", folder / "a.png"}, {"--csv: '", "promises another format", ".csv, .txt, .dat"});
  check_refused({"run", "--csv", folder / "a.json"}, {"--csv: '"});
  check_refused({"run", "--save", folder / "a.png"}, {"--save: '", "allowed: a name that ends in .json"});
  check_refused({"run", "--save", folder / "a.json", "--csv", folder / "a.xlsx"}, {"--csv: '"});
  check_refused({"run", "--save", folder / "same", "--csv", folder / "same"}, {"--save: '", "another file"});
  check_refused({"sweep", "--over", "rho=1,2", "--csv", folder / "a.PNG"}, {"--csv: '"});
  check_refused({"lab", "budget", "--results", folder / "a.csv"}, {"--results: '", ".json"});
  for (const char* lab : {"tuning", "self-tuning", "budget", "warmup", "large-steps"})
    check_refused({"lab", lab, "--csv", folder / "a.pdf"}, {"--csv: '", ".csv"});
  CHECK(folder.files() == 0);
  for (const char* name : {"a.CSV", "b.txt", "plain", "eta0.5"})
    CHECK(good_output({"run", "--landscape", "booth", "--steps", "2", "--csv", folder / name}) == "");
  CHECK(folder.files() == 4);
}

TEST_CASE("Names with control characters stay on their line in tables, labels and CSV") {
  Scene scene;
  scene.runs = {{.name = "a\nb\x1b[31m"}, {.name = "c,\"d\""}};
  CHECK(row_labels(scene)[0] == R"(a\nb\x1b[31m)");
  const Folder folder;
  std::ofstream(folder / "s.json") << R"({"version": 1, "title": "T\u001b[2J", "steps": 9, "seeds": 1,
    "runs": [{"name": "a\nb\u001b[31m"}, {"name": "c,\"d\""}]})";
  const std::string table = good_output({"run", folder / "s.json"});
  CHECK(table.find('\x1b') == table.npos);
  CHECK(table.find(R"(a\nb\x1b[31m)") != table.npos);
  const auto lines = lines_of(good_output({"sweep", folder / "s.json", "--over", "rho=1,2", "--csv", "-"}));
  REQUIRE(lines.size() == 5);
  CHECK(lines[1].starts_with(R"(1,a\nb\x1b[31m,)"));
  CHECK(lines[2].starts_with(R"(1,"c,""d""",)"));
}

}  // namespace
}  // namespace steplab::testing
