#include "app/session/session.h"

#include "app/theme.h"
#include "core/base/text.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr double kNoteSeconds = 5, kProblemSeconds = 15;
constexpr double kLate = 0.3;        // seconds after which an old picture is marked as such
constexpr double kWheelPause = 0.6;  // seconds between notches that still belong together

}  // namespace

int shown_steps(const Session& session) {
  const bool derived = session.simulated && session.simulated->lab.id == session.draft.lab.id;
  return derived ? session.simulated->steps : session.draft.steps;
}

void tell(Session& session, std::string text, bool problem) {
  session.note = Note{message_line(text), problem, {}, session.now + (problem ? kProblemSeconds : kNoteSeconds)};
}

void refuse(Session& session, std::string_view control, std::string text) {
  tell(session, std::move(text), true);
  session.note->about = control;
}

void accept(Session& session, std::string_view control) {
  if (session.note && session.note->about == control) session.note.reset();
}

namespace {

/// Another lab's document comes to the front.
void bring_forward(Session& session, const std::string& lab, const Scene& first) {
  const std::string before = session.document.scene().lab.id;
  if (lab == before) return;
  session.parked.insert_or_assign(before, std::move(session.document));
  const auto parked = session.parked.find(lab);
  session.document = parked == session.parked.end() ? Document(first) : std::move(parked->second);
  if (parked != session.parked.end()) session.parked.erase(parked);
  session.scene_path.clear();
}

}  // namespace

void show_lab(Session& session, const std::string& id, const Scene& first) {
  if (id == session.document.scene().lab.id) return;
  bring_forward(session, id, first);
  session.solo = -1;
  session.renaming.reset();
  session.draft = session.document.scene();
  session.playback.at_end = true;
  seek(session.playback, session.draft.steps, session.draft.steps);
}

void open_scene(Session& session, Scene scene) {
  bring_forward(session, scene.lab.id, scene);
  session.solo = -1;
  session.renaming.reset();
  const int step = scene.view.step;
  session.document.set_opened(scene);
  session.document.edit(scene, ++session.gesture);
  session.draft = session.document.scene();
  session.playback.at_end = step < 0;
  seek(session.playback, scene.steps, step < 0 ? scene.steps : step);
}

std::string shown_title(const Session& session) {
  Scene present = session.draft;
  const bool titled = !present.title.empty() && present.title == session.document.opened().title;
  present.view = session.document.opened().view;
  return printable(titled && present != session.document.opened() ? present.title + " (changed)" : present.title);
}

Scene scene_to_save(const Session& session) {
  Scene scene = session.document.scene();
  scene.view.step = session.playback.at_end ? -1 : session.step();
  return scene;
}

bool settle_frame(Session& session, bool control_held) {
  const bool pressed = control_held && !session.gesture_active;
  const bool late = !control_held && session.now - session.last_edit > kWheelPause;
  if (pressed || late) ++session.gesture;
  session.gesture_active = control_held;
  if (session.draft.view.selected >= static_cast<int>(session.draft.runs.size())) session.draft.view.selected = 0;
  if (session.draft == session.document.scene()) return false;
  session.last_edit = session.now;
  session.document.edit(session.draft, session.gesture);
  return true;
}

bool shows_another(const Session& session) {
  const Picture* picture = session.picture();
  if (!picture) return false;
  const bool derived = session.simulated && session.simulated->lab.id == session.draft.lab.id;
  const Scene &shown = picture->scene, &wanted = derived ? *session.simulated : session.draft;
  const auto same_run = [](const SceneRun& a, const SceneRun& b) {
    return a.rate.id == b.rate.id && a.optimizer.id == b.optimizer.id;
  };
  return shown.landscape.id != wanted.landscape.id || !std::ranges::equal(shown.runs, wanted.runs, same_run);
}

bool is_outdated(const Session& session) {
  const bool late = session.behind_since >= 0 && session.now - session.behind_since > kLate;
  return session.picture() && (late || shows_another(session));
}

std::string outdated_words(const Session& session) {
  if (!is_outdated(session)) return "";
  if (!session.runs_wanted) return "no runs yet";
  if (!session.finished.error.empty()) return "this scene cannot run: what is shown is the one before";
  return session.busy || session.behind_since < 0 ? "computing …: what is shown is the scene before"
                                                  : "not computed: what is shown is the scene before";
}

const Scene& looks_of(const Session& session) {
  const Picture* picture = session.picture();
  return picture && shows_another(session) ? picture->scene : session.draft;
}

bool is_pictured(const Session& session, std::size_t index) {
  if (!shows_another(session)) return is_drawn(session, index);
  const auto& runs = session.picture()->scene.runs;
  return index < runs.size() && runs[index].shown;
}

bool is_drawn(const Session& session, std::size_t index) {
  if (session.solo >= 0) return static_cast<int>(index) == session.solo;
  return index < session.draft.runs.size() && session.draft.runs[index].shown;
}

int colour_of(const Scene& scene, std::size_t index) {
  const int chosen = index < scene.runs.size() ? scene.runs[index].colour : -1;
  return chosen >= 0 ? chosen : static_cast<int>(index);
}

void pin_colours(Scene& scene) {
  for (std::size_t i = 0; i < scene.runs.size(); ++i) scene.runs[i].colour = colour_of(scene, i) % kRunLooks;
}

int free_colour(const Scene& scene) {
  for (int colour = 0; colour < kRunLooks; ++colour) {
    bool taken = false;
    for (std::size_t i = 0; i < scene.runs.size(); ++i) taken |= colour_of(scene, i) == colour;
    if (!taken) return colour;
  }
  return 0;
}

}  // namespace steplab
