// What the line has in place of maps: the function with both runs' steps and where every start ends, and for each run
// the cobweb of the map x → x − ηf′(x).
#include "app/labs/large_steps_page.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"
#include "core/analysis/line_map.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr int kPoints = 1500;         // of a graph
constexpr std::size_t kCobweb = 150;  // steps drawn
constexpr std::size_t kStepsDrawn = 120;

struct Line {
  Ui& ui;
  const Picture& picture;
  const Landscape& landscape;
  ComparedRuns runs;
  double low = 0, high = 0;  ///< the landscape's view
};

/// Iterates of the run's path up to the step shown.
std::vector<double> iterates_of(const Line& line, std::size_t run) {
  const auto& path = line.picture.runs[run].median_path;
  const int step = line.ui.session.step();
  const std::size_t rows = step >= line.picture.scene.steps
                               ? path.size()
                               : std::min(path.size(), static_cast<std::size_t>(step / line.picture.stride + 1));
  std::vector<double> x;
  for (std::size_t row = 0; row < rows; ++row) x.push_back(static_cast<double>(path[row].x));
  return x;
}

struct Graph {
  std::vector<double> x, f;
  double top = 1;
};
Graph graph_of(const Line& line) {
  Graph graph;
  Tile x(round_up_to_pack(kPoints), 1);
  for (int i = 0; i < x.rows(); ++i)
    x(i, 0) = line.low + (line.high - line.low) * (std::min(i, kPoints - 1) / (kPoints - 1.0));
  Lanes f(x.rows());
  line.landscape.value(x, f);
  for (int i = 0; i < kPoints; ++i) {
    graph.x.push_back(x(i, 0));
    graph.f.push_back(f(i) - line.picture.base);
    if (std::isfinite(graph.f.back())) graph.top = std::max(graph.top, graph.f.back());
  }
  return graph;
}

void draw_steps(const Line& line, plot::Plot& plot, std::size_t run) {
  const RunPicture& drawn = line.picture.runs[run];
  std::vector<double> x = iterates_of(line, run), f;
  if (x.empty()) return;
  for (std::size_t row = 0; row < x.size(); ++row) f.push_back(static_cast<double>(drawn.median_path[row].excess));
  const auto xs = plot.keep(std::move(x)), fs = plot.keep(std::move(f));
  const auto count = std::min(xs.size(), kStepsDrawn);  // the first: what follows lies on the graph anyway
  const RunLook look = run_look(line.ui.theme, colour_of(line.ui.session.draft, run));
  plot.line("##path" + drawn.label, plot::Xs(xs.first(count)), fs.first(count),
            {.colour = packed(look.colour, 0.5f), .width = 1.25f, .dash = look.dash});
  plot.scatter("##points" + drawn.label, plot::Xs(xs.first(count)), fs.first(count), {.colour = packed(look.colour)},
               plot::Marker::kCircle, 2.5f);
  plot.scatter(drawn.label, plot::Xs(xs.last(1)), fs.last(1), {.colour = packed(look.colour)}, plot::Marker::kCircle,
               6);
}

StudyView<BasinPicture> wanted_strip(const Line& line, std::size_t side) {
  const Scene& scene = line.ui.session.draft;
  BasinWish wish{.run = run_specs(scene)[side == 0 ? line.runs.small : line.runs.large],
                 .low = {line.low, 0},
                 .high = {line.high, 1},
                 .width = 1024,
                 .height = 1,
                 .colours = basin_colours(line.ui.theme, line.landscape.surroundings().minima)};
  wish.run.start.clear();
  wish.run.seeds = 1;
  return line.ui.studies->want<BasinPicture>(side == 0 ? "large_steps.strip.small" : "large_steps.strip.large", wish,
                                             paint_basins);
}

/// Below the graph: every start in the colour of where it ends; the small step above, the large one below.
void draw_strip(const Line& line, plot::Plot& plot, std::size_t side, const BasinPicture* basins, double low,
                double high) {
  if (!basins) return;
  const std::string name = side == 0 ? "large_steps.strip.small" : "large_steps.strip.large";
  const unsigned texture =
      line.ui.views ? line.ui.views->show_cells(name, basins->width, 1, basins->cells, basins->version) : 0;
  plot.image({texture, {basins->low[0], basins->high[0]}, {low, high}});
  const std::size_t run = side == 0 ? line.runs.small : line.runs.large;
  plot.text(line.low, (low + high) / 2, "starts, " + run_words(line.ui.session.draft, run), packed(line.ui.theme.ink),
            {6, 0});
}

/// As high as a line of text, in units of f.
double strip_height(Ui& ui, const plot::Plot& plot, double top) {
  const auto y = plot.transform(plot::Axis::kY);
  const double pixels = std::abs(y.pixel(y.range().high) - y.pixel(y.range().low)), line = ui.px(17);
  return 1.05 * top * line / std::max(pixels - 2.5 * line, 2 * line);
}

void draw_function(const Line& line, ImVec2 size, const std::array<const BasinPicture*, 2>& strips) {
  Ui& ui = line.ui;
  Session& session = ui.session;
  const bool veiled = is_asked(session);
  plot::Plot plot("large_function", session.plots["large_function:" + session.draft.landscape.id],
                  plot_options(ui, "f(x) − f*, its steps, and where every start ends", size));
  const Graph graph = graph_of(line);
  const double strip = strip_height(ui, plot, graph.top);
  plot.setup_axis(plot::Axis::kX, {.label = "x", .low = line.low, .high = line.high});
  plot.setup_axis(plot::Axis::kY, {.low = -2.5 * strip, .high = 1.05 * graph.top});
  for (std::size_t side = 0; side < 2 && !veiled; ++side) {
    const double high = -(0.3 + 1.1 * static_cast<double>(side)) * strip;
    draw_strip(line, plot, side, strips[side], high - strip, high);
  }
  double start = start_of(session.draft, line.landscape)[0];
  if (plot.drag_line("start", plot::Axis::kX, &start,
                     {.colour = packed(ui.theme.ink), .width = 1.5f, .dash = {{4, 3, 4, 3}}}, "start (drag)"))
    session.draft.start = {start};
  plot.line("##f", plot::Xs(plot.keep(graph.x)), plot.keep(graph.f), {.colour = packed(ui.theme.dim), .width = 2});
  const auto& minima = line.landscape.surroundings().minima;
  const int guessed = place_question(session).guessed;
  if (guessed >= 0 && guessed < static_cast<int>(minima.size())) {
    const Minimum& minimum = minima[static_cast<std::size_t>(guessed)];
    plot.annotation(minimum.x(0), minimum.value - line.picture.base, "your guess", packed(ui.theme.accent), {14, -26});
  }
  if (!veiled) {
    draw_steps(line, plot, line.runs.small);
    if (line.runs.large != line.runs.small) draw_steps(line, plot, line.runs.large);
  }
  const plot::Outcome& outcome = end_plot(ui, plot, "map");
  if (outcome.clicked_x && place_question(session).asked) guess_place(ui, minima, *outcome.clicked_x, 0);
}

/// Fixed points of the map: filled where it holds a run, hollow where it repels it.
void draw_fixed_points(const Line& line, plot::Plot& plot, double step_size) {
  std::vector<double> stable, unstable;
  for (const FixedPoint& point : fixed_points(line.landscape, step_size, line.low, line.high))
    (point.stable ? stable : unstable).push_back(point.x);
  const ImU32 ink = packed(line.ui.theme.ink), card = packed(line.ui.theme.card);
  if (!unstable.empty()) {
    const auto at = plot.keep(std::move(unstable));
    plot.scatter("##rim", plot::Xs(at), at, {.colour = ink}, plot::Marker::kCircle, 5.5f);
    plot.scatter("##hollow", plot::Xs(at), at, {.colour = card}, plot::Marker::kCircle, 3.5f);
  }
  if (!stable.empty()) {
    const auto at = plot.keep(std::move(stable));
    plot.scatter("##stable", plot::Xs(at), at, {.colour = ink}, plot::Marker::kCircle, 5.5f);
  }
}

void draw_cobweb_path(const Line& line, plot::Plot& plot, std::size_t run) {
  const std::vector<double> all = iterates_of(line, run);
  std::vector<double> x, y;
  for (std::size_t t = 0; t + 1 < std::min(all.size(), kCobweb); ++t) {
    x.insert(x.end(), {all[t], all[t], all[t + 1]});
    y.insert(y.end(), {t == 0 ? line.low : all[t], all[t + 1], all[t + 1]});
  }
  const RunLook look = run_look(line.ui.theme, colour_of(line.ui.session.draft, run));
  plot.line("##cobweb", plot::Xs(plot.keep(std::move(x))), plot.keep(std::move(y)),
            {.colour = packed(look.colour, 0.8f), .width = 1.4f});
  if (!all.empty())
    plot.scatter("##head", plot::Xs(plot.keep({all.back()})), plot.keep({all.back()}), {.colour = packed(look.colour)},
                 plot::Marker::kCircle, 4);
}

/// The step size of the run at the step shown; a schedule changes it.
double step_size_now(const Line& line, std::size_t run) {
  const Scene& scene = line.ui.session.draft;
  const auto& path = line.picture.runs[run]
                         .results.trajectories[static_cast<std::size_t>(line.picture.runs[run].curves.representative)];
  const auto row = static_cast<std::size_t>(row_of_step(path.step, line.ui.session.step()));
  for (std::size_t r = std::min(row, path.step_size.size()); r-- > 0;)
    if (std::isfinite(path.step_size[r])) return path.step_size[r];
  return scene.rho * scene.runs[run].step_size;
}

void draw_cobweb(const Line& line, std::size_t side, ImVec2 size) {
  Ui& ui = line.ui;
  Session& session = ui.session;
  const std::size_t run = side == 0 ? line.runs.small : line.runs.large;
  const std::string name = side == 0 ? "cobweb.small" : "cobweb.large";
  const double eta = step_size_now(line, run);
  auto options = plot_options(ui, "x → x − ηf′(x), η = " + short_number(eta), size);
  options.unit = "● holds  ○ repels";
  options.labels = false;
  plot::Plot plot(name.c_str(), session.plots[name + ":" + session.draft.landscape.id], options);
  plot.setup_axis(plot::Axis::kX, {.low = line.low, .high = line.high});
  plot.setup_axis(plot::Axis::kY, {.low = line.low, .high = line.high});
  const auto ends = plot.keep({line.low, line.high});
  plot.line("##same", plot::Xs(ends), ends, {.colour = packed(ui.theme.dim, 0.6f), .width = 1});
  std::vector<double> x;
  for (int i = 0; i < kPoints; ++i) x.push_back(line.low + (line.high - line.low) * (i / (kPoints - 1.0)));
  plot.line("##map", plot::Xs(plot.keep(std::move(x))),
            plot.keep(iteration_map(line.landscape, eta, line.low, line.high, kPoints)),
            {.colour = packed(ui.theme.dim), .width = 2});
  if (!is_asked(session)) {
    draw_cobweb_path(line, plot, run);
    draw_fixed_points(line, plot, eta);
  }
  end_plot(ui, plot, name);
}

}  // namespace

void draw_line_views(Ui& ui, const Picture& picture, ImVec2 size) {
  Session& session = ui.session;
  if (picture.runs.size() != session.draft.runs.size()) return;
  const auto& known = picture.landscape->surroundings();
  const Line line{ui, picture, *picture.landscape, compared_runs(session.draft), known.view_low(0), known.view_high(0)};
  const std::size_t sides = line.runs.small == line.runs.large ? 1 : 2;
  std::array<StudyView<BasinPicture>, 2> strips;
  for (std::size_t side = 0; side < sides && !is_asked(session); ++side) strips[side] = wanted_strip(line, side);
  const ImVec2 corner = ImGui::GetCursorPos();
  const float gap = ui.px(8), legend = ui.px(38), above = std::round((size.y - gap - legend) * 0.5f);
  draw_function(line, {size.x, above}, {strips[0].result.get(), strips[1].result.get()});
  const ImVec2 foot{ImGui::GetItemRectMin().x + ui.px(6), ImGui::GetItemRectMax().y + ui.px(4)};
  const float half = (size.x - gap) / 2;
  for (std::size_t side = 0; side < sides; ++side) {
    const float x = static_cast<float>(side) * (half + gap);
    draw_shares_legend(ui, strips[side].result.get(), known.minima, {foot.x + x, foot.y}, half - ui.px(8));
    ImGui::SetCursorPos({corner.x + x, corner.y + above + legend});
    draw_cobweb(line, side, {sides == 1 ? size.x : half, size.y - above - legend});
  }
}

}  // namespace steplab
