#include "app/widgets/plot.h"

#include "app/widgets/plot_context.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab::plot {
namespace {

void begin_card(const char* id, Context& c) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  // No scrolling: the wheel zooms.
  c.visible =
      ImGui::BeginChild(id, c.options.size, true,
                        ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
  const ImVec2 corner = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  c.card = {corner.x, corner.y, corner.x + size.x, corner.y + size.y};
  c.list = ImGui::GetWindowDrawList();
  c.id = ImGui::GetID("frame");
}

// What the mouse meets is what was drawn in the frame before.
void recall_frame(Context& c) {
  const Margins& margins = c.state.margins;
  c.frame = {c.card.left + margins.left, c.card.top + margins.top, c.card.right - margins.right,
             c.card.bottom - margins.bottom};
  recall_transforms(c);
}

Series& add(Context& c, Kind kind, const std::string& name, Xs x, std::span<const double> y, const LineStyle& style) {
  c.series.push_back({kind, name, x, y, {}, style});
  c.series.back().rising = x.rising(y.size());
  c.series.back().hidden = is_hidden(c.state, name);
  return c.series.back();
}

}  // namespace

Plot::Plot(const char* id, State& state, const Options& options) : context_(std::make_unique<Context>(options, state)) {
  Context& c = *context_;
  begin_card(id, c);
  recall_frame(c);
  if (options.log_y) c.y_setup.scale = *options.log_y ? Scale::kLog : Scale::kLinear;
  c.visible = c.visible && c.card.width() > c.px(60) && c.card.height() > c.px(60);
}

Plot::~Plot() { end(); }

void Plot::setup_axis(Axis axis, const AxisSetup& setup) {
  Context& c = *context_;
  (axis == Axis::kX ? c.x_setup : c.y_setup) = setup;
  if (c.options.log_y) c.y_setup.scale = *c.options.log_y ? Scale::kLog : Scale::kLinear;
}

void Plot::line(const std::string& name, Xs x, std::span<const double> y, const LineStyle& style) {
  add(*context_, Kind::kLine, name, x, y, style);
}

void Plot::stairs(const std::string& name, Xs x, std::span<const double> y, const LineStyle& style) {
  add(*context_, Kind::kStairs, name, x, y, style);
}

void Plot::shaded(const std::string& name, Xs x, std::span<const double> low, std::span<const double> high,
                  const LineStyle& style, float opacity) {
  Series& series = add(*context_, Kind::kBand, name, x, low, style);
  series.high = high;
  series.opacity = opacity;
}

void Plot::scatter(const std::string& name, Xs x, std::span<const double> y, const LineStyle& style, Marker marker,
                   float radius) {
  Series& series = add(*context_, Kind::kScatter, name, x, y, style);
  series.marker = marker;
  series.radius = radius;
}

void Plot::heat_map(const HeatMap& map) { context_->heat_maps.push_back(map); }

void Plot::image(const Image& image) { context_->images.push_back(image); }

void Plot::inf_line(Axis axis, double value, const LineStyle& style, const std::string& label) {
  context_->rules.push_back({axis, value, style, label});
}

void Plot::text(double x, double y, const std::string& words, ImU32 colour, ImVec2 offset) {
  context_->notes.push_back({x, y, words, colour, offset, false});
}

void Plot::annotation(double x, double y, const std::string& words, ImU32 colour, ImVec2 offset) {
  context_->notes.push_back({x, y, words, colour, offset, true});
}

Transform Plot::transform(Axis axis) const { return axis == Axis::kX ? context_->x : context_->y; }

bool Plot::frame_hovered() const {
  const Context& c = *context_;
  return c.visible && c.frame.holds(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered() && !ImGui::IsAnyItemActive() &&
         !c.on_handle;
}

void Plot::take_double_click() { context_->double_click_taken = true; }

std::span<const double> Plot::keep(std::vector<double> values) {
  context_->kept.push_back(std::move(values));
  return context_->kept.back();
}

const Outcome& Plot::end() {
  Context& c = *context_;
  if (std::exchange(c.ended, true)) return c.outcome;
  if (c.visible) {
    take_mouse(c);
    fit_axes(c);
    lay_out(c);
    draw_head(c);
    draw_labels(c);
    draw_axes(c);
    ImGui::PushClipRect({c.frame.left - 2, c.frame.top - 2}, {c.frame.right + 2, c.frame.bottom + 2}, true);
    draw_heat_maps(c);
    draw_series(c);
    draw_marks(c);
    ImGui::PopClipRect();
    draw_handles(c);
    draw_readout(c);
    draw_menu(c);
    c.state.animating = c.outcome.animating;
  }
  if (c.options.capture) capture(c);
  ImGui::EndChild();
  return c.outcome;
}

}  // namespace steplab::plot
