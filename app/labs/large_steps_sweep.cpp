// Shares of the starts against η, with the two step sizes to drag and what is proved about η.
#include "app/labs/large_steps_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

StudyView<ShareFigure> wanted_sweep(Ui& ui) {
  return ui.studies->want<ShareFigure>("large_steps.sweep", sweep_of(ui.session.draft), measure_shares);
}

ImVec4 first_colour(const Ui& ui, const std::vector<Minimum>& minima, bool global) {
  for (std::size_t k = 0; k < minima.size(); ++k)
    if (minima[k].global == global) return minimum_colour(ui.theme, minima, k);
  return ui.theme.dim;
}

/// Where the band is thick for a while.
std::size_t thickest(const std::vector<double>& share) {
  constexpr std::size_t kReach = 4;
  std::size_t best = 0;
  double most = -1;
  for (std::size_t i = 0; i + kReach < share.size(); ++i) {
    const double least = *std::min_element(share.begin() + static_cast<std::ptrdiff_t>(i),
                                           share.begin() + static_cast<std::ptrdiff_t>(i + kReach));
    if (least > most) most = least, best = i;
  }
  return best;
}

/// One share on top of those below it, with its name where it is thickest.
struct Stack {
  plot::Plot& plot;
  ImU32 ink;
  std::vector<double> eta, below;
  void add(const std::string& name, const std::vector<double>& share, const ImVec4& colour) {
    std::vector<double> above = below;
    for (std::size_t i = 0; i < above.size(); ++i) above[i] += share[i];
    plot.shaded(name, plot::Xs(plot.keep(eta)), plot.keep(below), plot.keep(above), {.colour = packed(colour)}, 0.62f);
    const auto at = thickest(share);
    if (share[at] > 0.12 && share[std::min(at + 2, share.size() - 1)] > 0.12)
      plot.text(eta[at], (below[at] + above[at]) / 2, name, ink, {6, 0});
    below = above;
  }
};

void draw_stack(Ui& ui, plot::Plot& plot, const ShareFigure& figure, const std::vector<Minimum>& minima) {
  Stack stack{plot, packed(ui.theme.ink), {}, {}};
  std::vector<double> global, trapped, wandering, diverged;
  for (const ShareRow& row : figure.results.rows) {
    stack.eta.push_back(row.step_size);
    global.push_back(row.shares.global);
    trapped.push_back(row.shares.trapped);
    wandering.push_back(row.shares.wandering);
    diverged.push_back(row.shares.diverged);
  }
  stack.below.assign(stack.eta.size(), 0);
  stack.add("global", global, first_colour(ui, minima, true));
  stack.add("trapped", trapped, first_colour(ui, minima, false));
  stack.add("wandering", wandering, wandering_colour(ui.theme));
  stack.add("diverged", diverged, diverged_colour(ui.theme));
}

const char* short_words(StepRangeKind kind) {
  switch (kind) {
    case StepRangeKind::kLarge:
      return "proved: all reach it";
    case StepRangeKind::kTrap:
      return "proved: trapped";
    case StepRangeKind::kUnstable:
      break;
  }
  return "η > 2/λ: no local minimum holds";
}

/// Bars above the shares.
void draw_ranges(Ui& ui, plot::Plot& plot, plot::Range shown) {
  for (const StepRange& range : step_ranges(ui.session.draft)) {
    const double low = std::max(range.low, shown.low), high = std::min(range.high, shown.high);
    if (!(low < high)) continue;
    const double row = range.kind == StepRangeKind::kUnstable ? 1.15 : 1.045;
    const ImVec4 colour = range_colour(ui.theme, range.kind);
    const auto x = plot.keep({low, high});
    plot.shaded("##range" + std::to_string(static_cast<int>(range.kind)), plot::Xs(x), plot.keep({row, row}),
                plot.keep({row + 0.075, row + 0.075}), {.colour = packed(colour)}, 0.45f);
    plot.text(low, row + 0.0375, short_words(range.kind), packed(ui.theme.ink), {5, 0});
  }
}

std::string subtitle(const ShareFigure& figure, const Scene& scene) {
  const std::string starts = std::to_string(figure.results.starts) + " starts" +
                             (figure.coarse ? ", more follow" : "") + "; wandering: at no minimum after " +
                             std::to_string(figure.spec.problem.steps) + " steps";
  const SceneRun& run = scene.runs[compared_runs(scene).large];
  return run.rate.id == "constant" && run.optimizer.id == "sgd" ? starts : starts + ", schedule " + to_text(run.rate);
}

}  // namespace

void step_size_lines(Ui& ui, plot::Plot& plot, plot::Range allowed) {
  Scene& scene = ui.session.draft;
  const ComparedRuns runs = compared_runs(scene);
  for (const std::size_t run : {runs.small, runs.large}) {
    double eta = scene.runs[run].step_size;
    const bool first = run == runs.small;
    if (!first && runs.small == runs.large) return;
    const RunLook look = run_look(ui.theme, colour_of(scene, run));
    if (eta > 0 && plot.drag_line(first ? "eta.small" : "eta.large", plot::Axis::kX, &eta,
                                  {.colour = packed(look.colour), .width = 2, .dash = look.dash}, short_number(eta)))
      scene.runs[run].step_size = std::clamp(eta, allowed.low, allowed.high);
  }
}

void draw_sweep(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  if (is_asked(session)) return draw_veil(ui, size);
  StudyView<ShareFigure> study;
  std::string error;
  LargeStepsSpec spec;
  try {
    spec = sweep_of(session.draft);
    study = wanted_sweep(ui);
    error = study.error;
  } catch (const InputError& problem) {
    error = problem.what();
  }
  const Landscape* landscape = shown_landscape(session);
  const bool ready = study.result && error.empty() && landscape && study.result->results.rows.size() > 1;
  const std::string why = error.empty() ? "following every start at every step size …" : error;
  plot::Capture capture;
  auto options = plot_options(ui, "Where the starts end, against η", size, &capture);
  options.unit = ready ? subtitle(*study.result, session.draft) : "";
  options.labels = false;
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  plot::Plot plot("large_sweep", session.plots["large_sweep:" + session.draft.landscape.id], options);
  plot::Range shown{0.01, 1};
  if (!spec.step_sizes.empty()) shown = step_range_shown(spec);
  plot.setup_axis(plot::Axis::kX, {.label = "η", .scale = plot::Scale::kLog, .low = shown.low, .high = shown.high});
  plot::AxisSetup y{.low = 0.0, .high = 1.36};
  for (const double share : {0.0, 0.5, 1.0})
    y.ticks.push_back({share, share == 0 ? "0" : share == 1 ? "100 %" : "50 %"});
  plot.setup_axis(plot::Axis::kY, y);
  if (ready) {
    draw_stack(ui, plot, *study.result, landscape->surroundings().minima);
    draw_ranges(ui, plot, shown);
    step_size_lines(ui, plot, shown);
  }
  const ComparedRuns runs = compared_runs(session.draft);
  const auto x = plot.transform(plot::Axis::kX);
  const auto pixel = [&](std::size_t run) { return static_cast<float>(x.pixel(session.draft.runs[run].step_size)); };
  const float small = pixel(runs.small), large = pixel(runs.large);
  end_plot(ui, plot, "plot.large_sweep", &capture);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  report_rect(ui, "line.small", {small - 2, low.y + ui.px(60)}, {small + 2, high.y - ui.px(60)}, false);
  report_rect(ui, "line.large", {large - 2, low.y + ui.px(60)}, {large + 2, high.y - ui.px(60)}, false);
}

}  // namespace steplab
