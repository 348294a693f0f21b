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
  int window_x = 0, window_y = 0;           ///< where the window was left, in the window system's pixels
  int window_width = 0, window_height = 0;  ///< 0: it never was
  bool window_maximized = false;
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// $XDG_CONFIG_HOME/steplab or ~/.config/steplab; empty if the environment names neither.
std::filesystem::path config_folder();
/// $XDG_STATE_HOME/steplab or ~/.local/state/steplab: the last scene.
std::filesystem::path state_folder();

/// Settings of settings.json there; what is missing or not allowed keeps its default, and `complaint` says so.
Settings load_settings(const std::filesystem::path& folder, std::string* complaint = nullptr);
/// Makes the folder. Of what is there only that changes in which `settings` differ from `before`: two windows may be
/// open. InputError if it cannot be written.
void save_settings(const Settings& settings, const std::filesystem::path& folder, const Settings& before);

}  // namespace steplab
