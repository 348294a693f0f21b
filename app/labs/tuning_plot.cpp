#include "app/labs/lab_settings.h"
#include "app/labs/tuning_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"
#include "core/scene/tuning_scene.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

struct Drawing {
  Ui& ui;
  plot::Plot& plot;
  const TuningFigure& figure;
  double top = 1;  ///< where diverged points are marked
};

/// What is beyond it is drawn as diverged.
double most_shown(const TuningResults& results) {
  constexpr double kMostRatio = 1e6, kMostRise = 1e3;
  if (results.excess) return kMostRatio;
  double largest = 1e-300;
  for (const auto& curve : results.curves)
    if (std::isfinite(curve.tuned.loss)) largest = std::max(largest, std::abs(curve.tuned.loss));
  return kMostRise * largest;
}

double largest_shown(const Ui& ui, const TuningResults& results) {
  const double limit = most_shown(results);
  double most = results.excess ? 10 : 1e-6 * limit;
  for (std::size_t i = 0; i < results.curves.size(); ++i)
    if (is_drawn(ui.session, i))
      for (const double cost : cost_of(results, i))
        if (std::isfinite(cost)) most = std::max(most, std::min(cost, limit));
  return most;
}

/// What a logarithmic axis can show.
std::vector<double> finite_part(const TuningResults& results, const std::vector<double>& values) {
  const double limit = most_shown(results);
  std::vector<double> shown = values;
  for (double& value : shown)
    if (!(value > 0 && value <= limit)) value = std::numeric_limits<double>::quiet_NaN();
  return shown;
}

/// Crosses at the top where the cost has no finite value: runs diverged.
void mark_diverged(const Drawing& curves, std::size_t index, ImU32 colour) {
  const RobustnessCurve& curve = curves.figure.results.curves[index];
  const auto& cost = cost_of(curves.figure.results, index);
  const double limit = most_shown(curves.figure.results);
  std::vector<double> x;
  for (std::size_t i = 0; i < cost.size(); ++i)
    if (!(cost[i] <= limit) && curve.tuned.step_size > 0) x.push_back(curves.figure.results.rho[i]);
  if (x.empty()) return;
  const std::vector<double> y(x.size(), curves.top);
  curves.plot.scatter("##diverged " + curve.label, plot::Xs(curves.plot.keep(x)), curves.plot.keep(y),
                      {.colour = colour}, plot::Marker::kCross, 4);
}

/// y = value at the first fitted ρ, growing by the power.
void power_line(const Drawing& curves, const RobustnessCurve& curve, double power, ImU32 colour) {
  const TuningSpec& spec = curves.figure.spec;
  const PowerLaw& fit = curve.overshoot;
  if (!std::isfinite(power) || fit.points < 2) return;
  const double from = spec.fit_from, to = std::max(spec.fit_to, spec.rho.to), start = fit.at(from);
  const auto x = curves.plot.keep({from, to});
  const auto y = curves.plot.keep({start, start * std::pow(to / from, power)});
  curves.plot.line("predicted for " + curve.label, plot::Xs(x), y,
                   {.colour = colour, .width = 1.25f, .dash = {{2, 4, 2, 4}}});
}

void bound_line(const Drawing& curves, std::size_t selected, ImU32 colour) {
  const TuningResults& bound = curves.figure.bound;
  if (curves.figure.spec.mode == TuningMode::kBound || !curves.figure.results.excess || selected >= bound.curves.size())
    return;
  curves.plot.line("bound for " + bound.curves[selected].label, plot::Xs(bound.rho),
                   curves.plot.keep(finite_part(bound, bound.curves[selected].R)),
                   {.colour = colour, .width = 1.25f, .dash = {{7, 3, 1.5f, 3}}});
}

void theory(const Drawing& curves) {
  const Scene& scene = curves.ui.session.draft;
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  const auto& all = curves.figure.results.curves;
  if (setting_number(scene, "theory") == 0 || selected >= all.size() || !is_drawn(curves.ui.session, selected)) return;
  const ImU32 colour = packed(run_look(curves.ui.theme, colour_of(scene, selected)).colour, 0.8f);
  power_line(curves, all[selected], all[selected].predicted.slope, colour);
  bound_line(curves, selected, packed(curves.ui.theme.dim));
}

void one_schedule(const Drawing& curves, std::size_t index) {
  const TuningResults& results = curves.figure.results;
  const RobustnessCurve& curve = results.curves[index];
  if (std::isnan(curve.tuned.step_size)) return;  // no name without a curve
  const Scene& scene = curves.ui.session.draft;
  const RunLook look = run_look(curves.ui.theme, colour_of(scene, index));
  const plot::LineStyle style{.colour = packed(look.colour), .dash = look.dash};
  const bool selected = static_cast<int>(index) == scene.view.selected;
  if (results.seeds > 1 && selected)
    curves.plot.shaded(curve.label, plot::Xs(results.rho), curves.plot.keep(finite_part(results, curve.q10)),
                       curves.plot.keep(finite_part(results, curve.q90)), style);
  curves.plot.line(curve.label, plot::Xs(results.rho), curves.plot.keep(finite_part(results, cost_of(results, index))),
                   style);
  mark_diverged(curves, index, packed(look.colour));
}

/// Points of the grid of step sizes, and the best of them for the selected schedule.
void grid_points(const Drawing& curves) {
  const Scene& scene = curves.ui.session.draft;
  const TuningResults& results = curves.figure.results;
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  if (setting_word(scene, "below") != "grid" || selected >= results.curves.size() || results.rho.size() < 2 ||
      !results.excess)
    return;
  const double ratio = setting_number(scene, "ratio"), offset = setting_number(scene, "offset");
  const RobustnessFunction R(results.rho, results.curves[selected].R);
  std::vector<double> x, y;
  const double first = std::ceil(std::log(results.rho.front()) / std::log(ratio) - offset);
  for (double k = first; x.size() < 400; ++k) {
    const double rho = std::pow(ratio, offset + k);
    if (rho > results.rho.back()) break;
    if (!std::isfinite(R.at(rho))) continue;
    x.push_back(rho);
    y.push_back(R.at(rho));
  }
  const ImU32 ink = packed(curves.ui.theme.ink);
  curves.plot.scatter("##grid", plot::Xs(curves.plot.keep(x)), curves.plot.keep(y), {.colour = ink},
                      plot::Marker::kSquare, 3.5f);
  const GridPoint best = best_grid_point(R, ratio, offset);
  if (std::isfinite(best.R))
    curves.plot.annotation(best.rho, best.R, "best grid point: " + short_number(best.R) + "×", ink);
}

/// Which member of the family is worst for the selected schedule at the ρ of the slider.
std::string worst_words(const Scene& scene, const TuningFigure& figure) {
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  if (selected >= figure.results.curves.size() || figure.results.curves[selected].member.empty()) return "";
  const auto& members = figure.results.curves[selected].member;
  const auto member = static_cast<std::size_t>(members[nearest_rho(figure.results, scene.rho)]);
  return "worst for " + figure.results.curves[selected].label +
         " here: ε√T = " + short_number(figure.spec.family.slopes[member]) + "; ";
}

std::string subtitle(const Scene& scene, const StudyView<TuningFigure>& study) {
  const TuningFigure& figure = *study.result;
  const TuningResults& results = figure.results;
  if (figure.spec.mode == TuningMode::kBound) return "bound, nothing sampled";
  const std::string others = results.exact ? "" : ", η* from as many others";
  const std::string seeds = std::to_string(results.seeds) + " seeds" + others +
                            (!figure.coarse    ? ""
                             : study.cancelled ? ", stopped"
                                               : ", more follow");
  if (results.exact) return "exact means; band: " + seeds;
  if (figure.spec.mode == TuningMode::kWorstProblem) return worst_words(scene, figure) + seeds;
  const bool median = figure.spec.statistic == LossStatistic::kMedian;
  const std::string what = (median ? "median of " : "mean of ") + seeds;
  return results.excess ? what + "; band 10–90 %" : "least loss not known; " + what;
}

void rho_line(Ui& ui, plot::Plot& plot) {
  Scene& scene = ui.session.draft;
  double rho = scene.rho;
  if (rho <= 0) return;
  if (plot.drag_line("rho", plot::Axis::kX, &rho, {.colour = packed(ui.theme.accent), .width = 2},
                     "ρ = " + short_number(rho)) &&
      rho > 0)
    scene.rho = rho;
}

}  // namespace

void draw_tuning_plot(Ui& ui, const StudyView<TuningFigure>& study, ImVec2 size) {
  Session& session = ui.session;
  if (is_veiled(session)) return draw_veil(ui, size);
  plot::Capture capture;
  const bool ready = study.result && study.error.empty();
  const std::string why = study.error.empty() ? "searching every schedule's best step size …" : study.error;
  const bool ratio = !ready || study.result->results.excess;
  auto options = plot_options(ui, ratio ? "R(ρ) = loss(ρη*) / loss(η*)" : "loss(ρη*) − loss(η*)", size, &capture);
  options.unit = ready ? subtitle(session.draft, study) : "";
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  plot::Plot plot("tuning", session.plots["tuning"], options);
  plot::AxisSetup x{.label = "ρ: times its own best step size η*", .scale = plot::Scale::kLog};
  x.low = setting_number(session.draft, "rho_from");
  x.high = setting_number(session.draft, "rho_to");
  plot.setup_axis(plot::Axis::kX, x);
  if (ready) {
    Drawing curves{ui, plot, *study.result, largest_shown(ui, study.result->results)};
    plot::AxisSetup y{.scale = plot::Scale::kLog, .low = 0.8, .fit_within = {0.5, 1.2 * curves.top}};
    if (!ratio) y = {.scale = plot::Scale::kLog, .fit_within = {1e-9 * curves.top, 1.2 * curves.top}};
    plot.setup_axis(plot::Axis::kY, y);
    for (std::size_t i = 0; i < study.result->results.curves.size(); ++i)
      if (is_drawn(session, i)) one_schedule(curves, i);
    theory(curves);
    grid_points(curves);
    rho_line(ui, plot);
  }
  const auto line = static_cast<float>(plot.transform(plot::Axis::kX).pixel(session.draft.rho));
  end_plot(ui, plot, "plot.tuning", &capture);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  report_rect(ui, "line.rho", {line - 2, low.y + ui.px(60)}, {line + 2, high.y - ui.px(60)}, false);
}

}  // namespace steplab
