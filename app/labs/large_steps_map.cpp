// Two maps of one landscape: behind each where every start ends with that run's step size, on it the run itself.
#include "app/labs/large_steps_page.h"
#include "app/panels/map_view.h"
#include "app/session/session.h"
#include "core/analysis/stability_edge.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

namespace steplab {
namespace {

constexpr std::size_t kTail = 120;  // steps drawn strongly under noise

const char* side_of(std::size_t side) { return side == 0 ? "small" : "large"; }

/// What a frame of this size shows: the landscape's own view, the shorter side widened to the same scale.
PlaneWindow own_view(const Landscape& landscape, double width, double height) {
  const auto& known = landscape.surroundings();
  PlaneWindow window{{known.view_low(0), known.view_low(1)}, {known.view_high(0), known.view_high(1)}};
  const auto span = [&](std::size_t k) { return window.high[k] - window.low[k]; };
  const double aspect = width / std::max(1.0, height);
  const auto widen = [&](std::size_t k, double to) {
    const double middle = (window.low[k] + window.high[k]) / 2;
    window.low[k] = middle - to / 2;
    window.high[k] = middle + to / 2;
  };
  if (span(0) < aspect * span(1)) widen(0, aspect * span(1));
  if (span(0) > aspect * span(1)) widen(1, span(0) / aspect);
  return window;
}

/// The part of the plane in the plot's frame, and its size in pixels.
struct Frame {
  plot::Range x, y;
  int width = 0, height = 0;
};
Frame frame_of(const plot::Plot& plot) {
  const auto x = plot.transform(plot::Axis::kX), y = plot.transform(plot::Axis::kY);
  const auto pixels = [](const plot::Transform& t) {
    return std::clamp(static_cast<int>(std::lround(std::abs(t.pixel(t.range().high) - t.pixel(t.range().low)))), 1,
                      4096);
  };
  return {x.range(), y.range(), pixels(x), pixels(y)};
}

StudyView<BasinPicture> wanted_basins(const Compared& side, const char* id, const Frame& frame) {
  const Scene& scene = side.ui.session.draft;
  // Larger maps than this take too long for what more there is to be seen.
  constexpr int kMostCells = 512;
  BasinWish wish{.run = run_specs(scene)[side.run],
                 .low = {frame.x.low, frame.y.low},
                 .high = {frame.x.high, frame.y.high},
                 .width = std::min(frame.width, kMostCells),
                 .height = std::min(std::max(2, frame.height), kMostCells),
                 .colours = basin_colours(side.ui.theme, side.landscape.surroundings().minima)};
  wish.run.start.clear();
  wish.run.seeds = 1;
  return side.ui.studies->want<BasinPicture>("large_steps.basins." + std::string(id), wish, paint_basins);
}

template <class Image>
void show_cells(Ui& ui, plot::Plot& plot, const std::string& name, const Image& image, const std::array<double, 2>& low,
                const std::array<double, 2>& high, int width, int height) {
  const unsigned texture = ui.views ? ui.views->show_cells(name, width, height, image.cells, image.version) : 0;
  plot.image({texture, {low[0], high[0]}, {low[1], high[1]}});
}

/// What both maps have in common: the first one's.
struct Ground {
  bool asked = false;
  std::optional<PlaneWindow> view{};  ///< where nobody panned or zoomed
  std::shared_ptr<const GroundPicture> picture{};
};
void want_ground(Ui& ui, const Frame& frame, Ground& ground) {
  if (std::exchange(ground.asked, true)) return;
  const GroundWish wish{.landscape = ui.session.draft.landscape,
                        .low = {frame.x.low, frame.y.low},
                        .high = {frame.x.high, frame.y.high},
                        .width = frame.width,
                        .height = frame.height,
                        .levels = ui.session.draft.view.levels,
                        .line = packed(ui.theme.ink, 0.22f)};
  ground.picture = ui.studies->want<GroundPicture>("large_steps.ground", wish, paint_ground).result;
}

/// Contour lines, and where the sharpness is above 2/η.
void draw_ground(const Compared& side, plot::Plot& plot, const char* id, const Ground& ground,
                 std::optional<double> edge) {
  Ui& ui = side.ui;
  if (!ground.picture) return;
  const FieldWindow& window = ground.picture->field.window;
  show_cells(ui, plot, "large_steps.ground", *ground.picture, window.low, window.high, window.width, window.height);
  if (ui.session.draft.view.overlay != "stability" || !edge) return;
  const HatchWish hatch{.ground = ground.picture,
                        .threshold = *edge,
                        .line = packed(ui.theme.warning, 0.55f),
                        .period = std::max(4, static_cast<int>(ui.px(9)))};
  const std::string name = "large_steps.hatch." + std::string(id);
  const auto drawn = ui.studies->want<HatchPicture>(name, hatch, paint_hatch);
  if (drawn.result)
    show_cells(ui, plot, name, *drawn.result, drawn.result->low, drawn.result->high, drawn.result->width,
               drawn.result->height);
}

/// 2/η at the step shown, or what it is for another optimizer; nothing where the map's sharpness says nothing.
std::optional<double> edge_of(const Compared& side) {
  const RunPicture& run = side.picture.runs[side.run];
  if (run.edge.empty() || run.adaptive) return std::nullopt;
  auto row = static_cast<std::size_t>(row_of_step(run.curves.step, side.ui.session.step()));
  while (row > 0 && std::isnan(run.edge[row])) --row;
  return std::isfinite(run.edge[row]) ? std::optional(run.edge[row]) : std::nullopt;
}

void draw_path(const Compared& side, plot::Plot& plot) {
  Ui& ui = side.ui;
  const RunPicture& run = side.picture.runs[side.run];
  const int step = ui.session.step();
  const std::size_t rows =
      step >= side.picture.scene.steps
          ? run.median_path.size()
          : std::min(run.median_path.size(), static_cast<std::size_t>(step / side.picture.stride + 1));
  if (rows == 0) return;
  std::vector<double> x, y;
  for (std::size_t row = 0; row < rows; ++row) {
    x.push_back(static_cast<double>(run.median_path[row].x));
    y.push_back(static_cast<double>(run.median_path[row].y));
  }
  const auto xs = plot.keep(std::move(x)), ys = plot.keep(std::move(y));
  const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, side.run));
  const ImU32 halo = packed(ui.theme.card, 0.9f), colour = packed(look.colour);
  // What is older than the tail is faint, or noise would cover the map.
  const auto tail = side.picture.scene.oracle.id == "exact" ? rows : std::min(rows, kTail);
  plot.line("##old", plot::Xs(xs), ys, {.colour = packed(look.colour, 0.3f), .width = 1.2f});
  plot.line("##halo", plot::Xs(xs.last(tail)), ys.last(tail), {.colour = halo, .width = 4.5f});
  plot.line("##path", plot::Xs(xs.last(tail)), ys.last(tail), {.colour = colour, .width = 2});
  plot.scatter("##steps", plot::Xs(xs.last(std::min<std::size_t>(rows, 60))), ys.last(std::min<std::size_t>(rows, 60)),
               {.colour = colour}, plot::Marker::kCircle, 2.2f);
  plot.scatter("##headhalo", plot::Xs(xs.last(1)), ys.last(1), {.colour = halo}, plot::Marker::kCircle, 8);
  plot.scatter("##head", plot::Xs(xs.last(1)), ys.last(1), {.colour = colour}, plot::Marker::kCircle, 5.5f);
}

void draw_minima(const Compared& side, plot::Plot& plot) {
  const auto& minima = side.landscape.surroundings().minima;
  const PlaceQuestion question = place_question(side.ui.session);
  const ImU32 ink = packed(side.ui.theme.ink);
  for (std::size_t k = 0; k < minima.size(); ++k) {
    const double x = minima[k].x(0), y = minima[k].x(1);
    plot.scatter("##minimum" + std::to_string(k), plot::Xs(plot.keep({x})), plot.keep({y}),
                 {.colour = ink, .width = 1.5f}, plot::Marker::kCross, minima[k].global ? 6.0f : 4.5f);
    if (minima.size() <= 3)
      plot.text(x, y,
                std::to_string(k + 1) + (minima[k].global ? ": global, λ " : ": local, λ ") +
                    short_number(sharpness_at(side.landscape, minima[k].x)),
                ink, minima[k].global ? ImVec2{8, 13} : ImVec2{8, -13});
    if (question.guessed == static_cast<int>(k))
      plot.annotation(x, y, "your guess", packed(side.ui.theme.accent), {14, -26});
  }
}

void draw_start_handle(const Compared& side, plot::Plot& plot) {
  Session& session = side.ui.session;
  std::vector<double> start = start_of(session.draft, side.landscape);
  if (plot.drag_point("start", &start[0], &start[1], {.colour = packed(side.ui.theme.ink), .radius = 6}))
    session.draft.start = start;
  plot.text(start[0], start[1], "start (drag)", packed(side.ui.theme.ink), {10, -12});
}

/// A click on the ground, not on the start, near a minimum: the guess.
void take_guess(const Compared& side, const plot::Plot& plot, const plot::Outcome& outcome) {
  if (!outcome.clicked_x || !place_question(side.ui.session).asked) return;
  guess_place(side.ui, side.landscape.surroundings().minima, *outcome.clicked_x,
              plot.transform(plot::Axis::kY).value(ImGui::GetIO().MousePos.y));
}

std::string subtitle(const Compared& side, const char* id, std::optional<double> edge) {
  const Session& session = side.ui.session;
  const LessonQuestion* question = lesson_question(session);
  if (is_veiled(session) && question && question->measure == id) return "click the well";
  if (is_asked(session, id)) return "covered";
  const bool hatched = session.draft.view.overlay == "stability" && edge;
  return hatched
             ? "hatched: λ > " + to_text(side.picture.runs[side.run].stability->lasting) + " = " + short_number(*edge)
             : "";
}

/// The map of one run; returns its basins for the legend.
StudyView<BasinPicture> draw_map_of(const Compared& side, const char* id, Ground& ground, ImVec2 size) {
  Ui& ui = side.ui;
  Session& session = ui.session;
  const auto edge = edge_of(side);
  const bool veiled = is_asked(session, id);
  const std::string name = "large_map." + std::string(id), title = run_words(session.draft, side.run);
  plot::Plot plot(name.c_str(), session.plots[name],
                  {.theme = ui.theme,
                   .title = title,
                   .unit = subtitle(side, id, edge),
                   .size = size,
                   .dt = session.frame_seconds,
                   .reduced_motion = true,
                   .labels = false});
  const Frame before = frame_of(plot);
  if (!ground.view) ground.view = own_view(side.landscape, before.width, before.height);
  const PlaneWindow view = *ground.view;
  plot.setup_axis(plot::Axis::kX, {.low = view.low[0], .high = view.high[0]});
  plot.setup_axis(plot::Axis::kY, {.low = view.low[1], .high = view.high[1]});
  const Frame frame = frame_of(plot);
  StudyView<BasinPicture> basins;
  if (!veiled) {
    basins = wanted_basins(side, id, frame);
    if (const BasinPicture* drawn = basins.result.get())
      show_cells(ui, plot, name, *drawn, drawn->low, drawn->high, drawn->width, drawn->height);
  }
  want_ground(ui, frame, ground);
  draw_ground(side, plot, id, ground, edge);
  draw_minima(side, plot);
  if (!veiled) draw_path(side, plot);
  draw_start_handle(side, plot);
  const plot::Outcome outcome = plot.end();
  take_guess(side, plot, outcome);
  const auto start = start_of(session.draft, side.landscape);
  const ImVec2 at{static_cast<float>(plot.transform(plot::Axis::kX).pixel(start[0])),
                  static_cast<float>(plot.transform(plot::Axis::kY).pixel(start[1]))};
  report_rect(ui, "start." + std::string(id), {at.x - 6, at.y - 6}, {at.x + 6, at.y + 6}, false);
  session.animating |= outcome.animating;
  return basins;
}

/// Both maps show the same part: what the mouse did to one is done to the other.
void link_axes(Session& session, const plot::State& small_before, const plot::State& large_before) {
  plot::State &small = session.plots["large_map.small"], &large = session.plots["large_map.large"];
  const auto follows = [](const plot::State& state) { return !state.x.fixed && !state.y.fixed; };
  if (follows(small) && follows(large)) return;  // both fit the same view
  const bool large_moved = large.x != large_before.x || large.y != large_before.y;
  const bool small_moved = small.x != small_before.x || small.y != small_before.y;
  if (large_moved && !small_moved) small.x = large.x, small.y = large.y;
  if (small_moved) large.x = small.x, large.y = small.y;
}

struct Entry {
  ImVec4 colour;
  std::string words;
};

std::string per_cent(double share) {
  const double percent = 100 * share;
  char text[32];
  std::snprintf(text, sizeof text, percent > 0 && percent < 9.95 ? "%.1f" : "%.0f", percent);
  return std::string(text) + " %";
}

std::vector<Entry> entries_of(Ui& ui, const BasinPicture& basins, const std::vector<Minimum>& minima) {
  std::vector<Entry> entries;
  double global = 0, local = 0;
  for (std::size_t k = 0; k < minima.size() && k < basins.shares.size(); ++k)
    (minima[k].global ? global : local) += basins.shares[k];
  const auto first = [&](bool is_global) {
    for (std::size_t k = 0; k < minima.size(); ++k)
      if (minima[k].global == is_global) return minimum_colour(ui.theme, minima, k);
    return ui.theme.dim;
  };
  const auto locals = std::ranges::count(minima, false, &Minimum::global);
  entries.push_back({first(true), per_cent(global) + " global"});
  entries.push_back({first(false), per_cent(local) + (locals > 1 ? " in local minima" : " trapped")});
  if (basins.wandering > 0) entries.push_back({wandering_colour(ui.theme), per_cent(basins.wandering) + " wandering"});
  if (basins.diverged > 0) entries.push_back({diverged_colour(ui.theme), per_cent(basins.diverged) + " diverged"});
  return entries;
}

}  // namespace

void draw_shares_legend(Ui& ui, const BasinPicture* basins, const std::vector<Minimum>& minima, ImVec2 at,
                        float width) {
  if (!basins) return;
  const FontScope font(ui.theme.small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float chip = ui.px(10), line = ImGui::GetFontSize() + ui.px(3);
  ImVec2 cursor{at.x, at.y};
  for (const auto& [colour, words] : entries_of(ui, *basins, minima)) {
    const float room = chip + ui.px(5) + ImGui::CalcTextSize(words.c_str()).x;
    if (cursor.x > at.x && cursor.x + room > at.x + width) cursor = {at.x, cursor.y + line};
    const float y = cursor.y + (ImGui::GetFontSize() - chip) / 2;
    list->AddRectFilled({cursor.x, y}, {cursor.x + chip, y + chip}, packed(blended(ui.theme.card, colour, 0.85f)),
                        ui.px(2));
    list->AddText({cursor.x + chip + ui.px(5), cursor.y}, packed(ui.theme.dim), words.c_str());
    cursor.x += room + ui.px(12);
  }
}

void draw_two_maps(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const Landscape* landscape = shown_landscape(session);
  const Picture* picture = session.picture();
  const ImVec2 corner = ImGui::GetCursorPos();
  if (!picture || !landscape || picture->runs.size() != session.draft.runs.size()) {
    ImGui::SetCursorPos({corner.x + ui.px(12), corner.y + ui.px(12)});
    dim_text(ui, session.finished.error.empty() ? "computing …" : session.finished.error, size.x - ui.px(24));
    return;
  }
  const ComparedRuns runs = compared_runs(session.draft);
  const int count = runs.small == runs.large ? 1 : 2;
  const float gap = ui.px(8);
  const float width = std::floor((size.x - gap * static_cast<float>(count - 1)) / static_cast<float>(count));
  const float legend = ui.px(width < ui.px(330) ? 38 : 22);
  const plot::State small_before = session.plots["large_map.small"], large_before = session.plots["large_map.large"];
  Ground ground;
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
    const Compared side{ui, *picture, *landscape, k == 0 ? runs.small : runs.large};
    const float x = corner.x + static_cast<float>(k) * (width + gap);
    ImGui::SetCursorPos({x, corner.y});
    const auto basins = draw_map_of(side, side_of(k), ground, {width, size.y - legend});
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    report_rect(ui, k == 0 ? "map" : "map.large", low, high, false);
    draw_shares_legend(ui, basins.result.get(), landscape->surroundings().minima, {low.x + ui.px(6), high.y + ui.px(4)},
                       width - ui.px(8));
    if (!basins.error.empty()) {
      ImGui::SetCursorPos({x + ui.px(6), corner.y + size.y - legend + ui.px(4)});
      dim_text(ui, basins.error, width - ui.px(12));
    }
  }
  if (count == 2) link_axes(session, small_before, large_before);
}

}  // namespace steplab
