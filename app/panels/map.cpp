#include "app/panels/map_view.h"
#include "app/widgets/plot_ticks.h"
#include "core/analysis/stability_edge.h"
#include "core/landscapes/landscape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace steplab {
namespace {

struct MapFrame {
  ImVec2 corner, size;
  PlaneWindow window;
  ImVec2 pixel(double x, double y) const { return pixel_of(window, corner, size, x, y); }
  std::array<double, 2> point(ImVec2 at) const { return point_of(window, corner, size, at); }
  /// The nearest pixel that is so far inside.
  ImVec2 inside(ImVec2 at, float margin) const {
    return {std::clamp(at.x, corner.x + margin, corner.x + size.x - margin),
            std::clamp(at.y, corner.y + margin, corner.y + size.y - margin)};
  }
  bool holds(ImVec2 at) const {
    return at.x >= corner.x && at.y >= corner.y && at.x <= corner.x + size.x && at.y <= corner.y + size.y;
  }
};

void draw_ticks(Ui& ui, const MapFrame& map) {
  const FontScope font(ui.theme.small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ImGui::GetFontSize();
  const auto across = [&](const std::string& text) {
    return static_cast<double>(ImGui::CalcTextSize(text.c_str()).x + ui.px(50));
  };
  const auto up = [&](const std::string&) { return static_cast<double>(height + ui.px(50)); };
  const ImU32 colour = packed(ui.theme.dim);
  for (const auto& tick :
       plot::ticks({map.window.low[0], map.window.high[0]}, plot::Scale::kLinear, map.size.x, across)) {
    const float x = map.pixel(tick.value, 0).x, width = ImGui::CalcTextSize(tick.label.c_str()).x;
    if (x - width / 2 < map.corner.x + ui.px(24) || x + width / 2 > map.corner.x + map.size.x - ui.px(6)) continue;
    list->AddText({x - width / 2, map.corner.y + map.size.y - height - ui.px(5)}, colour, tick.label.c_str());
  }
  for (const auto& tick : plot::ticks({map.window.low[1], map.window.high[1]}, plot::Scale::kLinear, map.size.y, up)) {
    const float y = map.pixel(0, tick.value).y;
    if (y < map.corner.y + ui.px(10) || y > map.corner.y + map.size.y - ui.px(26)) continue;
    list->AddText({map.corner.x + ui.px(7), y - height / 2}, colour, tick.label.c_str());
  }
}

void draw_minima(Ui& ui, const MapFrame& map, const Picture& picture) {
  if (picture.dim() != 2) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const auto& minimum : picture.landscape->surroundings().minima) {
    const ImVec2 at = map.pixel(minimum.x(0), minimum.x(1));
    const float r = ui.px(minimum.global ? 7 : 5), w = ui.px(minimum.global ? 1.75f : 1.25f);
    const ImU32 colour = packed(minimum.global ? ui.theme.ink : ui.theme.dim);
    list->AddLine({at.x - r, at.y}, {at.x + r, at.y}, colour, w);
    list->AddLine({at.x, at.y - r}, {at.x, at.y + r}, colour, w);
  }
}

void draw_arrows(Ui& ui, const MapFrame& map, const FieldPicture& field) {
  if (ui.session.draft.view.overlay != "gradient" || field.arrows.empty()) return;
  double largest = 0;
  for (const auto& arrow : field.arrows)
    if (std::isfinite(arrow.norm)) largest = std::max(largest, arrow.norm);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const auto& arrow : field.arrows) {
    if (!(arrow.norm > 0) || !std::isfinite(arrow.norm)) continue;
    // Lengths by the fourth root: gradients span decades, and a short arrow must still show its direction.
    const auto length = ui.px(4) + ui.px(13) * static_cast<float>(std::pow(arrow.norm / largest, 0.25));
    const ImVec2 tail = map.pixel(arrow.position[0], arrow.position[1]);
    const ImVec2 ahead = map.pixel(arrow.position[0] + arrow.direction[0], arrow.position[1] + arrow.direction[1]);
    const float dx = ahead.x - tail.x, dy = ahead.y - tail.y, norm = std::sqrt(dx * dx + dy * dy);
    if (!(norm > 0)) continue;
    const float ux = dx / norm, uy = dy / norm;
    const ImVec2 tip{tail.x + ux * length / 2, tail.y + uy * length / 2},
        end{tail.x - ux * length / 2, tail.y - uy * length / 2};
    const ImU32 colour = packed(ui.theme.ink, 0.45f);
    const float h = ui.px(4);
    list->AddLine(end, tip, colour, ui.px(1.2f));
    list->AddTriangleFilled(tip, {tip.x - h * ux + h * 0.5f * uy, tip.y - h * uy - h * 0.5f * ux},
                            {tip.x - h * ux - h * 0.5f * uy, tip.y - h * uy + h * 0.5f * ux}, colour);
  }
}

struct Near {
  std::size_t run = 0, row = 0;
  float distance = 1e9f;
};

/// The vertex of a drawn path that is nearest to the mouse, if one is near.
std::optional<Near> nearest_vertex(Ui& ui, const MapFrame& map, const Picture& picture, ImVec2 mouse) {
  Near near;
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    if (!is_pictured(ui.session, i)) continue;
    const auto& path = picture.runs[i].median_path;
    for (std::size_t row = 0; row < path.size(); ++row) {
      const ImVec2 at = map.pixel(path[row].x, path[row].y);
      const float dx = at.x - mouse.x, dy = at.y - mouse.y, distance = dx * dx + dy * dy;
      if (distance < near.distance) near = {i, row, distance};
    }
  }
  if (near.distance > ui.px(12) * ui.px(12)) return std::nullopt;
  return near;
}

std::string place_text(const Picture& picture, const std::array<double, 2>& at) {
  const Vector x = point_at(picture.plane, at[0], at[1]);
  const double f = value_at(*picture.landscape, x);
  std::string text = "x " + short_number(at[0]) + "   y " + short_number(at[1]) + "   f " + short_number(f);
  text += "   ‖∇f‖ " + short_number(gradient_at(*picture.landscape, x).norm());
  if (picture.dim() == 2) text += "   λ " + short_number(sharpness_at(*picture.landscape, x));
  return text;
}

std::string vertex_text(const Picture& picture, const Near& near) {
  const RunPicture& run = picture.runs[near.run];
  const auto& record = run.results.trajectories[static_cast<std::size_t>(run.curves.representative)];
  std::string text =
      run.label + ": step " + std::to_string(record.step[near.row]) + ", f " + short_number(record.loss[near.row]);
  if (std::isfinite(record.step_size[near.row])) text += ", η " + short_number(record.step_size[near.row]);
  if (!record.sharpness.empty() && std::isfinite(record.sharpness[near.row]))
    text += ", λ " + short_number(record.sharpness[near.row]);
  return text;
}

void read_out(Ui& ui, const MapFrame& map, const Picture& picture, ImVec2 mouse) {
  const auto at = map.point(mouse);
  ui.session.next_cursor_place = at;
  std::vector<std::pair<std::string, ImVec4>> lines = {{place_text(picture, at), ui.theme.ink}};
  if (const auto near = nearest_vertex(ui, map, picture, mouse)) {
    const RunPicture& run = picture.runs[near->run];
    const ImVec4 colour = run_look(ui.theme, colour_of(looks_of(ui.session), near->run)).colour;
    lines.insert(lines.begin(), {vertex_text(picture, *near), colour});
    ui.session.link.cursor_owner = kViewOwnsCursor;
    ui.session.link.cursor_x = run.curves.step[std::min(near->row, run.curves.step.size() - 1)];
  }
  text_box(ui, {map.corner.x + ui.px(34), map.corner.y + map.size.y - ui.px(26)}, {0, 1}, lines);
}

/// Where every run was at the step under the cursor of the plots.
void draw_cursor_step(Ui& ui, const MapFrame& map, const Picture& picture) {
  if (!ui.session.cursor_step) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    const auto& path = picture.runs[i].median_path;
    if (!is_pictured(ui.session, i) || path.empty()) continue;
    const auto row =
        static_cast<std::size_t>(row_of_step(picture.runs[i].curves.step, static_cast<int>(*ui.session.cursor_step)));
    if (row >= path.size()) continue;
    const ImVec2 at = map.pixel(path[row].x, path[row].y);
    list->AddCircle(at, ui.px(7), packed(ui.theme.card), 24, ui.px(4));
    list->AddCircle(at, ui.px(7), packed(run_look(ui.theme, colour_of(looks_of(ui.session), i)).colour), 24, ui.px(2));
  }
}

/// True if a run that is drawn stands in the box now.
bool covers_head(Ui& ui, const MapFrame& map, const Picture& picture, ImVec2 low, ImVec2 high) {
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    const RunPicture& run = picture.runs[i];
    if (!is_pictured(ui.session, i) || run.median_path.empty()) continue;
    const auto row = static_cast<std::size_t>(row_of_step(run.curves.step, ui.session.step()));
    const auto& head = run.median_path[std::min(row, run.median_path.size() - 1)];
    const ImVec2 at = map.pixel(head.x, head.y);
    const float r = ui.px(6);
    if (at.x > low.x - r && at.x < high.x + r && at.y > low.y - r && at.y < high.y + r) return true;
  }
  return false;
}

/// Corner of the words beside the ring: at the right, left, above or below, wherever they are inside and hide no run.
ImVec2 start_label_place(Ui& ui, const MapFrame& map, const Picture& picture, ImVec2 ring, ImVec2 size) {
  const float gap = ui.px(15), middle = ring.y - size.y / 2;
  const std::array<ImVec2, 4> places = {{{ring.x + gap, middle},
                                         {ring.x - gap - size.x, middle},
                                         {ring.x - size.x / 2, ring.y - gap - size.y},
                                         {ring.x - size.x / 2, ring.y + gap}}};
  const auto inside = [&](ImVec2 low) { return map.holds(low) && map.holds({low.x + size.x, low.y + size.y}); };
  for (const ImVec2 low : places)
    if (inside(low) && !covers_head(ui, map, picture, low, {low.x + size.x, low.y + size.y})) return low;
  return inside(places[0]) ? places[0] : places[1];
}

void draw_start(Ui& ui, const MapFrame& map, const Picture& picture, bool hot) {
  const auto start = start_of(ui.session, picture);
  const ImVec2 at = map.pixel(start[0], start[1]);
  if (!map.holds(at)) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  // Open, and wider than a run's dot: one that rests here is seen in it.
  list->AddCircle(at, ui.px(9), packed(ui.theme.card), 32, ui.px(5));
  list->AddCircle(at, ui.px(9), packed(hot ? ui.theme.accent : ui.theme.ink), 32, ui.px(2.2f));
  const char* words = picture.dim() == 2 && !ui.session.start_fixed ? "start (drag)" : "start";
  const FontScope font(ui.theme.small);
  const float width = ImGui::CalcTextSize(words).x;
  const ImVec2 text = start_label_place(ui, map, picture, at, {width, ImGui::GetFontSize()});
  for (const ImVec2 shift : {ImVec2{-1, 0}, ImVec2{1, 0}, ImVec2{0, -1}, ImVec2{0, 1}})
    list->AddText({text.x + shift.x, text.y + shift.y}, packed(ui.theme.map_low), words);
  list->AddText(text, packed(ui.theme.ink), words);
  report_rect(ui, "start_label", text, {text.x + width, text.y + ImGui::GetFontSize()}, false);
  report_rect(ui, "start", {at.x - ui.px(8), at.y - ui.px(8)}, {at.x + ui.px(8), at.y + ui.px(8)}, false);
}

void set_window(Scene& scene, const PlaneWindow& window) {
  scene.view.window = {window.low[0], window.low[1], window.high[0], window.high[1]};
}

void zoom(Session& session, const MapFrame& map, ImVec2 mouse, float notches) {
  const auto centre = map.point(mouse);
  const double factor = std::pow(0.85, notches);
  PlaneWindow window = map.window;
  for (std::size_t k = 0; k < 2; ++k) {
    window.low[k] = centre[k] + (window.low[k] - centre[k]) * factor;
    window.high[k] = centre[k] + (window.high[k] - centre[k]) * factor;
    if (window.high[k] - window.low[k] < 1e-9 * (1 + std::abs(centre[k])) || window.high[k] - window.low[k] > 1e9)
      return;
  }
  set_window(session.draft, window);
}

void pan(Session& session, const MapFrame& map, ImVec2 by) {
  PlaneWindow window = map.window;
  const double dx = -static_cast<double>(by.x) / map.size.x * (window.high[0] - window.low[0]);
  const double dy = static_cast<double>(by.y) / map.size.y * (window.high[1] - window.low[1]);
  window.low[0] += dx, window.high[0] += dx, window.low[1] += dy, window.high[1] += dy;
  set_window(session.draft, window);
}

/// What is seen of more than two dimensions is said on the map itself.
void draw_projection_note(Ui& ui, const MapFrame& map, const Picture& picture) {
  if (picture.dim() <= 2) return;
  text_box(ui, {map.corner.x + ui.px(8), map.corner.y + ui.px(8)}, {0, 0},
           {{"a plane through " + std::to_string(picture.dim()) + " dimensions; it holds " +
                 std::to_string(static_cast<int>(std::floor(100 * picture.plane.share))) + " % of the runs' motion",
             ui.theme.ink},
            {"paths are projected: they do not lie on these contours", ui.theme.ink}});
}

/// What the mouse does on the map. True if the start point is under it or held.
bool handle_mouse(Ui& ui, const MapFrame& map, const Picture& picture) {
  Session& session = ui.session;
  const ImGuiIO& io = ImGui::GetIO();
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  const auto start = start_of(session, picture);
  const ImVec2 start_pixel = map.pixel(start[0], start[1]);
  const float dx = start_pixel.x - io.MousePos.x, dy = start_pixel.y - io.MousePos.y;
  const bool over_start =
      picture.dim() == 2 && !session.start_fixed && hovered && dx * dx + dy * dy < ui.px(13) * ui.px(13);
  if (ImGui::IsItemActivated()) {
    session.drag_start = over_start;
    session.drag_map = !over_start;
  }
  if (!active) session.drag_start = session.drag_map = false;
  if (session.drag_start && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
    const auto at = map.point(map.inside(io.MousePos, ui.px(8)));
    session.draft.start = {at[0], at[1]};
  }
  if (session.drag_map && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) pan(session, map, io.MouseDelta);
  if (hovered && io.MouseWheel != 0) zoom(session, map, io.MousePos, io.MouseWheel);
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !over_start) session.draft.view.window.clear();
  if (over_start) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  return over_start || session.drag_start;
}

void draw_stability_legend(Ui& ui, const MapFrame& map, const Picture& picture) {
  if (ui.session.draft.view.overlay != "stability") return;
  const auto selected = static_cast<std::size_t>(ui.session.draft.view.selected);
  if (selected >= picture.runs.size()) return;
  const auto edge = edge_now(ui.session, picture);
  const RunPicture& run = picture.runs[selected];
  const std::string text =
      edge ? "hatched: λ > " + to_text(run.stability->lasting) + " of " + run.label + " = " + short_number(*edge)
      : run.adaptive && run.stability ? "no region for " + run.label + ": what counts is the pre-conditioned sharpness"
                                      : "no stability threshold is known for " + run.label + "'s optimizer";
  // Below what is said about the plane.
  const float top = picture.dim() > 2 ? ui.px(54) : ui.px(8);
  text_box(ui, {map.corner.x + map.size.x - ui.px(8), map.corner.y + top}, {1, 0}, {{text, ui.theme.ink}});
}

}  // namespace

void draw_map(Ui& ui, const Picture& picture, const FieldPicture* field, ImVec2 size) {
  const MapFrame map{ImGui::GetCursorScreenPos(), size, shown_window(ui.session, size)};
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 far{map.corner.x + size.x, map.corner.y + size.y};
  list->AddRectFilled(map.corner, far, packed(ui.theme.map_high));
  if (field && ui.views) {
    const Drawn drawn = drawn_runs(ui, picture);
    render::MapFrame frame;
    set_scenery(ui, picture, *field, drawn, size, frame);
    frame.minima = {};
    if (const unsigned texture = ui.views->draw_map(frame))
      list->AddImage(reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(texture)), map.corner, far);
  }
  mouse_area("map", size);
  report(ui, "map", false);
  const bool hovered = ImGui::IsItemHovered();
  list->PushClipRect(map.corner, far, true);
  // On another landscape than the scene's the mouse would move what is not seen.
  const bool own = picture.scene.landscape.id == ui.session.draft.landscape.id;
  const bool hot = own && handle_mouse(ui, map, picture);
  if (field) draw_arrows(ui, map, *field);
  draw_ticks(ui, map);
  draw_minima(ui, map, picture);
  draw_cursor_step(ui, map, picture);
  if (own) draw_start(ui, map, picture, hot);
  draw_stability_legend(ui, map, picture);
  draw_projection_note(ui, map, picture);
  if (ui.session.cursor_place && !hovered) {
    const ImVec2 at = map.pixel((*ui.session.cursor_place)[0], (*ui.session.cursor_place)[1]);
    list->AddCircle(at, ui.px(5), packed(ui.theme.accent), 20, ui.px(2));
  }
  draw_outdated_note(ui, {map.corner.x + size.x / 2, map.corner.y + ui.px(10)});
  if (hovered && own && !ui.session.drag_map) read_out(ui, map, picture, ImGui::GetIO().MousePos);
  list->PopClipRect();
}

}  // namespace steplab
