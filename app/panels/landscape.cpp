#include "app/panels/map_view.h"
#include "app/panels/panels.h"
#include "core/scene/view.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace steplab {
namespace {

/// The newest field, if it is of this landscape and plane: while a parameter is dragged the last one is near enough,
/// but another landscape's contours would be a lie.
const FieldPicture* fitting_field(const Session& session, const Picture& picture) {
  const FieldPicture* field = session.finished.field.get();
  if (!field || field->key.landscape.id != picture.scene.landscape.id) return nullptr;
  const Vector& origin = picture.plane.origin;
  const bool same_plane =
      picture.dim() <= 2 ||
      std::ranges::equal(field->key.origin, std::span(origin.data(), static_cast<std::size_t>(origin.size())));
  return same_plane ? field : nullptr;
}

std::string level_words(const Picture& picture, const FieldPicture* field) {
  if (!field || field->levels.count == 0) return "";
  const std::string what = picture.landscape->surroundings().least_value ? "f − f*" : "f";
  if (field->levels.logarithmic) return "contours " + short_number(field->levels.step) + "× apart in " + what;
  return "contours " + short_number(field->levels.step) + " apart in f";
}

std::string plane_words(const Picture& picture) {
  const std::string kind = picture.scene.view.plane == "principal" ? "principal plane of the runs"
                           : picture.scene.view.plane == "axes"    ? "plane of the first two coordinates"
                                                                   : "plane through the start and two ends";
  return kind + ": " + std::to_string(static_cast<int>(std::floor(100 * picture.plane.share))) + " % of the motion";
}

std::string subtitle(const Session& session, const Picture& picture) {
  if (picture.dim() == 1) return "one dimension: the graph of f and the steps on it";
  const std::string levels = level_words(picture, fitting_field(session, picture));
  return picture.dim() == 2 ? levels : plane_words(picture);
}

/// Switches at the right of the head line; returns where they begin.
float head_switches(Ui& ui, const Picture& picture, float right, float top) {
  SceneView& view = ui.session.draft.view;
  const bool wide = right - ImGui::GetCursorPosX() > ui.px(560);
  const char* stability = wide ? "stability 2/η" : "2/η";
  float width = ui.px(2 * 2 + 8 + 4);
  for (const char* text : {"map", "surface", "both", stability, "···"})
    width += ImGui::CalcTextSize(text).x + 2 * ImGui::GetStyle().FramePadding.x;
  ImGui::SetCursorPos({right - width, top});
  segmented(ui, "shape", view_field("shape").choices, view.shape);
  ImGui::SameLine(0, ui.px(8));
  if (toggle(ui, "overlay.stability", stability, view.overlay == "stability",
             "hatches where the sharpness exceeds the selected run's stability threshold, 2/η_t for SGD: gradient "
             "descent cannot "
             "rest there"))
    view.overlay = view.overlay == "stability" ? "none" : "stability";
  ImGui::SameLine(0, ui.px(4));
  if (toggle(ui, "options", "···", false, "paths, cloud, contours, arrows, plane")) ImGui::OpenPopup("options_menu");
  (void)picture;
  return right - width;
}

template <class Words>
void menu_words(Ui& ui, const char* title, const Words& words, std::string& word) {
  dim_text(ui, title);
  for (const auto& choice : words)
    if (ImGui::MenuItem(plain_words(choice).c_str(), nullptr, choice == word)) word = choice;
}

void options_menu(Ui& ui, const Picture& picture) {
  if (!ImGui::BeginPopup("options_menu")) return;
  SceneView& view = ui.session.draft.view;
  menu_words(ui, "Paths over the seeds", view_field("paths").choices, view.paths);
  if (ImGui::MenuItem("cloud of all replicates", nullptr, view.cloud)) view.cloud ^= true;
  menu_words(ui, "Contours", view_field("levels").choices, view.levels);
  dim_text(ui, "Overlay");
  if (ImGui::MenuItem("gradient arrows", nullptr, view.overlay == "gradient"))
    view.overlay = view.overlay == "gradient" ? "none" : "gradient";
  if (ImGui::MenuItem("stability map", nullptr, view.overlay == "stability"))
    view.overlay = view.overlay == "stability" ? "none" : "stability";
  if (picture.dim() > 2) menu_words(ui, "Plane", view_field("plane").choices, view.plane);
  if (ImGui::MenuItem("Fit the window", "double click", false, !view.window.empty())) view.window.clear();
  ImGui::EndPopup();
}

void draw_views(Ui& ui, const Picture& picture, ImVec2 size) {
  Session& session = ui.session;
  const FieldPicture* field = fitting_field(session, picture);
  const std::string shape = session.draft.view.shape;
  const bool both = shape == "both";
  const float gap = both ? ui.px(6) : 0;
  const bool beside = size.x > size.y;
  const ImVec2 part = !both ? size : beside ? ImVec2{(size.x - gap) / 2, size.y} : ImVec2{size.x, (size.y - gap) / 2};
  session.wanted_field = wanted_field(session, part);
  const ImVec2 at = ImGui::GetCursorPos();
  if (shape != "surface") draw_map(ui, picture, field, part);
  if (both) ImGui::SetCursorPos(beside ? ImVec2{at.x + part.x + gap, at.y} : ImVec2{at.x, at.y + part.y + gap});
  if (shape != "map") draw_surface(ui, picture, field, part);
}

/// The graph of a one-dimensional landscape over twice its view, so that one can zoom out a little.
void draw_line_view(Ui& ui, const Picture& picture, ImVec2 size) {
  const auto& known = picture.landscape->surroundings();
  const double low = known.view_low(0), high = known.view_high(0), margin = (high - low) / 2;
  ui.session.wanted_field = FieldKey{.landscape = picture.scene.landscape,
                                     .low = {low - margin, 0},
                                     .high = {high + margin, 1},
                                     .width = 4000,
                                     .height = 1};
  const FieldPicture* field = fitting_field(ui.session, picture);
  draw_graph(ui, picture, field && !field->curve_x.empty() ? field : nullptr, size);
}

}  // namespace

void draw_landscape(Ui& ui, ImVec2 size) {
  constexpr float kTitled = 340;  // pixels at scale 1
  Session& session = ui.session;
  session.wanted_field.reset();
  const float pad = ui.px(12), head_height = ui.px(42);
  ImGui::SetCursorPos({pad, (head_height - ui.px(18)) / 2});
  // Where there is no room for both the switches are worth more than the word.
  if (size.x > ui.px(kTitled)) {
    const FontScope font(ui.theme.bold);
    ImGui::TextUnformatted("Landscape");
  }
  const Picture* picture = session.picture();
  if (!picture) {
    ImGui::SetCursorPos({pad, head_height + pad});
    dim_text(ui, session.finished.error.empty() ? "computing …" : session.finished.error, size.x - 2 * pad);
    return;
  }
  ImGui::SameLine(0, ui.px(10));
  const float words = ImGui::GetCursorPosX();
  const float right = size.x - pad;
  float end = right;
  if (picture->dim() > 1) end = head_switches(ui, *picture, right, (head_height - ui.px(26)) / 2);
  options_menu(ui, *picture);
  ImGui::SetCursorPos({words, (head_height - ui.px(16)) / 2});
  if (end - words > ui.px(60)) {
    dim_text(ui, subtitle(session, *picture), end - words - ui.px(8));
    report(ui, "subtitle", false);
  }
  ImGui::SetCursorPos({ui.px(6), head_height});
  const ImVec2 inner{size.x - ui.px(12), size.y - head_height - ui.px(6)};
  if (picture->dim() == 1)
    draw_line_view(ui, *picture, inner);
  else
    draw_views(ui, *picture, inner);
}

}  // namespace steplab
