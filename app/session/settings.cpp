#include "app/session/settings.h"

#include "core/base/error.h"
#include "core/scene/file.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <system_error>

namespace steplab {
namespace {

using Json = nlohmann::ordered_json;

std::filesystem::path folder_of(const char* variable, const char* below_home) {
  // The specification: relative paths in these variables are invalid and to be ignored.
  if (const char* folder = std::getenv(variable); folder && *folder == '/')
    return std::filesystem::path(folder) / "steplab";
  if (const char* home = std::getenv("HOME"); home && *home == '/')
    return std::filesystem::path(home) / below_home / "steplab";
  return {};
}

/// The list of what is saved.
template <class AnySettings, class Visit>
void visit_settings(AnySettings& settings, Visit&& visit) {
  visit("theme", settings.theme, [](const std::string& x) { return x == "light" || x == "dark"; });
  visit("scale", settings.scale, [](double x) { return x == 0 || (x >= 0.5 && x <= 3); });
  visit("reduced_motion", settings.reduced_motion, [](bool) { return true; });
  visit("controls_width", settings.controls_width, [](double x) { return x >= 200 && x <= 800; });
  visit("curves_width", settings.curves_width, [](double x) { return x >= 200 && x <= 1600; });
  visit("speed", settings.speed, [](double x) { return x >= 1.0 / 64 && x <= 64; });
  visit("loop", settings.loop, [](bool) { return true; });
  constexpr auto place = [](int x) { return x >= -100000 && x <= 100000; };
  constexpr auto size = [](int x) { return x >= 0 && x <= 100000; };
  visit("window_x", settings.window_x, place);
  visit("window_y", settings.window_y, place);
  visit("window_width", settings.window_width, size);
  visit("window_height", settings.window_height, size);
  visit("window_maximized", settings.window_maximized, [](bool) { return true; });
}

Json json_of(const Settings& settings) {
  Json json;
  visit_settings(settings, [&](const char* name, const auto& value, const auto&) { json[name] = value; });
  return json;
}

}  // namespace

std::filesystem::path config_folder() { return folder_of("XDG_CONFIG_HOME", ".config"); }
std::filesystem::path state_folder() { return folder_of("XDG_STATE_HOME", ".local/state"); }

Settings load_settings(const std::filesystem::path& folder, std::string* complaint) {
  Settings settings;
  const auto path = folder / "settings.json";
  std::error_code ignored;
  if (folder.empty() || !std::filesystem::exists(path, ignored)) return settings;
  std::string problem;
  try {
    const Json json = Json::parse(read_file(path.string(), kLargestSceneFile));
    visit_settings(settings, [&](const char* name, auto& value, const auto& allowed) {
      if (!json.contains(name)) return;
      const auto given = json[name].template get<std::decay_t<decltype(value)>>();
      if (allowed(given))
        value = given;
      else
        problem = path.string() + ": " + name + ": not allowed, the default is used";
    });
  } catch (const std::exception& error) {
    problem = path.string() + ": " + error.what();
  }
  if (complaint) *complaint = problem;
  return settings;
}

void save_settings(const Settings& settings, const std::filesystem::path& folder, const Settings& before) {
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw InputError(folder.string(), "cannot be made: " + error.message() + "; allowed: a folder that can");
  Json kept = json_of(load_settings(folder));
  const Json now = json_of(settings), old = json_of(before);
  for (const auto& [name, value] : now.items())
    if (value != old[name]) kept[name] = value;
  FileWriter file((folder / "settings.json").string());
  file.write(kept.dump(2) + "\n");
  file.commit();
}

}  // namespace steplab
