// The fields of a run by name: one description of each serves flags, scene files, sweep axes and help texts.
#pragma once

#include "core/base/parameters.h"
#include "core/run/run.h"

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// The numbers of a RunSpec: step_size, rho, steps, seed, seeds, reach, start. Seeds beyond what a double holds exactly
/// go through parse_seed.
const std::vector<ParamSpec>& run_fields();
const ParamSpec& run_field(std::string_view name);

/// The value as the parameter's own type; InputError at exactly `place` if it is not allowed.
Value checked_value(const ParamSpec& spec, const Value& value, std::string_view place);

/// What a run is chosen from: landscape, schedule, rule, optimizer, oracle, projection.
const std::vector<std::string>& family_names();
/// Of one of these, or of "lab".
std::vector<std::string> family_ids(std::string_view family);
/// InputError at `place` if the family has no such id.
const std::vector<ParamSpec>& family_params(std::string_view family, std::string_view id, std::string_view place);

/// The choice with every value checked and of its parameter's own type, without those that are at their default.
/// InputError at `place` for an unknown id or parameter or a value that is not allowed.
Choice checked_choice(std::string_view family, const Choice& choice, std::string_view place);
/// "rex" or "rex(b=2)" as a checked choice.
Choice choice_from_text(std::string_view family, std::string_view text, std::string_view place);

/// A whole number in [0, 2⁶⁴).
std::uint64_t parse_seed(std::string_view text, std::string_view place);

/// A flag's spelling of a field as its name: "step-size" is step_size.
std::string field_name(std::string_view flag_text);

/// What set_field() would accept for this name on this run. InputError at `place` if there is no such field.
ParamSpec field_spec(const RunSpec& spec, std::string_view name, std::string_view place);

}  // namespace steplab
