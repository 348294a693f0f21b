#include "app/panels/keys.h"

#include "app/labs/lab.h"
#include "core/scene/shipped.h"

#include <algorithm>
#include <array>

namespace steplab {
namespace {

/// The shipped scene `offset` places from the one whose title the present one has.
void open_neighbour(Session& session, int offset) {
  const auto ids = shipped_ids();
  int index = 0;
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (find_scene(ids[i]).title == session.draft.title) index = static_cast<int>(i) + offset;
  const int count = static_cast<int>(ids.size());
  open_scene(session, find_scene(ids[static_cast<std::size_t>((index + count) % count)]));
  session.scene_path.clear();
}

/// The tab `offset` places further, round the end.
void show_neighbour(Session& session, int offset) {
  const auto all = labs();
  const int count = static_cast<int>(all.size()), here = static_cast<int>(&shown_lab(session) - all.data());
  session.next_lab = all[static_cast<std::size_t>((here + offset + count) % count)].id;
}

void toggle_run(Session& session, int index) {
  if (index >= static_cast<int>(session.draft.runs.size())) return;
  auto& run = session.draft.runs[static_cast<std::size_t>(index)];
  run.shown = !is_drawn(session, static_cast<std::size_t>(index));
  session.solo = -1;
}

bool press_with_control(Session& session, const KeyPress& press) {
  switch (press.key) {
    case 'Z':
      session.command(press.shift ? Command::kRedo : Command::kUndo);
      return true;
    case 'Y':
      session.command(Command::kRedo);
      return true;
    case 'S':
      session.command(press.shift ? Command::kSaveAs : Command::kSave);
      return true;
    case 'O':
      session.command(Command::kOpen);
      return true;
    case 'C':
      session.command(Command::kCopy);
      return true;
    case 'V':
      session.command(Command::kPaste);
      return true;
    case 'Q':
      session.command(Command::kQuit);
      return true;
    case kKeyTab:
      show_neighbour(session, press.shift ? -1 : 1);
      return true;
    default:
      return false;
  }
}

/// What is open closes; else the whole program stays.
void escape(Session& session) {
  if (session.dialog.open || session.help_open || session.log_open)
    session.dialog.open = session.help_open = session.log_open = false;
  else if (session.controls_hidden)
    session.controls_hidden = false;
  else
    session.command(Command::kCancel);
}

}  // namespace

std::span<const Shortcut> shortcuts() {
  static constexpr std::array kShortcuts = {
      Shortcut{"Space", "play or pause", "Time"},
      Shortcut{"← →", "one step back, on; with Shift ten", "Time"},
      Shortcut{"Home End", "to the start, to the end", "Time"},
      Shortcut{"+ −", "faster, slower", "Time"},
      Shortcut{"L", "loop", "Time"},
      Shortcut{"R", "back to the start, same seed", "Time"},
      Shortcut{"Shift+R", "new seed: other noise", "Time"},
      Shortcut{"1 … 9", "show or hide a run", "Runs"},
      Shortcut{"[ ]", "previous, next shipped scene", "Scene"},
      Shortcut{"Ctrl+Tab", "next lab; with Shift the one before", "Scene"},
      Shortcut{"Ctrl+Z, Ctrl+Y", "undo, redo", "Scene"},
      Shortcut{"Ctrl+O, Ctrl+S", "open, save", "Scene"},
      Shortcut{"Ctrl+Shift+S", "save under another name", "Scene"},
      Shortcut{"Ctrl+C, Ctrl+V", "copy, paste the scene as text", "Scene"},
      Shortcut{"F", "full screen", "Window"},
      Shortcut{"H", "hide or show the controls", "Window"},
      Shortcut{"F1", "this sheet", "Window"},
      Shortcut{"Esc", "close what is open; stop computing", "Window"},
      Shortcut{"Ctrl+Q", "quit", "Window"},
  };
  return kShortcuts;
}

bool press_key(Session& session, const KeyPress& press) {
  const int steps = shown_steps(session), stride = press.shift ? 10 : 1;
  if (press.control) return press_with_control(session, press);
  if (press.key >= '1' && press.key <= '9' && !press.shift) {
    toggle_run(session, press.key - '1');
    return true;
  }
  switch (press.key) {
    case kKeySpace:
      if (session.playback.playing)
        session.playback.playing = false;
      else
        play(session.playback, steps);
      return true;
    case kKeyLeft:
      seek(session.playback, steps, session.step() - stride);
      return true;
    case kKeyRight:
      seek(session.playback, steps, session.step() + stride);
      return true;
    case kKeyHome:
      seek(session.playback, steps, 0);
      return true;
    case kKeyEnd:
      seek(session.playback, steps, steps);
      return true;
    case kKeyPlus:
    case kKeyPadPlus:
      change_speed(session.playback, 1);
      return true;
    case kKeyMinus:
    case kKeyPadMinus:
      change_speed(session.playback, -1);
      return true;
    case 'L':
      session.playback.loop ^= true;
      return true;
    case 'R':
      if (press.shift)
        ++session.draft.seed;
      else
        seek(session.playback, steps, 0);
      return true;
    case '[':
      open_neighbour(session, -1);
      return true;
    case ']':
      open_neighbour(session, 1);
      return true;
    case 'F':
      session.command(Command::kFullScreen);
      return true;
    case 'H':
      session.controls_hidden ^= true;
      return true;
    case kKeyF1:
      session.help_open ^= true;
      return true;
    case kKeyEscape:
      escape(session);
      return true;
    default:
      return false;
  }
}

}  // namespace steplab
