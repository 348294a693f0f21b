// Rules, notes, handles, the box of a zoom and the shared cursor.
#include "app/widgets/plot_context.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

constexpr float kReach = 7;  // half the side of what takes the mouse around a handle, pixels at scale 1

bool in_frame(const Context& c) { return c.state.margins.top > 0 && c.frame.width() > 1 && c.frame.height() > 1; }

double clamped_value(const Transform& transform, float pixel, float low, float high) {
  return transform.value(std::clamp(pixel, std::min(low, high), std::max(low, high)));
}

bool inside(const Box& frame, double x, double y) {
  return x >= frame.left - 1 && x <= frame.right + 1 && y >= frame.top - 1 && y <= frame.bottom + 1;
}

void remember_grab(Context& c, ImVec2 handle) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  c.state.grab_x = handle.x - mouse.x;
  c.state.grab_y = handle.y - mouse.y;
}

bool mouse_moved() {
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  return moved.x != 0 || moved.y != 0;
}

// What the mouse does with a handle, and where it wants it to be.
struct Grip {
  HandleUse use;
  bool focused = false, moved = false;
  ImVec2 at;
};

// Notes which handle the mouse holds; axes keep still meanwhile.
void hold_handle(Context& c, unsigned id, bool active) {
  if (active) {
    c.state.held = id;
    c.handle_active = true;
  } else if (c.state.held == id) {
    c.state.held = 0;
  }
}

// A handle at `p` takes the mouse within `reach`. One that is held stays in hand where a new range puts it outside.
Grip grip_at(Context& c, const char* name, Point p, ImVec2 reach, ImGuiMouseCursor cursor) {
  Grip grip;
  const unsigned id = ImGui::GetID(name);
  const bool there = std::isfinite(p.x) && std::isfinite(p.y) && (inside(c.frame, p.x, p.y) || id == c.state.held);
  if (!there || !c.visible || !in_frame(c)) return grip;
  const ImVec2 at{static_cast<float>(p.x), static_cast<float>(p.y)};
  mouse_area(name, {at.x - reach.x, at.y - reach.y, at.x + reach.x, at.y + reach.y}, ImGuiButtonFlags_MouseButtonLeft);
  grip.use = {ImGui::IsItemHovered(), ImGui::IsItemActivated(), ImGui::IsItemActive(), ImGui::IsItemDeactivated()};
  grip.focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
  if (grip.use.grabbed) remember_grab(c, at);
  if (grip.use.hovered || grip.use.active) ImGui::SetMouseCursor(cursor);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  grip.at = {mouse.x + c.state.grab_x, mouse.y + c.state.grab_y};
  grip.moved = grip.use.active && ImGui::IsMouseDown(0) && mouse_moved();
  hold_handle(c, id, grip.use.active);
  return grip;
}

void draw_rule_label(Context& c, const Rule& rule, float pixel) {
  if (rule.label.empty()) return;
  const FontScope font(c.theme.small);
  const ImVec2 size = ImGui::CalcTextSize(rule.label.c_str());
  ImVec2 at{pixel + c.px(4), c.frame.top + c.px(3)};
  if (rule.axis == Axis::kX && at.x + size.x > c.frame.right) at.x = pixel - c.px(4) - size.x;
  if (rule.axis == Axis::kY) at = {c.frame.right - size.x - c.px(6), pixel - size.y - c.px(2)};
  if (rule.axis == Axis::kY && at.y < c.frame.top) at.y = pixel + c.px(2);
  c.list->AddText({std::round(at.x), std::round(at.y)}, rule.style.colour, rule.label.c_str());
}

void draw_rule(Context& c, const Rule& rule) {
  const bool upright = rule.axis == Axis::kX;
  const double pixel = upright ? c.x.pixel(rule.value) : c.y.pixel(rule.value);
  const double low = upright ? c.frame.left : c.frame.top, high = upright ? c.frame.right : c.frame.bottom;
  if (!(pixel >= low - 1 && pixel <= high + 1)) return;
  // A one-pixel line is sharp only in the middle of its pixels.
  const double at = std::floor(pixel) + 0.5;
  const Point from = upright ? Point{at, c.frame.top} : Point{c.frame.left, at};
  const Point to = upright ? Point{at, c.frame.bottom} : Point{c.frame.right, at};
  const float width = c.px(rule.style.width) * (rule.strong ? 1.6F : 1.0F);
  draw_line(*c.list, c.frame, from, to, rule.style.colour, width, DashWalk(rule.style.dash, c.theme.scale));
  draw_rule_label(c, rule, static_cast<float>(at));
}

void draw_note(Context& c, const Note& note) {
  const Point p{c.x.pixel(note.x), c.y.pixel(note.y)};
  if (!inside(c.frame, p.x, p.y)) return;
  const FontScope font(c.theme.small);
  const ImVec2 point{static_cast<float>(p.x), static_cast<float>(p.y)}, size = ImGui::CalcTextSize(note.words.c_str());
  const float pad = note.boxed ? c.px(5) : 0;
  ImVec2 at{point.x + c.px(note.offset.x), point.y + c.px(note.offset.y) - size.y / 2};
  at.x = std::round(std::clamp(at.x, c.frame.left + pad, std::max(c.frame.left + pad, c.frame.right - size.x - pad)));
  at.y = std::round(std::clamp(at.y, c.frame.top + pad, std::max(c.frame.top + pad, c.frame.bottom - size.y - pad)));
  if (note.boxed) {
    c.list->AddLine(point, {at.x + std::clamp(point.x - at.x, 0.0F, size.x), at.y + size.y / 2}, note.colour, c.px(1));
    c.list->AddCircleFilled(point, c.px(2.5F), note.colour);
    const ImVec2 low{at.x - pad, at.y - pad / 2}, high{at.x + size.x + pad, at.y + size.y + pad / 2};
    c.list->AddRectFilled(low, high, c.colour(c.theme.card), c.px(3));
    c.list->AddRect(low, high, c.colour(c.theme.hairline), c.px(3));
  }
  c.list->AddText(at, note.colour, note.words.c_str());
}

void draw_point(Context& c, const Handle& handle, ImVec2 at, float radius) {
  c.list->AddCircleFilled(at, radius, c.colour(c.theme.card));
  c.list->AddCircle(at, radius, handle.style.colour, 0, c.px(2));
  if (handle.active) c.list->AddCircleFilled(at, radius / 2, handle.style.colour);
}

void draw_bar(Context& c, const Handle& handle, ImVec2 at, float radius) {
  const ImVec2 low{at.x - radius * 0.6F, at.y - radius * 1.5F}, high{at.x + radius * 0.6F, at.y + radius * 1.5F};
  c.list->AddRectFilled(low, high, handle.active ? handle.style.colour : c.colour(c.theme.card), radius / 2);
  c.list->AddRect(low, high, handle.style.colour, radius / 2, 0, c.px(2));
}

void draw_handle(Context& c, const Handle& handle) {
  const Point p{c.x.pixel(handle.x), c.y.pixel(handle.y)};
  if (!inside(c.frame, p.x, p.y)) return;
  const ImVec2 at{static_cast<float>(p.x), static_cast<float>(p.y)};
  const float radius = c.px(handle.style.radius) * (handle.hovered || handle.active ? 1.25F : 1.0F);
  if (handle.style.shape == HandleShape::kBar)
    draw_bar(c, handle, at, radius);
  else
    draw_point(c, handle, at, radius);
  if (handle.focused) c.list->AddCircle(at, radius + c.px(3), c.colour(c.theme.accent), 0, c.px(1.5F));
  if (handle.style.label[0] == 0) return;
  const FontScope font(c.theme.small);
  c.list->AddText({at.x + radius + c.px(4), at.y - radius - ImGui::GetFontSize()}, c.colour(c.theme.ink),
                  handle.style.label);
}

void draw_box(Context& c) {
  if (!c.state.zooming) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const ImVec2 from{c.card.left + c.state.zoom_x, c.card.top + c.state.zoom_y};
  const ImVec2 to{std::clamp(mouse.x, c.frame.left, c.frame.right), std::clamp(mouse.y, c.frame.top, c.frame.bottom)};
  const ImVec2 low{std::min(from.x, to.x), std::min(from.y, to.y)},
      high{std::max(from.x, to.x), std::max(from.y, to.y)};
  c.list->AddRectFilled(low, high, c.colour(c.theme.accent, 0.12F));
  c.list->AddRect(low, high, c.colour(c.theme.accent));
}

void draw_cursor(Context& c) {
  const Link* link = c.options.link;
  if (link && link->cursor_x) draw_rule(c, {Axis::kX, *link->cursor_x, {c.colour(c.theme.dim, 0.7F), 1, {}}, ""});
}

}  // namespace

bool Plot::drag_point(const char* id, double* x, double* y, const HandleStyle& style) {
  Context& c = *context_;
  const Point p{c.x.pixel(*x), c.y.pixel(*y)};
  const float reach = c.px(std::max(kReach, style.radius + 2));
  const Grip grip = grip_at(c, id, p, {reach, reach}, style.cursor);
  if (grip.moved) {
    *x = clamped_value(c.x, grip.at.x, c.frame.left, c.frame.right);
    *y = clamped_value(c.y, grip.at.y, c.frame.top, c.frame.bottom);
  }
  c.handles.push_back({*x, *y, style, grip.use.hovered, grip.use.active, grip.focused});
  c.last_handle = grip.use;
  return grip.moved;
}

const HandleUse& Plot::last_handle() const { return context_->last_handle; }

void Plot::place_handle(double x, double y) {
  if (context_->handles.empty()) return;
  context_->handles.back().x = x;
  context_->handles.back().y = y;
}

bool Plot::drag_line(const char* id, Axis axis, double* value, const LineStyle& style, const std::string& label) {
  Context& c = *context_;
  const Box& f = c.frame;
  const bool upright = axis == Axis::kX;
  const Point p =
      upright ? Point{c.x.pixel(*value), (f.top + f.bottom) / 2} : Point{(f.left + f.right) / 2, c.y.pixel(*value)};
  const ImVec2 reach = upright ? ImVec2{c.px(kReach), f.height() / 2} : ImVec2{f.width() / 2, c.px(kReach)};
  const Grip grip = grip_at(c, id, p, reach, upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
  if (grip.moved)
    *value = upright ? clamped_value(c.x, grip.at.x, f.left, f.right) : clamped_value(c.y, grip.at.y, f.top, f.bottom);
  c.rules.push_back({axis, *value, style, label, grip.use.hovered || grip.use.active});
  return grip.moved;
}

void draw_marks(Context& c) {
  if (c.has_anything()) {
    for (const Rule& rule : c.rules) draw_rule(c, rule);
    draw_cursor(c);
    for (const Note& note : c.notes) draw_note(c, note);
  }
  draw_box(c);
}

void draw_handles(Context& c) {
  if (!c.has_anything()) return;
  for (const Handle& handle : c.handles) draw_handle(c, handle);
}

}  // namespace steplab::plot
