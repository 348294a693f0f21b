// A lab is one page of the window about one question. What it is called, asks and can be set to stands in the catalog
// (core/labs); here is how it looks.
#pragma once

#include "app/session/lesson_progress.h"
#include "app/widgets/ui.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace steplab {

struct Lab {
  const char* id;
  const char* scene;                  ///< id of the shipped scene that it opens with
  void (*draw)(Ui& ui, ImVec2 size);  ///< everything between top bar and timeline
  /// What a lesson's question asks for, as measured in what is shown; none while it is being computed. Null: this lab
  /// measures nothing for lessons.
  std::optional<LessonAnswer> (*answer)(Ui& ui, std::string_view measure) = nullptr;
};

/// The tabs, in their order.
std::span<const Lab> labs();
/// The lab of the scene that is shown.
const Lab& shown_lab(const Session& session);
/// Name for a person, question.
const std::string& name_of(const Lab& lab);
const std::string& question_of(const Lab& lab);

// The members, by file.
void draw_trajectories(Ui& ui, ImVec2 size);
void draw_tuning(Ui& ui, ImVec2 size);
std::optional<LessonAnswer> tuning_answer(Ui& ui, std::string_view measure);
void draw_self_tuning(Ui& ui, ImVec2 size);
std::optional<LessonAnswer> self_tuning_answer(Ui& ui, std::string_view measure);
void draw_budget(Ui& ui, ImVec2 size);
std::optional<LessonAnswer> budget_answer(Ui& ui, std::string_view measure);
void draw_warmup(Ui& ui, ImVec2 size);
std::optional<LessonAnswer> warmup_answer(Ui& ui, std::string_view measure);
void draw_large_steps(Ui& ui, ImVec2 size);
std::optional<LessonAnswer> large_steps_answer(Ui& ui, std::string_view measure);

}  // namespace steplab
