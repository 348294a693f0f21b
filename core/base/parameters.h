// Parameter descriptions. One description serves the command line, the scene file, the sliders of the window and the
// tests.
#pragma once

#include "core/base/error.h"

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace steplab {

/// A parameter's value as scenes and flags carry it. Switches are numbers 0 and 1.
using Value = std::variant<double, std::string, std::vector<double>>;

enum class ParamKind {
  kReal,      ///< a number in [min, max]
  kInteger,   ///< a whole number in [min, max]
  kSwitch,    ///< 0 or 1; "on"/"off"/"true"/"false" are read too
  kDuration,  ///< below 1: a fraction of T; 1 and above: a whole number of steps
  kChoice,    ///< one of `choices`
  kList,      ///< numbers in [min, max], comma-separated in flags, an array in JSON
  kText,      ///< free text, checked by `make`
};

struct ParamSpec {
  std::string name;
  ParamKind kind = ParamKind::kReal;
  Value initial = 0.0;  ///< the default
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool min_open = false;  ///< min itself is not allowed
  bool max_open = false;
  bool logarithmic = false;            ///< a slider over it should be logarithmic
  std::string unit{};                  ///< "" if none
  std::string meaning{};               ///< one line
  std::string source{};                ///< where default or range come from; "" if our own
  std::string symbol{};                ///< how a formula writes it, e.g. "κ"
  std::string label{};                 ///< a word or two beside a slider, where the name alone says too little
  std::vector<std::string> choices{};  ///< for kChoice
  bool seldom = false;                 ///< a window shows it only when asked for more
};

/// A complete set of checked values: what an entry's make() receives. Reading an undeclared name is a slip (assert).
class Params {
 public:
  Params() = default;
  explicit Params(std::map<std::string, Value> values) : values_(std::move(values)) {}
  double real(std::string_view name) const;
  int integer(std::string_view name) const;
  bool on(std::string_view name) const { return real(name) != 0; }
  const std::string& text(std::string_view name) const;
  const std::vector<double>& list(std::string_view name) const;

 private:
  const Value& at(std::string_view name) const;
  std::map<std::string, Value> values_;
};

/// "constant", or "polynomial" with {p: 2}: an id and the parameters that differ from their defaults. Plain data.
struct Choice {
  std::string id;
  std::map<std::string, Value> params{};
  friend bool operator==(const Choice&, const Choice&) = default;
  /// An order for maps; values are never NaN.
  friend auto operator<=>(const Choice&, const Choice&) = default;
};

/// One line of a family's list: everything the program needs to know about it stands here.
template <class T>
struct Entry {
  std::string id;
  std::string name;     ///< for a person
  std::string summary;  ///< one line
  std::string source;   ///< author, year, equation
  std::vector<ParamSpec> params;
  std::function<std::shared_ptr<const T>(const Params&)> make;
};

/// The values of `given` over the defaults of `specs`; InputError at `place` for an unknown name, a wrong type or a
/// value out of range.
Params resolve(const std::vector<ParamSpec>& specs, const std::map<std::string, Value>& given, std::string_view place);

/// Text of a flag as a value of this parameter; InputError at `place` if it is none (range included).
Value parse_value(const ParamSpec& spec, std::string_view text, std::string_view place);
/// A value as a flag would write it.
std::string to_text(const Value& value);
/// "0 < p ≤ 64", "one of linear, cosine", …: what a parameter allows, in words.
std::string allowed_text(const ParamSpec& spec);

template <class T>
std::vector<std::string> ids_of(const std::vector<Entry<T>>& entries) {
  std::vector<std::string> ids;
  for (const auto& entry : entries) ids.push_back(entry.id);
  return ids;
}

/// The entry with this id; InputError at `place` (with the nearest spelling) if there is none.
template <class T>
const Entry<T>& find_entry(const std::vector<Entry<T>>& entries, std::string_view id, std::string_view place) {
  for (const auto& entry : entries)
    if (entry.id == id) return entry;
  throw InputError(
      place, "unknown id '" + std::string(id) + "'" + did_you_mean(id, ids_of(entries)) + "; allowed: " + [&] {
        std::string all;
        for (const auto& entry : entries) all += (all.empty() ? "" : ", ") + entry.id;
        return all;
      }());
}

template <class T>
std::shared_ptr<const T> make_choice(const std::vector<Entry<T>>& entries, const Choice& choice,
                                     std::string_view place) {
  const auto& entry = find_entry(entries, choice.id, place);
  return entry.make(resolve(entry.params, choice.params, std::string(place) + "." + choice.id));
}

}  // namespace steplab
