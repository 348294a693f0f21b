#include "app/panels/map_view.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr double kMostOblong = 4;  // of a view whose axes get the same scale
constexpr int kTailSteps = 60;     // of the comet's tail

render::Colour colour_of(const ImVec4& colour) { return {colour.x, colour.y, colour.z, colour.w}; }

ImVec4 blend(const ImVec4& a, const ImVec4& b, float share) {
  return {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y), a.z + share * (b.z - a.z), a.w};
}

PlaneWindow own_window(const Picture& picture) {
  if (picture.dim() > 2) return picture.paths_window;
  const auto& known = picture.landscape->surroundings();
  return {{known.view_low(0), known.view_low(1)}, {known.view_high(0), known.view_high(1)}};
}

void widen(PlaneWindow& window, int axis, double width) {
  const auto k = static_cast<std::size_t>(axis);
  const double middle = (window.low[k] + window.high[k]) / 2;
  window.low[k] = middle - width / 2;
  window.high[k] = middle + width / 2;
}

/// Widens one axis until both have the same scale.
void match_aspect(PlaneWindow& window, ImVec2 size) {
  const double width = window.high[0] - window.low[0], height = window.high[1] - window.low[1];
  const double aspect = static_cast<double>(size.x) / std::max(1.0f, size.y);
  if (width < aspect * height) widen(window, 0, aspect * height);
  if (width > aspect * height) widen(window, 1, width / aspect);
}

/// Stretches the window until the point is well inside. False if it was in the window anyway.
bool include(PlaneWindow& window, const std::array<double, 2>& point) {
  bool stretched = false;
  for (std::size_t k = 0; k < 2; ++k) {
    if (!std::isfinite(point[k]) || (point[k] >= window.low[k] && point[k] <= window.high[k])) continue;
    stretched = true;
    const double low = std::min(window.low[k], point[k]), high = std::max(window.high[k], point[k]);
    const double margin = 0.06 * (high - low);
    if (point[k] < window.low[k]) window.low[k] = low - margin;
    if (point[k] > window.high[k]) window.high[k] = high + margin;
  }
  return stretched;
}

std::vector<render::PathVertex> replicates_at(const Picture& picture, const RunPicture& run, int step) {
  std::vector<render::PathVertex> points;
  const auto dim = static_cast<std::size_t>(picture.dim());
  for (const auto& trajectory : run.results.trajectories) {
    if (trajectory.rows() == 0 || trajectory.step.back() < std::min(step, run.curves.step.back()))
      continue;  // diverged before
    const auto row = static_cast<std::size_t>(row_of_step(trajectory.step, step));
    const double* x = &trajectory.x[row * dim];
    const auto excess = static_cast<float>(trajectory.loss[row] - picture.base);
    if (dim > 2) {
      const PlanePoint at = project(picture.plane, {x, dim});
      points.push_back({static_cast<float>(at.a), static_cast<float>(at.b), excess});
    } else {
      points.push_back({static_cast<float>(x[0]), dim > 1 ? static_cast<float>(x[1]) : excess, excess});
    }
  }
  return points;
}

/// Vertices of a path up to the step: its rows are as far apart as the picture's.
int shown_rows(const Picture& picture, const std::vector<render::PathVertex>& path, int step) {
  if (step >= picture.scene.steps) return static_cast<int>(path.size());
  return std::min(static_cast<int>(path.size()), step / picture.stride + 1);
}

}  // namespace

std::array<double, 2> start_of(const Session& session, const Picture& picture) {
  const auto& own = picture.landscape->surroundings().start;
  const auto& chosen = session.draft.start;
  if (static_cast<int>(chosen.size()) == picture.dim() && picture.dim() == 2) return {chosen[0], chosen[1]};
  const Vector start = static_cast<int>(chosen.size()) == picture.dim()
                           ? Vector(Eigen::Map<const Vector>(chosen.data(), static_cast<Eigen::Index>(chosen.size())))
                           : own;
  if (picture.dim() == 2) return {start(0), start(1)};
  const PlanePoint at = project(picture.plane, {start.data(), static_cast<std::size_t>(start.size())});
  return {at.a, at.b};
}

PlaneWindow shown_window(const Session& session, ImVec2 size) {
  const Picture& picture = *session.picture();
  const auto& chosen = session.draft.view.window;
  PlaneWindow window = own_window(picture);
  const double own_x = window.high[0] - window.low[0], own_y = window.high[1] - window.low[1];
  if (chosen.size() == 4 && picture.scene.landscape.id == session.draft.landscape.id)
    window = {{chosen[0], chosen[1]}, {chosen[2], chosen[3]}};
  const bool own = chosen.empty() && picture.scene.landscape.id == session.draft.landscape.id;
  const bool oblong = std::max(own_x / own_y, own_y / own_x) > kMostOblong;
  if (!oblong) match_aspect(window, size);
  // Fitted, the map holds the start: out of sight it could not be dragged back.
  if (!own || !include(window, start_of(session, picture))) return window;
  if (!oblong) match_aspect(window, size);
  return window;
}

FieldKey wanted_field(const Session& session, ImVec2 size) {
  const Picture& picture = *session.picture();
  const Scene& scene = session.draft;
  const PlaneWindow window = shown_window(session, size);
  FieldKey key{.landscape = picture.scene.landscape,
               .low = window.low,
               .high = window.high,
               .width = std::max(2, static_cast<int>(size.x)),
               .height = std::max(2, static_cast<int>(size.y)),
               .levels = scene.view.levels,
               .sharpness = scene.view.overlay == "stability",
               .arrows = scene.view.overlay == "gradient"};
  const auto list = [](const Vector& x) { return std::vector<double>(x.begin(), x.end()); };
  key.origin = list(picture.plane.origin);
  key.u = list(picture.plane.u);
  key.v = list(picture.plane.v);
  return key;
}

Drawn drawn_runs(const Ui& ui, const Picture& picture) {
  const Session& session = ui.session;
  const SceneView& view = session.draft.view;
  const int step = session.step();
  const bool noisy = picture.scene.oracle.id != "exact", projected = picture.dim() > 2;
  Drawn drawn;
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    if (!is_pictured(session, i)) continue;
    const RunPicture& run = picture.runs[i];
    RunLook look = run_look(ui.theme, colour_of(looks_of(session), i));
    if (is_outdated(session)) look.colour = blend(look.colour, ui.theme.map_low, 0.7f);
    render::Path path{.vertices = run.median_path,
                      .colour = colour_of(look.colour),
                      .dash = look.dash.lengths,
                      .width = 2 * ui.theme.scale,
                      .shown = shown_rows(picture, run.median_path, step),
                      .tail = std::max(2, kTailSteps / picture.stride),
                      .faint = noisy ? 0.4f : 0.9f,
                      .projected = projected};
    if (view.paths == "all")
      for (const auto& vertices : run.paths) {
        render::Path other = path;
        other.vertices = vertices;
        other.shown = shown_rows(picture, vertices, step);
        other.width = 1.2f * ui.theme.scale;
        other.faint = 0.12f;
        other.tail = 0;
        other.head = false;
        other.bundled = true;
        drawn.paths.push_back(other);
      }
    if (view.paths != "none") drawn.paths.push_back(path);
    if (view.cloud && run.curves.seeds > 1) {
      drawn.cloud_points.push_back(replicates_at(picture, run, step));
      drawn.clouds.push_back({.colour = colour_of(look.colour), .radius = 2.5f * ui.theme.scale});
    }
  }
  for (std::size_t i = 0; i < drawn.clouds.size(); ++i) drawn.clouds[i].points = drawn.cloud_points[i];
  if (picture.dim() == 2)
    for (const auto& minimum : picture.landscape->surroundings().minima)
      drawn.minima.push_back({static_cast<float>(minimum.x(0)), static_cast<float>(minimum.x(1)),
                              static_cast<float>(minimum.value - picture.base)});
  return drawn;
}

std::optional<double> edge_now(const Session& session, const Picture& picture) {
  const auto selected = static_cast<std::size_t>(session.draft.view.selected);
  if (selected >= picture.runs.size() || picture.runs[selected].edge.empty()) return std::nullopt;
  const RunPicture& run = picture.runs[selected];
  // What counts for an adaptive optimizer is the pre-conditioned sharpness: that of the map says nothing about it.
  if (run.adaptive) return std::nullopt;
  // After the last update there is no step size any more: the last one counts.
  auto row = static_cast<std::size_t>(row_of_step(run.curves.step, session.step()));
  while (row > 0 && std::isnan(run.edge[row])) --row;
  return std::isfinite(run.edge[row]) ? std::optional(run.edge[row]) : std::nullopt;
}

void set_scenery(const Ui& ui, const Picture& picture, const FieldPicture& field, const Drawn& drawn, ImVec2 size,
                 render::Scenery& scenery) {
  const Theme& theme = ui.theme;
  const PlaneWindow window = shown_window(ui.session, size);
  scenery.width = std::max(1, static_cast<int>(size.x));
  scenery.height = std::max(1, static_cast<int>(size.y));
  scenery.low = window.low;
  scenery.high = window.high;
  scenery.levels = {.logarithmic = field.levels.logarithmic, .first = field.levels.first, .step = field.levels.step};
  // The few largest values must not flatten the rest.
  if (!field.levels.logarithmic) scenery.levels.top = field.levels.first + field.levels.step * field.levels.high;
  scenery.contours = field.levels.count > 0;
  const auto edge = edge_now(ui.session, picture);
  scenery.threshold = static_cast<float>(edge.value_or(0));
  scenery.stability = ui.session.draft.view.overlay == "stability" && edge;
  scenery.style = {.low = colour_of(theme.map_low),
                   .high = colour_of(theme.map_high),
                   .contour = colour_of(theme.contour),
                   .ground = colour_of(theme.card),
                   .ink = colour_of(theme.ink),
                   .accent = colour_of(theme.accent),
                   .warm = colour_of(theme.warning),
                   .scale = theme.scale};
  scenery.paths = drawn.paths;
  scenery.clouds = drawn.clouds;
  scenery.minima = drawn.minima;
}

ImVec2 pixel_of(const PlaneWindow& window, ImVec2 corner, ImVec2 size, double x, double y) {
  const double u = (x - window.low[0]) / (window.high[0] - window.low[0]);
  const double v = (y - window.low[1]) / (window.high[1] - window.low[1]);
  return {corner.x + static_cast<float>(u) * size.x, corner.y + (1 - static_cast<float>(v)) * size.y};
}

std::array<double, 2> point_of(const PlaneWindow& window, ImVec2 corner, ImVec2 size, ImVec2 pixel) {
  const double u = static_cast<double>(pixel.x - corner.x) / size.x,
               v = 1 - static_cast<double>(pixel.y - corner.y) / size.y;
  return {window.low[0] + u * (window.high[0] - window.low[0]), window.low[1] + v * (window.high[1] - window.low[1])};
}

void text_box(Ui& ui, ImVec2 at, ImVec2 pivot, const std::vector<std::pair<std::string, ImVec4>>& lines) {
  const FontScope font(ui.theme.small);
  ImVec2 size{0, 0};
  for (const auto& [text, colour] : lines) {
    const ImVec2 line = ImGui::CalcTextSize(text.c_str());
    size = {std::max(size.x, line.x), size.y + line.y};
  }
  const float pad = ui.px(6);
  const ImVec2 low{at.x - pivot.x * (size.x + 2 * pad), at.y - pivot.y * (size.y + 2 * pad)};
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(low, {low.x + size.x + 2 * pad, low.y + size.y + 2 * pad}, packed(ui.theme.card, 0.88f),
                      ui.px(4));
  ImVec2 cursor{low.x + pad, low.y + pad};
  for (const auto& [text, colour] : lines) {
    list->AddText(cursor, packed(colour), text.c_str());
    cursor.y += ImGui::CalcTextSize(text.c_str()).y;
  }
}

void draw_outdated_note(Ui& ui, ImVec2 at) {
  const std::string words = outdated_words(ui.session);
  if (words.empty()) return;
  text_box(ui, at, {0.5f, 0}, {{words, ui.theme.ink}});
  report_rect(ui, "outdated", at, at, false);
}

}  // namespace steplab
