#include "app/widgets/slider.h"

#include "app/session/session.h"

#include <algorithm>
#include <cmath>
#include <imgui_stdlib.h>

namespace steplab {
namespace {

constexpr double kHandySpan = 1e4;  // of a linear range that one can still aim on
constexpr double kDecades = 3;      // on each side of a default, where the range is too wide

double rounded_to_grid(const SliderRange& range, double value) { return range.whole ? std::round(value) : value; }

bool allowed(const SliderRange& range, double value) {
  if (!std::isfinite(value) || (range.whole && value != std::round(value))) return false;
  return (range.low_open ? value > range.allowed_low : value >= range.allowed_low) &&
         (range.high_open ? value < range.allowed_high : value <= range.allowed_high);
}

void limit_to_allowed(SliderRange& range) {
  range.low = std::max(range.low, range.allowed_low);
  range.high = std::min(range.high, range.allowed_high);
  // An open end is not a value: the slider ends just inside.
  const double inset = 1e-3 * (range.high - range.low);
  if (range.low_open && range.low <= range.allowed_low) range.low = range.allowed_low + (range.whole ? 1 : inset);
  if (range.high_open && range.high >= range.allowed_high) range.high = range.allowed_high - (range.whole ? 1 : inset);
}

void span_decades(SliderRange& range, double middle, double value) {
  range.logarithmic = true;
  range.zero = range.allowed_low <= 0 && !range.low_open;
  range.low = std::pow(10, std::floor(std::log10(middle)) - kDecades);
  range.high = std::pow(10, std::ceil(std::log10(middle)) + kDecades);
  if (value > 0) {
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.whole) range.low = std::max(1.0, range.low);
  range.low = std::max(range.low, std::max(range.allowed_low, 1e-300));
  range.high = std::min(range.high, range.allowed_high);
}

void draw_slider(Ui& ui, ImVec2 low, ImVec2 high, double place, bool hot) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = std::round((low.y + high.y) / 2), r = ui.px(7), t = ui.px(2);
  const float x = low.x + r + static_cast<float>(place) * (high.x - low.x - 2 * r);
  list->AddRectFilled({low.x, y - t}, {high.x, y + t}, packed(ui.theme.hairline), t);
  list->AddRectFilled({low.x, y - t}, {x, y + t}, packed(ui.theme.accent), t);
  list->AddCircleFilled({x, y}, r, packed(hot ? ui.theme.accent : ui.theme.card), 24);
  list->AddCircle({x, y}, r, packed(ui.theme.accent), 24, ui.px(2));
}

bool slide(Ui& ui, const SliderText& text, const SliderRange& range, double& value, float width) {
  mouse_area("##slide", {std::max(width, 8.0f), row_height(ui)});
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const float r = ui.px(7);
  const double before = value;
  const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
  if (active) {
    // Whoever grabs the knob without moving must not change the value by the few pixels that they missed it by.
    const double place = (ImGui::GetIO().MousePos.x - low.x - r) / std::max(1.0f, high.x - low.x - 2 * r);
    const bool moved = ImGui::IsMouseDragging(ImGuiMouseButton_Left, 1.0f) ||
                       std::abs(place - place_of(range, value)) * (high.x - low.x) > r;
    if (moved) value = value_at_place(range, place);
  } else if (hovered) {
    if (ui.wheel_taken) *ui.wheel_taken = true;
    if (const float notches = ImGui::GetIO().MouseWheel; notches != 0) value = turned(range, value, notches);
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Right)) value = text.initial;
  }
  draw_slider(ui, low, high, place_of(range, value), active || hovered);
  tooltip(ui, text.help);
  report(ui, "slider." + std::string(text.id));
  return value != before;
}

bool typed_value(Ui& ui, const SliderText& text, const SliderRange& range, double& value) {
  std::string typed = short_number(value);
  ImGui::SetNextItemWidth(value_width(ui));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                      ImVec2{ui.px(7), (row_height(ui) - ui.px(4) - ImGui::GetFontSize()) / 2});
  ImGui::InputText("##typed", &typed, ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleVar();
  report(ui, "value." + std::string(text.id), true,
         !ImGui::IsItemActive() && ImGui::CalcTextSize(typed.c_str()).x > value_width(ui) - 2 * ui.px(7));
  if (!ImGui::IsItemDeactivatedAfterEdit()) {
    if (ImGui::IsItemDeactivated()) accept(ui.session, text.id);  // left as it was: what was refused before is past
    tooltip(ui, text.help);
    return false;
  }
  try {
    const double number = parse_number(typed, text.label);
    if (!allowed(range, number)) throw InputError(text.label, "'" + typed + "' is not allowed");
    accept(ui.session, text.id);
    const bool changed = number != value && typed != short_number(value);
    if (changed) value = number;
    return changed;
  } catch (const InputError&) {
    refuse(ui.session, text.id,
           std::string(text.label) + ": '" + typed + "' is not allowed; allowed: " + range_words(range));
    return false;
  }
}

}  // namespace

std::string range_words(const SliderRange& range) {
  const std::string kind = range.whole ? "a whole number" : "a number";
  const bool low = std::isfinite(range.allowed_low), high = std::isfinite(range.allowed_high);
  const std::string least = short_number(range.allowed_low), most = short_number(range.allowed_high);
  if (low && high && !range.low_open && !range.high_open) return kind + " between " + least + " and " + most;
  std::string words = kind;
  if (low) words += range.low_open ? " above " + least : ", at least " + least;
  if (high) words += std::string(low ? " and " : " ") + (range.high_open ? "below " : "at most ") + most;
  return words;
}

SliderRange slider_range(const ParamSpec& spec, double value) {
  SliderRange range{.whole = spec.kind == ParamKind::kInteger,
                    .allowed_low = spec.min,
                    .allowed_high = spec.max,
                    .low_open = spec.min_open,
                    .high_open = spec.max_open};
  const double* given = std::get_if<double>(&spec.initial);
  const double initial = given ? *given : 0;
  const bool positive = spec.min >= 0, wide = spec.max - spec.min > kHandySpan;
  if (spec.kind == ParamKind::kDuration) {
    range.low = 0;
    range.high = 1 - 1e-3;
  } else if (positive && (spec.logarithmic || wide)) {
    span_decades(range, initial > 0 ? initial : value > 0 ? value : 1, value);
  } else if (wide) {
    const double reach = std::max({10.0, 10 * std::abs(initial), std::abs(value)});
    range.low = -reach;
    range.high = reach;
    limit_to_allowed(range);
  } else {
    range.low = spec.min;
    range.high = spec.max;
    limit_to_allowed(range);
  }
  return range;
}

double place_of(const SliderRange& range, double value) {
  if (!range.logarithmic) return std::clamp((value - range.low) / (range.high - range.low), 0.0, 1.0);
  if (value <= 0) return 0;
  const double place = std::log(value / range.low) / std::log(range.high / range.low);
  return std::clamp(range.zero ? 0.04 + 0.96 * place : place, 0.0, 1.0);
}

double value_at_place(const SliderRange& range, double place) {
  place = std::clamp(place, 0.0, 1.0);
  if (!range.logarithmic) return rounded_to_grid(range, range.low + place * (range.high - range.low));
  if (range.zero) {
    if (place < 0.02) return 0;
    place = std::max(0.0, (place - 0.04) / 0.96);
  }
  const double value = place >= 1 ? range.high : range.low * std::pow(range.high / range.low, place);
  return std::clamp(rounded_to_grid(range, value), range.low, range.high);
}

double turned(const SliderRange& range, double value, double notches) {
  if (range.logarithmic && value > 0) {
    double next = rounded_to_grid(range, value * std::pow(1.1, notches));
    if (range.whole && next == value) next += notches > 0 ? 1 : -1;
    if (next < range.low && notches < 0) return range.zero ? 0 : range.low;
    return std::clamp(next, range.low, std::max(range.high, value));
  }
  if (range.logarithmic) return notches > 0 ? range.low : value;
  const double step =
      range.whole ? std::max(1.0, std::round((range.high - range.low) / 100)) : (range.high - range.low) / 100;
  return std::clamp(value + notches * step, std::min(range.low, value), std::max(range.high, value));
}

bool slider_row(Ui& ui, const SliderText& text, const SliderRange& range, double& value) {
  const IdScope scope(text.id);
  const float width = ImGui::GetContentRegionAvail().x, top = ImGui::GetCursorPosY(), left = ImGui::GetCursorPosX();
  const double before = value;
  const std::string label = fitted(text.label, label_width(ui) - ui.px(4));
  ImGui::SetCursorPosY(top + (row_height(ui) - ImGui::GetFontSize()) / 2);
  ImGui::TextUnformatted(label.c_str());
  report_rect(ui, "label." + std::string(text.id), ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), false,
              label != text.label);
  tooltip(ui, text.help);
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) value = text.initial;
  ImGui::SetCursorPos({left + label_width(ui), top});
  const float gap = ui.px(8);
  slide(ui, text, range, value, width - label_width(ui) - value_width(ui) - gap);
  ImGui::SetCursorPos({left + width - value_width(ui), top + ui.px(2)});
  typed_value(ui, text, range, value);
  ImGui::SetCursorPos({left, top + row_height(ui)});
  ImGui::Dummy({0, 0});
  if (value != before) accept(ui.session, text.id);
  return value != before;
}

}  // namespace steplab
