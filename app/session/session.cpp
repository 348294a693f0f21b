#include "app/session/session.h"

namespace steplab {
namespace {

constexpr double kNoteSeconds = 5, kProblemSeconds = 15;
constexpr double kWheelPause = 0.6;  // seconds between notches that still belong together

}  // namespace

void tell(Session& session, std::string text, bool problem) {
  session.note = Note{std::move(text), problem, session.now + (problem ? kProblemSeconds : kNoteSeconds)};
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
  session.document.edit(scene, ++session.gesture);
  session.draft = session.document.scene();
  session.playback.at_end = step < 0;
  seek(session.playback, scene.steps, step < 0 ? scene.steps : step);
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

bool is_drawn(const Session& session, std::size_t index) {
  if (session.solo >= 0) return static_cast<int>(index) == session.solo;
  return index < session.draft.runs.size() && session.draft.runs[index].shown;
}

int colour_of(const Scene& scene, std::size_t index) {
  const int chosen = index < scene.runs.size() ? scene.runs[index].colour : -1;
  return chosen >= 0 ? chosen : static_cast<int>(index);
}

}  // namespace steplab
