// Which methods survive a wrong first step size: their runs at the left, updates against the initial rate at the right.
#include "app/labs/columns.h"
#include "app/labs/lab.h"
#include "app/labs/lab_settings.h"
#include "app/labs/self_tuning_page.h"
#include "app/panels/panels.h"
#include "core/scene/self_tuning_scene.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace steplab {
namespace {

/// What a figure is made of; a scene that has none is refused where it is measured, which the plot then shows.
struct Wish {
  Scene scene;
  friend bool operator==(const Wish& a, const Wish& b) = default;
};

/// What of the scene a figure depends on: not how it is looked at, nor these settings.
Wish wish_of(Scene scene, std::initializer_list<const char*> besides) {
  scene.view = {};
  scene.title.clear();
  scene.notes.clear();
  for (const char* name : {"figure", "show_loss", "show_b", "show_step", "show_gradient"}) scene.lab.params.erase(name);
  for (const char* name : besides) scene.lab.params.erase(name);
  for (auto& run : scene.runs) {
    run.step_size = 1;
    run.colour = -1;
    run.shown = true;
  }
  return {std::move(scene)};
}

/// The runs on the map: where the methods go, on the landscape without the lab's factor.
void derive_runs(Session& session, const StudyView<SelfTuningFigure>& study) {
  session.runs_wanted = study.result && study.error.empty();
  if (session.runs_wanted) session.derived = unscaled_scene(session.draft, study.result->rate, study.result->factor);
}

void draw_left(Ui& ui, ImVec2 size) {
  if (is_veiled(ui.session)) return draw_veil(ui, size);
  const float gap = ui.px(8), top = ImGui::GetCursorPosY();
  const float map = std::round((size.y - gap) * 0.42f);
  card(ui, "landscape", {size.x, map}, draw_landscape);
  ImGui::SetCursorPos({0, top + map + gap});
  draw_self_tuning_curves(ui, {size.x, size.y - map - gap});
}

void draw_right(Ui& ui, ImVec2 size) {
  choose_setting(ui, "figure", {"robustness", "against L", "rates & bounds", "weight norm"});
  const std::string figure = setting_word(ui.session.draft, "figure");
  const float head = ui.px(34), gap = ui.px(8);
  ImGui::SetCursorPos({0, head});
  const ImVec2 rest{size.x, size.y - head};
  if (is_veiled(ui.session)) return draw_veil(ui, rest);
  if (figure == "rates") return draw_self_tuning_rates(ui, rest);
  if (figure == "twin") return draw_weight_norm_twin(ui, rest);
  const float rows = static_cast<float>(ui.session.draft.runs.size() + 1);
  const float table = std::min(std::round(rest.y * 0.46f), ui.px(52) + rows * ui.px(19.5f));
  draw_self_tuning_sweep(ui, figure == "lipschitz", {rest.x, rest.y - table - gap});
  ImGui::SetCursorPos({0, size.y - table});
  draw_self_tuning_table(ui, {rest.x, table});
}

void measure_runs(const Wish& wish, Study<SelfTuningFigure>& study) {
  measure_self_tuning_runs(self_tuning_spec(wish.scene), study);
}
void measure_rate_sweep(const Wish& wish, Study<SelfTuningSweep>& study) {
  measure_against_rate(self_tuning_spec(wish.scene), study);
}
void measure_L_sweep(const Wish& wish, Study<SelfTuningSweep>& study) {
  measure_against_smoothness(self_tuning_spec(wish.scene), study);
}
/// Those with a b, to the end.
void measure_convergence(const Wish& wish, Study<SelfTuningRates>& study) {
  SelfTuningSpec spec = self_tuning_spec(wish.scene);
  spec.flat = 0;
  measure_rates(spec, study);
}

// ---- what lessons ask ----

const SelfTuningCurve* curve_of(const SelfTuningSweep& sweep, std::string_view method) {
  const auto found = std::ranges::find(sweep.results.curves, method, &SelfTuningCurve::method);
  return found == sweep.results.curves.end() ? nullptr : &*found;
}

bool diverged(const SelfTuningCell& cell) { return is_lost(cell.outcome.status); }

/// 0: a rate above 1/L makes WNGrad diverge, 1: one below does, 2: none of the plot.
std::optional<LessonAnswer> breaks(const SelfTuningSweep& sweep) {
  const SelfTuningCurve* curve = curve_of(sweep, "wngrad_b");
  if (!curve) return std::nullopt;
  LessonAnswer answer{.option = 2};
  int reached = 0, gone = 0;
  for (const auto& cell : curve->cells) {
    reached += cell.outcome.status == FlatStatus::kReached;
    gone += diverged(cell);
    if (diverged(cell)) answer.option = cell.rate0 * sweep.L > 1 ? 0 : 1;
  }
  const std::string all = " of " + std::to_string(curve->cells.size());
  answer.words = curve->label + " diverged at " + std::to_string(gone) + all + " rates and arrived within " +
                 std::to_string(sweep.spec.problem.steps) + " updates at " + std::to_string(reached) + all + ".";
  return answer;
}

std::string ending(const SelfTuningRun& run) {
  if (run.outcome.status == FlatStatus::kReached) return std::to_string(run.outcome.steps) + " updates";
  return is_lost(run.outcome.status) ? name_of(run.outcome.status) : "not there yet";
}

/// After how many updates the method ended from the scene's initial rate, and the others.
std::optional<LessonAnswer> updates(const SelfTuningFigure& figure, std::string_view method) {
  const auto found = std::ranges::find(figure.runs.runs, method, &SelfTuningRun::method);
  if (found == figure.runs.runs.end()) return std::nullopt;
  LessonAnswer answer{.number = static_cast<double>(found->outcome.steps)};
  for (const auto& run : figure.runs.runs)
    answer.words += (answer.words.empty() ? "" : "\n") + run.label + ": " + ending(run);
  return answer;
}

template <class Result>
bool is_ready(const StudyView<Result>& study) {
  return study.result && study.current && !study.result->coarse;
}

}  // namespace

StudyView<SelfTuningFigure> wanted_runs(Ui& ui) {
  return ui.studies->want<SelfTuningFigure>(
      "self_tuning.runs",
      wish_of(ui.session.draft, {"rate_from", "rate_to", "rate_count", "L_from", "L_to", "L_count"}), measure_runs);
}

StudyView<SelfTuningSweep> wanted_sweep(Ui& ui, bool over_L) {
  if (over_L)
    return ui.studies->want<SelfTuningSweep>(
        "self_tuning.L", wish_of(ui.session.draft, {"L", "scaled", "rate_from", "rate_to", "rate_count"}),
        measure_L_sweep);
  return ui.studies->want<SelfTuningSweep>(
      "self_tuning.rate", wish_of(ui.session.draft, {"rate0", "automatic", "L_from", "L_to", "L_count"}),
      measure_rate_sweep);
}

StudyView<SelfTuningRates> wanted_rates(Ui& ui) {
  return ui.studies->want<SelfTuningRates>(
      "self_tuning.rates",
      wish_of(ui.session.draft, {"measure", "flat", "rate_from", "rate_to", "rate_count", "L_from", "L_to", "L_count"}),
      measure_convergence);
}

plot::LineStyle method_style(Ui& ui, std::size_t index) {
  const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, index));
  return {.colour = packed(look.colour), .dash = look.dash};
}

void draw_self_tuning(Ui& ui, ImVec2 size) {
  derive_runs(ui.session, wanted_runs(ui));
  draw_columns(ui,
               {.controls = draw_self_tuning_controls,
                .left = draw_left,
                .right = draw_right,
                .left_word = "runs",
                .right_word = "self-tuning",
                .left_is_card = false,
                .right_share = 0.54f,
                .least_left = 330,
                .least_right = 440},
               size);
}

std::optional<LessonAnswer> self_tuning_answer(Ui& ui, std::string_view measure) {
  constexpr std::string_view kUpdates = "updates.";
  if (measure.starts_with(kUpdates)) {
    const auto runs = wanted_runs(ui);
    return is_ready(runs) ? updates(*runs.result, measure.substr(kUpdates.size())) : std::nullopt;
  }
  if (measure != "breaks") return std::nullopt;
  const auto sweep = wanted_sweep(ui, false);
  return is_ready(sweep) ? breaks(*sweep.result) : std::nullopt;
}

}  // namespace steplab
