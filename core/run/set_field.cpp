#include "core/base/text.h"
#include "core/run/fields.h"
#include "core/run/run.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

namespace steplab {
namespace {

constexpr double kLargestExactWhole = 9007199254740992;  // 2⁵³: above it a double skips whole numbers

/// Calls `use` with the entries of a family, whatever their type.
template <class Use>
auto with_family(std::string_view family, Use&& use) {
  if (family == "landscape") return use(landscapes());
  if (family == "schedule") return use(schedules());
  if (family == "rule") return use(rate_rules());
  if (family == "optimizer") return use(optimizers());
  if (family == "oracle") return use(oracles());
  if (family == "lab") return use(lab_entries());
  assert(family == "projection");
  return use(projections());
}

bool is_family(std::string_view name) { return std::ranges::find(family_names(), name) != family_names().end(); }

Choice& choice_of(RunSpec& spec, std::string_view family) {
  if (family == "landscape") return spec.landscape;
  if (family == "optimizer") return spec.optimizer;
  if (family == "oracle") return spec.oracle;
  if (family == "projection") return spec.projection;
  return spec.rate;
}

const Choice& choice_of(const RunSpec& spec, std::string_view family) {
  return choice_of(const_cast<RunSpec&>(spec), family);
}

std::vector<std::string> names_of(const std::vector<ParamSpec>& specs) {
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

const ParamSpec& find_param(const std::vector<ParamSpec>& specs, std::string_view name, const std::string& place) {
  const auto spec = std::ranges::find(specs, name, &ParamSpec::name);
  if (spec != specs.end()) return *spec;
  throw InputError(place, "unknown parameter '" + printable(shortened(name, 80)) + "'" +
                              did_you_mean(name, names_of(specs)) + "; allowed: " + listed(names_of(specs)));
}

/// "FAMILY.PARAMETER" taken apart; the family is one, and the run's own choice is of it.
struct FamilyField {
  std::string family, parameter, place;
};

std::string join_place(std::string_view place, std::string_view name) {
  return place.empty() ? std::string(name) : std::string(place) + " " + std::string(name);
}

[[noreturn]] void refuse_name(std::string_view name, std::string_view place) {
  std::vector<std::string> all = names_of(run_fields());
  all.insert(all.end(), family_names().begin(), family_names().end());
  std::string allowed =
      listed(names_of(run_fields())) + ", or FAMILY or FAMILY.PARAMETER with FAMILY one of " + listed(family_names());
  const auto dot = name.find('.');
  const std::string_view head = name.substr(0, dot);
  const std::string near =
      nearest_spelling(head, dot == name.npos ? std::span<const std::string>(all) : family_names());
  const std::string tail = dot == name.npos ? "" : std::string(name.substr(dot, 80));
  throw InputError(place, "unknown name '" + printable(shortened(name, 80)) + "'" +
                              (near.empty() ? "" : " (did you mean '" + near + tail + "'?)") + "; allowed: " + allowed);
}

FamilyField split_name(const RunSpec& spec, std::string_view name, std::string_view place) {
  const auto dot = name.find('.');
  if (dot == name.npos || !is_family(name.substr(0, dot))) refuse_name(name, place);
  FamilyField field{std::string(name.substr(0, dot)), std::string(name.substr(dot + 1)),
                    join_place(place, name.substr(0, dot))};
  const bool rule = is_rate_rule(spec.rate.id);
  if ((field.family == "schedule" && rule) || (field.family == "rule" && !rule))
    throw InputError(join_place(place, name), "the run's step size comes from the " +
                                                  std::string(rule ? "rate rule" : "schedule") + " '" + spec.rate.id +
                                                  "'; allowed: " + (rule ? "rule." : "schedule.") + "PARAMETER");
  return field;
}

void set_choice(RunSpec& spec, const std::string& family, const Value& value, std::string_view place) {
  if (!std::holds_alternative<std::string>(value))
    throw InputError(join_place(place, family),
                     "'" + to_text(value) + "' is not an id; allowed: " + listed(family_ids(family)));
  choice_of(spec, family) = choice_from_text(family, std::get<std::string>(value), join_place(place, family));
}

void set_parameter(RunSpec& spec, const FamilyField& field, const Value& value) {
  Choice& choice = choice_of(spec, field.family);
  const auto& param = find_param(family_params(field.family, choice.id, field.place), field.parameter, field.place);
  Value checked = checked_value(param, value, field.place + "." + param.name);
  if (checked == param.initial)
    choice.params.erase(param.name);
  else
    choice.params[param.name] = std::move(checked);
}

std::uint64_t seed_from(const Value& value, std::string_view place) {
  if (const auto* text = std::get_if<std::string>(&value)) return parse_seed(*text, place);
  const auto* x = std::get_if<double>(&value);
  if (!x || !(*x >= 0 && *x <= kLargestExactWhole && *x == std::floor(*x))) return parse_seed(to_text(value), place);
  return static_cast<std::uint64_t>(*x);
}

}  // namespace

const std::vector<ParamSpec>& run_fields() {
  static const std::vector<ParamSpec> fields = {
      {.name = "step_size",
       .initial = 0.001,
       .min = 0,
       .logarithmic = true,
       .meaning = "base step size",
       .symbol = "η"},
      {.name = "rho",
       .initial = 1.0,
       .min = 0,
       .logarithmic = true,
       .meaning = "misspecification factor: multiplies every run's η",
       .symbol = "ρ"},
      {.name = "steps",
       .kind = ParamKind::kInteger,
       .initial = 200.0,
       .min = 1,
       .max = 1e9,
       .logarithmic = true,
       .unit = "updates",
       .meaning = "length of a run",
       .symbol = "T"},
      {.name = "seed",
       .kind = ParamKind::kInteger,
       .initial = 1.0,
       .min = 0,
       .max = 18446744073709551615.0,
       .meaning = "names the noise: the same seed, the same run"},
      {.name = "seeds",
       .kind = ParamKind::kInteger,
       .initial = 1.0,
       .min = 1,
       .max = 16777216,
       .logarithmic = true,
       .meaning = "replicates of every run, each under other noise"},
      {.name = "reach",
       .initial = 0.1,
       .min = 0,
       .min_open = true,
       .logarithmic = true,
       .meaning = "how near a run must end to a global minimum to have reached it"},
      {.name = "start",
       .kind = ParamKind::kList,
       .initial = std::vector<double>{},
       .min = -kDivergenceLimit,
       .max = kDivergenceLimit,
       .meaning = "where runs begin; empty: the landscape's own start"},
  };
  return fields;
}

const ParamSpec& run_field(std::string_view name) {
  const auto field = std::ranges::find(run_fields(), name, &ParamSpec::name);
  assert(field != run_fields().end());
  return *field;
}

const std::vector<std::string>& family_names() {
  static const std::vector<std::string> names = {"landscape", "schedule", "rule", "optimizer", "oracle", "projection"};
  return names;
}

Value checked_value(const ParamSpec& spec, const Value& value, std::string_view place) {
  try {
    const Params checked = resolve({spec}, {{spec.name, value}}, "");
    if (spec.kind == ParamKind::kChoice || spec.kind == ParamKind::kText) return checked.text(spec.name);
    if (spec.kind == ParamKind::kList) return checked.list(spec.name);
    return checked.real(spec.name);
  } catch (const InputError& error) {  // says ".NAME: what is wrong"; the caller knows the place better
    const std::string_view line = error.what();
    throw InputError(place, line.substr(line.find(": ") + 2));
  }
}

std::vector<std::string> family_ids(std::string_view family) {
  return with_family(family, [](const auto& entries) { return ids_of(entries); });
}

const std::vector<ParamSpec>& family_params(std::string_view family, std::string_view id, std::string_view place) {
  return *with_family(
      family, [&](const auto& entries) { return &find_entry(entries, printable(shortened(id, 80)), place).params; });
}

Choice checked_choice(std::string_view family, const Choice& choice, std::string_view place) {
  const auto& specs = family_params(family, choice.id, place);
  const std::string where = std::string(place) + "." + choice.id;
  Choice checked{choice.id};
  for (const auto& [name, value] : choice.params) {
    const auto& spec = find_param(specs, name, where);
    if (Value own = checked_value(spec, value, where + "." + name); own != spec.initial)
      checked.params.emplace(name, std::move(own));
  }
  return checked;
}

Choice choice_from_text(std::string_view family, std::string_view text, std::string_view place) {
  return checked_choice(family, parse_choice(text, place), place);
}

std::uint64_t parse_seed(std::string_view text, std::string_view place) {
  std::uint64_t seed = 0;
  const std::string digits = plain_number(text);
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  if (digits.empty() || end != digits.data() + digits.size() || code != std::errc())
    throw InputError(
        place, "'" + printable(shortened(text, 80)) + "' is not allowed; allowed: a whole number, 0 ≤ seed < 2^64");
  return seed;
}

std::string field_name(std::string_view flag_text) {
  std::string name(flag_text);
  std::ranges::replace(name, '-', '_');
  return name;
}

ParamSpec field_spec(const RunSpec& spec, std::string_view name, std::string_view place) {
  if (const auto field = std::ranges::find(run_fields(), name, &ParamSpec::name); field != run_fields().end())
    return *field;
  if (is_family(name))
    return {
        .name = std::string(name), .kind = ParamKind::kChoice, .initial = std::string(), .choices = family_ids(name)};
  const FamilyField field = split_name(spec, name, place);
  return find_param(family_params(field.family, choice_of(spec, field.family).id, field.place), field.parameter,
                    field.place);
}

void set_field(RunSpec& spec, std::string_view name, const Value& value, std::string_view place) {
  if (is_family(name)) return set_choice(spec, std::string(name), value, place);
  if (name == "seed") {
    spec.seed = seed_from(value, join_place(place, name));
    return;
  }
  const auto field = std::ranges::find(run_fields(), name, &ParamSpec::name);
  if (field == run_fields().end()) return set_parameter(spec, split_name(spec, name, place), value);
  const Value checked = checked_value(*field, value, join_place(place, name));
  if (name == "start") {
    spec.start = std::get<std::vector<double>>(checked);
    return;
  }
  const double x = std::get<double>(checked);
  if (name == "step_size") spec.step_size = x;
  if (name == "rho") spec.rho = x;
  if (name == "steps") spec.steps = static_cast<int>(x);
  if (name == "seeds") spec.seeds = static_cast<int>(x);
  if (name == "reach") spec.reach = x;
}

void set_field_text(RunSpec& spec, std::string_view name, std::string_view text, std::string_view place) {
  set_field(spec, name, std::string(text), place);
}

}  // namespace steplab
