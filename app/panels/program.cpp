#include "app/panels/program.h"

#include "app/labs/lab.h"
#include "core/scene/shipped.h"

#include <utility>

namespace steplab {
namespace {

/// Esc closes menus and lists first; ImGui itself does so only where it is steered by keys. True if there was one.
bool closes_popup(const KeyPress& press) {
  constexpr ImGuiPopupFlags kAny = ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel;
  if (press.key != kKeyEscape || !ImGui::IsPopupOpen("", kAny)) return false;
  ImGui::SetWindowFocus(nullptr);
  return true;
}

/// A tab was clicked: that lab as it was left, or its own first scene.
void change_lab(Session& session, const std::string& id) {
  for (const Lab& lab : labs())
    if (lab.id == id) show_lab(session, id, find_scene(lab.scene));
}

}  // namespace

Program::Program(Scene scene, const Settings& settings, std::function<void()> on_news)
    : worker_(on_news), studies_(on_news), loader_(on_news) {
  session_.settings = settings;
  session_.playback.speed = settings.speed;
  session_.playback.loop = settings.loop;
  const int step = scene.view.step;
  session_.document = Document(std::move(scene));
  session_.draft = session_.document.scene();
  session_.playback.at_end = step < 0;
  seek(session_.playback, session_.draft.steps, step < 0 ? session_.draft.steps : step);
}

void Program::take_results(Views* views) {
  session_.finished = worker_.finished();
  session_.busy = worker_.busy();
  session_.progress = worker_.progress();
  const auto& field = session_.finished.field;
  if (!field || field->number == uploaded_field_ || !views) return;
  uploaded_field_ = field->number;
  const FieldWindow& window = field->field.window;
  if (window.width > 0)
    views->set_field({.low = window.low,
                      .high = window.high,
                      .width = window.width,
                      .height = window.height,
                      .excess = field->field.value,
                      .sharpness = field->field.sharpness});
}

void Program::ask_worker() {
  const bool derived = session_.derived && session_.derived->lab.id == session_.document.scene().lab.id;
  session_.simulated = derived && session_.runs_wanted ? session_.derived : std::nullopt;
  if (!session_.runs_wanted) return;
  const Scene& scene = derived ? *session_.derived : session_.document.scene();
  const bool same = asked_scene_ && same_simulation(*asked_scene_, scene) &&
                    asked_scene_->view.plane == scene.view.plane && row_labels(*asked_scene_) == row_labels(scene);
  if (same && session_.wanted_field == asked_field_) return;
  asked_scene_ = scene;
  asked_field_ = session_.wanted_field;
  worker_.ask({.scene = scene, .field = session_.wanted_field, .number = ++asked_});
}

std::vector<Job> Program::frame(const Theme& theme, double seconds, Views* views, std::vector<Reported>* reports) {
  session_.now += seconds;
  session_.frame_seconds = static_cast<float>(seconds);
  session_.animating = false;
  if (session_.link.cursor_x)
    session_.cursor_step = session_.link.cursor_x;
  else
    session_.cursor_step.reset();
  if (session_.link.cursor_owner == kViewOwnsCursor) {
    session_.link.cursor_x.reset();
    session_.link.cursor_owner = 0;
  }
  session_.cursor_place = std::exchange(session_.next_cursor_place, std::nullopt);
  take_results(views);
  for (LoadedScene& loaded : loader_.take()) open_loaded(session_, std::move(loaded));
  session_.draft = session_.document.scene();
  const Scene& wanted = session_.simulated ? *session_.simulated : session_.draft;
  if (!session_.picture() || !session_.runs_wanted || same_simulation(session_.picture()->scene, wanted))
    session_.behind_since = -1;
  else if (session_.behind_since < 0)
    session_.behind_since = session_.now;
  advance(session_.playback, shown_steps(session_), seconds);
  fit(session_.playback, shown_steps(session_));
  if (session_.settings.reduced_motion && session_.playback.playing)
    seek(session_.playback, shown_steps(session_), shown_steps(session_));
  for (const KeyPress& press : std::exchange(keys_, {})) {
    if (closes_popup(press)) continue;
    const bool leaves_dialog = session_.dialog.open && press.key == kKeyEscape;
    if (!ImGui::GetIO().WantTextInput || leaves_dialog || press.key == kKeyF1) press_key(session_, press);
  }
  Ui ui{.theme = theme,
        .session = session_,
        .views = views,
        .studies = &studies_,
        .reports = reports,
        .wheel_taken = &wheel_taken_};
  session_.derived.reset();
  session_.runs_wanted = true;
  session_.start_fixed = false;
  draw_window(ui);
  studies_.end_frame();
  settle_frame(session_, ImGui::IsAnyItemActive());
  auto jobs = obey_commands(session_);
  for (WantedScene& scene : std::exchange(session_.wanted_scenes, {})) loader_.want(std::move(scene));
  settle_frame(session_, ImGui::IsAnyItemActive());
  if (const std::string lab = std::exchange(session_.next_lab, ""); !lab.empty()) change_lab(session_, lab);
  session_.settings.speed = session_.playback.speed;
  session_.settings.loop = session_.playback.loop;
  ask_worker();
  return jobs;
}

bool Program::has_news() const {
  const Finished newest = worker_.finished();
  return newest.picture != session_.finished.picture || newest.field != session_.finished.field ||
         studies_.has_news() || loader_.ready();
}

bool Program::settled() const { return !worker_.busy() && !studies_.busy() && !loader_.busy() && !has_news(); }

}  // namespace steplab
