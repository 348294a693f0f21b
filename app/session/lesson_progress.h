// How far somebody is in a lesson, and what they predicted.
#pragma once

#include "core/scene/lesson.h"

#include <limits>
#include <map>
#include <optional>
#include <string>

namespace steplab {

struct Session;

/// What was said before the result was shown, or what was measured.
struct LessonAnswer {
  int option = -1;  ///< of the question's options, or a minimum of the landscape
  double number = std::numeric_limits<double>::quiet_NaN();
  std::string words{};  ///< of a measurement: the numbers behind it, in a sentence
};

struct LessonProgress {
  std::string id;
  std::size_t step = 0;
  std::map<std::size_t, LessonAnswer> predictions{};  ///< by step
};

/// The lesson that is open and where it stands; null if there is none.
const Lesson* open_lesson(const Session& session);
const LessonStep* lesson_step(const Session& session);
/// A question stands: the result must not be shown until one goes on with a guess.
bool is_veiled(const Session& session);
/// A question about the scene that is shown stands or is still to come (about `measure`, unless that is empty): what
/// answers it must not be shown yet.
bool is_asked(const Session& session, std::string_view measure = "");
/// Why something is covered.
const char* veil_words(const Session& session);
/// The question that the present step asks or reveals, and the step it was asked in; null if there is none.
const LessonQuestion* lesson_question(const Session& session, std::size_t* asked_in = nullptr);
/// What was predicted for it; null if nothing yet.
const LessonAnswer* prediction(const Session& session);

void begin_lesson(Session& session, const std::string& id);
/// To another step, whose scene is opened.
void go_to_step(Session& session, std::size_t step);
void predict(Session& session, const LessonAnswer& answer);

}  // namespace steplab
