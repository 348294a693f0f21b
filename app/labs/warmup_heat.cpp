// Final loss over target step size and warm-up length, twice beside each other, with the boundary of what can be
// trained; a click shows the run of a cell.
#include "app/labs/lab_settings.h"
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kRounding = 1e-12;  // of the initial loss: what lies below is all the same

ImVec4 mixed(const ImVec4& a, const ImVec4& b, float share) {
  const auto mix = [share](float x, float y) { return x + share * (y - x); };
  return {mix(a.x, b.x), mix(a.y, b.y), mix(a.z, b.z), mix(a.w, b.w)};
}
// The map's own colours, towards the accent at the upper end: on a small cell its pale fill would not be told apart.
ImVec4 low_colour(const Theme& theme) { return mixed(theme.map_low, theme.map_high, 0.4f); }
ImVec4 high_colour(const Theme& theme) { return mixed(theme.map_high, theme.accent, 0.6f); }
ImVec4 failed_colour(const Theme& theme) { return mixed(theme.card, theme.dim, 0.35f); }
ImVec4 diverged_colour(const Theme& theme) { return mixed(theme.card, theme.dim, 0.85f); }

const char* side_of(std::size_t map) { return map == 0 ? "a" : "b"; }

/// Edges of cells: half a cell beyond the outermost values, in the logarithm.
plot::Range edges_of(const std::vector<double>& values) {
  const double half =
      values.size() > 1 ? std::pow(values.back() / values.front(), 0.5 / (static_cast<double>(values.size()) - 1)) : 2;
  return {values.front() / half, values.back() * half};
}

std::vector<double> lengths_of(const WarmupMapSpec& spec) { return {spec.warmups.begin(), spec.warmups.end()}; }

double final_loss(const HeatFigure& figure, const WarmupCell& cell) {
  return std::max(cell.final_loss, kRounding * figure.map.initial_loss);
}

/// Of the trained cells of both maps, so that the same colour means the same loss.
plot::Range loss_range(const std::array<StudyView<HeatFigure>, 2>& studies) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const auto& study : studies) {
    if (!study.result || !study.error.empty()) continue;
    for (const WarmupCell& cell : study.result->map.cells)
      if (cell.status == WarmupStatus::kTrained) {
        low = std::min(low, final_loss(*study.result, cell));
        high = std::max(high, final_loss(*study.result, cell));
      }
  }
  return high > 0 ? plot::Range{low, std::max(high, low * 1.01)} : plot::Range{1e-3, 1};
}

/// The cell at a place of the plot.
const WarmupCell* cell_at(const HeatFigure& figure, double eta, double warmup) {
  const auto& spec = figure.spec;
  const auto nearest = [](const std::vector<double>& values, double value) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < values.size(); ++i)
      if (std::abs(std::log(values[i] / value)) < std::abs(std::log(values[best] / value))) best = i;
    return best;
  };
  const plot::Range x = edges_of(spec.step_sizes), y = edges_of(lengths_of(spec));
  if (!(eta >= x.low && eta <= x.high && warmup >= y.low && warmup <= y.high)) return nullptr;
  const std::size_t at = nearest(lengths_of(spec), warmup) * spec.step_sizes.size() + nearest(spec.step_sizes, eta);
  return at < figure.map.cells.size() ? &figure.map.cells[at] : nullptr;
}

std::string cell_words(const HeatFigure& figure, const WarmupCell& cell) {
  std::string words =
      "η " + short_number(cell.step_size) + ", T_wrm " + std::to_string(cell.warmup) + ": " + name_of(cell.status);
  const int seeds = figure.spec.problem.seeds;
  if (seeds > 1)
    words += " (" + std::to_string(std::lround(cell.trained * seeds)) + " of " + std::to_string(seeds) + " seeds)";
  words += "\nfinal loss " + (std::isfinite(cell.final_loss) ? short_number(cell.final_loss) : std::string("–"));
  words += ", peak " + short_number(cell.peak_loss) + " (" +
           short_number(std::round(100 * cell.peak_loss / figure.map.initial_loss) / 100) + " × the initial loss)";
  return words;
}

struct HeatPlot {
  Ui& ui;
  std::size_t map;
  const NamedWarmupMap& named;
  const StudyView<HeatFigure>& study;
  plot::Range losses;
  bool is_ready() const { return study.result && study.error.empty() && !study.result->map.cells.empty(); }
  bool is_chosen() const { return setting_word(ui.session.draft, "cell") == side_of(map); }
};

std::vector<plot::Tick> length_ticks(const WarmupMapSpec& spec) {
  std::vector<plot::Tick> ticks;
  for (std::size_t i = 0; i < spec.warmups.size(); ++i)
    ticks.push_back({static_cast<double>(spec.warmups[i]), i % 2 == 0 ? std::to_string(spec.warmups[i]) : ""});
  return ticks;
}

void draw_cells(const HeatPlot& heat, plot::Plot& plot) {
  const HeatFigure& figure = *heat.study.result;
  const Theme& theme = heat.ui.theme;
  const plot::Range x = edges_of(figure.spec.step_sizes), y = edges_of(lengths_of(figure.spec));
  // Trained cells by their loss; the others by markers beyond the range of the ramp.
  constexpr double kFailed = -1, kDiverged = -2;
  std::vector<double> values;
  for (const WarmupCell& cell : figure.map.cells)
    values.push_back(cell.status == WarmupStatus::kTrained  ? final_loss(figure, cell)
                     : cell.status == WarmupStatus::kFailed ? kFailed
                                                            : kDiverged);
  const auto ramp = plot::ramp(low_colour(theme), high_colour(theme), heat.losses, plot::Scale::kLog);
  const ImU32 failed = packed(failed_colour(theme)), diverged = packed(diverged_colour(theme));
  plot.heat_map({.values = plot.keep(std::move(values)),
                 .rows = static_cast<int>(figure.spec.warmups.size()),
                 .cols = static_cast<int>(figure.spec.step_sizes.size()),
                 .x = x,
                 .y = y,
                 .colour = [=](double value) {
                   return value == kFailed ? failed : value == kDiverged ? diverged : ramp(value);
                 }});
}

/// What is not told by colour alone.
void mark_status(const HeatPlot& heat, plot::Plot& plot, WarmupStatus status) {
  std::vector<double> x, y;
  for (const WarmupCell& cell : heat.study.result->map.cells)
    if (cell.status == status) x.push_back(cell.step_size), y.push_back(cell.warmup);
  if (x.empty()) return;
  const bool diverged = status == WarmupStatus::kDiverged;
  const ImVec4& ink = diverged ? heat.ui.theme.card : heat.ui.theme.ink;
  plot.scatter(std::string("##") + name_of(status), plot::Xs(plot.keep(std::move(x))), plot.keep(std::move(y)),
               {.colour = packed(ink, diverged ? 0.75f : 0.6f)},
               diverged ? plot::Marker::kCross : plot::Marker::kSquare, diverged ? 2.0f : 1.5f);
}

/// Along the upper edges of the largest trained step sizes.
void draw_boundary(const HeatPlot& heat, plot::Plot& plot) {
  const HeatFigure& figure = *heat.study.result;
  const auto& eta = figure.spec.step_sizes;
  const double half = edges_of(eta).high / eta.back();
  const auto lengths = lengths_of(figure.spec);
  const double up = edges_of(lengths).high / lengths.back();
  std::vector<double> x, y;
  for (const WarmupBoundary& row : figure.map.boundary) {
    const double edge = std::isfinite(row.largest) ? row.largest * half : edges_of(eta).low;
    x.insert(x.end(), {edge, edge});
    y.insert(y.end(), {row.warmup / up, row.warmup * up});
  }
  plot.line("##boundary", plot::Xs(plot.keep(std::move(x))), plot.keep(std::move(y)),
            {.colour = packed(heat.ui.theme.ink), .width = 2.5f});
}

void mark_chosen(const HeatPlot& heat, plot::Plot& plot) {
  const Scene& scene = heat.ui.session.draft;
  const std::size_t run = warmup_run(scene);
  const RunLook look = run_look(heat.ui.theme, colour_of(scene, run));
  const auto x = plot.keep({target_of(scene)}), y = plot.keep({static_cast<double>(warmup_of(scene, run))});
  plot.scatter("##halo", plot::Xs(x), y, {.colour = packed(heat.ui.theme.card)}, plot::Marker::kCircle, 7);
  plot.scatter("##chosen", plot::Xs(x), y, {.colour = packed(look.colour, heat.is_chosen() ? 1.0f : 0.35f)},
               plot::Marker::kCircle, 5);
}

/// Cell by cell, as the lines of one warm-up each.
void capture_cells(const HeatPlot& heat, plot::Capture& capture) {
  const HeatFigure& figure = *heat.study.result;
  capture.title = "final loss, " + heat.named.label;
  capture.x_label = "step_size";
  const std::size_t columns = figure.spec.step_sizes.size();
  for (std::size_t row = 0; row < figure.spec.warmups.size(); ++row) {
    const std::string warmup = std::to_string(figure.spec.warmups[row]);
    plot::Capture::Series loss{.name = "T_wrm = " + warmup, .x = {}, .y = {}, .low = {}, .high = {}};
    plot::Capture::Series peak = loss, status = loss;
    peak.name = "peak, T_wrm = " + warmup;
    status.name = "status (0 trained, 1 failed, 2 diverged), T_wrm = " + warmup;
    for (std::size_t column = 0; column < columns; ++column) {
      const WarmupCell& cell = figure.map.cells[row * columns + column];
      for (auto* series : {&loss, &peak, &status}) series->x.push_back(cell.step_size);
      loss.y.push_back(cell.final_loss);
      peak.y.push_back(cell.peak_loss);
      status.y.push_back(static_cast<double>(cell.status));
    }
    for (auto* series : {&loss, &peak, &status}) capture.add(std::move(*series));
  }
}

void hover(const HeatPlot& heat, const plot::Plot& plot) {
  if (!plot.frame_hovered()) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const WarmupCell* cell = cell_at(*heat.study.result, plot.transform(plot::Axis::kX).value(mouse.x),
                                   plot.transform(plot::Axis::kY).value(mouse.y));
  if (!cell) return;
  const FontScope font(heat.ui.theme.small);
  ImGui::SetTooltip("%s", cell_words(*heat.study.result, *cell).c_str());
}

void take_click(const HeatPlot& heat, const plot::Plot& plot, const plot::Outcome& outcome) {
  if (!outcome.clicked_x) return;
  const WarmupCell* cell =
      cell_at(*heat.study.result, *outcome.clicked_x, plot.transform(plot::Axis::kY).value(ImGui::GetIO().MousePos.y));
  if (!cell) return;
  Scene& scene = heat.ui.session.draft;
  scene.rho = 1;
  set_target(scene, cell->step_size);
  set_warmup(scene.runs[warmup_run(scene)], cell->warmup);
  set_setting(scene, "cell", std::string(side_of(heat.map)));
}

std::string unit_of(const HeatPlot& heat) {
  if (!heat.is_ready()) return "";
  const auto& problem = heat.study.result->spec.problem;
  std::string words = "T = " + std::to_string(problem.steps);
  if (problem.seeds > 1) words += ", " + std::to_string(problem.seeds) + " seeds";
  return heat.study.result->coarse ? words + "; rough: more follows" : words;
}

void draw_one_map(const HeatPlot& heat, ImVec2 size) {
  Ui& ui = heat.ui;
  Session& session = ui.session;
  const std::string why = heat.study.error.empty() ? "training every cell …" : heat.study.error;
  const std::string id = std::string("warmup.heat.") + side_of(heat.map);
  plot::Capture capture;
  const std::string title = std::string(heat.map == 0 ? "A: " : "B: ") + heat.named.label;
  auto options = plot_options(ui, title, size, &capture);
  options.unit = unit_of(heat);
  options.labels = false;
  options.progress = progress_of(heat.study);
  options.empty_text = why.c_str();
  plot::Plot plot(id.c_str(), session.plots[id], options);
  const bool ready = heat.is_ready();
  if (ready) {
    const WarmupMapSpec& spec = heat.study.result->spec;
    const plot::Range x = edges_of(spec.step_sizes), y = edges_of(lengths_of(spec));
    plot.setup_axis(plot::Axis::kX, {.label = "η", .scale = plot::Scale::kLog, .low = x.low, .high = x.high});
    plot.setup_axis(plot::Axis::kY, {.label = "T_wrm",
                                     .scale = plot::Scale::kLog,
                                     .low = y.low,
                                     .high = y.high,
                                     .ticks = length_ticks(heat.named.spec)});
    draw_cells(heat, plot);
    mark_status(heat, plot, WarmupStatus::kFailed);
    mark_status(heat, plot, WarmupStatus::kDiverged);
    draw_boundary(heat, plot);
    mark_chosen(heat, plot);
    hover(heat, plot);
  }
  plot.end();  // which fills the capture with its lines: the cells are none
  if (ready && session.capture) capture_cells(heat, capture);
  const plot::Outcome& outcome = end_plot(ui, plot, "plot." + id, &capture);
  if (ready) take_click(heat, plot, outcome);
}

struct Entry {
  ImVec4 colour;
  const char* mark;
  std::string words;
};

/// What the colours mean.
void draw_legend(Ui& ui, plot::Range losses, double share, ImVec2 at, float width) {
  const FontScope font(ui.theme.small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ImGui::GetFontSize(), bar = ui.px(72);
  const ImU32 ink = packed(ui.theme.dim);
  float x = at.x;
  float y = at.y;
  const auto words = [&](const std::string& text) {
    list->AddText({x, y}, ink, text.c_str());
    x += ImGui::CalcTextSize(text.c_str()).x;
  };
  words("final loss " + short_number(losses.low) + " ");
  list->AddRectFilledMultiColor({x, y + 2}, {x + bar, y + height - 2}, packed(low_colour(ui.theme)),
                                packed(high_colour(ui.theme)), packed(high_colour(ui.theme)),
                                packed(low_colour(ui.theme)));
  list->AddRect({x, y + 2}, {x + bar, y + height - 2}, packed(ui.theme.hairline));
  x += bar + ui.px(4);
  words(short_number(losses.high));
  const std::array<Entry, 3> entries = {
      {{failed_colour(ui.theme), "▪", "failed: ended above " + short_number(share) + " of the initial loss"},
       {diverged_colour(ui.theme), "×", "diverged"},
       {ui.theme.ink, "", "largest η that trains"}}};
  for (const Entry& entry : entries) {
    const float chip = ui.px(14), room = chip + ui.px(5) + ImGui::CalcTextSize(entry.words.c_str()).x;
    x += ui.px(14);
    if (x + room > at.x + width) x = at.x, y += height + ui.px(3);
    if (entry.mark[0]) {
      list->AddRectFilled({x, y + 1}, {x + chip, y + height - 1}, packed(entry.colour), ui.px(2));
      const ImVec2 extent = ImGui::CalcTextSize(entry.mark);
      list->AddText({x + (chip - extent.x) / 2, y}, packed(entry.mark[0] == '\xc3' ? ui.theme.card : ui.theme.ink),
                    entry.mark);
    } else {
      list->AddLine({x, y + height / 2}, {x + chip, y + height / 2}, packed(entry.colour), ui.px(2.5f));
    }
    x += chip + ui.px(5);
    words(entry.words);
  }
}

}  // namespace

StudyView<HeatFigure> wanted_heat(Ui& ui, std::size_t map) {
  return ui.studies->want<HeatFigure>(std::string("warmup.heat.") + side_of(map),
                                      asked([&] { return warmup_maps(ui.session.draft)[map].spec; }), measure_heat);
}

void draw_heat_maps(Ui& ui, ImVec2 size) {
  const std::array studies = {wanted_heat(ui, 0), wanted_heat(ui, 1)};
  const auto maps = asked([&] { return warmup_maps(ui.session.draft); });
  if (!maps.refusal.empty()) return dim_text(ui, maps.refusal, size.x);
  const ImVec2 corner = ImGui::GetCursorPos(), screen = ImGui::GetCursorScreenPos();
  const float gap = ui.px(8), legend = ui.px(40);
  const plot::Range losses = loss_range(studies);
  const bool beside = size.x > ui.px(520);
  const ImVec2 part = beside ? ImVec2{std::floor((size.x - gap) / 2), size.y - legend}
                             : ImVec2{size.x, std::floor((size.y - legend - gap) / 2)};
  for (std::size_t k = 0; k < 2; ++k) {
    const auto offset = static_cast<float>(k);
    ImGui::SetCursorPos(beside ? ImVec2{corner.x + offset * (part.x + gap), corner.y}
                               : ImVec2{corner.x, corner.y + offset * (part.y + gap)});
    draw_one_map({ui, k, maps.spec[k], studies[k], losses}, part);
  }
  draw_legend(ui, losses, maps.spec[0].spec.share, {screen.x + ui.px(6), screen.y + size.y - legend + ui.px(4)},
              size.x - ui.px(12));
}

}  // namespace steplab
