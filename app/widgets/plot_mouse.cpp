// Pan, zoom, box zoom, click: what the mouse does to the ranges of a plot.
#include "app/widgets/plot_context.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

constexpr float kStill = 4;          // pixels within which a press counts as a click
constexpr double kWheelStep = 0.85;  // zoom of one notch

bool stayed(int button) {
  const float distance = ImGui::GetIO().MouseDragMaxDistanceSqr[button];
  return distance < kStill * kStill;
}

void fix(AxisState& axis, const Range& shown) {
  axis.shown = shown;
  axis.fixed = true;
}

double fraction_x(const Context& c, float x) { return (x - c.frame.left) / c.frame.width(); }
double fraction_y(const Context& c, float y) { return (c.frame.bottom - y) / c.frame.height(); }

void pan(Context& c, bool along_x, bool along_y) {
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  if (along_x && moved.x != 0)
    fix(c.state.x, panned(c.state.x.shown, c.state.x.scale, -static_cast<double>(moved.x) / c.frame.width()));
  if (along_y && moved.y != 0)
    fix(c.state.y, panned(c.state.y.shown, c.state.y.scale, static_cast<double>(moved.y) / c.frame.height()));
}

void zoom(Context& c, bool along_x, bool along_y) {
  const ImGuiIO& io = ImGui::GetIO();
  const float notches = io.MouseWheel != 0 ? io.MouseWheel : io.KeyShift ? io.MouseWheelH : 0;
  if (notches == 0) return;
  const double factor = std::pow(kWheelStep, std::clamp(notches, -10.0F, 10.0F));
  if (along_x) fix(c.state.x, zoomed(c.state.x.shown, c.state.x.scale, fraction_x(c, io.MousePos.x), factor));
  if (along_y) fix(c.state.y, zoomed(c.state.y.shown, c.state.y.scale, fraction_y(c, io.MousePos.y), factor));
}

// An area that moves one axis or both; the ImGui item stays current for further queries.
void move_axes(Context& c, const char* id, const Box& box, bool along_x, bool along_y, int buttons) {
  mouse_area(id, box, buttons);
  if (ImGui::IsItemHovered()) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool both = along_x && along_y;
    zoom(c, along_x && !(both && io.KeyShift), along_y && !(both && io.KeyCtrl));
    if (ImGui::IsMouseDoubleClicked(0) && !c.double_click_taken && !c.on_handle) {
      c.state.x.fixed = c.state.x.fixed && !along_x;
      c.state.y.fixed = c.state.y.fixed && !along_y;
    }
  }
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0, kStill)) {
    pan(c, along_x, along_y);
    c.outcome.active = true;
  }
}

Range between_pixels(const Transform& transform, double a, double b) {
  return {std::min(transform.value(a), transform.value(b)), std::max(transform.value(a), transform.value(b))};
}

// The box so far becomes the new view, unless it is too thin to be meant.
void finish_box(Context& c) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const double x0 = c.card.left + c.state.zoom_x, y0 = c.card.top + c.state.zoom_y;
  const double x1 = std::clamp(mouse.x, c.frame.left, c.frame.right),
               y1 = std::clamp(mouse.y, c.frame.top, c.frame.bottom);
  const bool wide = std::abs(x1 - x0) >= c.px(6), tall = std::abs(y1 - y0) >= c.px(6);
  if (wide) fix(c.state.x, between_pixels(c.x, x0, x1));
  if (tall) fix(c.state.y, between_pixels(c.y, y0, y1));
}

void box_zoom(Context& c) {
  if (ImGui::IsItemActivated() && ImGui::IsMouseClicked(1)) {
    c.state.zooming = true;
    c.state.zoom_x = ImGui::GetIO().MousePos.x - c.card.left;
    c.state.zoom_y = ImGui::GetIO().MousePos.y - c.card.top;
  }
  if (!c.state.zooming) return;
  c.outcome.active = true;
  if (escape_pressed()) {
    c.state.zooming = false;
  } else if (!ImGui::IsMouseDown(1)) {
    c.state.zooming = false;
    if (stayed(1)) {
      ImGui::OpenPopup("series");
    } else {
      finish_box(c);
    }
  }
}

void share_range(const Context& c) {
  if (c.options.link) c.options.link->x = c.state.x.fixed ? std::optional(c.state.x.shown) : std::nullopt;
}

void share_cursor(const Context& c, bool hovered, float x) {
  Link* link = c.options.link;
  if (!link) return;
  if (hovered) {
    link->cursor_x = c.x.value(x);
    link->cursor_owner = c.id;
  } else if (link->cursor_owner == c.id) {
    link->cursor_x.reset();
    link->cursor_owner = 0;
  }
}

void adopt_range(const Context& c) {
  if (!c.options.link) return;
  c.state.x.fixed = c.options.link->x.has_value();
  if (c.state.x.fixed) c.state.x.shown = *c.options.link->x;
}

// A scale that was changed asks for a fresh fit.
void adopt_scale(AxisState& axis, Scale scale) {
  if (axis.scale == scale) return;
  axis = {axis.shown, scale, false, false};
}

}  // namespace

bool mouse_area(const char* id, const Box& box, int buttons) {
  const ImVec2 size{std::max(box.width(), 1.0F), std::max(box.height(), 1.0F)};
  ImGui::SetCursorScreenPos({box.left, box.top});
  return ImGui::InvisibleButton(id, size, buttons);
}

bool escape_pressed() {
#if IMGUI_VERSION_NUM < 18700
  return ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false);
#else
  return ImGui::IsKeyPressed(ImGuiKey_Escape, false);
#endif
}

void take_mouse(Context& c) {
  adopt_range(c);
  adopt_scale(c.state.x, c.x_setup.scale);
  adopt_scale(c.state.y, c.y_setup.scale);
  const bool known = c.state.margins.top > 0 && c.frame.width() > 1 && c.frame.height() > 1;
  if (!known) return;
  const Box below{c.frame.left, c.frame.bottom + 1, c.frame.right, c.card.bottom - 1};
  const Box beside{c.card.left + 1, c.frame.top, c.frame.left - 1, c.frame.bottom};
  move_axes(c, "x axis", below, true, false, ImGuiButtonFlags_MouseButtonLeft);
  move_axes(c, "y axis", beside, false, true, ImGuiButtonFlags_MouseButtonLeft);
  move_axes(c, "frame", c.frame, true, true, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  c.outcome.hovered = ImGui::IsItemHovered() && !c.on_handle;
  if (ImGui::IsMouseClicked(0)) c.state.second_press = ImGui::IsMouseDoubleClicked(0);
  c.outcome.double_clicked = c.outcome.hovered && ImGui::IsMouseDoubleClicked(0);
  const bool released = ImGui::IsItemDeactivated() && ImGui::IsMouseReleased(0) && stayed(0);
  box_zoom(c);
  recall_transforms(c);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (released && !c.state.second_press && c.frame.holds(mouse)) c.outcome.clicked_x = c.x.value(mouse.x);
  share_range(c);
  share_cursor(c, c.outcome.hovered && !c.handle_active, mouse.x);
  c.outcome.active = c.outcome.active || c.handle_active;
}

}  // namespace steplab::plot
