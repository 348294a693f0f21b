#include "app/labs/lab_settings.h"
#include "app/labs/self_tuning_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/choice_editor.h"
#include "core/run/fields.h"

#include <algorithm>

namespace steplab {
namespace {

void paragraph(Ui& ui, const std::string& text, const ImVec4& colour) {
  const FontScope font(ui.theme.small);
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::Dummy({0, ui.px(4)});
}

/// A setting over its own span of the slider. True if it changed.
bool slide(Ui& ui, const char* name, const char* label, double low, double high) {
  Scene& scene = ui.session.draft;
  double value = setting_number(scene, name);
  const auto& specs = family_params("lab", scene.lab.id, "lab");
  const auto spec = std::ranges::find(specs, name, &ParamSpec::name);
  if (!edit_number(ui, std::string("lab.") + name, label, *spec, low, high, value)) return false;
  set_setting(scene, name, value);
  return true;
}

/// The run whose warning is shown: the selected one, else the first that overshoots.
const SelfTuningRun* overshooting(const Session& session, const SelfTuningFigure& figure) {
  const auto& runs = figure.runs.runs;
  const auto selected = static_cast<std::size_t>(std::max(session.draft.view.selected, 0));
  if (selected < runs.size() && runs[selected].first.overshoots) return &runs[selected];
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (runs[i].first.overshoots && is_drawn(session, i)) return &runs[i];
  return nullptr;
}

void first_step(Ui& ui) {
  const auto study = wanted_runs(ui);
  if (!study.error.empty()) return paragraph(ui, study.error, ui.theme.warning);
  if (!study.result || is_veiled(ui.session)) return;
  const FirstStep& first = study.result->runs.runs.front().first;
  paragraph(ui, "b₀ = 1/rate = " + short_number(first.b0) + ",  ‖g₀‖ = " + short_number(first.gradient_norm),
            ui.theme.dim);
  if (const SelfTuningRun* run = overshooting(ui.session, *study.result)) {
    paragraph(ui,
              "▲ The first step overshoots: ‖g₀‖ is " + short_number(first.gradient_norm / first.b0) + " times b₀. " +
                  run->label + ": " + run->first.reason,
              ui.theme.warning);
    report(ui, "self_tuning.warning", false);
  }
}

void initial_rate(Ui& ui) {
  head(ui, "INITIAL RATE OF ALL METHODS");
  const bool automatic = setting_number(ui.session.draft, "automatic") != 0;
  if (slide(ui, "rate0", "rate η/b₀", 1e-4, 1e4) && automatic) set_setting(ui.session.draft, "automatic", 0.0);
  edit_setting(ui, "automatic", "automatic b₀");
  first_step(ui);
}

void smoothness(Ui& ui) {
  head(ui, "SMOOTHNESS");
  const bool scaled = setting_number(ui.session.draft, "scaled") != 0;
  if (scaled) slide(ui, "L", "L scaled to", 1e-2, 1e4);
  edit_setting(ui, "scaled", "scale to L");
  const auto study = wanted_runs(ui);
  if (!study.result || !study.error.empty()) return;
  const SelfTuningRun& run = study.result->runs.runs.front();
  const std::string where = run.everywhere ? "" : " at the start (none is known for the whole space)";
  const bool unchanged = study.result->factor == 1;
  paragraph(ui,
            "L = " + short_number(run.L) + where + "; automatic b₀ = " + short_number(run.automatic_b0) +
                (unchanged ? "."
                           : ". The map has the shape of f, but shows it without the factor " +
                                 short_number(study.result->factor) + "."),
            ui.theme.dim);
}

void when_a_run_ends(Ui& ui) {
  head(ui, "WHAT COUNTS");
  choose_setting(ui, "measure", {"updates until flat", "loss after T"});
  if (setting_word(ui.session.draft, "measure") == "steps") edit_setting(ui, "flat", "ε for ‖∇f‖²");
}

void plot_ranges(Ui& ui) {
  if (!unfolded(ui, "self_tuning", "range of initial rates, of L")) return;
  edit_setting(ui, "rate_from", "rate from");
  edit_setting(ui, "rate_to", "rate to");
  edit_setting(ui, "rate_count", "rates");
  edit_setting(ui, "L_from", "L from");
  edit_setting(ui, "L_to", "L to");
  edit_setting(ui, "L_count", "number of L");
}

}  // namespace

void draw_self_tuning_controls(Ui& ui) {
  initial_rate(ui);
  smoothness(ui);
  when_a_run_ends(ui);
  plot_ranges(ui);
  draw_landscape_controls(ui);
  draw_length_controls(ui, {});
  draw_runs(ui);
  draw_selected_run(ui, {.step_size = false, .without = "b0"});
  draw_scene_controls(ui);
}

}  // namespace steplab
