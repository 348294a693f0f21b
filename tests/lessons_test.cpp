// Every shipped lesson: its scenes run, its questions are answered by the lab, nothing gives the answer away.
#include "app/labs/lab.h"
#include "core/catalog.h"
#include "core/scene/lesson.h"
#include "core/scene/shipped.h"
#include "tests/panel_bench.h"

#include <doctest/doctest.h>

namespace steplab {
namespace {

Scene first_scene(const Lesson& lesson) { return *lesson.steps[0].scene; }

Ui ui_of(PanelBench& bench) {
  return {.theme = bench.theme(), .session = bench.session(), .studies = &bench.program().studies()};
}

TEST_CASE("The pages of the window are the labs of the catalog, in one order, and each opens with a scene of its own") {
  const auto known = ids_of(lab_entries());
  REQUIRE(labs().size() == known.size());
  for (std::size_t i = 0; i < known.size(); ++i) {
    CHECK(labs()[i].id == known[i]);
    CHECK(find_scene(labs()[i].scene).lab.id == known[i]);
  }
}

TEST_CASE("Every lesson belongs to a lab, begins with a scene of it, and its scenes can run") {
  for (const Lesson& lesson : shipped_lessons()) {
    CAPTURE(lesson.id);
    CHECK(std::ranges::any_of(labs(), [&](const Lab& lab) { return lesson.lab == lab.id; }));
    for (const LessonStep& step : lesson.steps) {
      CHECK_FALSE(step.text.empty());
      if (!step.scene) continue;
      CHECK(step.scene->lab.id == lesson.lab);
      CHECK_NOTHROW(check(*step.scene, lesson.id));
    }
  }
}

TEST_CASE("In every lesson each question is followed by a step that reveals what the lab measured") {
  for (const Lesson& lesson : shipped_lessons()) {
    CAPTURE(lesson.id);
    int questions = 0;
    for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
      if (!lesson.steps[i].question) continue;
      ++questions;
      REQUIRE(i + 1 < lesson.steps.size());
      CHECK(lesson.steps[i + 1].reveal);
    }
    CHECK(questions > 0);
  }
}

/// Frames until the lab has measured it; what it computes besides may take longer. Nothing after a minute.
std::optional<LessonAnswer> answer_of(PanelBench& bench, std::string_view measure) {
  const auto begun = std::chrono::steady_clock::now();
  std::optional<LessonAnswer> answer;
  while (!answer && std::chrono::steady_clock::now() - begun < std::chrono::minutes(1)) {
    bench.frame();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    Ui ui = ui_of(bench);
    answer = shown_lab(bench.session()).answer(ui, measure);
  }
  return answer;
}

TEST_CASE("Every question of every lesson gets an answer from its lab once the figures are there") {
  for (const Lesson& lesson : shipped_lessons()) {
    CAPTURE(lesson.id);
    PanelBench bench(first_scene(lesson), {1280, 720});
    begin_lesson(bench.session(), lesson.id);
    for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
      CAPTURE(i);
      go_to_step(bench.session(), i);
      if (lesson.steps[i].question) {
        bench.frame();
        CHECK(is_veiled(bench.session()));
        predict(bench.session(), {.option = 0, .number = lesson.steps[i].question->low});
        CHECK(is_veiled(bench.session()));  // until one goes on
      }
      if (!lesson.steps[i].reveal) continue;
      CHECK_FALSE(is_veiled(bench.session()));
      const auto* question = lesson_question(bench.session());
      REQUIRE(question != nullptr);
      const auto answer = answer_of(bench, question->measure);
      REQUIRE(answer.has_value());
      CHECK((answer->option >= 0 || std::isfinite(answer->number)));
      CHECK_FALSE(answer->words.empty());
    }
  }
}

TEST_CASE("A file that is no lesson is refused with its name") {
  CHECK_THROWS_WITH_AS(lesson_from_json("{}", "mine"), doctest::Contains("mine: "), InputError);
  CHECK_THROWS_WITH_AS(
      lesson_from_json(R"({"lab": "tuning", "title": "t", "steps": [{"text": "a", "scene": "tuning", "sett": {}}]})",
                       "mine"),
      doctest::Contains("unknown field 'sett'"), InputError);
  CHECK_THROWS_WITH_AS(
      lesson_from_json(
          R"({"lab": "tuning", "title": "t", "steps": [{"text": "a", "scene": "tuning", "set": {"rho": -1}}]})",
          "mine"),
      doctest::Contains("rho"), InputError);
}

}  // namespace
}  // namespace steplab
