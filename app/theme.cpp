#include "app/theme.h"

#include <filesystem>

namespace steplab {
namespace {

ImVec4 rgb(unsigned hex) {
  return {static_cast<float>((hex >> 16) & 255u) / 255.0f, static_cast<float>((hex >> 8) & 255u) / 255.0f,
          static_cast<float>(hex & 255u) / 255.0f, 1.0f};
}

struct PaletteEntry {
  const char* name;
  unsigned light, dark;
  Dash dash;
};

// Okabe & Ito 2008, darkened or lightened until each has a contrast of 3:1 on its ground; ink's twin is last.
constexpr std::array<PaletteEntry, kRunColours> kPalette = {{
    {"vermillion", 0xd55e00, 0xf5813f, {}},
    {"blue", 0x0072b2, 0x4fb3f0, {{6, 4, 6, 4}}},
    {"green", 0x009e73, 0x2cc99a, {{12, 3, 12, 3}}},
    {"purple", 0xaa4499, 0xe18fd2, {{2, 3, 2, 3}}},
    {"orange", 0xb87700, 0xf0b440, {{10, 3, 2, 3}}},
    {"sky", 0x2a8fc0, 0x8fd0f5, {{5, 2, 2, 2}}},
    {"olive", 0x7d7800, 0xc9c24a, {{16, 5, 4, 5}}},
    {"ink", 0x1d2126, 0xe8e6e1, {{3, 2, 9, 2}}},
}};

std::size_t palette_index(int index) {
  return static_cast<std::size_t>(((index % kRunColours) + kRunColours) % kRunColours);
}

constexpr ImWchar kInterRanges[] = {0x20,   0xff,   0x370,  0x3ff,  0x2010, 0x2027, 0x2032,
                                    0x2033, 0x2070, 0x209f, 0x2190, 0x21ff, 0};
constexpr ImWchar kDejaVuRanges[] = {0x2032, 0x2033, 0x2190, 0x22ff, 0x25a0, 0x27ff, 0};

constexpr const char* kInter = "/usr/share/fonts/opentype/inter/Inter-Regular.otf";
constexpr const char* kInterBold = "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf";
constexpr const char* kDejaVu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

ImFont* load_font(ImFontAtlas& atlas, const char* file, float size, std::vector<std::string>* missing) {
  ImFontConfig config;
  config.OversampleH = 2;
  std::error_code ignored;
  const bool have_inter = std::filesystem::exists(file, ignored),
             have_dejavu = std::filesystem::exists(kDejaVu, ignored);
  if (missing && !have_inter) missing->push_back(file);
  if (missing && !have_dejavu) missing->push_back(kDejaVu);
  if (!have_inter && !have_dejavu) {
    config.SizePixels = size;
    return atlas.AddFontDefault(&config);
  }
  ImFont* font = atlas.AddFontFromFileTTF(have_inter ? file : kDejaVu, size, &config, kInterRanges);
  if (have_dejavu) {
    config.MergeMode = true;
    atlas.AddFontFromFileTTF(kDejaVu, size, &config, kDejaVuRanges);
  }
  return font;
}

}  // namespace

Theme make_theme(ThemeKind kind, float scale) {
  Theme theme;
  theme.kind = kind;
  theme.scale = scale;
  const bool light = kind == ThemeKind::kLight;
  theme.ground = rgb(light ? 0xf4f3ef : 0x15181c);
  theme.card = rgb(light ? 0xffffff : 0x1d2126);
  theme.hairline = rgb(light ? 0xe2e0d9 : 0x30353c);
  theme.ink = rgb(light ? 0x1d2126 : 0xe8e6e1);
  theme.dim = rgb(light ? 0x6a6f76 : 0x99a0a8);
  theme.accent = rgb(light ? 0x1f5fa6 : 0x6fb1ff);
  theme.selection = rgb(light ? 0xeef2f7 : 0x262c34);
  theme.warning = rgb(light ? 0xb3261e : 0xff8a80);
  theme.map_low = rgb(light ? 0xfcfbf7 : 0x23282e);
  theme.map_high = rgb(light ? 0xc4d0d8 : 0x3d4c59);
  theme.contour = rgb(light ? 0xaab6be : 0x4e5b66);
  return theme;
}

RunLook run_look(const Theme& theme, int index) {
  const PaletteEntry& entry = kPalette[palette_index(index)];
  // Every time round the colours come with their neighbours' dashes.
  const int rounds = index > 0 ? index / kRunColours : 0;
  return {rgb(theme.kind == ThemeKind::kLight ? entry.light : entry.dark),
          kPalette[palette_index(index + rounds)].dash};
}

const char* run_colour_name(int index) { return kPalette[palette_index(index)].name; }

void apply(const Theme& theme, ImGuiStyle& style) {
  style = ImGuiStyle{};
  style.WindowPadding = style.FramePadding = {12, 8};
  style.FramePadding = {8, 6};
  style.ItemSpacing = {8, 6};
  style.ItemInnerSpacing = {6, 4};
  style.CellPadding = {4, 3};
  style.ScrollbarSize = 10;
  style.GrabMinSize = 12;
  style.WindowBorderSize = 0;
  style.ChildBorderSize = style.FrameBorderSize = style.PopupBorderSize = 1;
  style.WindowRounding = 0;
  style.ChildRounding = 6;
  style.FrameRounding = style.PopupRounding = style.GrabRounding = 5;
  style.ScrollbarRounding = 5;
  style.ScaleAllSizes(theme.scale);
  const auto set = [&](ImGuiCol slot, const ImVec4& colour, float alpha = 1) {
    style.Colors[slot] = {colour.x, colour.y, colour.z, alpha};
  };
  set(ImGuiCol_Text, theme.ink);
  set(ImGuiCol_TextDisabled, theme.dim);
  set(ImGuiCol_WindowBg, theme.ground);
  set(ImGuiCol_ChildBg, theme.card);
  set(ImGuiCol_PopupBg, theme.card);
  set(ImGuiCol_Border, theme.hairline);
  set(ImGuiCol_BorderShadow, theme.card, 0);
  set(ImGuiCol_FrameBg, theme.card);
  set(ImGuiCol_FrameBgHovered, theme.selection);
  set(ImGuiCol_FrameBgActive, theme.selection);
  set(ImGuiCol_Button, theme.card);
  set(ImGuiCol_ButtonHovered, theme.selection);
  set(ImGuiCol_ButtonActive, theme.hairline);
  set(ImGuiCol_Header, theme.selection);
  set(ImGuiCol_HeaderHovered, theme.selection);
  set(ImGuiCol_HeaderActive, theme.hairline);
  set(ImGuiCol_CheckMark, theme.accent);
  set(ImGuiCol_SliderGrab, theme.accent);
  set(ImGuiCol_SliderGrabActive, theme.accent);
  set(ImGuiCol_Separator, theme.hairline);
  set(ImGuiCol_SeparatorHovered, theme.accent);
  set(ImGuiCol_SeparatorActive, theme.accent);
  set(ImGuiCol_ScrollbarBg, theme.card, 0);
  set(ImGuiCol_ScrollbarGrab, theme.hairline);
  set(ImGuiCol_ScrollbarGrabHovered, theme.dim);
  set(ImGuiCol_ScrollbarGrabActive, theme.dim);
  set(ImGuiCol_TextSelectedBg, theme.accent, 0.35f);
  set(ImGuiCol_ResizeGrip, theme.card, 0);
  set(ImGuiCol_TitleBg, theme.card);
  set(ImGuiCol_TitleBgActive, theme.card);
  set(ImGuiCol_TableHeaderBg, theme.card);
  set(ImGuiCol_TableBorderLight, theme.hairline);
  set(ImGuiCol_TableBorderStrong, theme.hairline);
  set(ImGuiCol_ModalWindowDimBg, theme.ink, 0.25f);
}

void load_fonts(Theme& theme, ImFontAtlas& atlas, std::vector<std::string>* missing) {
  theme.body = load_font(atlas, kInter, theme.px(15), missing);
  theme.small = load_font(atlas, kInter, theme.px(13), nullptr);
  theme.bold = load_font(atlas, kInterBold, theme.px(15), nullptr);
  theme.head = load_font(atlas, kInterBold, theme.px(12), nullptr);
}

}  // namespace steplab
