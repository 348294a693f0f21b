// steplab: the window.
#include "app/session/autosave.h"
#include "app/session/limits.h"
#include "app/window/latency.h"
#include "app/window/options.h"
#include "app/window/signals.h"
#include "app/window/window.h"
#include "core/base/error.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>

namespace steplab {
namespace {

/// The scene to begin with; `first_start` if this person never was here.
Scene first_scene(const WindowOptions& options, bool keeps, std::string& problem, bool& first_start) {
  if (!options.scene.empty()) {
    Scene scene = find_scene(options.scene);
    check_for_window(scene, options.scene);
    check(scene, options.scene);
    return scene;
  }
  std::error_code ignored;
  const std::string last = last_scene_path(state_folder());
  first_start = !keeps || last.empty() || !std::filesystem::exists(last, ignored);
  if (first_start) return find_scene(kFirstScene);
  try {
    Scene scene = load_scene(last);
    check_for_window(scene, last);
    check(scene, last);
    return scene;
  } catch (const std::exception& error) {
    problem = error.what();
    return find_scene(kFirstScene);
  }
}

void forget() {
  std::error_code ignored;
  std::filesystem::remove(config_folder() / "settings.json", ignored);
  std::filesystem::remove(last_scene_path(state_folder()), ignored);
  std::filesystem::remove(table_path(last_scene_path(state_folder())), ignored);
}

/// Of the scene that was named as a file, or of the last one.
void take_table(const WindowOptions& options, Session& session) {
  const bool file = options.scene.find('/') != options.scene.npos || options.scene.ends_with(".json");
  if (file) session.scene_path = options.scene;
  const std::string path =
      options.scene.empty() && !options.fresh ? last_scene_path(state_folder()) : session.scene_path;
  if (!path.empty()) take_table_beside(session, path);
}

/// --lesson ID[:STEP].
void begin_asked_lesson(const WindowOptions& options, Session& session) {
  if (options.lesson.empty()) return;
  const auto colon = options.lesson.find(':');
  const std::string id = options.lesson.substr(0, colon);
  std::string all;
  for (const Lesson& lesson : shipped_lessons()) all += (all.empty() ? "" : ", ") + lesson.id;
  begin_lesson(session, id);
  if (!session.lesson) throw InputError("--lesson", "unknown lesson '" + id.substr(0, 80) + "'; allowed: " + all);
  if (colon == options.lesson.npos) return;
  const auto steps = static_cast<int>(open_lesson(session)->steps.size());
  const ParamSpec spec{.name = "step", .kind = ParamKind::kInteger, .initial = 1.0, .min = 1, .max = 1.0 * steps};
  const int step = static_cast<int>(std::get<double>(parse_value(spec, options.lesson.substr(colon + 1), "--lesson")));
  for (int i = 1; i < step; ++i) go_to_step(session, static_cast<std::size_t>(i));
}

void take_screenshot(const WindowOptions& options, Scene scene, Settings settings) {
  settings.reduced_motion = true;
  Window window(options, false);
  Program program(std::move(scene), settings, [&window] { window.wake(); });
  take_table(options, program.session());
  begin_asked_lesson(options, program.session());
  if (options.step) seek(program.session().playback, program.session().draft.steps, *options.step);
  window.settle(program);
  window.write_png(options.screenshot);
}

/// 0, or 128 and the signal that closed it.
int open_window(const WindowOptions& options, Scene scene, const Settings& settings, const std::string& problem,
                bool first_start) {
  StopSignals::block();
  Window window(options, true, settings);
  const StopSignals signals([&window] { window.close(); });
  std::optional<Autosave> autosave;
  if (!options.fresh)
    autosave.emplace(Autosave::Folders{state_folder(), config_folder()}, settings, [&window] { window.wake(); });
  Program program(std::move(scene), settings, [&window] { window.wake(); });
  Session& session = program.session();
  take_table(options, session);
  begin_asked_lesson(options, session);
  if (!problem.empty()) tell(session, problem, true);
  if (autosave) (options.reset ? session.answered : session.unclosed) = autosave->unclosed();
  if (first_start && session.unclosed.empty() && !settings.reduced_motion) play(session.playback, session.draft.steps);
  window.run(program, autosave ? &*autosave : nullptr);
  try {
    if (autosave) autosave->close(session);
  } catch (const InputError& error) {
    std::fprintf(stderr, "steplab: %s\n", error.what());
  }
  return signals.received() ? 128 + signals.received() : 0;
}

int run(const WindowOptions& options) {
  if (options.reset) forget();
  const bool draws_only = !options.screenshot.empty() || !options.latency.empty();
  const bool keeps = !options.fresh && !draws_only;
  std::string problem;
  const Settings settings = keeps ? load_settings(config_folder(), &problem) : Settings{};
  if (!options.latency.empty()) return measure_latency(options, settings);
  bool first_start = false;
  Scene scene = first_scene(options, keeps, problem, first_start);
  if (options.screenshot.empty()) return open_window(options, std::move(scene), settings, problem, first_start);
  take_screenshot(options, std::move(scene), settings);
  return 0;
}

}  // namespace
}  // namespace steplab

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // Every drag of a slider makes and drops tens of megabytes of records: memory that goes back to the system each time
  // costs as much in page faults as the simulation.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
#endif
  try {
    int exit_code = 0;
    const auto options = steplab::parse_options(argc, argv, exit_code);
    if (!options) return exit_code;
    return steplab::run(*options);
  } catch (const steplab::InputError& error) {
    std::fprintf(stderr, "steplab: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "steplab: %s\n", error.what());
    return 2;
  }
}
