#include "app/window/options.h"

#include "app/cli/refusals.h"
#include "core/base/parameters.h"
#include "core/scene/file.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <filesystem>
#include <iostream>

namespace steplab {
namespace {

/// "1600x1000" → 1600, 1000.
void read_size(const std::string& text, int& width, int& height) {
  const std::string shown = "'" + text.substr(0, 80) + "' is not allowed; allowed: ";
  const char *begin = text.data(), *end = begin + text.size();
  const auto first = std::from_chars(begin, end, width);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != 'x')
    throw InputError("--size", shown + "WIDTHxHEIGHT");
  const auto second = std::from_chars(first.ptr + 1, end, height);
  const bool good =
      second.ec == std::errc{} && second.ptr == end && width >= 320 && height >= 240 && width <= 8192 && height <= 8192;
  if (!good) throw InputError("--size", shown + "320x240 to 8192x8192");
}

/// An option with a text of which something must be given; `take` refuses what is not allowed.
CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& type, const std::string& meaning,
                      std::function<void(const std::string&)> take) {
  return app
      .add_option_function<std::string>(
          name,
          [name, type, take = std::move(take)](const std::string& text) {
            if (text.empty()) throw InputError(name, "'' is not allowed; allowed: " + type);
            take(text);
          },
          meaning)
      ->type_name(type);
}

CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& type, const std::string& meaning,
                      std::string& value) {
  return add_text(app, name, type, meaning, [&value](const std::string& text) { value = text; });
}

/// What a parameter allows, at the flag of its name.
template <class T>
T value_of(const ParamSpec& spec, const std::string& text) {
  try {
    return std::get<T>(parse_value(spec, text, ""));
  } catch (const InputError&) {
    throw InputError("--" + spec.name, "'" + text.substr(0, 80) + "' is not allowed; allowed: " + allowed_text(spec));
  }
}

void add_options(CLI::App& app, WindowOptions& options) {
  static const ParamSpec kStep{.name = "step", .kind = ParamKind::kInteger, .min = 0, .max = 1e9};
  static const ParamSpec kScale{.name = "scale", .min = 0.5, .max = 3};
  static const ParamSpec kTheme{
      .name = "theme", .kind = ParamKind::kChoice, .initial = "light", .choices = {"light", "dark"}};
  auto* file = add_text(app, "file", "SCENE", "scene to open: a file, or the id of a shipped scene", options.scene);
  add_text(app, "--scene", "SCENE", "the same", options.scene)->excludes(file);
  add_text(app, "--lesson", "ID[:STEP]", "lesson to begin, at its first step or at another", options.lesson);
  add_text(app, "--screenshot", "FILE.png", "write a picture of the window and leave", [&](const std::string& text) {
    require_suffix(text, ".png", "--screenshot");
    options.screenshot = text;
  });
  add_text(app, "--size", "WIDTHxHEIGHT", "size of the window in pixels", [&](const std::string& text) {
    read_size(text, options.width, options.height);
    options.sized = true;
  })->default_str("1600x1000");
  add_text(app, "--step", "t", "where the timeline stands in the picture",
           [&](const std::string& text) { options.step = static_cast<int>(value_of<double>(kStep, text)); });
  add_text(app, "--theme", "THEME", "light or dark",
           [&](const std::string& text) { options.theme = value_of<std::string>(kTheme, text); });
  add_text(app, "--scale", "0.5…3", "scale of the user interface",
           [&](const std::string& text) { options.scale = value_of<double>(kScale, text); });
  add_text(app, "--shaders", "DIR", "folder with shaders in place of the built-in ones; read again when they change",
           [&](const std::string& text) {
             std::error_code ignored;
             if (!std::filesystem::is_directory(text, ignored))
               throw InputError("--shaders",
                                "'" + text.substr(0, 80) + "' is no folder; allowed: a folder that exists");
             options.shaders = text;
           });
  app.add_flag("--reset", options.reset, "forget settings, the last scene, and scenes that were not closed");
  app.add_flag("--fresh", options.fresh, "neither read nor keep settings and the last scene");
  add_text(app, "--measure-latency", "SCENE", "drag sliders of a scene, print how long new curves take, and leave",
           options.latency);
  add_text(app, "--report", "FILE",
           "keep in this file where every control stands, as JSON, for scripts that drive the window", options.report);
}

void parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success&) {  // --help, --version
    throw;
  } catch (const CLI::ExcludesError&) {
    throw InputError("--scene", "given beside a SCENE; allowed: one of them");
  } catch (const CLI::ParseError& error) {
    refuse(error, "steplab");
  }
  refuse_leftovers(app, "steplab", false);
}

}  // namespace

std::optional<WindowOptions> parse_options(int argc, const char* const* argv, int& exit_code) {
  WindowOptions options;
  CLI::App app("Steplab: a laboratory for step sizes", "steplab");
  app.set_version_flag("--version", std::string("steplab ") + STEPLAB_VERSION);
  app.allow_extras();
  add_options(app, options);
  try {
    parse(app, argc, argv);
    return options;
  } catch (const CLI::Success& answered) {
    exit_code = app.exit(answered);
  } catch (const InputError& error) {
    std::cerr << "steplab: " << error.what() << "\n";
    exit_code = 2;
  }
  return std::nullopt;
}

}  // namespace steplab
