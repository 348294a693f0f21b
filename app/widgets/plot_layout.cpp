// Where things are in the card: margins measured from the labels, the frame, ticks, and the frame itself drawn.
#include "app/widgets/plot_context.h"
#include "app/widgets/plot_format.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

constexpr float kHead = 36, kBelow = 26, kEdge = 12, kTickGap = 8, kLabelGap = 10;  // pixels at scale 1

Entry entry_of(const Context& c, const Series& series) {
  Entry entry{series.name, shown_part(series.name), series.style.colour, NAN, 0, series.hidden};
  IndexRange seen{0, series.size()};
  if (series.rising) seen = visible(series.x, series.size(), c.state.x.shown);
  for (std::size_t i = seen.end; i-- > seen.begin;) {
    const double value = series.kind == Kind::kBand ? (series.y[i] + series.high[i]) / 2 : series.y[i];
    if (std::isnan(value)) continue;
    entry.end = value;
    entry.end_x = series.x[i];
    // The line lies below every log axis: the label says what it cannot point at.
    if (c.y_setup.scale == Scale::kLog && entry.end <= 0) entry.label += entry.end < 0 ? ": below 0" : ": 0";
    break;
  }
  return entry;
}

// A line says where its name ends; a band only where it has no line.
void gather_entries(Context& c) {
  for (const bool bands : {false, true}) {
    for (const Series& series : c.series) {
      if ((series.kind == Kind::kBand) != bands || shown_part(series.name).empty()) continue;
      const auto same = [&](const Entry& entry) { return entry.name == series.name; };
      if (std::none_of(c.entries.begin(), c.entries.end(), same)) c.entries.push_back(entry_of(c, series));
    }
  }
}

float widest(const std::vector<Tick>& found) {
  float width = 0;
  for (const Tick& tick : found)
    if (!tick.label.empty()) width = std::max(width, ImGui::CalcTextSize(tick.label.c_str()).x);
  return width;
}

// Own ticks that lie in the range, or computed ones.
std::vector<Tick> ticks_of(const AxisSetup& setup, const Transform& transform, double pixels,
                           const LabelExtent& extent) {
  if (setup.ticks.empty()) return ticks(transform.range(), transform.scale(), pixels, extent);
  std::vector<Tick> found;
  for (const Tick& tick : setup.ticks)
    if (tick.value >= transform.range().low && tick.value <= transform.range().high) found.push_back(tick);
  return found;
}

float margin_right(const Context& c) {
  float width = 0;
  if (c.options.labels)
    for (const Entry& entry : c.entries) width = std::max(width, ImGui::CalcTextSize(entry.label.c_str()).x);
  if (width > 0) width += c.px(kLabelGap);
  // Room for half of the last tick's label and for the name of the axis.
  const float name = c.x_setup.label.empty() ? 0 : ImGui::CalcTextSize(c.x_setup.label.c_str()).x + c.px(20);
  return std::min(std::max({width, name, c.px(kEdge)}), 0.36F * c.card.width()) + c.px(kEdge);
}

float stepped(float pixels) { return std::ceil(pixels / 4) * 4; }  // so that a digit more does not move the frame

// Linked plots take the widest margins of the frame before; while something is dragged or zoomed, margins only grow.
void share_margins(Context& c, Margins& margins) {
  margins.left = stepped(margins.left);
  margins.right = stepped(margins.right);
  if (c.options.hold || c.handle_active || c.state.x.fixed || c.state.y.fixed) {
    margins.left = std::max(margins.left, c.state.margins.left);
    margins.right = std::max(margins.right, c.state.margins.right);
  }
  Link* link = c.options.link;
  if (!link) return;
  if (link->frame != ImGui::GetFrameCount()) {
    link->frame = ImGui::GetFrameCount();
    link->left = std::exchange(link->next_left, 0.0F);
    link->right = std::exchange(link->next_right, 0.0F);
  }
  link->next_left = std::max(link->next_left, margins.left);
  link->next_right = std::max(link->next_right, margins.right);
  // A plot that wants more than the others had will get it in all of them in the next frame.
  c.outcome.animating = c.outcome.animating || link->next_left > link->left || link->next_right > link->right;
  margins.left = std::max(margins.left, link->left);
  margins.right = std::max(margins.right, link->right);
}

void set_frame(Context& c, const Margins& margins) {
  c.state.margins = margins;
  c.frame = {c.card.left + margins.left, c.card.top + margins.top, c.card.right - margins.right,
             c.card.bottom - margins.bottom};
  c.frame.right = std::max(c.frame.right, c.frame.left + 8);
  c.frame.bottom = std::max(c.frame.bottom, c.frame.top + 8);
  recall_transforms(c);
}

void draw_tick_text(Context& c, const std::string& label, ImVec2 at) {
  c.list->AddText({std::round(at.x), std::round(at.y)}, c.colour(c.theme.dim), label.c_str());
}

void draw_y_axis(Context& c) {
  const float line = ImGui::GetFontSize();
  for (const Tick& tick : c.y_ticks) {
    const float y = std::round(static_cast<float>(c.y.pixel(tick.value)));
    if (tick.label.empty()) {
      c.list->AddRectFilled({c.frame.left - c.px(3), y}, {c.frame.left, y + 1}, c.colour(c.theme.hairline));
      continue;
    }
    c.list->AddRectFilled({c.frame.left, y}, {c.frame.right, y + 1}, c.colour(c.theme.hairline));
    const float width = ImGui::CalcTextSize(tick.label.c_str()).x;
    draw_tick_text(c, tick.label, {c.frame.left - c.px(kTickGap) - width, y - line / 2});
  }
}

void draw_x_axis(Context& c) {
  const float top = c.frame.bottom + c.px(7);
  float end = c.frame.right;
  for (const Tick& tick : c.x_ticks) {
    const float x = std::round(static_cast<float>(c.x.pixel(tick.value)));
    const float length = c.px(tick.label.empty() ? 3 : 4);
    c.list->AddRectFilled({x, c.frame.bottom}, {x + 1, c.frame.bottom + length}, c.colour(c.theme.hairline));
    if (tick.label.empty()) continue;
    const float width = ImGui::CalcTextSize(tick.label.c_str()).x;
    draw_tick_text(c, tick.label, {x - width / 2, top});
    end = std::max(end, x + width / 2);
  }
  if (!c.x_setup.label.empty()) draw_tick_text(c, c.x_setup.label, {end + c.px(8), top});
}

void draw_empty(Context& c) {
  const ImVec2 size = ImGui::CalcTextSize(c.options.empty_text, nullptr, false, c.frame.width());
  const ImVec2 at{(c.frame.left + c.frame.right - size.x) / 2, (c.frame.top + c.frame.bottom - size.y) / 2};
  c.list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {std::round(at.x), std::round(at.y)}, c.colour(c.theme.dim),
                  c.options.empty_text, nullptr, c.frame.width());
}

}  // namespace

void lay_out(Context& c) {
  const FontScope font(c.theme.small);
  gather_entries(c);
  Margins margins{c.px(kEdge), c.px(kHead), 0, c.px(kBelow)};
  set_frame(c, {margins.left, margins.top, c.px(kEdge), margins.bottom});
  const double line = 3 * ImGui::GetFontSize();
  c.y_ticks = ticks_of(c.y_setup, c.y, c.frame.height(), [&](const std::string&) { return line; });
  // Room for common labels from the start, so that the frame seldom moves when the range does.
  margins.left = c.px(kEdge) + std::max(widest(c.y_ticks), ImGui::CalcTextSize("0.000").x) + c.px(kTickGap);
  margins.right = margin_right(c);
  share_margins(c, margins);
  set_frame(c, margins);
  const double gap = c.px(36);
  c.x_ticks = ticks_of(c.x_setup, c.x, c.frame.width(),
                       [&](const std::string& label) { return ImGui::CalcTextSize(label.c_str()).x + gap; });
  for (Series& series : c.series) {
    series.seen = {0, series.size()};
    if (series.rising) series.seen = visible(series.x, series.size(), c.state.x.shown);
  }
}

void draw_axes(Context& c) {
  const FontScope font(c.theme.small);
  if (!c.has_data) return draw_empty(c);
  draw_y_axis(c);
  draw_x_axis(c);
}

}  // namespace steplab::plot
