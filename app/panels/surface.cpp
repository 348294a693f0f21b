#include "app/panels/map_view.h"
#include "app/render/picking.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steplab {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr float kDistanceAtOne = 4.6f;  // camera of zoom 1, box units

render::Camera camera_of(const SceneView& view) {
  render::Camera camera;
  camera.azimuth = static_cast<float>(view.azimuth * kDegree);
  camera.elevation = static_cast<float>(view.elevation * kDegree);
  camera.distance = kDistanceAtOne / static_cast<float>(view.zoom);
  return render::limited(camera);
}

void keep_camera(SceneView& view, const render::Camera& camera) {
  view.azimuth = std::remainder(static_cast<double>(camera.azimuth) / kDegree, 360.0);
  view.elevation = std::clamp(static_cast<double>(camera.elevation) / kDegree, 5.0, 89.0);
  view.zoom = std::clamp(static_cast<double>(kDistanceAtOne / camera.distance), 0.2, 10.0);
}

void handle_mouse(Session& session) {
  const ImGuiIO& io = ImGui::GetIO();
  SceneView& view = session.draft.view;
  if (ImGui::IsItemActive() && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0))
    keep_camera(view, render::orbited(camera_of(view), io.MouseDelta.x, io.MouseDelta.y));
  if (!ImGui::IsItemHovered()) return;
  if (io.MouseWheel != 0) keep_camera(view, render::zoomed(camera_of(view), io.MouseWheel));
  if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    const SceneView fresh;
    view.azimuth = fresh.azimuth, view.elevation = fresh.elevation, view.zoom = fresh.zoom;
  }
}

void draw_tick_labels(Ui& ui, const render::SurfaceFrame& frame, const render::SurfaceGrid& grid, ImVec2 corner) {
  const FontScope font(ui.theme.small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const auto& tick : render::tick_labels(frame, grid.top)) {
    const double size_here = grid.top > 0 ? grid.top : 1;
    const std::string text = short_number(std::abs(tick.value) < 1e-12 * size_here ? 0 : tick.value);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    list->AddText({corner.x + tick.x - size.x / 2, corner.y + tick.y - size.y / 2}, packed(ui.theme.dim), text.c_str());
  }
}

const char* height_words(const Picture& picture) {
  return picture.landscape->surroundings().least_value ? "f − f*" : "f";
}

}  // namespace

void draw_surface(Ui& ui, const Picture& picture, const FieldPicture* field, ImVec2 size) {
  Session& session = ui.session;
  const ImVec2 corner = ImGui::GetCursorScreenPos(), far{corner.x + size.x, corner.y + size.y};
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, far, packed(ui.theme.card));
  mouse_area("surface", size);
  report(ui, "surface", false);
  handle_mouse(session);
  if (!field || !ui.views) return;
  const bool hovered = ImGui::IsItemHovered() && !ImGui::IsItemActive();
  const Drawn drawn = drawn_runs(ui, picture);
  render::SurfaceFrame frame;
  set_scenery(ui, picture, *field, drawn, size, frame);
  frame.camera = camera_of(session.draft.view);
  if (ImGui::IsItemActive() || session.playback.playing) frame.supersample = 1;
  if (session.cursor_place) frame.cursor = *session.cursor_place;
  if (const unsigned texture = ui.views->draw_surface(frame))
    list->AddImage(reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(texture)), corner, far);
  list->PushClipRect(corner, far, true);
  const auto& grid = ui.views->grid();
  draw_tick_labels(ui, frame, grid, corner);
  if (field->levels.logarithmic)
    text_box(ui, {far.x - ui.px(8), corner.y + ui.px(8)}, {1, 0},
             {{std::string("height: logarithm of ") + height_words(picture), ui.theme.dim}});
  draw_outdated_note(ui, {corner.x + size.x / 2, corner.y + ui.px(10)});
  if (hovered) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto place = render::pick(frame, grid, mouse.x - corner.x, mouse.y - corner.y);
    if (place) {
      session.next_cursor_place = *place;
      const double f = value_at(*picture.landscape, point_at(picture.plane, (*place)[0], (*place)[1]));
      text_box(ui, {corner.x + ui.px(8), far.y - ui.px(8)}, {0, 1},
               {{"x " + short_number((*place)[0]) + "   y " + short_number((*place)[1]) + "   f " + short_number(f),
                 ui.theme.ink}});
    }
  }
  list->PopClipRect();
}

}  // namespace steplab
