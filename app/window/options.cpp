#include "app/window/options.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>

namespace steplab {
namespace {

/// "1600x1000" → 1600, 1000.
std::string read_size(const std::string& text, int& width, int& height) {
  const char *begin = text.data(), *end = begin + text.size();
  const auto first = std::from_chars(begin, end, width);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != 'x')
    return "'" + text + "' is not allowed; allowed: WIDTHxHEIGHT";
  const auto second = std::from_chars(first.ptr + 1, end, height);
  const bool good =
      second.ec == std::errc{} && second.ptr == end && width >= 320 && height >= 240 && width <= 8192 && height <= 8192;
  return good ? "" : "'" + text + "' is not allowed; allowed: 320x240 to 8192x8192";
}

}  // namespace

std::optional<WindowOptions> parse_options(int argc, const char* const* argv, int& exit_code) {
  WindowOptions options;
  CLI::App app("Steplab: a laboratory for step sizes", "steplab");
  app.set_version_flag("--version", std::string("steplab ") + STEPLAB_VERSION);
  std::string size, file;
  int step = 0;
  app.add_option("file", file, "scene to open: a file, or the id of a shipped scene")->type_name("SCENE");
  app.add_option("--scene", options.scene, "the same")->type_name("SCENE");
  app.add_option("--lesson", options.lesson, "lesson to begin, at its first step or at another")
      ->type_name("ID[:STEP]");
  app.add_option("--screenshot", options.screenshot, "write a picture of the window and leave")->type_name("FILE.png");
  app.add_option("--size", size, "size of the window in pixels")->type_name("WIDTHxHEIGHT")->default_str("1600x1000");
  auto* step_option = app.add_option("--step", step, "where the timeline stands in the picture")
                          ->type_name("t")
                          ->check(CLI::Range(0, 1000000000));
  app.add_option("--theme", options.theme, "light or dark")
      ->check(CLI::IsMember({"light", "dark"}))
      ->type_name("THEME");
  app.add_option("--scale", options.scale, "scale of the user interface")
      ->check(CLI::Range(0.5, 3.0))
      ->type_name("0.5…3");
  app.add_option("--shaders", options.shaders,
                 "folder with shaders in place of the built-in ones; read again when they change")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  app.add_flag("--reset", options.reset, "forget settings and the last scene");
  app.add_flag("--fresh", options.fresh, "neither read nor keep settings and the last scene");
  app.add_option("--measure-latency", options.latency,
                 "drag sliders of a scene, print how long new curves take, and leave")
      ->type_name("SCENE");
  app.add_option("--report", options.report,
                 "keep in this file where every control stands, as JSON, for scripts that drive the window")
      ->type_name("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      exit_code = app.exit(error);
      return std::nullopt;
    }
    std::cerr << "steplab: " << error.what() << "\n";
    exit_code = 2;
    return std::nullopt;
  }
  if (!file.empty() && options.scene.empty()) options.scene = file;
  if (step_option->count() > 0) options.step = step;
  if (const std::string problem = size.empty() ? "" : read_size(size, options.width, options.height);
      !problem.empty()) {
    std::cerr << "steplab: --size: " << problem << "\n";
    exit_code = 2;
    return std::nullopt;
  }
  return options;
}

}  // namespace steplab
