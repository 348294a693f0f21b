// The route to chaos: where runs on the uv model end against a constant step size, with the closed forms; the line is
// the selected run's step size.
#include "app/labs/warmup_page.h"
#include "app/panels/views.h"
#include "app/session/session.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr int kRows = 420;  // of the picture

ChaosWish wish_of(const Ui& ui) {
  return {.spec = bifurcation_spec(ui.session.draft), .height = kRows, .ink = packed(ui.theme.ink)};
}

void draw_thresholds(Ui& ui, plot::Plot& plot, const ChaosFigure& figure) {
  const plot::LineStyle style{.colour = packed(ui.theme.dim), .width = 1, .dash = {{4, 3, 4, 3}}};
  const double foot = figure.low + 0.05 * (figure.high - figure.low);
  const std::pair<double, const char*> all[] = {
      {figure.ends.doubling, "1"}, {figure.ends.period4, "√5 − 1"}, {figure.ends.divergence, "2"}};
  for (const auto& [at, words] : all) {
    plot.inf_line(plot::Axis::kX, at, style);
    plot.text(at, foot, words, packed(ui.theme.ink), {5, 0});
  }
}

/// The period-2 orbit of the balanced line as two curves.
void draw_closed_form(Ui& ui, plot::Plot& plot, const ChaosFigure& figure) {
  std::vector<double> x, low, high;
  for (const EndStates& end : figure.ends.ends) {
    if (!end.closed_form) continue;
    x.push_back(end.step_size);
    low.push_back(end.closed_form->first);
    high.push_back(end.closed_form->second);
  }
  if (x.empty()) return;
  const plot::LineStyle style{.colour = packed(run_look(ui.theme, 0).colour), .width = 2.25f};
  const auto xs = plot.keep(std::move(x));
  plot.line("closed form", plot::Xs(xs), plot.keep(std::move(high)), style);
  plot.line("##closed form, lower", plot::Xs(xs), plot.keep(std::move(low)), style);
}

/// The line that is the selected run's step size.
double eta_line(Ui& ui, plot::Plot& plot, const UvBifurcationSpec& spec) {
  Scene& scene = ui.session.draft;
  double eta = target_of(scene);
  if (!(eta > 0)) return eta;
  if (plot.drag_line("eta", plot::Axis::kX, &eta, {.colour = packed(ui.theme.accent), .width = 2},
                     "η = " + short_number(eta))) {
    eta = std::clamp(eta, spec.from, spec.to);
    set_target(scene, eta);
  }
  return eta;
}

std::string ending_words(const EndStates& end) {
  if (end.diverged) return "diverges";
  if (end.period == 1) return "comes to rest";
  return end.period > 0 ? "ends with period " + std::to_string(end.period)
                        : "ends with no short period: chaos, or a very long one";
}

const EndStates* nearest(const ChaosFigure& figure, double eta) {
  const EndStates* best = nullptr;
  for (const EndStates& end : figure.ends.ends)
    if (!best || std::abs(end.step_size - eta) < std::abs(best->step_size - eta)) best = &end;
  return best;
}

void capture_ends(const ChaosFigure& figure, plot::Capture& capture) {
  plot::Capture::Series ends{.name = "end states", .x = {}, .y = {}, .low = {}, .high = {}};
  plot::Capture::Series period{.name = "period (0: none found, −1: diverged)", .x = {}, .y = {}, .low = {}, .high = {}};
  for (const EndStates& end : figure.ends.ends) {
    for (const double f : end.outputs) ends.x.push_back(end.step_size), ends.y.push_back(f);
    period.x.push_back(end.step_size);
    period.y.push_back(end.diverged ? -1 : end.period);
  }
  capture.add(std::move(ends));
  capture.add(std::move(period));
}

std::string words_below(const Ui& ui, const ChaosFigure& figure) {
  const Scene& scene = ui.session.draft;
  const double eta = target_of(scene);
  const EndStates* end = nearest(figure, eta);
  std::string words = "At η = " + short_number(eta) + " gradient descent from the balanced line " +
                      (end ? ending_words(*end) : "") +
                      ". Dashed, as η x|y|: 1, beyond it no minimum is stable; √5 − 1, beyond it nor is the period-2 "
                      "orbit (the coloured branch); 2, beyond it runs diverge.";
  if (!bifurcation_scale(scene.landscape))
    words += " The diagram is of the uv model; the scene's landscape is another one.";
  else if (scene.runs[warmup_run(scene)].optimizer.id != "sgd" || warmup_of(scene, warmup_run(scene)) > 1)
    words += " The diagram is of plain gradient descent with a constant η; the selected run is not.";
  return words;
}

}  // namespace

void draw_chaos(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const auto study = ui.studies->want<ChaosFigure>("warmup.chaos", asked([&] { return wish_of(ui); }), measure_chaos);
  const bool ready = study.result && study.error.empty();
  const std::string why = study.error.empty() ? "following every step size …" : study.error;
  const float words = ready ? ui.px(54) : 0, top = ImGui::GetCursorPosY();
  plot::Capture capture;
  auto options = plot_options(ui, "Outputs f = x uv where runs end", {size.x, size.y - words}, &capture);
  options.unit = ready ? std::to_string(study.result->spec.keep) + " states after " +
                             std::to_string(study.result->spec.burn_in) + " updates"
                       : "";
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  options.labels = false;
  plot::Plot plot("warmup.chaos", session.plots["warmup.chaos"], options);
  double eta = 0;
  if (ready) {
    const ChaosFigure& figure = *study.result;
    plot.setup_axis(plot::Axis::kX, {.label = "η", .low = figure.span[0], .high = figure.span[1]});
    plot.setup_axis(plot::Axis::kY, {.low = figure.low, .high = figure.high});
    const unsigned texture =
        ui.views ? ui.views->show_cells("warmup.chaos", figure.width, figure.height, figure.cells, figure.version) : 0;
    plot.image({texture, {figure.span[0], figure.span[1]}, {figure.low, figure.high}});
    draw_closed_form(ui, plot, figure);
    draw_thresholds(ui, plot, figure);
    eta = eta_line(ui, plot, figure.spec);
  }
  const auto pixel = static_cast<float>(plot.transform(plot::Axis::kX).pixel(eta));
  plot.end();
  if (ready && session.capture) capture_ends(*study.result, capture);
  end_plot(ui, plot, "plot.warmup.chaos", &capture);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  if (eta > 0) report_rect(ui, "line.eta", {pixel - 2, low.y + ui.px(60)}, {pixel + 2, high.y - ui.px(60)}, false);
  if (!ready) return;
  ImGui::SetCursorPos({0, top + size.y - words + ui.px(4)});
  dim_words(ui, words_below(ui, *study.result), size.x);
}

}  // namespace steplab
