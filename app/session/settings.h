// What belongs to the person and not to the scene. Kept in the user's configuration folder (XDG Base Directory
// Specification 0.8).
#pragma once

#include <filesystem>
#include <string>

namespace steplab {

struct Settings {
  std::string theme = "light";                      ///< light, dark
  double scale = 0;                                 ///< of the user interface, 0.5 … 3; 0: the monitor's
  bool reduced_motion = false;                      ///< nothing plays by itself, nothing eases
  double controls_width = 318, curves_width = 470;  ///< pixels at scale 1
  double speed = 1;
  bool loop = false;
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// $XDG_CONFIG_HOME/steplab or ~/.config/steplab; empty if the environment names neither.
std::filesystem::path config_folder();
/// $XDG_STATE_HOME/steplab or ~/.local/state/steplab: the last scene.
std::filesystem::path state_folder();

/// Settings of settings.json there; what is missing or not allowed keeps its default, and `complaint` says so.
Settings load_settings(const std::filesystem::path& folder, std::string* complaint = nullptr);
/// Makes the folder. InputError if it cannot be written.
void save_settings(const Settings& settings, const std::filesystem::path& folder);

}  // namespace steplab
