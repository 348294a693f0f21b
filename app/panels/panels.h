// The panels: functions that read the session, draw, and edit session.draft. None keeps state or computes numbers.
#pragma once

#include "app/session/session.h"
#include "app/widgets/ui.h"

#include <imgui.h>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// The whole window: top bar, lab, timeline, status, dialogs. Fills the display.
void draw_window(Ui& ui);

void draw_top_bar(Ui& ui, ImVec2 size);
void draw_controls(Ui& ui);  ///< inside a child window: all of the following, in the order of free play
void draw_landscape_controls(Ui& ui);
struct LengthControls {
  bool noise = true;  ///< where gradients come from, and seeds
};
void draw_length_controls(Ui& ui, const LengthControls& which);  ///< T, noise
void draw_runs(Ui& ui);                                          ///< the table of runs
struct RunControls {
  bool step_size = true;          ///< false: the page finds η itself
  bool optimizer = true;          ///< false: the page says which
  std::string_view without = "";  ///< a parameter of rules and optimizers that the page finds itself
};
void draw_selected_run(Ui& ui, const RunControls& which = {});  ///< editor of the selected run
void draw_start_controls(Ui& ui);
void draw_scene_controls(Ui& ui);
void draw_landscape(Ui& ui, ImVec2 size);
void draw_curves(Ui& ui, ImVec2 size);
void draw_timeline(Ui& ui, ImVec2 size);
void draw_status(Ui& ui, ImVec2 size);
void draw_lesson(Ui& ui);  ///< the lesson that is open, part of the controls
/// In place of a figure that would give the answer away, while is_veiled().
void draw_veil(Ui& ui, ImVec2 size);
void draw_dialogs(Ui& ui);  ///< list of files, shortcuts, event log

/// What became of a run, in a few letters: how many replicates reached the global minimum, or that it diverged and
/// when.
struct Badge {
  std::string text, help;
  bool problem = false;  ///< it diverged
};
/// Empty before the first picture.
Badge badge_of(const Session& session, std::size_t index);

/// An event in words; of a divergence, why.
std::string event_words(const RunPicture& run, const Event& event);
/// What became of the runs that are drawn, and their events: text to read, copy, or have read.
std::string event_log(const Session& session);

/// What only the program can do.
struct Job {
  enum class Kind { kQuit, kFullScreen, kCancel, kWindowPng, kMapPng };
  Kind kind;
  std::string path{};
};
/// Does what keys, menus and dialogs asked for, and returns what is left for the program. Problems become notes.
std::vector<Job> obey_commands(Session& session);

}  // namespace steplab
