// Everything a frame reads and edits. Plain data but for the document, which guards its own past.
#pragma once

#include "app/session/budget_tables.h"
#include "app/session/document.h"
#include "app/session/folder_list.h"
#include "app/session/lesson_progress.h"
#include "app/session/playback.h"
#include "app/session/settings.h"
#include "app/session/unclosed.h"
#include "app/session/worker.h"
#include "app/widgets/plot.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// Link::cursor_owner while map or timeline, not a plot, set the cursor.
inline constexpr unsigned kViewOwnsCursor = 1;

/// What a panel asks the program to do beyond editing the scene.
enum class Command {
  kOpen,
  kSave,
  kSaveAs,
  kCopy,
  kPaste,
  kUndo,
  kRedo,
  kExportWindow,
  kExportMap,
  kExportCurves,
  kHelp,
  kFullScreen,
  kQuit,
  kCancel,
};

/// The in-window list of files.
struct FileDialog {
  enum class Purpose { kOpen, kSave, kWindowPng, kMapPng, kCsv };
  bool open = false;
  Purpose purpose = Purpose::kOpen;
  std::string folder, name, problem;
  bool asked_overwrite = false;
  bool accepted = false;             ///< the person chose `name`: to be done by the program
  std::shared_ptr<FolderList> list;  ///< of `folder`
  bool reading = false;              ///< the file that was chosen is being read
};

/// A scene to be read and checked in the background, then opened.
struct WantedScene {
  std::string path;                    ///< of a file; empty: `text` is the clipboard's
  std::string text{};                  ///< JSON
  bool from_dialog = false;            ///< which stays open until it is read
  std::optional<Unclosed> unclosed{};  ///< the offer that it answers
};

/// A handle of a schedule while the mouse holds it.
struct ScheduleDrag {
  std::string handle;
  Choice from;  ///< the schedule as it was when the handle was grabbed: every place it comes to is measured from there
};

/// A note at the foot of the window.
struct Note {
  std::string text;
  bool problem = false;
  std::string about{};  ///< the control whose value was refused: a good one takes the note away
  double until = 0;     ///< seconds of Session::now
};

struct Session {
  Document document;                       ///< of the lab that is shown
  std::map<std::string, Document> parked;  ///< of the other labs that have been shown, by id
  Scene draft;                             ///< edited by this frame's panels; taken by the document at its end
  /// What a lab's page wants simulated in place of the scene itself; it has the scene's runs, in the same order. Set
  /// anew in every frame.
  std::optional<Scene> derived;
  /// The derived scene that was asked for last; none if the scene itself was.
  std::optional<Scene> simulated;
  bool start_fixed =
      false;                ///< the page's problem says where runs begin: it cannot be dragged. Set anew in every frame
  bool runs_wanted = true;  ///< false: the page has nothing to simulate (yet). Set anew in every frame
  std::string next_lab;     ///< the tab that was clicked: shown from the next frame on
  std::optional<LessonProgress> lesson;
  BudgetTables tables;  ///< of the Budget lab, computed or kept beside a scene that was opened
  Settings settings;
  Playback playback;
  std::optional<Playback> before_click;  ///< the timeline before the last click in a plot moved it
  Finished finished;
  bool busy = false;
  double behind_since = -1;  ///< when the picture ceased to be of the scene under edit; negative: it is of it
  double progress = 0;

  std::optional<double> cursor_step;                       ///< hovered on a plot or the timeline, shared by all
  std::optional<std::array<double, 2>> cursor_place;       ///< under the mouse on map or surface in the last frame
  std::optional<std::array<double, 2>> next_cursor_place;  ///< in this one
  std::optional<FieldKey> wanted_field;                    ///< what the map of this frame shows
  bool drag_start = false, drag_map = false;               ///< what the mouse holds on the map
  std::map<std::string, plot::State> plots;                ///< by curve
  std::optional<ScheduleDrag> schedule_drag;
  plot::Link link;       ///< of the curves over the steps
  std::string csv_path;  ///< where `captured` is to be written; empty: nowhere
  bool capture = false;  ///< this frame's curves are wanted as data
  std::vector<plot::Capture> captured;

  std::vector<Command> commands;
  std::vector<WantedScene> wanted_scenes;
  std::vector<Unclosed> unclosed;  ///< offered, the first of them
  std::vector<Unclosed> answered;  ///< offers that are done with: their files can go
  FileDialog dialog;
  bool curves_in_front = false;  ///< where map and curves are tabs of a narrow window
  bool help_open = false, log_open = false, controls_hidden = false;
  std::optional<Note> note;
  std::string scene_path;       ///< file the scene was opened from or saved to; empty: none
  std::optional<int> renaming;  ///< run whose name is being typed
  int solo = -1;                ///< the run shown alone, or −1

  double now = 0;                              ///< seconds since the start
  float frame_seconds = 0;                     ///< since the last frame
  std::map<std::string, double> right_widths;  ///< of pages' right columns that were dragged, pixels at scale 1, by lab
  std::uint64_t gesture = 1;
  bool gesture_active = false;  ///< a control is held, in the last frame
  double last_edit = -1;
  bool animating = false;  ///< something moves by itself: another frame is wanted

  /// Of this lab's scene, or an older one of it; null before the first.
  const Picture* picture() const {
    return finished.picture && finished.picture->scene.lab.id == draft.lab.id ? finished.picture.get() : nullptr;
  }
  /// Updates done in what is shown.
  int step() const { return static_cast<int>(playback.step); }
  void command(Command what) { commands.push_back(what); }
};

/// T of what is simulated: of the derived scene if there is one.
int shown_steps(const Session& session);

/// Shows a note for a few seconds; problems stay longer.
void tell(Session& session, std::string text, bool problem = false);

/// As a problem, until the control is given a value that is allowed.
void refuse(Session& session, std::string_view control, std::string text);
void accept(Session& session, std::string_view control);

/// Puts a scene in place of its lab's present one, as one step of undo, and shows that lab; the timeline goes where the
/// scene says.
void open_scene(Session& session, Scene scene);
/// Shows another lab as it was left; one that was not shown yet with `first`.
void show_lab(Session& session, const std::string& id, const Scene& first);
/// The scene's title; "(changed)" follows where the scene is no longer the one that was opened under it.
std::string shown_title(const Session& session);

/// The scene to be saved: the document's, with the place of the timeline.
Scene scene_to_save(const Session& session);

/// The frame's end: takes the draft into the document; edits while a control is held, and wheel notches in a row, are
/// one gesture. True if the scene changed.
bool settle_frame(Session& session, bool control_held);

/// The picture is of another landscape or other runs than the scene under edit.
bool shows_another(const Session& session);
/// What is shown is to be marked as outdated: of another landscape or other runs, or the answer is late. While a slider
/// is dragged the picture of a moment ago is good enough.
bool is_outdated(const Session& session);
/// Says that it is, and why; "" if it is not.
std::string outdated_words(const Session& session);
/// The scene that colours and eyes of the picture's runs are to be taken from: the one under edit if it has the same
/// runs, else the picture's own.
const Scene& looks_of(const Session& session);
/// Run `index` of the picture is drawn.
bool is_pictured(const Session& session, std::size_t index);

/// Row `index` of the scene is drawn: shown and not put aside by another's solo.
bool is_drawn(const Session& session, std::size_t index);
/// Palette entry of a row.
int colour_of(const Scene& scene, std::size_t index);
/// Gives every run for good the colour it has, so that a change of the list recolours none.
void pin_colours(Scene& scene);
/// The first palette entry that no run has.
int free_colour(const Scene& scene);

}  // namespace steplab
