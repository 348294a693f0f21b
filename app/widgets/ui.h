// What every panel and widget is given, and the small things they share.
#pragma once

#include "app/theme.h"

#include <imgui.h>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

struct Session;
class Studies;
class Views;

/// Where a control or a text stood in this frame, for tests of the layout and for scripts that drive the window.
struct Reported {
  std::string name;
  ImVec2 low, high;
  bool control = false;        ///< takes input; two controls never overlap
  bool cut = false;            ///< its text did not fit
  ImVec2 seen_low, seen_high;  ///< the part that its panel does not clip
  bool scrolls = false;        ///< it stands in a panel that can be scrolled
};

struct Ui {
  const Theme& theme;
  Session& session;
  Views* views = nullptr;                    ///< null: no pictures (panels without a GPU)
  Studies* studies = nullptr;                ///< what pages compute in the background
  std::vector<Reported>* reports = nullptr;  ///< null: nobody asks
  bool* wheel_taken =
      nullptr;  ///< set when a control under the mouse uses the wheel, so that its panel does not scroll

  float px(float length) const { return theme.px(length); }
};

/// Pushes a font for a scope.
class FontScope {
 public:
  explicit FontScope(ImFont* font);
  ~FontScope();
  FontScope(const FontScope&) = delete;
  FontScope& operator=(const FontScope&) = delete;
};

/// Pushes an id for a scope.
class IdScope {
 public:
  explicit IdScope(std::string_view id) { ImGui::PushID(id.data(), id.data() + id.size()); }
  explicit IdScope(int id) { ImGui::PushID(id); }
  ~IdScope() { ImGui::PopID(); }
  IdScope(const IdScope&) = delete;
  IdScope& operator=(const IdScope&) = delete;
};

/// Notes where the last item of ImGui stands.
void report(Ui& ui, std::string_view name, bool control = true, bool cut = false);
void report_rect(Ui& ui, std::string_view name, ImVec2 low, ImVec2 high, bool control, bool cut = false);

/// Text in the dim colour, small. Cut with an ellipsis (and a tooltip) where it is wider than `width` (0: no limit).
void dim_text(Ui& ui, std::string_view text, float width = 0);
/// A section's head: small capitals' size, semibold, dim.
void head(Ui& ui, const char* text);
/// `text`, cut with an ellipsis to the width in the present font.
std::string fitted(std::string_view text, float width);
/// Shows `text` when the last item is hovered for a moment, wrapped to a readable width.
void tooltip(Ui& ui, std::string_view text);
/// "loss_rose" as "loss rose".
std::string plain_words(std::string_view id);
/// Four significant digits, without trailing zeros; 1.23e-05 as 1.23e-5.
std::string short_number(double value);

/// An area that takes the mouse; never empty, which ImGui would not stand.
bool mouse_area(const char* id, ImVec2 size);

/// A button as high as a control row. `primary` fills it with the accent colour.
bool button(Ui& ui, const char* id, const char* text, bool primary = false, bool enabled = true);
/// Words in a row of which one is chosen. True if another was.
bool segmented(Ui& ui, const char* id, const std::vector<std::string>& words, std::string& chosen);
/// A frame that looks pressed while on. True if it was clicked.
bool toggle(Ui& ui, const char* id, const char* text, bool on, std::string_view help = {});

/// Pictures that no font has.
enum class Icon { kPlay, kPause, kStepBack, kStepOn, kToStart, kLoop, kEye, kEyeShut, kDots };
bool icon_button(Ui& ui, const char* id, Icon icon, ImVec2 size, bool on, std::string_view help);
void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour);

/// Heights and widths of a row of controls, in pixels.
float row_height(const Ui& ui);
float label_width(const Ui& ui);
float value_width(const Ui& ui);

/// Draws a dashed or solid line between two points.
void dashed_line(ImDrawList* list, ImVec2 from, ImVec2 to, ImU32 colour, float width, const Dash& dash, float scale);

}  // namespace steplab
