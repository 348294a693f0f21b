#include "app/labs/lab.h"
#include "app/panels/panels.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"

#include <algorithm>

namespace steplab {
namespace {

/// What the menu shows of a shipped scene, read once.
struct ShippedTitle {
  std::string id, lab, title, notes;
};

const std::vector<ShippedTitle>& shipped_titles() {
  static const std::vector<ShippedTitle> titles = [] {
    std::vector<ShippedTitle> all;
    for (const auto& shipped : shipped_scenes()) {
      const Scene scene = scene_from_json(shipped.json, shipped.id);
      all.push_back({std::string(shipped.id), scene.lab.id, scene.title, scene.notes});
    }
    return all;
  }();
  return titles;
}

void item(Ui& ui, const char* text, const char* key, Command command, bool enabled = true) {
  if (ImGui::MenuItem(text, key, false, enabled)) ui.session.command(command);
  report(ui, std::string("menu.") + text);
}

/// The shipped scenes of one lab.
void scenes_of(Ui& ui, const Lab& lab) {
  for (const auto& shipped : shipped_titles()) {
    if (shipped.lab != lab.id) continue;
    if (ImGui::MenuItem(shipped.title.c_str())) {
      open_scene(ui.session, find_scene(shipped.id));
      ui.session.scene_path.clear();
    }
    report(ui, "scene." + shipped.id);
    tooltip(ui, shipped.notes);
  }
}

void scene_menu(Ui& ui) {
  for (const Lab& lab : labs()) {
    const bool open = ImGui::BeginMenu(name_of(lab).c_str());
    report(ui, std::string("scenes.") + lab.id);
    if (!open) continue;
    scenes_of(ui, lab);
    ImGui::EndMenu();
  }
  ImGui::Separator();
  item(ui, "Open…", "Ctrl+O", Command::kOpen);
  item(ui, "Save", "Ctrl+S", Command::kSave);
  item(ui, "Save as…", "Ctrl+Shift+S", Command::kSaveAs);
  ImGui::Separator();
  item(ui, "Copy as text", "Ctrl+C", Command::kCopy);
  item(ui, "Paste", "Ctrl+V", Command::kPaste);
  item(ui, "Undo", "Ctrl+Z", Command::kUndo, ui.session.document.can_undo());
  item(ui, "Redo", "Ctrl+Y", Command::kRedo, ui.session.document.can_redo());
}

void export_menu(Ui& ui) {
  item(ui, "Picture of the window (PNG)…", nullptr, Command::kExportWindow);
  item(ui, "Picture of the landscape (PNG)…", nullptr, Command::kExportMap);
  item(ui, "Curves shown (CSV)…", nullptr, Command::kExportCurves);
}

void settings_menu(Ui& ui) {
  Settings& settings = ui.session.settings;
  if (ImGui::MenuItem("Light theme", nullptr, settings.theme == "light")) settings.theme = "light";
  report(ui, "settings.light");
  if (ImGui::MenuItem("Dark theme", nullptr, settings.theme == "dark")) settings.theme = "dark";
  report(ui, "settings.dark");
  ImGui::Separator();
  for (const double scale : {0.0, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0}) {
    const std::string text =
        scale == 0 ? "Size: as the monitor says" : "Size: " + std::to_string(static_cast<int>(scale * 100)) + " %";
    if (ImGui::MenuItem(text.c_str(), nullptr, settings.scale == scale)) settings.scale = scale;
    report(ui, "settings.scale." + short_number(scale));
  }
  ImGui::Separator();
  if (ImGui::MenuItem("Reduced motion", nullptr, settings.reduced_motion)) settings.reduced_motion ^= true;
  report(ui, "settings.reduced_motion");
  tooltip(ui, "nothing plays by itself and nothing eases: results are shown at once");
  if (ImGui::MenuItem("Full screen", "F", false)) ui.session.command(Command::kFullScreen);
}

void menu(Ui& ui, const char* id, const char* text, void (*contents)(Ui&)) {
  if (button(ui, id, text)) ImGui::OpenPopup(id);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  (void)low;
  ImGui::SetNextWindowPos({high.x, high.y + ui.px(4)}, ImGuiCond_Appearing, {1, 0});
  if (!ImGui::BeginPopup(id)) return;
  contents(ui);
  ImGui::EndPopup();
}

void lesson_menu(Ui& ui) {
  for (const Lesson& lesson : shipped_lessons()) {
    const bool here = ui.session.lesson && ui.session.lesson->id == lesson.id;
    if (ImGui::MenuItem(lesson.title.c_str(), nullptr, here)) begin_lesson(ui.session, lesson.id);
    report(ui, "lesson." + lesson.id);
  }
}

void lab_menu(Ui& ui) {
  for (const Lab& lab : labs()) {
    if (ImGui::MenuItem(name_of(lab).c_str(), nullptr, &lab == &shown_lab(ui.session))) ui.session.next_lab = lab.id;
    report(ui, std::string("tab.") + lab.id);
    tooltip(ui, question_of(lab));
  }
}

constexpr float kTabGap = 18;

float tabs_width(const Ui& ui) {
  float width = 0;
  for (const Lab& lab : labs()) width += ui.px(kTabGap) + ImGui::CalcTextSize(name_of(lab).c_str()).x;
  return width;
}

void lab_tabs(Ui& ui, float top, float height) {
  for (const Lab& lab : labs()) {
    ImGui::SameLine(0, ui.px(kTabGap));
    ImGui::SetCursorPosY(top);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const char* name = name_of(lab).c_str();
    const float width = ImGui::CalcTextSize(name).x;
    const IdScope scope(lab.id);
    if (mouse_area("tab", {width, ui.px(30)})) ui.session.next_lab = lab.id;
    report(ui, std::string("tab.") + lab.id);
    const bool here = &lab == &shown_lab(ui.session), lit = here || ImGui::IsItemHovered();
    tooltip(ui, question_of(lab));
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddText({at.x, at.y + (ui.px(30) - ImGui::GetFontSize()) / 2}, packed(lit ? ui.theme.ink : ui.theme.dim),
                  name);
    if (!here) continue;
    const float foot = ImGui::GetWindowPos().y + height;
    list->AddRectFilled({at.x, foot - ui.px(2)}, {at.x + width, foot}, packed(ui.theme.accent));
  }
}

/// Title and notes in one line; the whole of it as a tooltip.
void scene_words(Ui& ui, float room) {
  const Scene& scene = ui.session.draft;
  const FontScope font(ui.theme.small);
  const std::string title = fitted(shown_title(ui.session), room), help = shown_title(ui.session) + "\n" + scene.notes;
  ImGui::TextUnformatted(title.c_str());
  report(ui, "scene_title", false);
  tooltip(ui, help);
  const float left = room - ImGui::CalcTextSize(title.c_str()).x - ui.px(12);
  if (scene.notes.empty() || left < ui.px(120)) return;
  ImGui::SameLine(0, ui.px(12));
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
  ImGui::TextUnformatted(fitted(scene.notes.substr(0, scene.notes.find('\n')), left).c_str());
  ImGui::PopStyleColor();
  tooltip(ui, help);
}

}  // namespace

void draw_top_bar(Ui& ui, ImVec2 size) {
  const float top = (size.y - ui.px(30)) / 2;
  ImGui::SetCursorPos({ui.px(16), top});
  {
    const FontScope font(ui.theme.bold);
    const float y = ImGui::GetCursorPosY();
    ImGui::SetCursorPosY(y + (ui.px(30) - ImGui::GetFontSize()) / 2);
    ImGui::TextUnformatted("Steplab");
    ImGui::SameLine();
    ImGui::SetCursorPosY(y);
  }
  const float spacing = ImGui::GetStyle().ItemSpacing.x, padding = 2 * ImGui::GetStyle().FramePadding.x;
  float buttons = 4 * spacing + ui.px(16);
  for (const char* text : {"Lesson ▾", "Scene ▾", "Export ▾", "View ▾", "?"})
    buttons += ImGui::CalcTextSize(text).x + padding;
  ImGui::SameLine();
  if (ImGui::GetCursorPosX() + tabs_width(ui) + buttons < size.x) {
    lab_tabs(ui, top, size.y);
  } else {  // a narrow window: the labs in a menu
    ImGui::SetCursorPosY(top);
    menu(ui, "lab_menu", (name_of(shown_lab(ui.session)) + " ▾").c_str(), lab_menu);
  }
  ImGui::SameLine(0, ui.px(20));
  ImGui::SetCursorPosY(top + (ui.px(30) - ui.px(13)) / 2 - ui.px(1));
  const float room = size.x - buttons - ImGui::GetCursorPosX() - ui.px(16);
  if (room > ui.px(80) && !is_veiled(ui.session)) scene_words(ui, room);  // notes may tell what is asked
  ImGui::SetCursorPos({size.x - buttons, top});
  menu(ui, "lesson_menu", "Lesson ▾", lesson_menu);
  ImGui::SameLine();
  menu(ui, "scene_menu", "Scene ▾", scene_menu);
  ImGui::SameLine();
  menu(ui, "export_menu", "Export ▾", export_menu);
  ImGui::SameLine();
  menu(ui, "settings_menu", "View ▾", settings_menu);
  ImGui::SameLine();
  if (button(ui, "help", "?")) ui.session.command(Command::kHelp);
  tooltip(ui, "keys and conventions (F1)");
}

}  // namespace steplab
