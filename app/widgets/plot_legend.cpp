// The names of the series, written at their right ends; a click hides or shows one, hovering brings it out.
#include "app/widgets/plot_context.h"
#include "app/widgets/plot_labels.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

constexpr float kLabelGap = 10;  // pixels at scale 1 between frame and label

std::string fitting(const std::string& text, float width) {
  if (ImGui::CalcTextSize(text.c_str()).x <= width) return text;
  std::string cut = text;
  while (!cut.empty() && ImGui::CalcTextSize((cut + "…").c_str()).x > width) {
    // Whole characters: the bytes of one in UTF-8 after its first begin with the bits 10.
    while (cut.size() > 1 && (static_cast<unsigned char>(cut.back()) & 0xc0U) == 0x80U) cut.pop_back();
    cut.pop_back();
  }
  return cut + "…";
}

/// A value that a log axis does not have: the line ends nowhere in the frame, and its label, which says so, must not
/// seem to belong to another one.
bool is_off_axis(const Context& c, const Entry& entry) { return c.y.scale() == Scale::kLog && entry.end <= 0; }

struct LabelPlace {
  float left, right, centre, height;
  Box box() const { return {left - 2, centre - height / 2, right, centre + height / 2}; }
};

// From the end of the line to a label that had to move away from it.
void draw_leader(Context& c, const Entry& entry, const LabelPlace& place) {
  if (entry.hidden || std::isnan(entry.end) || is_off_axis(c, entry)) return;
  const auto end = static_cast<float>(
      std::clamp(c.y.pixel(entry.end), static_cast<double>(c.frame.top), static_cast<double>(c.frame.bottom)));
  if (std::abs(end - place.centre) < 0.6F * place.height) return;
  draw_line(*c.list, c.card, {c.frame.right + c.px(1), end}, {place.left - c.px(3), place.centre},
            with_alpha(entry.colour, 0.45F), c.px(1), DashWalk({}, 1));
}

// Answers whether the mouse is on the label.
bool draw_label(Context& c, const Entry& entry, const LabelPlace& place) {
  const std::string text = fitting(entry.label, place.right - place.left);
  ImGui::PushID(entry.name.c_str());
  const bool clicked = mouse_area("label", place.box(), ImGuiButtonFlags_MouseButtonLeft);
  const bool hovered = ImGui::IsItemHovered();
  ImGui::PopID();
  if (clicked) set_hidden(c.state, entry.name, !entry.hidden);
  if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  const ImVec2 at{place.left, std::round(place.centre - size.y / 2)};
  const ImU32 colour = entry.hidden ? c.colour(c.theme.dim, hovered ? 1.0F : 0.65F) : entry.colour;
  draw_leader(c, entry, place);
  c.list->AddText(at, colour, text.c_str());
  const float middle = std::round(place.centre);
  if (entry.hidden) c.list->AddRectFilled({at.x, middle}, {at.x + size.x, middle + 1}, colour);
  if (hovered && !entry.hidden)
    c.list->AddRectFilled({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y + 1}, colour);
  return hovered;
}

void draw_more(Context& c, std::size_t count, const LabelPlace& place) {
  const std::string text = "+" + std::to_string(count) + " more";
  if (mouse_area("more", place.box(), ImGuiButtonFlags_MouseButtonLeft)) ImGui::OpenPopup("series");
  c.list->AddText({place.left, std::round(place.centre - place.height / 2)}, c.colour(c.theme.dim), text.c_str());
}

}  // namespace

void draw_labels(Context& c) {
  std::string highlighted;
  if (c.options.labels && !c.entries.empty() && c.has_anything()) {
    const FontScope font(c.theme.small);
    const float height = ImGui::GetFontSize() + c.px(2), low = c.frame.top - height / 2,
                high = c.frame.bottom + c.px(5);
    const auto room = static_cast<std::size_t>(labels_that_fit(height, low, high));
    const bool all = c.entries.size() <= room;
    const std::size_t count = all ? c.entries.size() : room > 0 ? room - 1 : 0;
    std::vector<float> wanted;
    for (std::size_t i = 0; i < count; ++i)
      wanted.push_back(static_cast<float>(std::clamp(c.y.pixel(c.entries[i].end), -1e6, 1e6)));
    const float last = all ? high : high - height;
    const std::vector<float> centres = push_apart(wanted, height, low, last);
    LabelPlace place{c.frame.right + c.px(kLabelGap), c.card.right - c.px(6), 0, height};
    for (std::size_t i = 0; i < centres.size(); ++i) {
      place.centre = centres[i];
      if (draw_label(c, c.entries[i], place)) highlighted = c.entries[i].name;
    }
    place.centre = high - height / 2;
    if (!all) draw_more(c, c.entries.size() - count, place);
  }
  c.state.highlighted = is_hidden(c.state, highlighted) ? "" : highlighted;
}

std::string shown_part(const std::string& name) { return name.substr(0, name.find("##")); }

bool is_hidden(const State& state, const std::string& name) {
  return std::find(state.hidden.begin(), state.hidden.end(), name) != state.hidden.end();
}

void set_hidden(State& state, const std::string& name, bool hidden) {
  std::erase(state.hidden, name);
  if (hidden) state.hidden.push_back(name);
}

}  // namespace steplab::plot
