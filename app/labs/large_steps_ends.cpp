// Where runs on the line end against η; and the minima that a small network's arms reach.
#include "app/labs/large_steps_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab {
namespace {

constexpr int kRows = 320;  // of the picture

EndsWish ends_wish(Ui& ui, const Landscape& landscape) {
  const Scene& scene = ui.session.draft;
  const LargeStepsSpec sweep = sweep_of(scene);
  const auto& known = landscape.surroundings();
  const plot::Range shown = step_range_shown(sweep);
  return {.spec = {.landscape = scene.landscape,
                   .low = sweep.starts.low[0],
                   .high = sweep.starts.high[0],
                   .from = shown.low,
                   .to = shown.high,
                   .logarithmic = true,
                   .transient = std::max(scene.steps, 200)},
          .low = known.view_low(0),
          .high = known.view_high(0),
          .height = kRows,
          .ink = packed(ui.theme.accent)};
}

void draw_edges(Ui& ui, plot::Plot& plot, const Landscape& landscape) {
  for (const auto& minimum : landscape.surroundings().minima) {
    const double edge = 2 / sharpness_at(landscape, minimum.x);
    plot.inf_line(plot::Axis::kY, minimum.x(0),
                  {.colour = packed(ui.theme.dim, 0.5f), .width = 1, .dash = {{2, 4, 2, 4}}});
    plot.text(edge, minimum.x(0), "2/λ", packed(ui.theme.dim), {2, -8});
    plot.scatter("##edge" + short_number(minimum.x(0)), plot::Xs(plot.keep({edge})), plot.keep({minimum.x(0)}),
                 {.colour = packed(ui.theme.dim)}, plot::Marker::kCross, 4);
  }
}

void draw_network_points(Ui& ui, plot::Plot& plot, const ArmsFigure& figure) {
  plot::AxisSetup x{.low = -0.6, .high = static_cast<double>(figure.results.arms.size()) - 0.4};
  for (std::size_t i = 0; i < figure.results.arms.size(); ++i) {
    const NetworkArm& arm = figure.results.arms[i];
    std::vector<double> at;
    // Points of one arm stand beside each other, so that each can be seen.
    for (std::size_t k = 0; k < arm.sharpness.size(); ++k)
      at.push_back(static_cast<double>(i) +
                   0.3 * (static_cast<double>(k) / static_cast<double>(arm.sharpness.size()) - 0.5));
    const bool large = arm.id == "sgd_large" || arm.id == "gd_large" || arm.id == "warm";
    const RunLook look = run_look(ui.theme, large ? 1 : 0);
    plot.scatter("##" + arm.id, plot::Xs(plot.keep(std::move(at))), plot.keep(arm.sharpness),
                 {.colour = packed(look.colour, 0.65f)}, plot::Marker::kCircle, 3);
    if (!std::isfinite(arm.median_sharpness)) continue;
    const auto middle = static_cast<double>(i);
    plot.line("##median" + arm.id, plot::Xs(plot.keep({middle - 0.32, middle + 0.32})),
              plot.keep({arm.median_sharpness, arm.median_sharpness}), {.colour = packed(ui.theme.ink), .width = 2.5f});
    plot.text(middle + 0.1, arm.median_sharpness, short_number(std::round(10 * arm.median_sharpness) / 10),
              packed(ui.theme.ink), {4, -9});
  }
}

const char* short_name(const std::string& id) {
  static constexpr std::pair<const char*, const char*> kNames[] = {
      {"sgd_small", "SGD"}, {"sgd_small_long", "k·T"}, {"sgd_large", "large"},   {"repeated", "repeat"},
      {"noise", "noise"},   {"gd_small", "GD"},        {"gd_large", "GD large"}, {"warm", "warm"}};
  for (const auto& [arm, name] : kNames)
    if (id == arm) return name;
  return "";
}

}  // namespace

void draw_ends(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const Landscape* landscape = shown_landscape(session);
  if (landscape->dim() != 1)
    return dim_text(ui, "drawn for landscapes on the line; choose dim 1 or a scene on the line", size.x);
  const EndsWish wish = ends_wish(ui, *landscape);
  const auto study = ui.studies->want<EndsPicture>("large_steps.ends", wish, paint_ends);
  const std::string why = study.error.empty() ? "following every start at every step size …" : study.error;
  plot::Capture capture;
  auto options = plot_options(ui, "Where runs end, against η", size, &capture);
  options.unit = "x";
  options.empty_text = why.c_str();
  plot::Plot plot("large_ends", session.plots["large_ends:" + session.draft.landscape.id], options);
  plot.setup_axis(plot::Axis::kX,
                  {.label = "η", .scale = plot::Scale::kLog, .low = wish.spec.from, .high = wish.spec.to});
  plot.setup_axis(plot::Axis::kY, {.low = wish.low, .high = wish.high});
  if (study.result && study.error.empty()) {
    const EndsPicture& ends = *study.result;
    const unsigned texture =
        ui.views ? ui.views->show_cells("large_steps.ends", ends.width, kRows, ends.cells, ends.version) : 0;
    plot.image({texture, {ends.wish.spec.from, ends.wish.spec.to}, {ends.wish.low, ends.wish.high}});
    draw_edges(ui, plot, *landscape);
    step_size_lines(ui, plot, {wish.spec.from, wish.spec.to});
  }
  end_plot(ui, plot, "plot.ends", &capture);
}

void draw_network(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const NetworkArmsSpec spec = network_arms_spec(session.draft);
  const auto study = ui.studies->want<ArmsFigure>("large_steps.network", spec, measure_arms);
  const bool ready = study.result && study.error.empty();
  const std::string why = study.error.empty() ? "training eight arms of networks …" : study.error;
  const std::string unit = ready ? std::to_string(study.result->spec.seeds) +
                                       " seeds, T = " + std::to_string(study.result->spec.steps) +
                                       (study.result->coarse ? "; all follow" : "")
                                 : "";
  plot::Capture capture;
  auto options = plot_options(ui, "Sharpness reached", size, &capture);
  options.unit = unit;
  options.labels = false;
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  plot::Plot plot("large_network", session.plots["large_network"], options);
  if (ready) {
    plot::AxisSetup x{.low = -0.6, .high = static_cast<double>(study.result->results.arms.size()) - 0.4};
    const auto pixels = plot.transform(plot::Axis::kX);
    const double room = std::abs(pixels.pixel(1) - pixels.pixel(0));
    for (std::size_t i = 0; i < study.result->results.arms.size(); ++i) {
      const FontScope font(ui.theme.small);
      const std::string name =
          fitted(short_name(study.result->results.arms[i].id), static_cast<float>(room) - ui.px(2));
      x.ticks.push_back({static_cast<double>(i), name});
    }
    plot.setup_axis(plot::Axis::kX, x);
    plot.setup_axis(plot::Axis::kY, {.low = 0.0});
    draw_network_points(ui, plot, *study.result);
    plot.inf_line(plot::Axis::kY, 2 / spec.large, {.colour = packed(ui.theme.dim), .width = 1, .dash = {{4, 3, 4, 3}}},
                  "2/η of the large step");
  }
  end_plot(ui, plot, "plot.network", &capture);
}

}  // namespace steplab
