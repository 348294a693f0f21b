#include "app/widgets/ui.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace steplab {

FontScope::FontScope(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font, 0.0f);
#else
  ImGui::PushFont(font);
#endif
}
FontScope::~FontScope() { ImGui::PopFont(); }

void report_rect(Ui& ui, std::string_view name, ImVec2 low, ImVec2 high, bool control, bool cut) {
  if (!ui.reports) return;
  const ImVec2 clip_low = ImGui::GetWindowDrawList()->GetClipRectMin(),
               clip_high = ImGui::GetWindowDrawList()->GetClipRectMax();
  const ImVec2 seen_low{std::max(low.x, clip_low.x), std::max(low.y, clip_low.y)};
  const ImVec2 seen_high{std::max(seen_low.x, std::min(high.x, clip_high.x)),
                         std::max(seen_low.y, std::min(high.y, clip_high.y))};
  ui.reports->push_back({std::string(name), low, high, control, cut, seen_low, seen_high, ImGui::GetScrollMaxY() > 0});
}

void report(Ui& ui, std::string_view name, bool control, bool cut) {
  report_rect(ui, name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), control, cut);
}

std::string fitted(std::string_view text, float width) {
  // No letter is narrower than a pixel or longer than four bytes: what is beyond need not be looked at, be it
  // megabytes.
  const auto most = 4 * static_cast<std::size_t>(std::clamp(width, 0.0f, 1e5f)) + 4;
  std::string line(text.substr(0, most));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';  // a title of two lines is one line here
  if (text.size() <= most && ImGui::CalcTextSize(line.c_str()).x <= width) return line;
  std::size_t fits = 0, too_many = line.size();  // bytes; the first is 0 or leaves room for the ellipsis
  const auto shown = [&](std::size_t bytes) {
    while (bytes > 0 && (static_cast<unsigned char>(line[bytes]) & 0xC0) == 0x80) --bytes;  // whole letters
    return line.substr(0, bytes) + "…";
  };
  while (too_many - fits > 1) {
    const std::size_t middle = fits + (too_many - fits) / 2;
    (ImGui::CalcTextSize(shown(middle).c_str()).x <= width ? fits : too_many) = middle;
  }
  return shown(fits);
}

void dim_text(Ui& ui, std::string_view text, float width) {
  const FontScope font(ui.theme.small);
  const std::string shown = width > 0 ? fitted(text, width) : std::string(text);
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  ImGui::TextUnformatted(printable(shown, "\n").c_str());
  ImGui::PopStyleColor();
  if (shown != text) tooltip(ui, text);
}

void head(Ui& ui, const char* text) {
  const FontScope font(ui.theme.head);
  ImGui::Dummy({0, ui.px(4)});
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  ImGui::TextUnformatted(text);
  ImGui::PopStyleColor();
}

void tooltip(Ui& ui, std::string_view text) {
  if (text.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled) || ImGui::IsAnyItemActive()) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(ui.px(380));
  constexpr std::size_t kMost = 4000;  // bytes; more is no tooltip
  ImGui::TextUnformatted(printable(text.substr(0, kMost), "\n").c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

std::string plain_words(std::string_view id) {
  std::string words(id);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  std::string number = text;
  if (const auto e = number.find('e'); e != number.npos) {
    const auto digits = number.find_first_not_of("+-0", e + 1);
    const std::string sign = number[e + 1] == '-' ? "-" : "";
    number = number.substr(0, e + 1) + sign + (digits == number.npos ? "0" : number.substr(digits));
  }
  return number;
}

bool mouse_area(const char* id, ImVec2 size) {
  return ImGui::InvisibleButton(id, {std::max(1.0f, size.x), std::max(1.0f, size.y)});
}

float row_height(const Ui& ui) { return ui.px(30); }
float label_width(const Ui& ui) { return ui.px(104); }
float value_width(const Ui& ui) { return ui.px(70); }

bool button(Ui& ui, const char* id, const char* text, bool primary, bool enabled) {
  const IdScope scope(id);
  if (primary) {
    ImGui::PushStyleColor(ImGuiCol_Button, ui.theme.accent);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, ui.theme.accent);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.card);
  }
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::Button(text, {0, row_height(ui)});
  ImGui::EndDisabled();
  if (primary) ImGui::PopStyleColor(3);
  report(ui, id);
  return pressed;
}

bool toggle(Ui& ui, const char* id, const char* text, bool on, std::string_view help) {
  const IdScope scope(id);
  if (on) {
    ImGui::PushStyleColor(ImGuiCol_Button, ui.theme.selection);
    ImGui::PushStyleColor(ImGuiCol_Border, ui.theme.accent);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.accent);
  }
  const bool pressed = ImGui::Button(text, {0, ui.px(26)});
  if (on) ImGui::PopStyleColor(3);
  tooltip(ui, help);
  report(ui, id);
  return pressed;
}

bool segmented(Ui& ui, const char* id, const std::vector<std::string>& words, std::string& chosen) {
  const IdScope scope(id);
  bool changed = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i) ImGui::SameLine(0, ui.px(2));
    const bool on = words[i] == chosen;
    ImGui::PushStyleColor(ImGuiCol_Text, on ? ui.theme.accent : ui.theme.dim);
    ImGui::PushStyleColor(ImGuiCol_Button, on ? ui.theme.selection : ui.theme.card);
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
    if (ImGui::Button(plain_words(words[i]).c_str(), {0, ui.px(26)}) && !on) {
      chosen = words[i];
      changed = true;
    }
    ImGui::PopStyleVar();
    ImGui::PopStyleColor(2);
    report(ui, std::string(id) + "." + words[i]);
  }
  return changed;
}

namespace {

void draw_triangle(ImDrawList* list, ImVec2 c, float r, bool right, ImU32 colour) {
  const float s = right ? 1.0f : -1.0f;
  list->AddTriangleFilled({c.x - s * 0.6f * r, c.y - r}, {c.x - s * 0.6f * r, c.y + r}, {c.x + s * r, c.y}, colour);
}

void draw_bar(ImDrawList* list, ImVec2 c, float width, float r, ImU32 colour) {
  list->AddRectFilled({c.x - width / 2, c.y - r}, {c.x + width / 2, c.y + r}, colour);
}

void draw_loop(ImDrawList* list, ImVec2 c, float r, ImU32 colour) {
  list->PathArcTo(c, r * 0.85f, -1.0f, 4.2f, 20);
  list->PathStroke(colour, 0, r * 0.28f);
  const ImVec2 tip{c.x + r * 0.85f * std::cos(-1.0f), c.y + r * 0.85f * std::sin(-1.0f)};
  list->AddTriangleFilled({tip.x - r * 0.55f, tip.y - r * 0.1f}, {tip.x + r * 0.3f, tip.y - r * 0.5f},
                          {tip.x + r * 0.25f, tip.y + r * 0.45f}, colour);
}

void draw_eye(ImDrawList* list, ImVec2 c, float r, bool open, ImU32 colour) {
  if (open) {
    list->AddCircle(c, r, colour, 20, r * 0.25f);
    list->AddCircleFilled(c, r * 0.5f, colour, 16);
  } else {
    list->AddCircle(c, r * 0.9f, colour, 20, r * 0.18f);
  }
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 c, float size, ImU32 colour) {
  const float r = size / 2;
  switch (icon) {
    case Icon::kPlay:
      return draw_triangle(list, c, r, true, colour);
    case Icon::kPause:
      draw_bar(list, {c.x - 0.5f * r, c.y}, 0.55f * r, r, colour);
      return draw_bar(list, {c.x + 0.5f * r, c.y}, 0.55f * r, r, colour);
    case Icon::kStepBack:
      draw_triangle(list, {c.x - 0.2f * r, c.y}, r, false, colour);
      return draw_bar(list, {c.x + 0.8f * r, c.y}, 0.3f * r, r, colour);
    case Icon::kStepOn:
      draw_triangle(list, {c.x + 0.2f * r, c.y}, r, true, colour);
      return draw_bar(list, {c.x - 0.8f * r, c.y}, 0.3f * r, r, colour);
    case Icon::kToStart:
      draw_triangle(list, {c.x + 0.2f * r, c.y}, r, false, colour);
      return draw_bar(list, {c.x - 0.95f * r, c.y}, 0.3f * r, r, colour);
    case Icon::kLoop:
      return draw_loop(list, c, r, colour);
    case Icon::kEye:
      return draw_eye(list, c, r, true, colour);
    case Icon::kEyeShut:
      return draw_eye(list, c, r, false, colour);
    case Icon::kDots:
      for (const float dx : {-0.7f, 0.0f, 0.7f}) list->AddCircleFilled({c.x + dx * r, c.y}, 0.17f * size, colour, 10);
  }
}

bool icon_button(Ui& ui, const char* id, Icon icon, ImVec2 size, bool on, std::string_view help) {
  const IdScope scope(id);
  if (on) {
    ImGui::PushStyleColor(ImGuiCol_Button, ui.theme.accent);
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, ui.theme.accent);
  }
  const bool pressed = ImGui::Button("##icon", size);
  if (on) ImGui::PopStyleColor(2);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  draw_icon(ImGui::GetWindowDrawList(), icon, {(low.x + high.x) / 2, (low.y + high.y) / 2}, ui.px(13),
            packed(on ? ui.theme.card : ui.theme.ink));
  tooltip(ui, help);
  report(ui, id);
  return pressed;
}

void dashed_line(ImDrawList* list, ImVec2 from, ImVec2 to, ImU32 colour, float width, const Dash& dash, float scale) {
  const float dx = to.x - from.x, dy = to.y - from.y, length = std::sqrt(dx * dx + dy * dy);
  if (dash.solid() || length <= 0) return list->AddLine(from, to, colour, width);
  const auto at = [&](float s) { return ImVec2{from.x + dx * s / length, from.y + dy * s / length}; };
  std::size_t part = 0;
  for (float s = 0; s < length; part = (part + 1) % 4) {
    const float next = s + std::max(1.0f, dash.lengths[part] * scale);
    if (part % 2 == 0) list->AddLine(at(s), at(std::min(next, length)), colour, width);
    s = next;
  }
}

}  // namespace steplab
