// Which minimum a step size chooses: the same start with a small and a large step side by side at the left, over maps
// of where every start ends; shares over all step sizes below; noise, schedules and a network at the right.
#include "app/labs/columns.h"
#include "app/labs/lab.h"
#include "app/labs/lab_settings.h"
#include "app/labs/large_steps_page.h"
#include "app/panels/panels.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

void draw_left(Ui& ui, ImVec2 size) {
  const Session& session = ui.session;
  const float gap = ui.px(8), top = ImGui::GetCursorPosY();
  const float above = std::round((size.y - gap) * 0.6f);
  const Picture* picture = session.picture();
  if (picture && shown_landscape(session) && picture->dim() == 1)
    draw_line_views(ui, *picture, {size.x, above});
  else if (picture && picture->dim() > 2)
    card(ui, "landscape", {size.x, above}, draw_landscape);
  else
    draw_two_maps(ui, {size.x, above});
  ImGui::SetCursorPos({0, top + above + gap});
  draw_sweep(ui, {size.x, size.y - above - gap});
}

/// What a lesson still covers is not run at all: status line and table of runs would tell.
void hold_covered_runs(Session& session) {
  const bool small = is_asked(session, "small"), large = is_asked(session, "large");
  if (!small && !large) return;
  session.derived = session.draft;
  for (std::size_t i = 0; i < session.derived->runs.size(); ++i)
    if (i == 0 ? small : large) session.derived->runs[i].step_size = 0;
}

}  // namespace

ImVec4 blended(const ImVec4& a, const ImVec4& b, float share) {
  const auto mix = [share](float x, float y) { return x + share * (y - x); };
  return {mix(a.x, b.x), mix(a.y, b.y), mix(a.z, b.z), mix(a.w, b.w)};
}

ImVec4 minimum_colour(const Theme& theme, const std::vector<Minimum>& minima, std::size_t number) {
  constexpr int kGreen = 2;
  constexpr std::array kOthers = {3, 4, 5, 6};  // the two runs have the first two colours of the palette
  if (minima[number].global) return run_look(theme, kGreen).colour;
  std::size_t local = 0;
  for (std::size_t k = 0; k < number; ++k) local += minima[k].global ? 0 : 1;
  return run_look(theme, kOthers[local % kOthers.size()]).colour;
}

ImVec4 wandering_colour(const Theme& theme) { return blended(theme.card, theme.dim, 0.42f); }
ImVec4 diverged_colour(const Theme& theme) { return blended(theme.card, theme.ink, 0.78f); }

BasinColours basin_colours(const Theme& theme, const std::vector<Minimum>& minima) {
  BasinColours colours{.minima = {},
                       .wandering = packed(wandering_colour(theme)),
                       .diverged = packed(diverged_colour(theme)),
                       .ground = packed(theme.map_low)};
  for (std::size_t k = 0; k < minima.size(); ++k)
    colours.minima.push_back(packed(blended(theme.map_low, minimum_colour(theme, minima, k), 0.75f)));
  return colours;
}

std::string run_words(const Scene& scene, std::size_t run) {
  const std::string label = row_labels(scene)[run];
  const std::string now = "η = " + short_number(scene.rho * scene.runs[run].step_size);
  return label.starts_with("η = ") ? now : label + ": " + now;  // a name that was a step size is one no longer
}

const Landscape* shown_landscape(const Session& session) {
  const Picture* picture = session.picture();
  if (!picture || !picture->landscape || picture->dim() > 2) return nullptr;
  return picture->scene.landscape == session.draft.landscape ? picture->landscape.get() : nullptr;
}

std::vector<double> start_of(const Scene& scene, const Landscape& landscape) {
  if (static_cast<int>(scene.start.size()) == landscape.dim()) return scene.start;
  const Vector& own = landscape.surroundings().start;
  return {own.begin(), own.end()};
}

int reached_minimum(const Picture& picture, const Scene& scene, std::size_t run) {
  const auto& path =
      picture.runs[run].results.trajectories[static_cast<std::size_t>(picture.runs[run].curves.representative)];
  if (path.rows() == 0) return -1;
  const auto dim = static_cast<std::size_t>(picture.dim());
  const double* x = &path.x[(static_cast<std::size_t>(path.rows()) - 1) * dim];
  const auto& minima = picture.landscape->surroundings().minima;
  int nearest = -1;
  double least = scene.reach;
  for (std::size_t k = 0; k < minima.size(); ++k) {
    const double distance = (Eigen::Map<const Vector>(x, static_cast<Eigen::Index>(dim)) - minima[k].x).norm();
    if (distance <= least) least = distance, nearest = static_cast<int>(k);
  }
  return nearest;
}

std::string minimum_words(const Landscape& landscape, int number) {
  const auto& minima = landscape.surroundings().minima;
  if (number < 0 || number >= static_cast<int>(minima.size())) return "no minimum";
  const Minimum& minimum = minima[static_cast<std::size_t>(number)];
  std::string place;
  for (const double x : minimum.x) place += (place.empty() ? "" : ", ") + short_number(x);
  return std::string(minimum.global ? "the global" : "the local") + " minimum at " +
         (minimum.x.size() == 1 ? place : "(" + place + ")") + ", sharpness " +
         short_number(sharpness_at(landscape, minimum.x));
}

std::vector<StepRange> step_ranges(const Scene& scene) {
  auto ranges = proved_step_ranges(scene.landscape);
  for (auto& range : ranges) {
    range.low /= scene.rho;
    range.high /= scene.rho;
  }
  return ranges;
}

ImVec4 range_colour(const Theme& theme, StepRangeKind kind) {
  switch (kind) {
    case StepRangeKind::kLarge:
      return run_look(theme, 2).colour;
    case StepRangeKind::kTrap:
      return run_look(theme, 3).colour;
    case StepRangeKind::kUnstable:
      break;
  }
  return theme.dim;
}

LargeStepsSpec sweep_of(const Scene& scene) {
  return large_steps_spec(scene, LargeStepsFigure::kSweep, compared_runs(scene).large);
}

plot::Range step_range_shown(const LargeStepsSpec& sweep) {
  return {sweep.step_sizes.front(), sweep.step_sizes.back()};
}

PlaceQuestion place_question(const Session& session) {
  const LessonQuestion* question = lesson_question(session);
  if (!question || question->kind != LessonQuestion::Kind::kPlace || open_lesson(session)->lab != session.draft.lab.id)
    return {};
  const LessonAnswer* said = prediction(session);
  return {lesson_step(session)->question.has_value(), said ? said->option : -1};
}

void guess_place(Ui& ui, const std::vector<Minimum>& minima, double x, double y) {
  int nearest = -1;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < minima.size(); ++k) {
    const double dy = minima[k].x.size() > 1 ? minima[k].x(1) - y : 0, distance = std::hypot(minima[k].x(0) - x, dy);
    if (distance < least) least = distance, nearest = static_cast<int>(k);
  }
  if (nearest >= 0) predict(ui.session, {.option = nearest});
}

void draw_large_steps(Ui& ui, ImVec2 size) {
  hold_covered_runs(ui.session);
  draw_columns(ui,
               {.controls = draw_large_steps_controls,
                .left = draw_left,
                .right = draw_large_steps_figure,
                .left_word = "maps",
                .right_word = "figures",
                .left_is_card = false,
                .right_share = 0.4f,
                .least_left = 440,
                .least_right = 360},
               size);
}

std::optional<LessonAnswer> large_steps_answer(Ui& ui, std::string_view measure) {
  const Session& session = ui.session;
  const Picture* picture = session.picture();
  if (!picture || session.busy || !shown_landscape(session)) return std::nullopt;
  const Scene& scene = session.draft;
  const ComparedRuns runs = compared_runs(scene);
  const std::size_t run = measure == "small" ? runs.small : runs.large;
  if (measure != "small" && measure != "large") return std::nullopt;
  if (picture->scene.runs.size() != scene.runs.size() || picture->scene.runs[run] != scene.runs[run] ||
      start_of(picture->scene, *picture->landscape) != start_of(scene, *picture->landscape))
    return std::nullopt;  // of an older scene
  const int reached = reached_minimum(*picture, scene, run);
  return LessonAnswer{.option = reached,
                      .words = run_words(scene, run) + " ends at " + minimum_words(*picture->landscape, reached) + "."};
}

}  // namespace steplab
