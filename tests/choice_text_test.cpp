// Choices as text, there and back, and what is refused.
#include "core/schedules/schedule.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace steplab;

namespace {

std::string refusal(const std::string& text) {
  try {
    make_choice(all_schedules(), parse_choice(text, "flag"), "schedule");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool says(const std::string& text, const std::string& part) {
  const std::string line = refusal(text);
  INFO(text << " → " << line);
  return line.find(part) != std::string::npos && line.find('\n') == std::string::npos;
}

std::string repeated(const std::string& part, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("a choice is an id with parameters: numbers, lists, texts") {
  CHECK(parse_choice("rex", "").id == "rex");
  CHECK(parse_choice(" rex ( ) ", "") == Choice{"rex"});
  CHECK(parse_choice("polynomial(p=2,warmup=0.1)", "") == Choice{"polynomial", {{"p", 2.0}, {"warmup", 0.1}}});
  CHECK(parse_choice("step( at = 0.3, 0.6 , drop=0.1)", "") ==
        Choice{"step", {{"at", std::vector{0.3, 0.6}}, {"drop", 0.1}}});
  CHECK(parse_choice("step(at=[5],drop=[])", "") ==
        Choice{"step", {{"at", std::vector{5.0}}, {"drop", std::vector<double>{}}}});
  CHECK(parse_choice("linear(sampling=25-50-75,after=hold)", "") ==
        Choice{"linear", {{"after", "hold"}, {"sampling", "25-50-75"}}});
  CHECK(parse_choice("x(a=\"quoted, \\\"b=1\\\" )(\",b=1e-3)", "") ==
        Choice{"x", {{"a", "quoted, \"b=1\" )("}, {"b", 1e-3}}});
}

TEST_CASE("choices stand inside choices") {
  const auto outer =
      parse_choice("sequence(parts=linear(from=0.1,span=5) @5 sequence(parts=rex @0.5 cosine(p=2)),floor=0.1)", "");
  CHECK(outer ==
        Choice{"sequence",
               {{"parts", "linear(from=0.1,span=5) @5 sequence(parts=rex @0.5 cosine(p=2))"}, {"floor", 0.1}}});
}

TEST_CASE("every choice reads back from its text") {
  const std::vector<std::string> texts = {
      "",         " ",           "hold",  "25-50", "5", "5,6", "a,b",  "a,b=1", "(", ")",  "()",  "f(a=1,b=2) @5 g",
      "\"",       "\\",          "a\"b(", "[1]",   "[", "]",   "x\ny", "=",     ",", ", ", "nan", "ρ=½",
      "f(\")\")", "f(\"(\\\"\")"};
  const std::vector<Value> values = {
      1.0, -0.0, 1e-300, 0.1, std::vector<double>{}, std::vector{1.5}, std::vector{1.0, -2e9, 0.1}};
  const auto same = [](const Choice& choice) {
    const std::string text = to_text(choice);
    CAPTURE(text);
    CHECK(parse_choice(text, "") == choice);
  };
  same({"rex"});
  for (const auto& value : values) same({"x", {{"a", value}, {"b", 2.0}}});
  for (const auto& a : texts)
    for (const auto& b : texts) {
      same({"x", {{"a", a}, {"b", b}}});
      same({"x", {{"a", to_text(Choice{"y", {{"c", a}, {"d", std::vector{1.0, 2.0}}}})}, {"b", b}}});
    }
  for (const auto& entry : all_schedules()) {
    Choice choice{entry.id};
    for (const auto& spec : entry.params) choice.params[spec.name] = spec.initial;
    same(choice);
  }
}

TEST_CASE("texts that are no choice are refused in one line that names the place") {
  for (const std::string text : {"",
                                 " ",
                                 "(",
                                 ")",
                                 "rex(",
                                 "rex)",
                                 "rex(b",
                                 "rex(b=",
                                 "rex(b=0.5",
                                 "rex(=1)",
                                 "rex(b=0.5))",
                                 "rex(b=0.5) cosine",
                                 "rex(b=0.5,b=0.6)",
                                 "rex b",
                                 "ρ",
                                 "rex(b=\"0.5)",
                                 "rex(b=[0.5)",
                                 "rex(b=[x])",
                                 "rex(b=(0.5)",
                                 "\n",
                                 "rex(b=1)\nx",
                                 "a(b=\x01)x"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_choice(text, "flag"), InputError);
    CHECK(refusal(text).starts_with("flag: '"));
    CHECK(refusal(text).find('\n') == std::string::npos);
  }
  CHECK_THROWS_AS(parse_choice(std::string("re\0x", 4), "flag"), InputError);
}

TEST_CASE("nesting and length are bounded") {
  const std::string deep = repeated("sequence(parts=", 5) + "rex" + repeated(")", 5);
  CHECK(refusal(deep) == "");
  CHECK(says(repeated("sequence(parts=", 100) + "rex" + repeated(")", 100), "nested more than"));
  CHECK(says(repeated("sequence(parts=", 1200) + "rex" + repeated(")", 1200), "nested more than"));
  CHECK(says("sequence(parts=" + repeated("(", 19000) + ")", "nested more than"));
  CHECK(says(repeated("a", 20001), "is longer than"));
  CHECK(says("product(parts=" + repeated("rex ", 10000) + ")", "is longer than"));
  // Quotes hide brackets from the count, but each level doubles its backslashes.
  std::string quoted = "rex";
  for (int i = 0; i < 8; ++i) quoted = to_text(Choice{"product", {{"parts", quoted + " linear(sampling=\"50\")"}}});
  CHECK(refusal(quoted) == "");
}

TEST_CASE("schedules that cannot be are refused, with what is allowed") {
  CHECK(says("rexx", "did you mean 'rex'?"));
  CHECK(says("rex(b=1)", "schedule.rex.b: '1' is not allowed; allowed: a number, 0 ≤ b < 1"));
  CHECK(says("rex(b=0.5,)", "schedule.rex.b: '0.5,' is not allowed"));
  CHECK(says("rex(beta=0.5)", "unknown parameter 'beta'"));
  CHECK(says("linear(warmup=1.5)", "schedule.linear.warmup"));
  CHECK(says("linear(warmup_kind=round)", "one of linear, cosine, sqrt, exponential"));
  for (const std::string sampling : {"sometimes", "50-25", "0-50", "50-100", "50-", "-50", "50--75", "nan", "50-50"})
    CHECK(says("linear(sampling=" + sampling + ")", "schedule.linear.sampling: '" + sampling + "' is not allowed"));
  CHECK(says("step(at=0.5,1.5)", "schedule.step.at: '1.5'"));
  CHECK(says("step(at=5,10,drop=0.1,0.2,0.3)", "one for each of the 2 in 'at'"));
  CHECK(says("step(at=-1)", "schedule.step.at"));
  CHECK(says("knots(at=0,1,0.5,values=1,1,1)", "rising order"));
  CHECK(says("knots(at=0,1,values=1,1,1)", "as many numbers as 'at' has (2)"));
  CHECK(says("knots(at=[],values=[])", "schedule.knots.at"));
  CHECK(says("sequence(parts=)", "lacks a part at its end"));
  CHECK(says("sequence(parts=linear @5)", "lacks a part at its end"));
  CHECK(says("sequence(parts=linear cosine)", "'cosine' is out of place"));
  CHECK(says("sequence(parts=@5 cosine)", "'@5' is out of place"));
  CHECK(says("sequence(parts=linear @5 cosine @5 rex)", "rising order"));
  CHECK(says("sequence(parts=linear @x cosine)", "milestone: 'x' is not allowed"));
  CHECK(says("sequence(parts=linear @-1 cosine)", "milestone: '-1' is not allowed"));
  CHECK(says("sequence(parts=lineer)", "did you mean 'linear'?"));
  CHECK(says("sequence(parts=linear(from=x))", "schedule.sequence.parts.linear.from"));
  CHECK(says("product(parts=)", "one schedule or more"));
}
