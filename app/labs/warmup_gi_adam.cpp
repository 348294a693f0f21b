// GI-Adam beside Adam: initial pre-conditioned sharpness, catapult sizes, and the warm-up that GI-Adam has built in.
#include "app/labs/lab_table.h"
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace steplab {
namespace {

constexpr int kAdam = 0, kGiAdam = 1;  // palette

std::string number(double value) { return std::isfinite(value) ? short_number(value) : "–"; }

void table_row(Ui& ui, const char* name, const AdamStart& start, int look) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImGui::TextColored(run_look(ui.theme, look).colour, "%s", name);
  for (const double value : {start.sharpness, start.first_step_bound, start.eta_c, start.late_bound})
    text_cell(number(value));
}

const std::vector<TableColumn>& columns() {
  static const std::vector<TableColumn> all = {
      {"", "", 1},
      {"P⁻¹λ at start", "pre-conditioned sharpness at the first update", 1},
      {"c₁/P⁻¹λ",
       "largest η at which the first update is stable on a quadratic, c₁ = 2/(1 − β₁) (docs/notes/warmup.md, 2)", 1},
      {"η_c", "where the first update begins to raise the loss, by the search for η_init", 1},
      {"c/P⁻¹λ",
       "largest η that is stable late, c = (2 + 2β₁)/(1 − β₁) (Cohen et al. 2022), with the initial sharpness", 1}};
  return all;
}

void draw_table(Ui& ui, const StudyView<GiAdamFigure>& study, bool ready, ImVec2 size) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild("gi_adam_table", size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::SetCursorPos({ui.px(12), ui.px(9)});
  {
    const FontScope font(ui.theme.bold);
    ImGui::TextUnformatted("At the start");
  }
  if (ready) {
    const GiAdamResults& results = study.result->results;
    ImGui::SameLine(0, ui.px(10));
    ImGui::SetCursorPosY(ui.px(12));
    dim_text(ui,
             "ratio " + (std::isfinite(results.ratio) ? short_number(results.ratio) : std::string("–")) +
                 "; √(1 − β₂) = " + short_number(results.expected_ratio) + " (derived)",
             size.x - ui.px(12) - ImGui::GetCursorPosX());
    if (begin_table(ui, "starts", columns(), size)) {
      table_row(ui, "Adam", results.adam, kAdam);
      table_row(ui, "GI-Adam", results.gi_adam, kGiAdam);
      end_table();
    }
  }
  ImGui::EndChild();
}

/// Peaks of one optimizer, a line for each warm-up; longer warm-ups are paler.
void draw_peaks_of(Ui& ui, plot::Plot& plot, const GiAdamSpec& spec, const AdamStart& start, const char* name,
                   int look) {
  const RunLook run = run_look(ui.theme, look);
  const std::size_t columns = spec.step_sizes.size();
  for (std::size_t row = 0; row < spec.warmups.size(); ++row) {
    std::vector<double> y;
    for (std::size_t i = 0; i < columns; ++i) {
      const double peak = start.cells[row * columns + i].peak;
      y.push_back(std::isfinite(peak) ? peak : std::nan(""));
    }
    const float strength = 1 - 0.7f * static_cast<float>(row) / static_cast<float>(std::max<std::size_t>(columns, 1));
    const plot::LineStyle style{
        .colour = packed(run.colour, strength), .width = row == 0 ? 2.5f : 1.5f, .dash = run.dash};
    const std::string label = std::string(name) + ", T_wrm " + std::to_string(spec.warmups[row]);
    const auto ys = plot.keep(std::move(y));
    plot.line(label, plot::Xs(spec.step_sizes), ys, style);
    plot.scatter("##points " + label, plot::Xs(spec.step_sizes), ys, style, plot::Marker::kCircle, 2.5f);
  }
}

void draw_peaks(Ui& ui, const StudyView<GiAdamFigure>& study, bool ready, ImVec2 size) {
  const std::string why = study.error.empty() ? "training with both …" : study.error;
  plot::Capture capture;
  auto options = plot_options(ui, "Catapult: largest loss over the initial one, against η", size, &capture);
  options.unit = ready ? "in " + std::to_string(study.result->spec.problem.steps) + " updates" : "";
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  plot::Plot plot("warmup.peaks", ui.session.plots["warmup.peaks"], options);
  if (ready) {
    const GiAdamFigure& figure = *study.result;
    const auto& eta = figure.spec.step_sizes;
    plot.setup_axis(plot::Axis::kX,
                    {.label = "η target", .scale = plot::Scale::kLog, .low = eta.front(), .high = eta.back()});
    plot.setup_axis(plot::Axis::kY, {.scale = plot::Scale::kLog});
    draw_peaks_of(ui, plot, figure.spec, figure.results.gi_adam, "GI-Adam", kGiAdam);
    draw_peaks_of(ui, plot, figure.spec, figure.results.adam, "Adam", kAdam);
    const double bound = figure.results.adam.first_step_bound;
    if (bound > eta.front() && bound < eta.back())
      plot.inf_line(plot::Axis::kX, bound, {.colour = packed(ui.theme.dim), .width = 1, .dash = {{4, 3, 4, 3}}},
                    "Adam's first update: c₁/P⁻¹λ");
    Scene& scene = ui.session.draft;
    double target = target_of(scene);
    if (target > 0 && plot.drag_line("eta", plot::Axis::kX, &target, {.colour = packed(ui.theme.accent), .width = 2},
                                     "η = " + short_number(target)))
      set_target(scene, std::clamp(target, eta.front(), eta.back()));
  }
  end_plot(ui, plot, "plot.warmup.peaks", &capture);
}

void draw_built_in(Ui& ui, double beta2, ImVec2 size) {
  plot::Capture capture;
  auto options = plot_options(ui, "Warm-up that GI-Adam has built in: √(1 − β₂^t)", size, &capture);
  options.unit = "β₂ = " + short_number(beta2);
  plot::Plot plot("warmup.built_in", ui.session.plots["warmup.built_in"], options);
  plot.setup_axis(plot::Axis::kX, {.label = "update t", .scale = plot::Scale::kLog, .low = 1.0, .high = 10000.0});
  plot.setup_axis(plot::Axis::kY, {.low = 0.0, .high = 1.1});
  std::vector<double> t, factor;
  for (double at = 1; at <= 10000; at = std::max(at + 1, std::floor(at * 1.1))) {
    t.push_back(at);
    factor.push_back(built_in_warmup(beta2, static_cast<int>(at)));
  }
  const RunLook look = run_look(ui.theme, kGiAdam);
  plot.line("factor", plot::Xs(plot.keep(std::move(t))), plot.keep(std::move(factor)),
            {.colour = packed(look.colour), .width = 2});
  end_plot(ui, plot, "plot.warmup.built_in", &capture);
}

}  // namespace

void draw_gi_adam(Ui& ui, ImVec2 size) {
  const auto study = ui.studies->want<GiAdamFigure>(
      "warmup.gi_adam", asked([&] { return gi_adam_spec(ui.session.draft); }), measure_gi_adam);
  const bool ready = study.result && study.error.empty();
  const float gap = ui.px(8), table = ui.px(124), top = ImGui::GetCursorPosY();
  const float peaks = std::round((size.y - table - 2 * gap) * 0.6f);
  draw_table(ui, study, ready, {size.x, table});
  ImGui::SetCursorPos({0, top + table + gap});
  draw_peaks(ui, study, ready, {size.x, peaks});
  ImGui::SetCursorPos({0, top + table + peaks + 2 * gap});
  draw_built_in(ui, ready ? study.result->beta2 : 0.999, {size.x, size.y - table - peaks - 2 * gap});
}

}  // namespace steplab
