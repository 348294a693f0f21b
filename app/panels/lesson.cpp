// The lesson that is open: text, question, prediction, what was measured.
#include "app/labs/lab.h"
#include "app/panels/panels.h"
#include "app/widgets/slider.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

void wrapped(const std::string& text) {
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
}

void dim_paragraph(Ui& ui, const std::string& text) {
  const FontScope font(ui.theme.small);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  wrapped(text);
  ImGui::PopStyleColor();
}

void gap(Ui& ui, float height = 8) { ImGui::Dummy({0, ui.px(height)}); }

void lesson_head(Ui& ui, const Lesson& lesson) {
  Session& session = ui.session;
  head(ui, "LESSON");
  {
    const FontScope font(ui.theme.bold);
    wrapped(lesson.title);
  }
  dim_text(ui, "step " + std::to_string(session.lesson->step + 1) + " of " + std::to_string(lesson.steps.size()));
  gap(ui);
}

/// What can be chosen: the question's own words, or the scene's runs.
std::vector<std::string> options_of(const Session& session, const LessonQuestion& question) {
  return question.options.empty() ? row_labels(session.draft) : question.options;
}

std::string words_of(const Session& session, const LessonQuestion& question, const LessonAnswer& answer) {
  if (question.kind == LessonQuestion::Kind::kNumber)
    return short_number(answer.number) + (question.unit.empty() ? "" : " " + question.unit);
  if (question.kind == LessonQuestion::Kind::kPlace) return "minimum " + std::to_string(answer.option + 1);
  const auto options = options_of(session, question);
  const auto chosen = static_cast<std::size_t>(std::max(answer.option, 0));
  return answer.option >= 0 && chosen < options.size() ? options[chosen] : "none of them";
}

/// The line of a run, at the right of its button.
void run_sample(Ui& ui, int run) {
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const float x = std::max(high.x + ui.px(10), low.x + ui.px(130)), y = (low.y + high.y) / 2;
  const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, static_cast<std::size_t>(run)));
  dashed_line(ImGui::GetWindowDrawList(), {x, y}, {x + ui.px(34), y}, packed(look.colour), ui.px(2.5f), look.dash,
              ui.theme.scale);
}

void option_buttons(Ui& ui, const LessonQuestion& question) {
  const LessonAnswer* said = prediction(ui.session);
  const auto options = options_of(ui.session, question);
  const float width = ImGui::GetContentRegionAvail().x;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const bool chosen = said && said->option == static_cast<int>(i);
    const std::string id = "lesson.option." + std::to_string(i);
    if (toggle(ui, id.c_str(), fitted(options[i], width - ui.px(24)).c_str(), chosen))
      predict(ui.session, {.option = static_cast<int>(i)});
    if (question.options.empty()) run_sample(ui, static_cast<int>(i));
  }
}

/// To two digits.
double rounded(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

void number_slider(Ui& ui, const LessonQuestion& question) {
  const LessonAnswer* said = prediction(ui.session);
  double value = said ? said->number : rounded(std::sqrt(question.low * question.high));
  const SliderRange range{.low = question.low,
                          .high = question.high,
                          .logarithmic = true,
                          .allowed_low = question.low,
                          .allowed_high = question.high};
  const bool moved = slider_row(ui, {.id = "lesson.number", .label = "my guess", .initial = value}, range, value);
  if (moved) predict(ui.session, {.number = value});
  if (!said && button(ui, "lesson.number.take", "this is my guess")) predict(ui.session, {.number = value});
}

void ask(Ui& ui, const LessonQuestion& question) {
  switch (question.kind) {
    case LessonQuestion::Kind::kOption:
      option_buttons(ui, question);
      break;
    case LessonQuestion::Kind::kNumber:
      number_slider(ui, question);
      break;
    case LessonQuestion::Kind::kPlace:
      dim_text(ui, prediction(ui.session) ? "your guess: " + words_of(ui.session, question, *prediction(ui.session))
                                          : "click the place on the map");
      break;
  }
  gap(ui, 4);
  dim_paragraph(ui, prediction(ui.session) ? "taken: Next uncovers the result, until then you may change it"
                                           : "the result stays covered until you have made your guess");
}

void coloured_line(const ImVec4& colour, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  wrapped(text);
  ImGui::PopStyleColor();
}

/// Prediction and measurement beside each other.
void reveal(Ui& ui, const LessonQuestion& question) {
  const Session& session = ui.session;
  const Lab& lab = shown_lab(session);
  const LessonAnswer* said = prediction(session);
  const auto measured = lab.answer ? lab.answer(ui, question.measure) : std::nullopt;
  if (said) wrapped("You said: " + words_of(session, question, *said));
  if (!measured) {
    dim_text(ui, "measuring …");
    return;
  }
  const bool right = said && question.kind != LessonQuestion::Kind::kNumber && said->option == measured->option;
  coloured_line(ui.theme.accent, "Measured: " + words_of(session, question, *measured));
  report(ui, "lesson.measured", false);
  if (right) wrapped("That is what happens.");
  if (!measured->words.empty()) wrapped(measured->words);
  gap(ui);
}

void navigation(Ui& ui, const Lesson& lesson) {
  Session& session = ui.session;
  const std::size_t step = session.lesson->step;
  gap(ui);
  if (button(ui, "lesson.back", "Back", false, step > 0)) go_to_step(session, step - 1);
  ImGui::SameLine();
  const bool last = step + 1 == lesson.steps.size();
  if (button(ui, "lesson.next", last ? "Done" : "Next", true, !is_veiled(session) || prediction(session))) {
    if (last)
      session.lesson.reset();
    else
      go_to_step(session, step + 1);
  }
  ImGui::SameLine();
  if (session.lesson && button(ui, "lesson.close", "Leave")) session.lesson.reset();
}

}  // namespace

void draw_veil(Ui& ui, ImVec2 size) {
  const ImVec2 low = ImGui::GetCursorScreenPos(), high{low.x + size.x, low.y + size.y};
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(low, high, packed(ui.theme.card), ui.px(6));
  list->AddRect(low, high, packed(ui.theme.hairline), ui.px(6));
  const std::string words = fitted(veil_words(ui.session), size.x - ui.px(24));
  const ImVec2 extent = ImGui::CalcTextSize(words.c_str());
  list->AddText({low.x + (size.x - extent.x) / 2, low.y + (size.y - extent.y) / 2}, packed(ui.theme.dim),
                words.c_str());
  ImGui::Dummy(size);
}

void draw_lesson(Ui& ui) {
  const Lesson* lesson = open_lesson(ui.session);
  if (!lesson) return;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{ui.px(8), ui.px(4)});
  lesson_head(ui, *lesson);
  const LessonStep* step = lesson_step(ui.session);
  if (step->reveal)
    if (const auto* question = lesson_question(ui.session)) reveal(ui, *question);
  wrapped(step->text);
  if (!step->source.empty()) dim_paragraph(ui, "source: " + step->source);
  if (step->question) {
    gap(ui);
    ask(ui, *step->question);
  }
  navigation(ui, *lesson);
  ImGui::PopStyleVar();
  gap(ui);
  ImGui::Separator();
}

}  // namespace steplab
