// The head line of the card: title, label of y, unit and scale; and the list of series.
#include "app/widgets/plot_context.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

constexpr float kEdge = 12, kMiddle = 17;  // pixels at scale 1: inset, centre of the head line

void draw_words(Context& c, const std::string& words, float left, const ImVec4& colour) {
  const float top = std::round(c.card.top + c.px(kMiddle) - ImGui::GetFontSize() / 2);
  c.list->AddText({left, top}, c.colour(colour), words.c_str());
}

// The words at the right; where they toggle the scale they answer to the mouse. Returns where they begin.
float draw_scale(Context& c) {
  const FontScope font(c.theme.small);
  std::string words = c.options.unit;
  const bool toggles = c.options.log_y != nullptr;
  if (toggles) words += (words.empty() ? "" : " · ") + std::string(*c.options.log_y ? "log" : "linear");
  if (words.empty()) return c.card.right - c.px(kEdge);
  const float width = ImGui::CalcTextSize(words.c_str()).x, left = std::round(c.card.right - c.px(kEdge) - width);
  bool hovered = false;
  if (toggles) {
    const float middle = c.card.top + c.px(kMiddle), half = c.px(11);
    const Box box{left - c.px(6), middle - half, c.card.right - c.px(kEdge - 6), middle + half};
    if (mouse_area("scale", box, ImGuiButtonFlags_MouseButtonLeft)) {
      *c.options.log_y = !*c.options.log_y;
      c.outcome.scale_toggled = true;
    }
    hovered = ImGui::IsItemHovered();
    if (hovered) {
      c.list->AddRectFilled({box.left, box.top}, {box.right, box.bottom}, c.colour(c.theme.selection), c.px(4));
      ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    }
  }
  draw_words(c, words, left, hovered ? c.theme.ink : c.theme.dim);
  return left;
}

void draw_progress(Context& c) {
  if (c.options.progress < 0) return;
  const float top = c.card.top + 1, share = std::clamp(c.options.progress, 0.0F, 1.0F);
  const float left = c.card.left + c.px(6), right = c.card.right - c.px(6);
  c.list->AddRectFilled({left, top}, {left + share * (right - left), top + c.px(2)}, c.colour(c.theme.accent));
}

}  // namespace

void draw_head(Context& c) {
  const float right = draw_scale(c) - c.px(8);
  float left = std::round(c.card.left + c.px(kEdge));
  ImGui::PushClipRect({c.card.left, c.card.top}, {right, c.card.bottom}, true);
  {
    const FontScope font(c.theme.bold);
    draw_words(c, c.options.title, left, c.theme.ink);
    left += ImGui::CalcTextSize(c.options.title.c_str()).x + c.px(8);
  }
  if (!c.y_setup.label.empty()) {
    const FontScope font(c.theme.small);
    draw_words(c, c.y_setup.label, std::round(left), c.theme.dim);
  }
  ImGui::PopClipRect();
  draw_progress(c);
}

void draw_menu(Context& c) {
  if (!ImGui::BeginPopup("series")) return;
  if (ImGui::Selectable("Fit to the data")) c.state.x.fixed = c.state.y.fixed = false;
  if (c.options.log_y && ImGui::Selectable(*c.options.log_y ? "Linear scale" : "Log scale")) {
    *c.options.log_y = !*c.options.log_y;
    c.outcome.scale_toggled = true;
  }
  if (!c.entries.empty()) ImGui::Separator();
  for (const Entry& entry : c.entries) {
    bool shown = !entry.hidden;
    ImGui::PushStyleColor(ImGuiCol_Text, entry.colour);
    if (ImGui::Checkbox(entry.name.c_str(), &shown)) set_hidden(c.state, entry.name, !shown);
    ImGui::PopStyleColor();
  }
  if (c.options.link && !c.state.x.fixed) c.options.link->x.reset();
  ImGui::EndPopup();
}

}  // namespace steplab::plot
