#include "app/widgets/schedule_editor.h"

#include "app/session/session.h"
#include "app/widgets/schedule_handles.h"
#include "core/base/error.h"
#include "core/catalog.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr float kNear = 8;        // pixels at scale 1 from the curve, or from a neighbouring knot
constexpr int kMostDrawn = 2000;  // updates of the curve drawn while a handle is held

struct Editor {
  Ui& ui;
  plot::Plot& plot;
  Choice& rate;
  double scale;
  int T;
  ImU32 colour;

  /// A log axis has no place for 0: it lies on the frame's lower edge.
  double shown(double factor) const {
    const plot::Transform y = plot.transform(plot::Axis::kY);
    return y.scale() == plot::Scale::kLog && !(factor > 0) ? y.range().low : scale * factor;
  }
  ImVec2 pixel(const ScheduleHandle& handle) const {
    return {static_cast<float>(plot.transform(plot::Axis::kX).pixel(handle.t)),
            static_cast<float>(plot.transform(plot::Axis::kY).pixel(shown(handle.factor)))};
  }
};

plot::HandleStyle style_of(const ScheduleHandle& handle, ImU32 colour) {
  switch (handle.kind) {
    case HandleKind::kVertical:
      return {.colour = colour, .radius = 4, .shape = plot::HandleShape::kBar, .cursor = ImGuiMouseCursor_ResizeEW};
    case HandleKind::kHeight:
      return {.colour = colour, .radius = 4, .cursor = ImGuiMouseCursor_ResizeNS};
    default:
      return {.colour = colour, .radius = 4.5F, .cursor = ImGuiMouseCursor_ResizeAll};
  }
}

/// The handle with this id; null if a move has made it go.
const ScheduleHandle* found(const std::vector<ScheduleHandle>& handles, const std::string& id) {
  const auto it = std::ranges::find(handles, id, &ScheduleHandle::id);
  return it == handles.end() ? nullptr : &*it;
}

/// A knot that was drawn onto its neighbour.
bool lies_on_neighbour(const Editor& e, const ScheduleHandle& knot) {
  const ImVec2 at = e.pixel(knot);
  for (const auto& other : handles_of(e.rate, e.T)) {
    const ImVec2 there = e.pixel(other);
    if (other.id != knot.id && other.id.starts_with("knot") && std::abs(there.x - at.x) < e.ui.px(kNear) &&
        std::abs(there.y - at.y) < e.ui.px(kNear))
      return true;
  }
  return false;
}

void say(const Editor& e, const ScheduleHandle& handle, bool held) {
  std::string words = handle.value + " · η " + short_number(e.scale * handle.factor);
  if (held && handle.id.starts_with("knot") && lies_on_neighbour(e, handle)) words = "let go to remove this knot";
  e.plot.annotation(handle.t, e.shown(handle.factor), words, packed(e.ui.theme.ink), {12, -20});
}

/// Takes the handle to (x, y) of the plot, always from where the drag began: nothing adds up on the way.
bool move(Editor& e, const ScheduleHandle& handle, double x, double y) {
  auto& drag = e.ui.session.schedule_drag;
  if (!drag || drag->handle != handle.id) return false;
  Choice next = drag->from;
  move_handle(next, handle.id, x, y / e.scale, e.T);
  if (next == e.rate) return false;
  e.rate = std::move(next);
  return true;
}

bool one_handle(Editor& e, const ScheduleHandle& handle) {
  auto& drag = e.ui.session.schedule_drag;
  double x = handle.t, y = e.shown(handle.factor);
  const bool wanted = e.plot.drag_point(handle.id.c_str(), &x, &y, style_of(handle, e.colour));
  const plot::HandleUse use = e.plot.last_handle();
  if (use.hovered && !use.active) tooltip(e.ui, handle.help);
  if (use.grabbed) drag = ScheduleDrag{handle.id, e.rate};
  bool changed = wanted && move(e, handle, x, y);
  const auto now = changed ? handles_of(e.rate, e.T) : std::vector{handle};
  const ScheduleHandle* there = found(now, handle.id);
  e.plot.place_handle(there ? there->t : handle.t, e.shown(there ? there->factor : handle.factor));
  if (there && (use.hovered || use.active)) say(e, *there, use.active);
  if (use.released) {
    changed |= drag && drag->from != e.rate && lies_on_neighbour(e, handle) && remove_knot(e.rate, handle.id);
    drag.reset();
  }
  if (use.hovered && ImGui::IsMouseClicked(1)) changed |= remove_knot(e.rate, handle.id);
  const ImVec2 at = e.pixel(handle);
  const float radius = e.ui.px(7);
  report_rect(e.ui, "handle." + handle.id, {at.x - radius, at.y - radius}, {at.x + radius, at.y + radius}, false);
  return changed;
}

/// The curve of a knots schedule under the mouse: a double click there makes another knot.
bool new_knot(Editor& e) {
  if (e.rate.id != "knots" || !e.plot.frame_hovered()) return false;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const double t = std::round(e.plot.transform(plot::Axis::kX).value(mouse.x));
  if (!(t >= 0 && t <= e.T)) return false;
  const double factor = make_choice(schedules(), e.rate, "schedule")->factor(static_cast<int>(t), e.T);
  const double y = e.plot.transform(plot::Axis::kY).pixel(e.shown(factor));
  if (!(std::abs(y - mouse.y) < e.ui.px(kNear))) return false;
  e.plot.text(t, e.shown(factor), "double click: another knot", packed(e.ui.theme.dim), {10, -12});
  if (!ImGui::IsMouseDoubleClicked(0)) return false;
  e.plot.take_double_click();
  return add_knot(e.rate, t, factor, e.T);
}

/// What the engine will do with the schedule as it is now, before it has.
void draw_preview(Editor& e) {
  const auto schedule = make_choice(schedules(), e.rate, "schedule");
  std::vector<double> t, rates;
  const int stride = std::max(1, e.T / kMostDrawn);
  for (int i = 0; i < e.T; i += stride) {
    t.push_back(i);
    rates.push_back(e.scale * schedule->factor(i, e.T));
  }
  const auto x = e.plot.keep(std::move(t)), y = e.plot.keep(std::move(rates));
  e.plot.stairs("##preview", x, y, {.colour = e.colour, .width = 2.25F});
}

}  // namespace

bool edit_schedule_in_plot(Ui& ui, plot::Plot& plot, Choice& rate, double scale, int T, ImU32 colour) try {
  auto& drag = ui.session.schedule_drag;
  if (!(scale > 0)) return false;
  Editor editor{ui, plot, rate, scale, T, colour};
  bool changed = false;
  // Moving one handle may move the others: they follow in the next frame.
  for (const auto& handle : handles_of(rate, T)) changed |= one_handle(editor, handle);
  if (drag && !ImGui::IsMouseDown(0)) drag.reset();  // its handle went while it was held
  changed |= new_knot(editor);
  if (drag) draw_preview(editor);
  return changed;
} catch (const InputError&) {  // a draft that is not valid yet
  return false;
}

}  // namespace steplab
