#include "core/base/parameters.h"

#include "core/base/text.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace steplab {
namespace {

constexpr double kLargestInteger = 2147483647;  // what int holds

bool in_range(const ParamSpec& spec, double x) {
  return std::isfinite(x) && (spec.min_open ? x > spec.min : x >= spec.min) &&
         (spec.max_open ? x < spec.max : x <= spec.max);
}

[[noreturn]] void refuse(const ParamSpec& spec, std::string_view shown, std::string_view place,
                         const std::string& hint = "") {
  throw InputError(std::string(place) + "." + spec.name,
                   "'" + printable(shortened(shown, 80)) + "' is not allowed; allowed: " + allowed_text(spec) + hint);
}

void check_number(const ParamSpec& spec, double x, std::string_view place) {
  const bool whole = std::isfinite(x) && x == std::floor(x) && std::abs(x) <= kLargestInteger;
  bool good = in_range(spec, x);
  if (spec.kind == ParamKind::kInteger) good = good && whole;
  if (spec.kind == ParamKind::kSwitch) good = x == 0 || x == 1;
  if (spec.kind == ParamKind::kDuration) good = good && x >= 0 && (x < 1 || whole);
  if (!good) refuse(spec, to_text(x), place);
}

Value check(const ParamSpec& spec, const Value& value, std::string_view place) {
  switch (spec.kind) {
    case ParamKind::kReal:
    case ParamKind::kInteger:
    case ParamKind::kSwitch:
    case ParamKind::kDuration:
      if (!std::holds_alternative<double>(value)) {
        if (std::holds_alternative<std::string>(value)) return parse_value(spec, std::get<std::string>(value), place);
        refuse(spec, to_text(value), place, ", with a point for decimals");
      }
      check_number(spec, std::get<double>(value), place);
      return value;
    case ParamKind::kChoice:
      if (!std::holds_alternative<std::string>(value) ||
          std::ranges::find(spec.choices, std::get<std::string>(value)) == spec.choices.end())
        refuse(spec, to_text(value), place);
      return value;
    case ParamKind::kText:
      if (std::holds_alternative<double>(value)) return to_text(std::get<double>(value));
      if (!std::holds_alternative<std::string>(value)) refuse(spec, to_text(value), place);
      return value;
    case ParamKind::kList: {
      if (std::holds_alternative<std::string>(value)) return parse_value(spec, std::get<std::string>(value), place);
      if (std::holds_alternative<double>(value)) return check(spec, std::vector{std::get<double>(value)}, place);
      for (const double x : std::get<std::vector<double>>(value))
        if (!in_range(spec, x)) refuse(spec, to_text(x), place);
      return value;
    }
  }
  assert(false);
  return value;
}

}  // namespace

const Value& Params::at(std::string_view name) const {
  const auto it = values_.find(std::string(name));
  assert(it != values_.end() && "a parameter was read that its entry does not declare");
  return it->second;
}

double Params::real(std::string_view name) const { return std::get<double>(at(name)); }
int Params::integer(std::string_view name) const { return static_cast<int>(real(name)); }
const std::string& Params::text(std::string_view name) const { return std::get<std::string>(at(name)); }
const std::vector<double>& Params::list(std::string_view name) const { return std::get<std::vector<double>>(at(name)); }

Params resolve(const std::vector<ParamSpec>& specs, const std::map<std::string, Value>& given, std::string_view place) {
  std::map<std::string, Value> values;
  for (const auto& spec : specs) values.emplace(spec.name, spec.initial);
  for (const auto& [name, value] : given) {
    const auto spec = std::ranges::find(specs, name, &ParamSpec::name);
    if (spec == specs.end()) {
      std::vector<std::string> names;
      std::string all;
      for (const auto& s : specs) {
        names.push_back(s.name);
        all += (all.empty() ? "" : ", ") + s.name;
      }
      throw InputError(place, "unknown parameter '" + printable(shortened(name, 80)) + "'" + did_you_mean(name, names) +
                                  "; allowed: " + (all.empty() ? "none" : all));
    }
    values[name] = check(*spec, value, place);
  }
  return Params(std::move(values));
}

Value parse_value(const ParamSpec& spec, std::string_view text, std::string_view place) {
  const std::string where = std::string(place) + "." + spec.name;
  if (spec.kind == ParamKind::kChoice || spec.kind == ParamKind::kText) return check(spec, std::string(text), place);
  if (spec.kind == ParamKind::kSwitch) {
    if (text == "on" || text == "true") return 1.0;
    if (text == "off" || text == "false") return 0.0;
  }
  if (spec.kind != ParamKind::kList) {
    double x = 0;
    try {
      x = parse_number(text, where);
    } catch (const InputError&) {
      refuse(spec, text, place, may_part_thousands(text) ? ", without a comma, which may part thousands here" : "");
    }
    return check(spec, x, place);
  }
  std::vector<double> list;
  for (bool more = !text.empty(); more;) {
    const auto comma = text.find(',');
    more = comma != std::string_view::npos;
    try {
      list.push_back(parse_number(text.substr(0, comma), where));
    } catch (const InputError&) {
      refuse(spec, text.substr(0, comma), place, ", with a point for decimals");
    }
    if (more) text.remove_prefix(comma + 1);
  }
  return check(spec, list, place);
}

std::string to_text(const Value& value) {
  if (const auto* x = std::get_if<double>(&value)) return to_text(*x);
  if (const auto* s = std::get_if<std::string>(&value)) return *s;
  std::string text;
  for (const double x : std::get<std::vector<double>>(value)) text += (text.empty() ? "" : ",") + to_text(x);
  return text;
}

std::string allowed_text(const ParamSpec& spec) {
  const auto range = [&](const std::string& what) {
    std::string text;
    if (std::isfinite(spec.min)) text += to_text(spec.min) + (spec.min_open ? " < " : " ≤ ");
    text += what;
    if (std::isfinite(spec.max)) text += (spec.max_open ? " < " : " ≤ ") + to_text(spec.max);
    return text;
  };
  switch (spec.kind) {
    case ParamKind::kReal:
      return "a number, " + range(spec.name);
    case ParamKind::kInteger:
      return "a whole number, " + range(spec.name);
    case ParamKind::kSwitch:
      return "0 or 1 (off or on)";
    case ParamKind::kDuration:
      return "a fraction of T (below 1) or a whole number of steps (1 and above), " + range(spec.name);
    case ParamKind::kList:
      return "numbers separated by commas, each " + range("number");
    case ParamKind::kText:
      return "text";
    case ParamKind::kChoice: {
      std::string text = "one of";
      for (std::size_t i = 0; i < spec.choices.size(); ++i) text += (i ? ", " : " ") + spec.choices[i];
      return text;
    }
  }
  return "";
}

}  // namespace steplab
