// The window's command line.
#pragma once

#include <optional>
#include <string>

namespace steplab {

struct WindowOptions {
  std::string scene{};       ///< file or id of a shipped scene; empty: where the person left off
  std::string lesson{};      ///< id of a lesson to begin, with :STEP from 1 where it shall not begin at the first
  std::string screenshot{};  ///< PNG to write instead of opening a window
  std::string latency{};     ///< scene whose latency is measured instead of opening a window
  std::string report{};      ///< file that says where every control stands, for scripts
  std::string shaders{};     ///< folder of shaders in place of the built-in ones
  std::string theme{};       ///< light, dark; empty: as set
  double scale = 0;          ///< 0: as set
  int width = 1600, height = 1000;
  bool sized = false;         ///< they were given
  std::optional<int> step{};  ///< where the timeline stands in a screenshot
  bool reset = false;         ///< begin anew: forget settings and last scene
  bool fresh = false;         ///< neither read nor write settings and last scene
};

/// The options, or the exit code where there is nothing more to do (--help, --version, bad input: 2).
std::optional<WindowOptions> parse_options(int argc, const char* const* argv, int& exit_code);

}  // namespace steplab
