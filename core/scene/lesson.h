// Lessons: a question about a lab, a prediction, what is measured, and why. The answers are measured by the lab when
// the lesson is played; none stands in the file.
#pragma once

#include "core/scene/scene.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// What the person is asked to predict before the result is shown.
struct LessonQuestion {
  enum class Kind {
    kOption,  ///< one of `options`; none given: one of the scene's runs
    kNumber,  ///< a number between low and high, on a logarithmic slider
    kPlace,   ///< a minimum of the landscape, clicked on the map
  };
  Kind kind = Kind::kOption;
  std::vector<std::string> options{};
  double low = 0, high = 0;
  std::string unit{};
  std::string measure{};  ///< which of the lab's numbers answers it
};

struct LessonStep {
  std::string text;
  std::optional<Scene> scene{};  ///< opened when the step is come to; none: what is there stays
  std::optional<LessonQuestion> question{};
  bool reveal = false;   ///< shows prediction and measurement of the last question beside each other
  std::string source{};  ///< where the reason can be read
};

struct Lesson {
  std::string id, lab, title;
  std::vector<LessonStep> steps;
};

/// InputError at "SOURCE: …" for a file that is no lesson. A step's "scene" names a shipped scene, "set" changes fields
/// of it or of the last step's scene: names as for --set, and lab.SETTING.
Lesson lesson_from_json(std::string_view text, std::string_view id);

/// assets/lessons/*.json, built in; by id.
const std::vector<Lesson>& shipped_lessons();

struct ShippedLesson {
  std::string_view id, json;
};
std::span<const ShippedLesson> shipped_lesson_texts();

}  // namespace steplab
