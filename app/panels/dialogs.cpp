#include "app/panels/keys.h"
#include "app/panels/panels.h"
#include "app/session/file_kinds.h"
#include "core/run/quantile_rule.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <imgui_stdlib.h>
#include <system_error>

namespace steplab {
namespace {

namespace fs = std::filesystem;

/// A panel in the middle of the window. False if it is closed.
bool begin_sheet(Ui& ui, const char* title, ImVec2 wanted, bool& open) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const ImVec2 size{std::min(wanted.x, display.x - ui.px(40)), std::min(wanted.y, display.y - ui.px(40))};
  ImGui::SetNextWindowSize(size);
  ImGui::SetNextWindowPos({(display.x - size.x) / 2, (display.y - size.y) / 2});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.theme.card);
  const bool shown = ImGui::Begin(title, &open,
                                  ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                      ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  return shown;
}

void help_sheet(Ui& ui) {
  if (!ui.session.help_open) return;
  if (begin_sheet(ui, "Keys and conventions", {ui.px(640), ui.px(640)}, ui.session.help_open)) {
    std::string_view group;
    for (const auto& shortcut : shortcuts()) {
      if (group != shortcut.group) head(ui, shortcut.group);
      group = shortcut.group;
      ImGui::TextUnformatted(shortcut.keys);
      ImGui::SameLine(ui.px(170));
      ImGui::TextUnformatted(shortcut.words);
    }
    head(ui, "Mouse");
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(
        "Every number: drag, wheel, type, right click or double click on its label to reset. Map: drag the ring to "
        "move "
        "the start, drag to pan, wheel to zoom, double click to fit. Plots: the same; right drag zooms into a box; "
        "click a label to hide its curve; click in a plot to go to that step.");
    head(ui, "Conventions");
    const std::string conventions =
        "Update t uses the step size η_t = ρ·η·h(t/T), t = 0 … T−1; step t of the timeline is the state after t "
        "updates. "
        "The same seed gives the same noise to every run, so a difference between runs is due to schedule, step size "
        "or optimizer alone. Bands show the 10 % and 90 % quantiles over the seeds. " +
        std::string(kQuantileRule) + " A run has diverged when a coordinate passes 1e30.";
    ImGui::TextUnformatted(conventions.c_str());
    ImGui::PopTextWrapPos();
  }
  ImGui::End();
}

void log_sheet(Ui& ui) {
  if (!ui.session.log_open) return;
  if (begin_sheet(ui, "Event log and summary", {ui.px(760), ui.px(560)}, ui.session.log_open)) {
    std::string text = event_log(ui.session);
    if (button(ui, "copy_log", "Copy as text")) ImGui::SetClipboardText(text.c_str());
    ImGui::SameLine();
    dim_text(ui, "events are those of each run's replicate with the median final loss");
    ImGui::InputTextMultiline("##log", &text, ImGui::GetContentRegionAvail(), ImGuiInputTextFlags_ReadOnly);
  }
  ImGui::End();
}

const char* title_of(FileDialog::Purpose purpose) {
  switch (purpose) {
    case FileDialog::Purpose::kOpen:
      return "Open a scene";
    case FileDialog::Purpose::kSave:
      return "Save the scene";
    case FileDialog::Purpose::kWindowPng:
      return "Save a picture of the window";
    case FileDialog::Purpose::kMapPng:
      return "Save a picture of the landscape";
    case FileDialog::Purpose::kCsv:
      return "Save the curves as CSV";
  }
  return "";
}

/// The folder's names, from the list that is read in the background.
std::shared_ptr<const FolderList::Names> names_of(Session& session) {
  FileDialog& dialog = session.dialog;
  const char* extension = extension_of(dialog.purpose);
  if (!dialog.list || !dialog.list->is_of(dialog.folder, extension))
    dialog.list = std::make_shared<FolderList>(dialog.folder, extension);
  else if (dialog.list->outdated())
    dialog.list = std::make_shared<FolderList>(dialog.folder, extension, dialog.list->names());
  session.animating |= dialog.list->reading();
  return dialog.list->names();
}

/// One row of the list: folders come first, the one above them all.
void file_row(Ui& ui, const FolderList::Names& names, std::size_t row, std::string& enter, bool& chosen) {
  FileDialog& dialog = ui.session.dialog;
  const IdScope scope(static_cast<int>(row));
  if (row <= names.folders.size()) {
    const std::string name = row == 0 ? ".." : names.folders[row - 1];
    if (ImGui::Selectable((name + "/").c_str())) enter = name;
    return;
  }
  const std::string& name = names.files[row - 1 - names.folders.size()];
  if (ImGui::Selectable(name.c_str(), name == dialog.name, ImGuiSelectableFlags_AllowDoubleClick)) {
    dialog.name = name;
    dialog.asked_overwrite = false;
    chosen = ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  }
  report(ui, "file." + name);
}

/// The list of the folder; true if a file was chosen for good (double click).
bool file_list(Ui& ui, FileDialog& dialog, float height) {
  bool chosen = false;
  std::string enter;
  ImGui::BeginChild("list", {0, height}, true);
  const auto names = names_of(ui.session);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(1 + names->folders.size() + names->files.size()));
  while (clipper.Step())
    for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
      file_row(ui, *names, static_cast<std::size_t>(row), enter, chosen);
  if (dialog.list->reading())
    dim_text(ui, "reading the folder …");
  else if (names->folders.empty() && names->files.empty())
    dim_text(ui, std::string("nothing that ends in ") + extension_of(dialog.purpose) + " here");
  ImGui::EndChild();
  if (!enter.empty()) {
    std::error_code error;
    const fs::path next = fs::weakly_canonical(fs::path(dialog.folder) / enter, error);
    if (!error) dialog.folder = next.string();
  }
  return chosen;
}

void file_sheet(Ui& ui) {
  FileDialog& dialog = ui.session.dialog;
  if (!dialog.open) return;
  if (begin_sheet(ui, title_of(dialog.purpose), {ui.px(640), ui.px(520)}, dialog.open)) {
    dim_text(ui, dialog.folder, ImGui::GetContentRegionAvail().x);
    bool accepted = file_list(ui, dialog, ImGui::GetContentRegionAvail().y - ui.px(92));
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    if (ImGui::InputTextWithHint("##name", "file name, or a whole path", &dialog.name,
                                 ImGuiInputTextFlags_EnterReturnsTrue))
      accepted = true;
    if (ImGui::IsItemEdited()) dialog.asked_overwrite = false;
    report(ui, "file_name");
    const bool saves = dialog.purpose != FileDialog::Purpose::kOpen;
    if (button(ui, "accept",
               dialog.asked_overwrite ? "Replace the file"
               : saves                ? "Save"
                                      : "Open",
               true, !dialog.name.empty()))
      accepted = true;
    ImGui::SameLine();
    if (button(ui, "dismiss", "Cancel")) dialog.open = false;
    if (dialog.reading) {
      ImGui::SameLine();
      dim_text(ui, "reading …");
    } else if (!dialog.problem.empty()) {
      ImGui::SameLine();
      const FontScope font(ui.theme.small);
      ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.warning);
      ImGui::TextWrapped("%s", dialog.problem.c_str());
      ImGui::PopStyleColor();
    }
    dialog.accepted = accepted && !dialog.name.empty();
  }
  ImGui::End();
}

/// What was left by a window that nobody closed: to take it up again, or not.
void unclosed_sheet(Ui& ui) {
  Session& session = ui.session;
  if (session.unclosed.empty()) return;
  bool open = true;
  if (begin_sheet(ui, "A scene that was not closed", {ui.px(520), ui.px(150)}, open)) {
    const Unclosed& offer = session.unclosed.front();
    const std::string title =
        offer.title.empty() ? "A scene without a title" : "“" + fitted(offer.title, ui.px(300)) + "”";
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted((title + ", last changed on " + offer.when +
                            ", was open in a window that ended without being closed, or beside another one.")
                               .c_str());
    ImGui::PopTextWrapPos();
    ImGui::Dummy({0, ui.px(6)});
    const bool restored = button(ui, "restore", "Restore it", true);
    ImGui::SameLine();
    const bool forgotten = button(ui, "forget", "Start without it");
    tooltip(ui, "it is deleted; to be asked again at the next start, close this with Esc");
    if (restored) session.wanted_scenes.push_back({.path = offer.path, .unclosed = offer});
    if (forgotten) session.answered.push_back(offer);
    if (restored || forgotten) session.unclosed.erase(session.unclosed.begin());
  }
  ImGui::End();
  if (!open) session.unclosed.clear();  // the next start offers them again
}

std::string final_loss(const RunPicture& run) {
  if (run.curves.loss.empty()) return "unknown";
  const double loss = run.curves.loss.median.back();
  return 2 * run.curves.diverged > run.curves.seeds || !std::isfinite(loss) ? "none: most diverged"
                                                                            : short_number(loss);
}

}  // namespace

std::string event_log(const Session& session) {
  const Picture* picture = session.picture();
  if (!picture) return "";
  std::string text = is_outdated(session) ? outdated_words(session) + "\n" : "";
  int hidden = 0;
  for (std::size_t i = 0; i < picture->runs.size(); ++i) {
    const RunPicture& run = picture->runs[i];
    if (!is_pictured(session, i)) {
      ++hidden;
      continue;
    }
    const std::string of = " of " + std::to_string(run.curves.seeds);
    text += run.label + ": " + std::to_string(run.curves.reached) + of + " reached the global minimum, " +
            std::to_string(run.curves.diverged) + " diverged; median final loss " + final_loss(run) + "\n";
    for (const auto& event : run.events) text += "    " + event_words(run, event) + "\n";
    const bool told = std::ranges::any_of(run.events, [](const Event& e) { return e.kind == EventKind::kDiverged; });
    if (!run.divergence.empty() && !told) text += "    first to diverge: " + run.divergence + "\n";
  }
  if (hidden > 0)
    text += std::to_string(hidden) + (hidden == 1 ? " hidden run is" : " hidden runs are") + " left out\n";
  return text;
}

void draw_dialogs(Ui& ui) {
  help_sheet(ui);
  log_sheet(ui);
  file_sheet(ui);
  unclosed_sheet(ui);
}

}  // namespace steplab
