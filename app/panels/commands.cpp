#include "app/panels/panels.h"
#include "app/session/file_kinds.h"
#include "core/scene/file.h"
#include "core/scene/scene_json.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>
#include <utility>

namespace steplab {
namespace {

namespace fs = std::filesystem;
using Purpose = FileDialog::Purpose;

/// "Four schedules race" as "four-schedules-race.json"; letters beyond ASCII stay.
std::string file_name_of(const std::string& title) {
  constexpr std::size_t kLongest = 60;
  std::string name;
  for (const char c : title) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = byte >= 0x80 || std::isalnum(byte);
    if (letter)
      name += byte < 0x80 ? static_cast<char>(std::tolower(byte)) : c;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  std::size_t end = std::min(name.size(), kLongest);
  while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // whole letters
  name.resize(end);
  while (!name.empty() && name.back() == '-') name.pop_back();
  return (name.empty() ? "scene" : name) + ".json";
}

void open_dialog(Session& session, Purpose purpose) {
  FileDialog& dialog = session.dialog;
  if (dialog.folder.empty()) {
    std::error_code error;
    dialog.folder = fs::current_path(error).string();
  }
  dialog.open = true;
  dialog.purpose = purpose;
  dialog.problem.clear();
  dialog.asked_overwrite = dialog.accepted = dialog.reading = false;
  const std::string own = fs::path(session.scene_path).filename().string();
  dialog.name = purpose != Purpose::kSave ? "" : own.empty() ? file_name_of(session.draft.title) : own;
}

void save_to(Session& session, const std::string& path) {
  const bool with_table = save_with_table(session, path);
  session.scene_path = path;
  session.document.set_opened(session.document.scene());
  tell(session, "saved as " + path + (with_table ? ", its table beside it" : ""));
}

void paste(Session& session) {
  const char* text = ImGui::GetClipboardText();
  session.wanted_scenes.push_back({.path = {}, .text = text ? text : ""});
}

void step_through_past(Session& session, bool back) {
  if (back)
    session.document.undo();
  else
    session.document.redo();
  session.draft = session.document.scene();
}

std::string path_of(const FileDialog& dialog) {
  fs::path path = fs::path(dialog.name).is_absolute() ? fs::path(dialog.name) : fs::path(dialog.folder) / dialog.name;
  const bool named = !path.filename().empty() && path.filename() != "." && path.filename() != "..";
  if (dialog.purpose != Purpose::kOpen && named && !path.has_extension()) path += extension_of(dialog.purpose);
  return path.string();
}

/// A file that exists is replaced only when the person says so a second time.
bool may_write(FileDialog& dialog, const std::string& path) {
  std::error_code ignored;
  if (fs::path(path).filename().empty() || fs::is_directory(path, ignored)) {
    dialog.problem = "'" + dialog.name + "' is a folder; allowed: the name of a file";
    return false;
  }
  try {
    require_suffix(path, extension_of(dialog.purpose), "file name");
  } catch (const InputError& error) {
    dialog.problem = error.what();
    return false;
  }
  if (dialog.asked_overwrite || !fs::exists(path, ignored)) return true;
  dialog.problem = path + " exists";
  dialog.asked_overwrite = true;
  return false;
}

/// Does what the dialog was opened for. An InputError keeps it open with the reason.
void finish_dialog(Session& session, std::vector<Job>& jobs) {
  FileDialog& dialog = session.dialog;
  dialog.accepted = false;
  const std::string path = path_of(dialog);
  if (dialog.purpose == Purpose::kOpen) {
    if (std::error_code ignored; fs::is_directory(path, ignored)) {
      dialog.folder = path;
      dialog.name.clear();
      return;
    }
    dialog.reading = true;
    dialog.problem.clear();
    session.wanted_scenes.push_back({.path = path, .from_dialog = true});
    return;
  }
  if (!may_write(dialog, path)) return;
  try {
    if (dialog.purpose == Purpose::kSave) save_to(session, path);
    if (dialog.purpose == Purpose::kWindowPng) jobs.push_back({Job::Kind::kWindowPng, path});
    if (dialog.purpose == Purpose::kMapPng) jobs.push_back({Job::Kind::kMapPng, path});
    if (dialog.purpose == Purpose::kCsv) {
      session.csv_path = path;
      session.capture = true;
    }
    dialog.open = false;
  } catch (const InputError& error) {
    dialog.problem = error.what();
  }
}

void obey(Session& session, Command command, std::vector<Job>& jobs) {
  switch (command) {
    case Command::kOpen:
      return open_dialog(session, Purpose::kOpen);
    case Command::kSaveAs:
      return open_dialog(session, Purpose::kSave);
    case Command::kSave:
      return session.scene_path.empty() ? open_dialog(session, Purpose::kSave) : save_to(session, session.scene_path);
    case Command::kExportWindow:
      return open_dialog(session, Purpose::kWindowPng);
    case Command::kExportMap:
      return open_dialog(session, Purpose::kMapPng);
    case Command::kExportCurves:
      return open_dialog(session, Purpose::kCsv);
    case Command::kCopy:
      ImGui::SetClipboardText(to_json(scene_to_save(session)).c_str());
      return tell(session, "the scene is on the clipboard, as text");
    case Command::kPaste:
      return paste(session);
    case Command::kUndo:
      return step_through_past(session, true);
    case Command::kRedo:
      return step_through_past(session, false);
    case Command::kHelp:
      session.help_open = true;
      return;
    case Command::kFullScreen:
      jobs.push_back({Job::Kind::kFullScreen});
      return;
    case Command::kQuit:
      jobs.push_back({Job::Kind::kQuit});
      return;
    case Command::kCancel:
      jobs.push_back({Job::Kind::kCancel});
      return;
  }
}

/// The curves of the frame that was drawn with `capture` on.
void write_csv(Session& session) {
  if (session.csv_path.empty() || session.captured.empty()) return;
  try {
    FileWriter file(session.csv_path);
    file.write(plot::to_csv(session.captured));
    file.commit();
    tell(session, "saved as " + session.csv_path);
  } catch (const InputError& error) {
    tell(session, error.what(), true);
  }
  session.csv_path.clear();
  session.captured.clear();
  session.capture = false;
}

}  // namespace

std::vector<Job> obey_commands(Session& session) {
  std::vector<Job> jobs;
  write_csv(session);
  const auto commands = std::exchange(session.commands, {});
  for (const Command command : commands) try {
      obey(session, command, jobs);
    } catch (const std::exception& error) {
      tell(session, error.what(), true);
    }
  if (session.dialog.open && session.dialog.accepted) finish_dialog(session, jobs);
  return jobs;
}

}  // namespace steplab
