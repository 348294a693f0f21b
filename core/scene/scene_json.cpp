#include "core/scene/scene_json.h"

#include "core/base/text.h"
#include "core/run/fields.h"
#include "core/scene/file.h"
#include "core/scene/scene_versions.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace steplab {
namespace {

using Json = nlohmann::json;                 // read: looks names up in a tree, so a million of them stay quick
using OrderedJson = nlohmann::ordered_json;  // written: keeps the order of the list

constexpr int kDeepest = 32;
constexpr std::size_t kMostRuns = 1000, kMostAxes = 8;

// ---- The list of what is saved: one line for each field, read and written by the visitors below. ----

template <class AnyView, class Field>
void visit_view(AnyView& view, Field& field) {
  field.text("shape", view_field("shape"), view.shape);
  field.list("window", view_field("window"), view.window);
  field.text("levels", view_field("levels"), view.levels);
  field.text("overlay", view_field("overlay"), view.overlay);
  field.text("plane", view_field("plane"), view.plane);
  field.text("paths", view_field("paths"), view.paths);
  field.number("cloud", view_field("cloud"), view.cloud);
  field.number("azimuth", view_field("azimuth"), view.azimuth);
  field.number("elevation", view_field("elevation"), view.elevation);
  field.number("zoom", view_field("zoom"), view.zoom);
  field.ids("curves", curve_ids(), view.curves);
  field.ids("log_curves", curve_ids(), view.log_curves);
  field.number("selected", view_field("selected"), view.selected);
  field.number("step", view_field("step"), view.step);
}

template <class AnyScene, class Field>
void visit_scene(AnyScene& scene, Field& field) {
  field.text("title", scene.title);
  field.text("notes", scene.notes);
  field.choice("lab", "lab", scene.lab);
  field.choice("landscape", "landscape", scene.landscape);
  field.list("start", run_field("start"), scene.start);
  field.choice("oracle", "oracle", scene.oracle);
  field.choice("projection", "projection", scene.projection);
  field.number("steps", run_field("steps"), scene.steps);
  field.number("rho", run_field("rho"), scene.rho);
  field.seed("seed", scene.seed);
  field.number("seeds", run_field("seeds"), scene.seeds);
  field.number("reach", run_field("reach"), scene.reach);
  field.runs("runs", scene.runs);
  field.axes("sweep", scene.sweep);
  field.number("every", scene_field("every"), scene.every);
  field.number("preconditioned_sharpness", scene_field("preconditioned_sharpness"), scene.preconditioned_sharpness);
  field.number("workers", scene_field("workers"), scene.workers);
  field.object("view", scene.view, [](auto& view, auto& fields) { visit_view(view, fields); });
}

template <class AnyRun, class Field>
void visit_run(AnyRun& run, Field& field) {
  field.text("name", run.name);
  field.rate("schedule", "rule", run.rate);
  field.choice("optimizer", "optimizer", run.optimizer);
  field.number("step_size", run_field("step_size"), run.step_size);
  field.number("shown", scene_field("shown"), run.shown);
  field.number("colour", scene_field("colour"), run.colour);
}

// ---- Writing ----

/// Whole numbers without ".0"; -0 must stay what it is.
OrderedJson number_to_json(double x) {
  constexpr double kLargestExactWhole = 9007199254740992;  // 2⁵³
  if (x == std::floor(x) && std::abs(x) < kLargestExactWhole && !(x == 0 && std::signbit(x)))
    return static_cast<std::int64_t>(x);
  return x;
}

OrderedJson list_to_json(const std::vector<double>& list) {
  OrderedJson json = OrderedJson::array();
  for (const double x : list) json.push_back(number_to_json(x));
  return json;
}

OrderedJson value_to_json(const Value& value) {
  if (const auto* x = std::get_if<double>(&value)) return number_to_json(*x);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return list_to_json(std::get<std::vector<double>>(value));
}

OrderedJson choice_to_json(const Choice& choice) {
  if (choice.params.empty()) return choice.id;
  OrderedJson params = OrderedJson::object();
  for (const auto& [name, value] : choice.params) params[name] = value_to_json(value);
  return {{"id", choice.id}, {"params", std::move(params)}};
}

class Writer {
 public:
  void text(const char* name, const std::string& value) { json[name] = value; }
  void text(const char* name, const ParamSpec&, const std::string& value) { json[name] = value; }
  void ids(const char* name, const std::vector<std::string>&, const std::vector<std::string>& value) {
    json[name] = value;
  }
  template <class Object, class Visit>
  void object(const char* name, const Object& object, const Visit& visit) {
    Writer writer;
    visit(object, writer);
    json[name] = std::move(writer.json);
  }
  void choice(const char* name, std::string_view, const Choice& value) { json[name] = choice_to_json(value); }
  void list(const char* name, const ParamSpec&, const std::vector<double>& value) { json[name] = list_to_json(value); }
  template <class Number>
  void number(const char* name, const ParamSpec&, Number value) {
    json[name] = number_to_json(static_cast<double>(value));
  }
  void number(const char* name, const ParamSpec&, bool value) { json[name] = value; }
  void seed(const char* name, std::uint64_t value) { json[name] = value; }
  void rate(const char* schedule, const char* rule, const Choice& value) {
    json[is_rate_rule(value.id) ? rule : schedule] = choice_to_json(value);
  }
  void runs(const char* name, const std::vector<SceneRun>& runs) {
    json[name] = OrderedJson::array();
    for (const auto& run : runs) {
      Writer writer;
      visit_run(run, writer);
      json[name].push_back(std::move(writer.json));
    }
  }
  void axes(const char* name, const std::vector<SweepAxis>& axes) {
    json[name] = OrderedJson::array();
    for (const auto& axis : axes) json[name].push_back(to_text(axis));
  }

  OrderedJson json = OrderedJson::object();
};

// ---- Reading ----

/// What a message shows of a value.
std::string shown(const Json& json) {
  if (json.is_array()) return "an array";
  if (json.is_object()) return "an object";
  return "'" + json.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80) + "'";
}

[[noreturn]] void refuse_type(const Json& json, const std::string& place, const std::string& allowed) {
  throw InputError(place, shown(json) + " is not allowed; allowed: " + allowed);
}

std::vector<double> numbers_of(const Json& json, const ParamSpec& spec, const std::string& place) {
  if (!json.is_array()) refuse_type(json, place, "an array of " + allowed_text(spec));
  std::vector<double> numbers;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (!json[i].is_number()) refuse_type(json[i], place + "[" + std::to_string(i) + "]", "a number");
    numbers.push_back(json[i].get<double>());
  }
  return numbers;
}

/// JSON of the parameter's own type as a checked value.
Value value_from_json(const Json& json, const ParamSpec& spec, const std::string& place) {
  switch (spec.kind) {
    case ParamKind::kChoice:
    case ParamKind::kText:
      if (!json.is_string()) refuse_type(json, place, allowed_text(spec));
      return checked_value(spec, json.get<std::string>(), place);
    case ParamKind::kList:
      return checked_value(spec, numbers_of(json, spec, place), place);
    case ParamKind::kSwitch:
      if (json.is_boolean()) return json.get<bool>() ? 1.0 : 0.0;
      [[fallthrough]];
    default:
      if (!json.is_number()) refuse_type(json, place, allowed_text(spec));
      return checked_value(spec, json.get<double>(), place);
  }
}

/// An object whose fields are taken one by one; what is left over is unknown.
class Reader {
 public:
  Reader(const Json& json, std::string source, std::string path)
      : json_(json), source_(std::move(source)), path_(std::move(path)) {
    if (!json.is_object()) refuse_type(json, place(""), "an object { … }");
  }

  void text(const char* name, std::string& value) {
    const Json* json = take(name);
    if (!json) return;
    if (!json->is_string()) refuse_type(*json, place(name), "text in quotes");
    value = json->get<std::string>();
  }
  void text(const char* name, const ParamSpec& spec, std::string& value) {
    if (const Json* json = take(name)) value = std::get<std::string>(value_from_json(*json, spec, place(name)));
  }
  void ids(const char* name, const std::vector<std::string>& allowed, std::vector<std::string>& value) {
    const Json* json = take_array(name, allowed.size(), "an array of ids");
    if (!json) return;
    const ParamSpec spec{.name = name, .kind = ParamKind::kChoice, .initial = allowed[0], .choices = allowed};
    value.clear();
    for (std::size_t i = 0; i < json->size(); ++i)
      value.push_back(
          std::get<std::string>(value_from_json((*json)[i], spec, place(name + ("[" + std::to_string(i) + "]")))));
  }
  template <class Object, class Visit>
  void object(const char* name, Object& object, const Visit& visit) {
    const Json* json = take(name);
    if (!json) return;
    Reader reader(*json, source_, path_ + (path_.empty() ? "" : ".") + name);
    visit(object, reader);
    reader.refuse_unknown();
  }
  void choice(const char* name, std::string_view family, Choice& value) {
    if (const Json* json = take(name)) value = choice_from_json(*json, family, place(name));
  }
  void list(const char* name, const ParamSpec& spec, std::vector<double>& value) {
    if (const Json* json = take(name)) value = std::get<std::vector<double>>(value_from_json(*json, spec, place(name)));
  }
  template <class Number>
  void number(const char* name, const ParamSpec& spec, Number& value) {
    if (const Json* json = take(name))
      value = static_cast<Number>(std::get<double>(value_from_json(*json, spec, place(name))));
  }
  void seed(const char* name, std::uint64_t& value) {
    if (const Json* json = take(name)) value = parse_seed(seed_text(*json), place(name));
  }
  void rate(const char* schedule, const char* rule, Choice& value) {
    const Json *a = take(schedule), *b = take(rule);
    if (a && b) throw InputError(place(rule), "given beside schedule; allowed: one of the two");
    if (a) value = choice_from_json(*a, "schedule", place(schedule));
    if (b) value = choice_from_json(*b, "rule", place(rule));
  }
  void runs(const char* name, std::vector<SceneRun>& runs) {
    const Json* json = take_array(name, kMostRuns, "an array of runs");
    if (!json) return;
    if (json->empty()) throw InputError(place(name), "no run; allowed: one or more");
    runs.clear();
    for (std::size_t i = 0; i < json->size(); ++i) {
      Reader reader((*json)[i], source_, path_ + name + "[" + std::to_string(i) + "]");
      visit_run(runs.emplace_back(), reader);
      reader.refuse_unknown();
    }
  }
  void axes(const char* name, std::vector<SweepAxis>& axes) {
    const Json* json = take_array(name, kMostAxes, "an array of axes such as \"rho=0.1:10:9:log\"");
    if (!json) return;
    axes.clear();
    for (std::size_t i = 0; i < json->size(); ++i) {
      const std::string where = place(name + ("[" + std::to_string(i) + "]"));
      if (!(*json)[i].is_string()) refuse_type((*json)[i], where, "text such as \"rho=0.1:10:9:log\"");
      axes.push_back(parse_axis((*json)[i].get<std::string>(), where));
    }
  }

  const Json* take(const std::string& name) {
    known_.push_back(name);
    const auto it = json_.find(name);
    return it == json_.end() ? nullptr : &*it;
  }

  /// After every field was taken.
  void refuse_unknown() const {
    for (const auto& [name, value] : json_.items()) {
      if (std::ranges::find(known_, name) != known_.end()) continue;
      std::string all;
      for (const auto& known : known_) all += (all.empty() ? "" : ", ") + known;
      throw InputError(place(""), "unknown field '" + printable(shortened(name, 80)) + "'" +
                                      did_you_mean(name, known_) + "; allowed: " + all);
    }
  }

 private:
  std::string place(const std::string& name) const {
    const std::string path = path_ + (path_.empty() || name.empty() ? "" : ".") + name;
    return path.empty() ? source_ : source_ + ": " + path;
  }

  static Choice choice_from_json(const Json& json, std::string_view family, const std::string& place);
  const Json* take_array(const char* name, std::size_t most, const std::string& allowed) {
    const Json* json = take(name);
    if (!json) return nullptr;
    if (!json->is_array()) refuse_type(*json, place(name), allowed);
    if (json->size() > most)
      throw InputError(place(name),
                       std::to_string(json->size()) + " entries; allowed: at most " + std::to_string(most));
    return json;
  }
  static std::string seed_text(const Json& json) {
    if (json.is_number_float() && json.get<double>() >= 0 && json.get<double>() < 1e15 &&
        json.get<double>() == std::floor(json.get<double>()))
      return std::to_string(json.get<std::int64_t>());
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  const Json& json_;
  std::string source_, path_;
  std::vector<std::string> known_;
};

/// "rex", or {"id": "rex", "params": {"b": 0.5}}.
Choice Reader::choice_from_json(const Json& json, std::string_view family, const std::string& place) {
  if (json.is_string()) return checked_choice(family, {json.get<std::string>()}, place);
  if (!json.is_object()) refuse_type(json, place, "an id in quotes, or {\"id\": …, \"params\": {…}}");
  Reader reader(json, place, "");
  Choice choice;
  reader.text("id", choice.id);
  const Json* params = reader.take("params");
  reader.refuse_unknown();
  const auto& specs = family_params(family, choice.id, place + ".id");
  if (!params) return choice;
  if (!params->is_object()) refuse_type(*params, place + ".params", "an object { … }");
  const std::string where = place + ".params";
  for (const auto& [name, value] : params->items()) {
    const auto spec = std::ranges::find(specs, name, &ParamSpec::name);
    choice.params[name] = spec == specs.end() ? Value(0.0) : value_from_json(value, *spec, where + "." + name);
  }
  return checked_choice(family, choice, where);
}

/// Byte position of the first byte that is no UTF-8 (RFC 3629), or npos.
std::size_t find_bad_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i, 4));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

/// Text to JSON, refusing what a scene never needs: deep nesting, one name twice in one object.
Json parse(std::string_view text, const std::string& source) {
  if (text.size() > kLargestSceneFile)
    throw InputError(source, "larger than " + std::to_string(kLargestSceneFile) + " bytes; allowed: at most that");
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    throw InputError(source, "empty; allowed: a scene, that is a JSON object { … }");
  if (const auto bad = find_bad_utf8(text); bad != text.npos)
    throw InputError(source, "byte " + std::to_string(bad) + " is not UTF-8; allowed: JSON in UTF-8");
  std::vector<std::set<std::string>> names;
  const auto look = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) {
      if (depth >= kDeepest)
        throw InputError(source, "nested too deeply; allowed: at most " + std::to_string(kDeepest) + " levels");
      names.emplace_back();
    }
    if (event == Json::parse_event_t::object_end || event == Json::parse_event_t::array_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second)
      throw InputError(source, "field '" + printable(shortened(parsed.get<std::string>(), 80)) +
                                   "' is given twice; allowed: once in one object");
    return true;
  };
  try {
    return Json::parse(text.begin(), text.end(), look);
  } catch (const Json::exception& error) {
    std::string what = error.what();  // "[json.exception.parse_error.101] parse error at line 3, …"
    if (const auto bracket = what.find("] "); bracket != what.npos) what.erase(0, bracket + 2);
    throw InputError(source, what.substr(0, 300) + "; allowed: JSON, whole and with finite numbers");
  }
}

/// Of the file.
int version_of(const Json& json, const std::string& source) {
  const std::string place = source + ": version",
                    allowed = "a whole number, 1 ≤ version ≤ " + std::to_string(kSceneVersion);
  const auto it = json.find("version");
  if (it == json.end()) throw InputError(place, "missing; allowed: " + allowed);
  if (!it->is_number() || !(it->get<double>() >= 1 && it->get<double>() <= kSceneVersion) ||
      it->get<double>() != std::floor(it->get<double>()))
    refuse_type(*it, place, allowed);
  return it->get<int>();
}

void check_window(const std::vector<double>& window, const std::string& place) {
  if (window.empty()) return;
  if (window.size() != 4 || !(window[0] < window[2]) || !(window[1] < window[3]))
    throw InputError(place, "no window; allowed: [low x, low y, high x, high y] with low < high, or []");
}

/// The axes' names, as far as they can be known before a sweep.
void check_axes(const Scene& scene, const std::string& source) {
  const auto specs = run_specs(scene);
  for (std::size_t i = 0; i < scene.sweep.size(); ++i) {
    const std::string& name = scene.sweep[i].name;
    const auto names_family = [&](const SweepAxis& axis) { return name.starts_with(axis.name + "."); };
    if (std::ranges::none_of(scene.sweep, names_family))
      field_spec(specs[0], name, source + ": sweep[" + std::to_string(i) + "]");
  }
}

}  // namespace

std::string to_json(const Scene& scene) {
  Writer writer;
  writer.json["version"] = kSceneVersion;
  visit_scene(scene, writer);
  return writer.json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

Scene scene_from_json(std::string_view text, std::string_view source) {
  const std::string name(source);
  Json json = parse(text, name);
  Reader reader(json, name, "");
  if (const int version = version_of(json, name); version < kSceneVersion)
    json = Json::parse(lifted_to_current(json.dump(), version));
  reader.take("version");
  Scene scene;
  visit_scene(scene, reader);
  reader.refuse_unknown();
  check_axes(scene, name);
  check_window(scene.view.window, name + ": view.window");
  return scene;
}

Scene load_scene(const std::string& path) { return scene_from_json(read_file(path, kLargestSceneFile), path); }

void save_scene(const Scene& scene, const std::string& path) {
  FileWriter file(path);
  file.write(to_json(scene));
  file.commit();
}

}  // namespace steplab
