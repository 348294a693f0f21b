// Bound mode: the schedules at ρη*, and the step at which the bound of each takes its least value over all starts.
#include "app/labs/tuning_page.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"
#include "core/catalog.h"
#include "core/run/run.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr int kMostPoints = 2000;

struct Planned {
  std::vector<double> step, step_size;
};

Planned planned(const Schedule& schedule, int steps, double step_size) {
  Planned curve;
  const int stride = std::max(1, steps / kMostPoints);
  for (int t = 0; t < steps; t += stride) {
    curve.step.push_back(t);
    curve.step_size.push_back(step_size * schedule.factor(t, steps));
  }
  return curve;
}

/// Of what the plot should hold: 1/√t begins so high that the others would lie flat.
double largest_after_start(const Scene& scene, const TuningFigure& figure) {
  double most = 0;
  for (std::size_t i = 0; i < figure.results.curves.size(); ++i) {
    const Choice& rate = figure.spec.rows[i].rate;
    if (is_rate_rule(rate.id) || !(figure.results.curves[i].tuned.step_size > 0)) continue;
    const auto schedule = make_choice(schedules(), rate, "schedule");
    const int steps = figure.spec.problem.steps;
    for (int t = steps / 100; t < steps; t += std::max(1, steps / 100))
      most = std::max(most, scene.rho * figure.results.curves[i].tuned.step_size * schedule->factor(t, steps));
  }
  return most > 0 ? 1.1 * most : 1;
}

std::string suffix_words(const std::string& label, int begins, int steps) {
  if (begins == 0) return "all of " + label + " counts";
  if (begins == steps) return "no step of " + label + " counts: the bound is D·G";
  return label + " behaves as if it began here, at step " + std::to_string(begins);
}

void one_schedule(Ui& ui, plot::Plot& plot, const TuningFigure& figure, std::size_t index) {
  const Scene& scene = ui.session.draft;
  const Choice& rate = figure.spec.rows[index].rate;
  const RobustnessCurve& curve = figure.results.curves[index];
  if (is_rate_rule(rate.id) || std::isnan(curve.tuned.step_size)) return;
  const RunLook look = run_look(ui.theme, colour_of(scene, index));
  const auto schedule = make_choice(schedules(), rate, "schedule");
  const int steps = figure.spec.problem.steps;
  const double step_size = scene.rho * curve.tuned.step_size;
  Planned shown = planned(*schedule, steps, step_size);
  plot.line(curve.label, plot::Xs(plot.keep(std::move(shown.step))), plot.keep(std::move(shown.step_size)),
            {.colour = packed(look.colour), .dash = look.dash});
  if (figure.spec.mode != TuningMode::kBound || curve.member.empty()) return;
  const int begins = curve.member[nearest_rho(figure.results, scene.rho)];
  const double height = step_size * schedule->factor(std::min(begins, steps - 1), steps);
  const bool selected = scene.view.selected == static_cast<int>(index);
  plot.scatter("##suffix" + curve.label, plot::Xs(plot.keep({static_cast<double>(begins)})), plot.keep({height}),
               {.colour = packed(look.colour)}, plot::Marker::kCircle, selected ? 6.0f : 4.0f);
  if (selected)
    plot.annotation(begins, height, suffix_words(curve.label, begins, steps), packed(look.colour), {20, -26});
}

}  // namespace

void draw_suffixes(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const auto study = wanted_tuning(ui);
  plot::Plot plot("suffixes", session.plots["suffixes"],
                  plot_options(ui, "Step size ρη*·h(t); dots: as if begun there", size));
  plot.setup_axis(plot::Axis::kX, {.label = "step", .low = 0.0, .high = session.draft.steps});
  plot::AxisSetup y{.low = 0.0};
  if (study.result) y.high = largest_after_start(session.draft, *study.result);
  plot.setup_axis(plot::Axis::kY, y);
  if (study.result && study.error.empty())
    for (std::size_t i = 0; i < study.result->results.curves.size() && i < session.draft.runs.size(); ++i)
      if (is_drawn(session, i)) one_schedule(ui, plot, *study.result, i);
  end_plot(ui, plot, "plot.suffixes");
}

}  // namespace steplab
