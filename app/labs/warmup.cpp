// Why a rising step size lets training bear a larger one: the runs on the map at the left with the region where they
// can rest; at the right their sharpness beside its threshold, or one of the figures.
#include "app/labs/columns.h"
#include "app/labs/lab.h"
#include "app/labs/lab_settings.h"
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

void draw_left(Ui& ui, ImVec2 size) {
  if (is_veiled(ui.session)) return draw_veil(ui, size);
  const float gap = ui.px(8), top = ImGui::GetCursorPosY();
  const bool strip = warmup_figure(ui.session.draft) == WarmupFigure::kStrip;
  const float map = std::round((size.y - gap) * (strip ? 0.72f : 0.5f));
  card(ui, "landscape", {size.x, map}, draw_landscape);
  ImGui::SetCursorPos({0, top + map + gap});
  const ImVec2 rest{size.x, size.y - map - gap};
  if (strip)
    draw_event_list(ui, rest);
  else
    draw_strip(ui, rest, false);
}

const char* words_of(WarmupFigure figure) {
  switch (figure) {
    case WarmupFigure::kStrip:
      break;
    case WarmupFigure::kHeatmap:
      return "Which target step sizes can be trained, and with how long a warm-up? Click a cell: its run is shown at "
             "the left. The heat maps of Kalra & Barkeshli 2024 (section 5), on our small models; what counts as "
             "trained is ours.";
    case WarmupFigure::kEtaInit:
      return "Where should warm-up begin? At η_c, where one update would just raise the loss. Doubling brackets it, "
             "halving closes in; each try is one forward pass (Kalra & Barkeshli 2024, section 6.1, appendix B.2).";
    case WarmupFigure::kGiAdam:
      return "GI-Adam starts its second moment from the first gradient squared instead of 0 (Kalra & Barkeshli 2024, "
             "section 6.2). That makes the initial pre-conditioned sharpness smaller by √(1 − β₂) (exact factor: "
             "docs/notes/warmup.md, 8).";
    case WarmupFigure::kChaos:
      return "Where gradient descent ends on the uv model, against a constant η: drag the line. Thresholds and the "
             "period-2 branch are closed forms derived in docs/notes/sharpness.md, 9.1; that no minimum is stable "
             "beyond η = 1/(x|y|) is "
             "the mechanism of Kalra, He & Barkeshli 2023 (arXiv 2311.02076).";
  }
  return "";
}

void draw_figure(Ui& ui, ImVec2 size) {
  switch (warmup_figure(ui.session.draft)) {
    case WarmupFigure::kStrip:
      return draw_strip(ui, size, true);
    case WarmupFigure::kHeatmap:
      return draw_heat_maps(ui, size);
    case WarmupFigure::kEtaInit:
      return draw_eta_init(ui, size);
    case WarmupFigure::kGiAdam:
      return draw_gi_adam(ui, size);
    case WarmupFigure::kChaos:
      return draw_chaos(ui, size);
  }
}

void draw_right(Ui& ui, ImVec2 size) {
  choose_setting(ui, "figure", {"strip", "heat map", "η_init", "GI-Adam", "chaos"});
  const float head = ui.px(34);
  ImGui::SetCursorPos({0, head});
  if (is_veiled(ui.session)) return draw_veil(ui, {size.x, size.y - head});
  const WarmupFigure figure = warmup_figure(ui.session.draft);
  const std::string words = figure == WarmupFigure::kStrip ? strip_words(ui) : words_of(figure);
  float taken = head + dim_words(ui, words, size.x);
  report(ui, "figure.words", false);
  // Words that change while the timeline plays must not move the plots.
  if (figure == WarmupFigure::kStrip) taken = head + ui.px(50);
  ImGui::SetCursorPos({0, taken});
  draw_figure(ui, {size.x, size.y - taken});
}

/// Nothing that would tell is run before the guess.
void hold_covered_runs(Session& session) {
  if (!is_veiled(session)) return;
  if (!session.derived) session.derived = session.draft;
  for (auto& run : session.derived->runs) run.step_size = 0;
}

/// Of the first run: largest loss over the initial one.
LessonAnswer peak_answer(const StripRun& run) {
  const auto top = static_cast<std::size_t>(std::ranges::max_element(run.excess) - run.excess.begin());
  return {.number = run.peak(),
          .words = "Loss " + short_number(run.excess.front()) + " at the start, " + short_number(run.excess[top]) +
                   " at step " + std::to_string(run.path.step[top]) + ", " + short_number(run.excess.back()) +
                   " at the end; sharpness " + short_number(run.strip.sharpness.front()) + " to " +
                   short_number(run.strip.sharpness.back()) + "."};
}

/// The run whose loss peaks lowest.
LessonAnswer lowest_peak(const Scene& scene, const StripFigure& figure) {
  LessonAnswer answer{.words = "Peak over the initial loss:"};
  const auto labels = shown_labels(scene);
  for (std::size_t i = 0; i < figure.runs.size(); ++i) {
    const double peak = figure.runs[i].peak();
    if (answer.option < 0 || peak < answer.number) answer.option = static_cast<int>(i), answer.number = peak;
    answer.words += "\n" + labels[i] + ": " + short_number(std::round(100 * peak) / 100);
  }
  return answer;
}

/// How many runs do not diverge.
LessonAnswer survivors(const Scene& scene, const StripFigure& figure) {
  LessonAnswer answer{.option = 0};
  const auto labels = shown_labels(scene);
  for (std::size_t i = 0; i < figure.runs.size(); ++i) {
    const StripRun& run = figure.runs[i];
    const bool gone = run.outcome.lost();
    answer.option += gone ? 0 : 1;
    answer.words += (i ? "\n" : "") + labels[i] + ": " +
                    (gone ? std::string(words_of(run.outcome.status)) + " at step " + std::to_string(run.outcome.steps)
                          : "peak " + short_number(std::round(run.peak())) + " times the initial loss");
  }
  return answer;
}

std::optional<LessonAnswer> search_answer(Ui& ui) {
  const auto study = wanted_eta_init(ui);
  if (!study.result || !study.current || !study.error.empty()) return std::nullopt;
  const EtaInit& found = study.result->found;
  return LessonAnswer{.number = static_cast<double>(found.passes),
                      .words = "η_c = " + short_number(found.eta_c) + " after " + std::to_string(found.passes) +
                               " forward passes; the target is reached at step " + short_number(found.reach) +
                               " instead of " + std::to_string(study.result->spec.warmup) + "."};
}

}  // namespace

Scene strip_scene(const Scene& scene) {
  Scene shown = scene;
  shown.seeds = 1;
  if (warmup_figure(scene) != WarmupFigure::kHeatmap) return shown;
  const auto maps = warmup_maps(scene);
  const std::size_t chosen = setting_word(scene, "cell") == "b" ? 1 : 0;
  const std::size_t run = warmup_run(scene);
  show_cell(shown, maps[chosen].spec, target_of(scene), warmup_of(scene, run));
  shown.runs[run].name = maps[chosen].label;
  return shown;
}

StudyView<StripFigure> wanted_strips(Ui& ui) {
  return ui.studies->want<StripFigure>(
      "warmup.strips", asked([&] { return strip_wish(strip_scene(ui.session.draft)); }), measure_strips);
}

float dim_words(Ui& ui, const std::string& text, float width) {
  const FontScope font(ui.theme.small);
  const float top = ImGui::GetCursorPosY();
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  return ImGui::GetCursorPosY() - top + ui.px(4);
}

int warmup_of(const Scene& scene, std::size_t run) { return warmup_length(run_specs(scene)[run]); }

void set_warmup(SceneRun& run, int warmup) {
  run.name.clear();  // "over 64" would be wrong now
  if (!has_warmup(run.rate)) run.rate = {"constant"};
  run.rate.params["warmup"] = static_cast<double>(warmup);
  if (warmup <= 1 && !is_rate_rule(run.rate.id)) run.rate.params.erase("warmup");
}

double target_of(const Scene& scene) { return scene.rho * scene.runs[warmup_run(scene)].step_size; }

void set_target(Scene& scene, double target) {
  const double step_size = target / (scene.rho > 0 ? scene.rho : 1), before = scene.runs[warmup_run(scene)].step_size;
  const bool common = std::ranges::all_of(scene.runs, [&](const SceneRun& run) { return run.step_size == before; });
  for (auto& run : scene.runs)
    if (common) run.step_size = step_size;
  scene.runs[warmup_run(scene)].step_size = step_size;
}

void draw_warmup(Ui& ui, ImVec2 size) {
  try {
    ui.session.derived = strip_scene(ui.session.draft);
  } catch (const InputError&) {
    ui.session.derived.reset();  // the strip says why
  }
  hold_covered_runs(ui.session);
  const bool strip = warmup_figure(ui.session.draft) == WarmupFigure::kStrip;
  draw_columns(ui,
               {.controls = draw_warmup_controls,
                .left = draw_left,
                .right = draw_right,
                .left_word = "runs",
                .right_word = "figure",
                .left_is_card = false,
                .right_share = strip ? 0.54f : 0.6f,
                .least_left = 330,
                .least_right = 440},
               size);
}

std::optional<LessonAnswer> warmup_answer(Ui& ui, std::string_view measure) {
  if (measure == "passes") return search_answer(ui);
  const auto study = wanted_strips(ui);
  if (!study.result || !study.current || !study.error.empty() || study.result->runs.empty()) return std::nullopt;
  if (measure == "peak") return peak_answer(study.result->runs.front());
  if (measure == "lowest_peak") return lowest_peak(ui.session.draft, *study.result);
  if (measure == "survivors") return survivors(ui.session.draft, *study.result);
  return std::nullopt;
}

}  // namespace steplab
