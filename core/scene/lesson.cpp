#include "core/scene/lesson.h"

#include "core/catalog.h"
#include "core/run/fields.h"
#include "core/scene/shipped.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace steplab {
namespace {

using Json = nlohmann::json;

/// Of "lab.mode" and the like; other names are those of set_field_text().
void set_scene_field(Scene& scene, const std::string& name, const Json& value, const std::string& place) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  constexpr std::string_view kLab = "lab.";
  if (!name.starts_with(kLab)) return set_field_text(scene, name, text, place);
  const auto& specs = family_params("lab", scene.lab.id, place);
  const auto spec = std::ranges::find(specs, name.substr(kLab.size()), &ParamSpec::name);
  if (spec == specs.end()) throw InputError(place, "unknown setting '" + name + "' of the lab " + scene.lab.id);
  scene.lab.params[spec->name] = parse_value(*spec, text, place + " " + name);
  scene.lab = checked_choice("lab", scene.lab, place);
}

LessonQuestion question_of(const Json& json) {
  LessonQuestion question{.measure = json.at("measure").get<std::string>()};
  const std::string kind = json.value("kind", "option");
  question.kind = kind == "number"  ? LessonQuestion::Kind::kNumber
                  : kind == "place" ? LessonQuestion::Kind::kPlace
                                    : LessonQuestion::Kind::kOption;
  question.options = json.value("options", std::vector<std::string>{});
  question.low = json.value("low", 0.0);
  question.high = json.value("high", 0.0);
  question.unit = json.value("unit", "");
  return question;
}

void require_known(const Json& json, const std::set<std::string>& known, const std::string& place) {
  for (const auto& [name, value] : json.items())
    if (!known.contains(name)) throw InputError(place, "unknown field '" + name + "'");
}

LessonStep step_of(const Json& json, std::optional<Scene>& last, const std::string& place) {
  require_known(json, {"text", "scene", "set", "question", "reveal", "source"}, place);
  LessonStep step{.text = json.at("text").get<std::string>(),
                  .reveal = json.value("reveal", false),
                  .source = json.value("source", "")};
  if (json.contains("scene")) last = find_scene(json["scene"].get<std::string>());
  if (json.contains("set"))
    for (const auto& [name, value] : json["set"].items()) set_scene_field(last.value(), name, value, place);
  if (json.contains("scene") || json.contains("set")) step.scene = last;
  if (json.contains("question")) step.question = question_of(json["question"]);
  return step;
}

}  // namespace

Lesson lesson_from_json(std::string_view text, std::string_view id) {
  const std::string source(id);
  try {
    const Json json = Json::parse(text);
    require_known(json, {"lab", "title", "steps"}, source);
    Lesson lesson{.id = source, .lab = json.at("lab"), .title = json.at("title"), .steps = {}};
    std::optional<Scene> last;
    for (const Json& step : json.at("steps"))
      lesson.steps.push_back(step_of(step, last, source + ": steps[" + std::to_string(lesson.steps.size()) + "]"));
    if (lesson.steps.empty() || !lesson.steps[0].scene) throw InputError(source, "the first step has no scene");
    return lesson;
  } catch (const Json::exception& error) {
    throw InputError(source, error.what());
  }
}

const std::vector<Lesson>& shipped_lessons() {
  static const std::vector<Lesson> lessons = [] {
    std::vector<Lesson> all;
    for (const auto& shipped : shipped_lesson_texts()) all.push_back(lesson_from_json(shipped.json, shipped.id));
    return all;
  }();
  return lessons;
}

}  // namespace steplab
