// The loss plot where nothing has to be sampled.
#include "app/labs/budget_page.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"
#include "core/scene/budget_scene.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

ExpectedWish wish_of(const Session& session, const BudgetFigure& figure) {
  const Scene& scene = session.draft;
  const Scene at = scene_of_cells(scene, *figure.table, shown_budget(scene), figure.run);
  ExpectedWish wish{
      .spec = figure.table->spec, .labels = shown_labels(scene), .rates = {}, .step_sizes = {}, .T = at.steps};
  for (const auto& run : at.runs) {
    wish.rates.push_back(run.rate);
    wish.step_sizes.push_back(run.step_size);
  }
  return wish;
}

void draw_curves_of(Ui& ui, plot::Plot& plot, const ExpectedCurves& curves) {
  std::vector<double> steps(static_cast<std::size_t>(curves.T) + 1);
  for (std::size_t t = 0; t < steps.size(); ++t) steps[t] = static_cast<double>(t);
  const auto x = plot.keep(std::move(steps));
  for (std::size_t i = 0; i < curves.losses.size() && i < ui.session.draft.runs.size(); ++i) {
    if (!is_drawn(ui.session, i) || curves.losses[i].empty()) continue;
    const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, i));
    const bool selected = ui.session.draft.view.selected == static_cast<int>(i);
    plot.line(curves.labels[i], plot::Xs(x), curves.losses[i],
              {.colour = packed(look.colour), .width = selected ? 2.75f : 1.75f, .dash = look.dash});
  }
}

bool is_column(const BudgetSpec& spec, double percent) {
  return spec.budgets[nearest_budget(spec, percent)] == percent;
}

}  // namespace

void draw_expected_loss(Ui& ui, const BudgetFigure& figure, ImVec2 size) {
  Session& session = ui.session;
  const auto study = ui.studies->want<ExpectedCurves>("budget.expected", wish_of(session, figure), compute_expected);
  plot::Capture capture;
  auto options = plot_options(ui, "Expected loss, exact", size, &capture);
  options.unit = is_column(figure.table->spec, shown_budget(session.draft)) ? "its end is the table's error"
                                                                            : "between the table's columns";
  options.empty_text = study.error.empty() ? "computing …" : study.error.c_str();
  options.link = &session.link;
  plot::Plot plot("budget_expected", session.plots["budget_expected"], options);
  const double T = study.result ? study.result->T : 1;
  plot.setup_axis(plot::Axis::kX, {.label = "step", .low = 0.0, .high = T});
  // What diverges leaves through the frame.
  plot.setup_axis(plot::Axis::kY, {.scale = plot::Scale::kLog, .fit_within = {1e-9, 10}});
  if (study.result) draw_curves_of(ui, plot, *study.result);
  if (!session.playback.at_end || session.playback.playing)
    plot.inf_line(plot::Axis::kX, session.step(), {.colour = packed(ui.theme.ink), .width = 1});
  const plot::Outcome& outcome = end_plot(ui, plot, "plot.expected", &capture);
  if (outcome.clicked_x) seek(session.playback, shown_steps(session), std::round(*outcome.clicked_x));
}

}  // namespace steplab
