#include "app/labs/lab_settings.h"
#include "app/labs/large_steps_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/choice_editor.h"
#include "app/widgets/slider.h"
#include "core/run/fields.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

/// Stretches of η about which something is proved, along the slider above.
void range_strip(Ui& ui, const SliderRange& slider, const std::vector<StepRange>& ranges) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float knob = ui.px(7), from = at.x + label_width(ui) + knob;
  const float to = at.x + ImGui::GetContentRegionAvail().x - value_width(ui) - ui.px(8) - knob;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto place = [&](double eta) { return from + static_cast<float>(place_of(slider, eta)) * (to - from); };
  for (const StepRange& range : ranges) {
    const double low = std::max(range.low, slider.low), high = std::min(range.high, slider.high);
    if (!(low < high)) continue;
    const float y = at.y + (range.kind == StepRangeKind::kUnstable ? ui.px(5) : 0.0f);
    list->AddRectFilled({place(low), y}, {place(high), y + ui.px(4)}, packed(range_colour(ui.theme, range.kind), 0.8f),
                        ui.px(1));
  }
  ImGui::Dummy({0, ui.px(10)});
}

bool holds(const StepRange& range, double eta) {
  return (range.low_open ? eta > range.low : eta >= range.low) &&
         (range.high_open ? eta < range.high : eta <= range.high);
}

/// What is proved about this step size, in words.
std::string proved_words(const std::vector<StepRange>& ranges, double eta) {
  std::string words;
  for (const StepRange& range : ranges)
    if (holds(range, eta) && (words.empty() || range.kind != StepRangeKind::kUnstable)) words = range.words;
  return words.empty() ? "nothing is proved about this η" : words;
}

void step_size_row(Ui& ui, const char* id, const char* label, std::size_t run, plot::Range shown,
                   const std::vector<StepRange>& ranges) {
  SceneRun& scene_run = ui.session.draft.runs[run];
  const ParamSpec& spec = run_field("step_size");
  const SliderRange range{.low = shown.low,
                          .high = shown.high,
                          .logarithmic = true,
                          .allowed_low = 0,
                          .allowed_high = spec.max,
                          .low_open = true};
  double eta = scene_run.step_size;
  const std::string help = "step size of '" + row_labels(ui.session.draft)[run] +
                           "'; the same as the line in the plot of shares. Bars: what is proved about exact gradient "
                           "descent";
  if (slider_row(ui, {.id = id, .label = label, .help = help, .initial = eta}, range, eta)) scene_run.step_size = eta;
  range_strip(ui, range, ranges);
  paragraph(ui, proved_words(ranges, eta));
  ImGui::Dummy({0, ui.px(2)});
}

void step_sizes(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "STEP SIZES");
  const ComparedRuns runs = compared_runs(scene);
  plot::Range shown{1e-3, 1};
  std::vector<StepRange> ranges;
  if (shown_landscape(ui.session)) {
    shown = step_range_shown(sweep_of(scene));
    ranges = step_ranges(scene);
  }
  step_size_row(ui, "eta.small", "η small", runs.small, shown, ranges);
  if (runs.large != runs.small) step_size_row(ui, "eta.large", "η large", runs.large, shown, ranges);
  bool hatched = scene.view.overlay == "stability";
  Value on = hatched ? 1.0 : 0.0;
  const ParamSpec spec{.name = "unstable ground",
                       .kind = ParamKind::kSwitch,
                       .initial = 0.0,
                       .meaning = "hatches where the sharpness is above 2/η: gradient descent cannot rest there"};
  if (edit_value(ui, "unstable", spec, on)) scene.view.overlay = std::get<double>(on) != 0 ? "stability" : "none";
}

void figure_controls(Ui& ui) {
  const std::string figure = setting_word(ui.session.draft, "figure");
  if (figure == "ends") return;
  head(ui, "FIGURE");
  if (figure == "noise") edit_setting(ui, "anneal_share", "annealed over");
  if (figure == "control") {
    edit_setting(ui, "substeps", "k substeps");
    edit_setting(ui, "anneal_share", "annealed over");
  }
  if (figure == "phase") edit_setting(ui, "nudge", "nudge");
  if (figure == "network") {
    edit_setting(ui, "network_large", "η large");
    edit_setting(ui, "network_steps", "T steps");
    edit_setting(ui, "network_seeds", "seeds");
  }
}

}  // namespace

void draw_large_steps_controls(Ui& ui) {
  step_sizes(ui);
  figure_controls(ui);
  draw_landscape_controls(ui);
  draw_length_controls(ui, {});
  draw_runs(ui);
  draw_selected_run(ui);
  draw_start_controls(ui);
  draw_scene_controls(ui);
}

}  // namespace steplab
