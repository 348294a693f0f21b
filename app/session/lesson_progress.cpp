#include "app/session/lesson_progress.h"

#include "app/session/session.h"

#include <algorithm>

namespace steplab {

const Lesson* open_lesson(const Session& session) {
  if (!session.lesson) return nullptr;
  const auto& all = shipped_lessons();
  const auto found = std::ranges::find(all, session.lesson->id, &Lesson::id);
  return found == all.end() ? nullptr : &*found;
}

const LessonStep* lesson_step(const Session& session) {
  const Lesson* lesson = open_lesson(session);
  return lesson ? &lesson->steps[std::min(session.lesson->step, lesson->steps.size() - 1)] : nullptr;
}

bool is_veiled(const Session& session) {
  const LessonStep* step = lesson_step(session);
  return step && open_lesson(session)->lab == session.draft.lab.id && step->question;
}

bool is_asked(const Session& session, std::string_view measure) {
  const Lesson* lesson = open_lesson(session);
  if (!lesson || lesson->lab != session.draft.lab.id) return false;
  const std::size_t here = session.lesson->step;
  for (std::size_t i = here; i < lesson->steps.size(); ++i) {
    const LessonStep& step = lesson->steps[i];
    if (i > here && step.scene) break;  // another scene: other answers
    const bool open = step.question && (i == here || !session.lesson->predictions.contains(i));
    if (open && (measure.empty() || step.question->measure == measure)) return true;
  }
  return false;
}

const char* veil_words(const Session& session) {
  return prediction(session) ? "covered until you go on" : "covered until you have made your guess";
}

const LessonQuestion* lesson_question(const Session& session, std::size_t* asked_in) {
  const Lesson* lesson = open_lesson(session);
  if (!lesson) return nullptr;
  std::size_t step = std::min(session.lesson->step, lesson->steps.size() - 1);
  if (!lesson->steps[step].question && !lesson->steps[step].reveal) return nullptr;
  while (step > 0 && !lesson->steps[step].question) --step;
  if (asked_in) *asked_in = step;
  return lesson->steps[step].question ? &*lesson->steps[step].question : nullptr;
}

const LessonAnswer* prediction(const Session& session) {
  std::size_t asked_in = 0;
  if (!lesson_question(session, &asked_in)) return nullptr;
  const auto found = session.lesson->predictions.find(asked_in);
  return found == session.lesson->predictions.end() ? nullptr : &found->second;
}

void begin_lesson(Session& session, const std::string& id) {
  session.lesson = LessonProgress{.id = id};
  if (!open_lesson(session)) session.lesson.reset();
  if (session.lesson) go_to_step(session, 0);
}

void go_to_step(Session& session, std::size_t step) {
  const Lesson* lesson = open_lesson(session);
  if (!lesson || step >= lesson->steps.size()) return;
  session.lesson->step = step;
  if (lesson->steps[step].scene) open_scene(session, *lesson->steps[step].scene);
}

void predict(Session& session, const LessonAnswer& answer) {
  if (session.lesson && lesson_question(session)) session.lesson->predictions[session.lesson->step] = answer;
}

}  // namespace steplab
