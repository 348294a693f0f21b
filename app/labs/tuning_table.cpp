// Under the tuning plot: the slopes, or the grid-search simulator.
#include "app/labs/lab_settings.h"
#include "app/labs/lab_table.h"
#include "app/labs/tuning_page.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

std::string number(double value) { return std::isfinite(value) ? short_number(value) : "–"; }
std::string times(double value) {
  return std::isnan(value) ? "–" : std::isfinite(value) ? short_number(value) + "×" : "diverged";
}
std::string two_digits(double value) {
  if (!std::isfinite(value)) return "–";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

/// A card's head line: tabs at the left, the rest of the width for `words`.
void head_line(Ui& ui, ImVec2 size, const std::string& words) {
  const float pad = ui.px(12);
  ImGui::SetCursorPos({pad, ui.px(7)});
  choose_setting(ui, "below", {"slopes", "grid search"});
  ImGui::SameLine(0, ui.px(10));
  const float room = size.x - pad - ImGui::GetCursorPosX();
  ImGui::SetCursorPosY(ui.px(12));
  if (room > ui.px(60)) dim_text(ui, words, room);
}

const std::vector<TableColumn>& slope_columns() {
  static const std::vector<TableColumn> columns = {
      {"schedule", "click to select; the selected one shows its band and its theory", 2.2f},
      {"η*",
       "its own best step size, found by search; ?: on a plateau, one of several, or at the edge of the range (select "
       "the "
       "row)",
       1.2f},
      {"loss*", "loss there, on other seeds than those that found η*", 1.2f},
      {"at ρ",
       "loss at the ρ of the slider: R × loss*, or by how much it is above loss* (+) where the least loss is not "
       "known",
       1.2f},
      {"slope", "of log R over log ρ, fitted where the setting says; ± by a jackknife over the seeds", 1.4f},
      {"law", "the slope that theory gives where the schedule follows its law over the fitted ρ; – where it does not",
       0.8f},
      {"bound", "slope of the last iterate's bound, over the same ρ", 0.9f}};
  return columns;
}

std::string slope_words(const RobustnessCurve& curve) {
  const std::string slope = two_digits(curve.overshoot.slope);
  return std::isfinite(curve.slope_error) ? slope + " ± " + two_digits(curve.slope_error) : slope;
}

/// Why a schedule has no bound; empty if it has one.
std::string without_bound(const TuningFigure& figure, std::size_t row) {
  return row < figure.bound.curves.size() ? figure.bound.curves[row].tuned.refusal : "";
}

std::string cost_words(const TuningResults& results, std::size_t row, double rho) {
  const double nearest = cost_of(results, row)[nearest_rho(results, rho)];
  const double cost = std::isfinite(nearest)
                          ? cost_at(results, row, std::clamp(rho, results.rho.front(), results.rho.back()))
                          : nearest;
  if (results.excess || !std::isfinite(cost)) return times(cost);
  return (cost < 0 ? "" : "+") + short_number(cost);
}

void slope_rows(Ui& ui, const TuningFigure& figure) {
  const TuningResults& results = figure.results;
  for (std::size_t i = 0; i < results.curves.size(); ++i) {
    const RobustnessCurve& curve = results.curves[i];
    ImGui::TableNextRow();
    run_cell(ui, "tuning", i, curve.label);
    const std::string remark = words_of(curve.tuned);
    text_cell(number(curve.tuned.step_size) + (remark.empty() ? "" : " ?"));
    tooltip(ui, remark);
    text_cell(number(curve.tuned.loss));
    const bool below = is_below(results, i, nearest_rho(results, ui.session.draft.rho));
    text_cell(cost_words(results, i, ui.session.draft.rho) + (below ? " ?" : ""));
    if (below) tooltip(ui, "better than at η* by more than the standard error: other seeds chose η*");
    text_cell(slope_words(curve));
    text_cell(two_digits(curve.predicted.slope));
    if (!curve.predicted.known()) tooltip(ui, "no prediction: " + curve.predicted.reason);
    text_cell(i < figure.bound.curves.size() ? two_digits(figure.bound.curves[i].overshoot.slope) : "–");
    if (const std::string reason = without_bound(figure, i); !reason.empty()) tooltip(ui, "no bound: " + reason);
  }
}

/// Where slopes are fitted; of the selected schedule what is to be said of its η*, and why it has no prediction.
std::string fit_words(const Scene& scene, const TuningFigure& figure) {
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  const auto& curves = figure.results.curves;
  if (selected < curves.size()) {
    const RobustnessCurve& curve = curves[selected];
    if (!curve.tuned.refusal.empty()) return "nothing for " + curve.label + ": " + curve.tuned.refusal;
    if (const std::string words = words_of(curve.tuned); !words.empty()) return "η* of " + curve.label + ": " + words;
    const std::string bound = without_bound(figure, selected);
    if (!curve.predicted.known())
      return "no prediction for " + curve.label + ": " + curve.predicted.reason +
             (bound.empty() ? "" : "; no bound: " + bound);
  }
  return "slope of log R over log ρ, ρ from " + short_number(figure.spec.fit_from) + " to " +
         short_number(figure.spec.fit_to);
}

const std::vector<TableColumn>& grid_columns() {
  static const std::vector<TableColumn> columns = {
      {"schedule", "click to select; its grid points are drawn in the plot above", 2.2f},
      {"expected", "loss of the best grid point over loss*, on average over where the grid lies", 1.1f},
      {"worst", "the same where the grid lies worst", 1},
      {"ratio", "how coarse its grid may be for the same worst loss as the first schedule", 1},
      {"trials", "runs that such a grid needs over the span", 0.9f},
      {"saved", "trials saved against the first schedule", 0.9f}};
  return columns;
}

void grid_rows(Ui& ui, const TuningFigure& figure, const GridFigure& grid) {
  for (std::size_t i = 0; i < grid.trials.size() && i < figure.results.curves.size(); ++i) {
    ImGui::TableNextRow();
    run_cell(ui, "tuning", i, figure.results.curves[i].label);
    if (std::isnan(figure.results.curves[i].tuned.step_size)) {  // no curve: refused, or no η had a loss
      for (std::size_t column = 1; column < grid_columns().size(); ++column) text_cell("–");
      continue;
    }
    text_cell(times(grid.chosen[i].expected));
    text_cell(times(grid.chosen[i].worst));
    text_cell(number(grid.trials[i].ratio));
    text_cell(std::to_string(grid.trials[i].trials));
    text_cell(std::to_string(grid.trials[i].saved()));
  }
}

void cost_plot(Ui& ui, const TuningFigure& figure, const GridFigure* grid, ImVec2 size) {
  Session& session = ui.session;
  Scene& scene = session.draft;
  plot::Capture capture;
  auto options = plot_options(ui, "Worst grid loss", size, &capture);
  options.labels = false;
  plot::Plot plot("grid_cost", session.plots["grid_cost"], options);
  plot.setup_axis(plot::Axis::kX, {.label = "ratio of the grid", .scale = plot::Scale::kLog});
  plot.setup_axis(plot::Axis::kY, {.scale = plot::Scale::kLog, .low = 1.0, .fit_within = {0.9, 1e4}});
  for (std::size_t i = 0; grid && i < grid->costs.size() && i < figure.results.curves.size(); ++i) {
    if (!is_drawn(session, i)) continue;
    const RunLook look = run_look(ui.theme, colour_of(scene, i));
    std::vector<double> worst;
    for (const GridCost& cost : grid->costs[i])
      worst.push_back(cost.worst < 1e6 ? cost.worst : std::numeric_limits<double>::quiet_NaN());
    plot.line(figure.results.curves[i].label, plot::Xs(plot.keep(grid->ratios)), plot.keep(std::move(worst)),
              {.colour = packed(look.colour), .dash = look.dash});
  }
  double ratio = setting_number(scene, "ratio");
  if (plot.drag_line("ratio", plot::Axis::kX, &ratio, {.colour = packed(ui.theme.accent), .width = 2},
                     short_number(ratio)))
    set_setting(scene, "ratio", std::clamp(ratio, 1.02, 1000.0));
  end_plot(ui, plot, "plot.grid_cost", &capture);
}

/// A card with tabs; `contents` draws below them.
template <class Contents>
void table_card(Ui& ui, ImVec2 size, const std::string& words, Contents contents) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild("tuning_table", size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  head_line(ui, size, words);
  contents();
  ImGui::EndChild();
}

bool usable(const Ui& ui, const StudyView<TuningFigure>& study) {
  return study.result && study.error.empty() && !is_veiled(ui.session) && study.result->results.rho.size() > 1;
}

}  // namespace

void draw_tuning_table(Ui& ui, const StudyView<TuningFigure>& study, ImVec2 size) {
  const bool ready = usable(ui, study);
  table_card(ui, size, ready ? fit_words(ui.session.draft, *study.result) : "", [&] {
    if (!ready || !begin_table(ui, "slopes", slope_columns(), size)) return;
    slope_rows(ui, *study.result);
    end_table();
  });
}

void draw_grid_search(Ui& ui, const StudyView<TuningFigure>& study, ImVec2 size) {
  bool ready = usable(ui, study);
  const bool ratio = !ready || study.result->results.excess;
  ready = ready && ratio;
  const Scene& scene = ui.session.draft;
  StudyView<GridFigure> grid;
  if (ready)
    grid = ui.studies->want<GridFigure>(
        "tuning.grid", GridWish{study.result, setting_number(scene, "ratio"), setting_number(scene, "span")},
        simulate_grid);
  const char* const words = ratio ? "trying η, ratio·η, ratio²·η, … without knowing η*"
                                  : "what a grid costs is a ratio of losses, and the least loss here is not known";
  table_card(ui, size, words, [&] {
    if (!ready) return;
    const float plot = std::max(ui.px(150), std::round(size.x * 0.36f));
    const ImVec2 table{size.x - plot - ui.px(8), size.y};
    if (grid.result && begin_table(ui, "grid", grid_columns(), table)) {
      grid_rows(ui, *study.result, *grid.result);
      end_table();
    }
    ImGui::SetCursorPos({table.x, ui.px(36)});
    cost_plot(ui, *study.result, grid.result.get(), {plot, size.y - ui.px(44)});
  });
}

}  // namespace steplab
