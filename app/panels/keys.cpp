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

/// What is open closes; else the whole program stays.
void escape(Session& session) {
  if (!session.unclosed.empty())
    session.unclosed.clear();  // the next start offers them again
  else if (session.dialog.open || session.help_open || session.log_open)
    session.dialog.open = session.help_open = session.log_open = false;
  else if (session.controls_hidden)
    session.controls_hidden = false;
  else
    session.command(Command::kCancel);
}

void go_to(Session& session, double step) { seek(session.playback, shown_steps(session), step); }
void move_by(Session& session, int steps) { go_to(session, session.step() + steps); }

void toggle_playing(Session& session) {
  if (session.playback.playing)
    session.playback.playing = false;
  else
    play(session.playback, shown_steps(session));
}

struct Binding {
  enum class With { kMaybeShift, kPlain, kShift, kControl, kControlShift, kControlMaybeShift };
  int key = 0;
  With with = With::kMaybeShift;
  void (*act)(Session& session, const KeyPress& press) = nullptr;
  Shortcut shortcut{};  ///< its line of the sheet; empty: told by the line above
};

template <Command kCommand>
void command(Session& session, const KeyPress&) {
  session.command(kCommand);
}
void faster(Session& session, const KeyPress&) { change_speed(session.playback, 1); }
void slower(Session& session, const KeyPress&) { change_speed(session.playback, -1); }
void toggle_digit(Session& session, const KeyPress& press) { toggle_run(session, press.key - '1'); }

using With = Binding::With;
constexpr std::array kBindings = {
    Binding{kKeySpace,
            With::kMaybeShift,
            [](Session& s, const KeyPress&) { toggle_playing(s); },
            {"Space", "play or pause", "Time"}},
    Binding{kKeyLeft,
            With::kMaybeShift,
            [](Session& s, const KeyPress& press) { move_by(s, press.shift ? -10 : -1); },
            {"← →", "one step back, on; with Shift ten", "Time"}},
    Binding{kKeyRight, With::kMaybeShift, [](Session& s, const KeyPress& press) { move_by(s, press.shift ? 10 : 1); }},
    Binding{kKeyHome,
            With::kMaybeShift,
            [](Session& s, const KeyPress&) { go_to(s, 0); },
            {"Home End", "to the start, to the end", "Time"}},
    Binding{kKeyEnd, With::kMaybeShift, [](Session& s, const KeyPress&) { go_to(s, shown_steps(s)); }},
    Binding{kKeyPlus, With::kMaybeShift, faster, {"+ −", "faster, slower", "Time"}},
    Binding{kKeyPadPlus, With::kMaybeShift, faster},
    Binding{kKeyMinus, With::kMaybeShift, slower},
    Binding{kKeyPadMinus, With::kMaybeShift, slower},
    Binding{
        'L', With::kMaybeShift, [](Session& s, const KeyPress&) { s.playback.loop ^= true; }, {"L", "loop", "Time"}},
    Binding{'R',
            With::kPlain,
            [](Session& s, const KeyPress&) { go_to(s, 0); },
            {"R", "back to the start, same seed", "Time"}},
    Binding{'R',
            With::kShift,
            [](Session& s, const KeyPress&) { ++s.draft.seed; },
            {"Shift+R", "new seed: other noise", "Time"}},
    Binding{'1', With::kPlain, toggle_digit, {"1 … 9", "show or hide a run", "Runs"}},
    Binding{'2', With::kPlain, toggle_digit},
    Binding{'3', With::kPlain, toggle_digit},
    Binding{'4', With::kPlain, toggle_digit},
    Binding{'5', With::kPlain, toggle_digit},
    Binding{'6', With::kPlain, toggle_digit},
    Binding{'7', With::kPlain, toggle_digit},
    Binding{'8', With::kPlain, toggle_digit},
    Binding{'9', With::kPlain, toggle_digit},
    Binding{'[',
            With::kMaybeShift,
            [](Session& s, const KeyPress&) { open_neighbour(s, -1); },
            {"[ ]", "previous, next shipped scene", "Scene"}},
    Binding{']', With::kMaybeShift, [](Session& s, const KeyPress&) { open_neighbour(s, 1); }},
    Binding{kKeyTab,
            With::kControlMaybeShift,
            [](Session& s, const KeyPress& press) { show_neighbour(s, press.shift ? -1 : 1); },
            {"Ctrl+Tab", "next lab; with Shift the one before", "Scene"}},
    Binding{'Z', With::kControl, command<Command::kUndo>, {"Ctrl+Z, Ctrl+Y", "undo, redo", "Scene"}},
    Binding{'Z', With::kControlShift, command<Command::kRedo>},
    Binding{'Y', With::kControlMaybeShift, command<Command::kRedo>},
    Binding{'O', With::kControlMaybeShift, command<Command::kOpen>, {"Ctrl+O, Ctrl+S", "open, save", "Scene"}},
    Binding{'S', With::kControl, command<Command::kSave>},
    Binding{'S', With::kControlShift, command<Command::kSaveAs>, {"Ctrl+Shift+S", "save under another name", "Scene"}},
    Binding{'C',
            With::kControlMaybeShift,
            command<Command::kCopy>,
            {"Ctrl+C, Ctrl+V", "copy, paste the scene as text", "Scene"}},
    Binding{'V', With::kControlMaybeShift, command<Command::kPaste>},
    Binding{'F', With::kMaybeShift, command<Command::kFullScreen>, {"F", "full screen", "Window"}},
    Binding{'H',
            With::kMaybeShift,
            [](Session& s, const KeyPress&) { s.controls_hidden ^= true; },
            {"H", "hide or show the controls", "Window"}},
    Binding{kKeyF1,
            With::kMaybeShift,
            [](Session& s, const KeyPress&) { s.help_open ^= true; },
            {"F1", "this sheet", "Window"}},
    Binding{kKeyEscape,
            With::kMaybeShift,
            [](Session& s, const KeyPress&) { escape(s); },
            {"Esc", "close what is open; stop computing", "Window"}},
    Binding{'Q', With::kControlMaybeShift, command<Command::kQuit>, {"Ctrl+Q", "quit", "Window"}},
};

bool fits(Binding::With with, const KeyPress& press) {
  switch (with) {
    case With::kMaybeShift:
      return !press.control;
    case With::kPlain:
      return !press.control && !press.shift;
    case With::kShift:
      return !press.control && press.shift;
    case With::kControl:
      return press.control && !press.shift;
    case With::kControlShift:
      return press.control && press.shift;
    case With::kControlMaybeShift:
      return press.control;
  }
  return false;
}

}  // namespace

std::vector<Shortcut> shortcuts() {
  std::vector<Shortcut> all;
  for (const Binding& binding : kBindings)
    if (binding.shortcut.keys) all.push_back(binding.shortcut);
  return all;
}

int key_of_label(int place, std::string_view label, bool latin) {
  constexpr int kFirstSign = '\'', kLastSign = '`', kWorld1 = 161, kWorld2 = 162;
  const bool printable = (place >= kFirstSign && place <= kLastSign) || place == kWorld1 || place == kWorld2;
  if (!printable) return place;  // arrows, function keys, the key pad
  const char sign = label.size() == 1 ? label[0] : '\0';
  if (sign >= 'a' && sign <= 'z') return sign - 'a' + 'A';
  if ((sign >= 'A' && sign <= 'Z') || (sign >= '0' && sign <= '9') || sign == '-' || sign == '[' || sign == ']')
    return sign;
  if (sign == '+' || sign == '=') return kKeyPlus;
  const bool digit = place >= '0' && place <= '9';
  return latin && !digit ? 0 : place;
}

void retype(KeyPress& press, unsigned character) {
  const bool digit = character >= '1' && character <= '9';
  if (digit || character == '-' || character == '[' || character == ']') press.key = static_cast<int>(character);
  if (character == '+') press.key = kKeyPlus;
  if (digit) press.shift = false;
}

bool press_key(Session& session, const KeyPress& press) {
  const auto meant = std::ranges::find_if(
      kBindings, [&](const Binding& binding) { return binding.key == press.key && fits(binding.with, press); });
  if (meant == kBindings.end()) return false;
  meant->act(session, press);
  return true;
}

}  // namespace steplab
