// Colours, spacing and type of the window. Everything is in pixels of the final size: fonts are loaded at the size they
// are drawn, so nothing is scaled twice.
#pragma once

#include <array>
#include <imgui.h>
#include <string>
#include <vector>

namespace steplab {

/// How a line is drawn: lengths in pixels at UI scale 1 of dash, gap, dash, gap; all zero is a solid line.
struct Dash {
  std::array<float, 4> lengths{};
  bool solid() const { return lengths[0] <= 0; }
  friend bool operator==(const Dash&, const Dash&) = default;
};

/// What tells one run from another, everywhere the same.
struct RunLook {
  ImVec4 colour;
  Dash dash;
};

enum class ThemeKind { kLight, kDark };

struct Theme {
  ThemeKind kind = ThemeKind::kLight;
  float scale = 1;  ///< UI scale: 1 is 15-pixel type
  ImVec4 ground, card, hairline, ink, dim, accent, selection, warning;
  ImVec4 map_low, map_high, contour;  ///< fill of the landscape from low to high, contour lines
  ImFont *body = nullptr, *small = nullptr, *bold = nullptr, *head = nullptr;  ///< 15, 13, 15 semibold, 12 semibold

  /// Pixels of a length given at scale 1.
  float px(float length) const { return length * scale; }
};

inline constexpr int kRunColours = 8;

Theme make_theme(ThemeKind kind, float scale);
inline constexpr int kRunLooks = kRunColours * kRunColours;

/// The look of palette entry `index` (any int; wraps round): Okabe-Ito and its neighbours, lighter twins on dark. From
/// 0 to kRunLooks − 1 no two have both colour and dash in common.
RunLook run_look(const Theme& theme, int index);
const char* run_colour_name(int index);

/// Sets ImGui's style and colours from the theme.
void apply(const Theme& theme, ImGuiStyle& style);
/// Loads Inter and DejaVu Sans (Greek letters, operators) into the atlas at the theme's scale; where the files are
/// missing, ImGui's own font with a note in `missing`. `folders`: where font files may lie, first found wins.
void load_fonts(Theme& theme, ImFontAtlas& atlas, std::vector<std::string>* missing = nullptr);

inline ImU32 packed(const ImVec4& colour, float alpha = 1) {
  return ImGui::ColorConvertFloat4ToU32({colour.x, colour.y, colour.z, colour.w * alpha});
}

}  // namespace steplab
