// The arrows between the rooms, read from the includes.
#include "paths.h"
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kSource = STEPLAB_SOURCE_DIR;

struct Include {
  std::string file, target;
};

std::vector<Include> includes_below(const std::string& folder) {
  static const std::regex line_form(R"(^\s*#\s*include\s*["<]([^">]+)[">].*)");
  std::vector<Include> found;
  for (const auto& entry : fs::recursive_directory_iterator(kSource / folder)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cpp") continue;
    std::ifstream text(entry.path());
    std::smatch match;
    for (std::string line; std::getline(text, line);)
      if (std::regex_match(line, match, line_form))
        found.push_back({fs::relative(entry.path(), kSource).string(), match[1]});
  }
  return found;
}

/// "core/run/run.h" is in run; "core/catalog.h" is catalog; "" if it is not the core's.
std::string room_of(const std::string& file) {
  if (!file.starts_with("core/")) return "";
  const std::string rest = file.substr(5);
  return rest.substr(0, rest.find_first_of("/."));
}

TEST_CASE("Arrows between the rooms of the core point inward only") {
  const std::map<std::string, std::set<std::string>> allowed = {
      {"base", {}},
      {"landscapes", {"base"}},
      {"labs", {"base"}},
      {"schedules", {"base"}},
      {"oracles", {"base", "landscapes"}},
      {"optimizers", {"base", "landscapes", "oracles"}},
      {"catalog", {"base", "landscapes", "schedules", "oracles", "optimizers", "labs"}},
      {"run", {"base", "landscapes", "schedules", "oracles", "optimizers", "catalog"}},
      {"analysis", {"base", "landscapes", "run"}},
      {"scene", {"base", "landscapes", "schedules", "oracles", "optimizers", "catalog", "run", "analysis"}},
  };
  const auto includes = includes_below("core");
  CHECK(includes.size() > 100);
  for (const auto& include : includes) {
    const auto &file = include.file, &target = include.target;
    const std::string from = room_of(file), to = room_of(target);
    INFO(file << " includes " << target);
    REQUIRE(allowed.contains(from));
    CHECK((to.empty() || to == from || allowed.at(from).contains(to)));
  }
}

TEST_CASE("The core knows neither the window nor a graphics library") {
  static const std::regex window(R"(.*(imgui|implot|glfw|epoxy|opengl|GL/|SDL).*)", std::regex::icase);
  for (const auto& include : includes_below("core")) {
    const auto &file = include.file, &target = include.target;
    INFO(file << " includes " << target);
    CHECK_FALSE(target.starts_with("app/"));
    CHECK_FALSE(std::regex_match(target, window));
  }
}

TEST_CASE("Only the scene reads and writes: no JSON, streams or files elsewhere in the core, and no clock") {
  const std::set<std::string> input_output = {"iostream", "fstream", "cstdio",   "stdio.h", "filesystem",
                                              "chrono",   "ctime",   "unistd.h", "fcntl.h"};
  for (const auto& include : includes_below("core")) {
    const auto &file = include.file, &target = include.target;
    if (room_of(file) == "scene") continue;
    INFO(file << " includes " << target);
    CHECK_FALSE(target.starts_with("nlohmann/"));
    CHECK_FALSE(input_output.contains(target));
  }
}

TEST_CASE("The JSON library stays where text is read and written, and CLI11 inside the command lines") {
  const std::set<std::string> json = {"app/session/settings.cpp", "app/window/report.cpp"};
  for (const char* folder : {"core", "app"})
    for (const auto& include : includes_below(folder)) {
      const auto &file = include.file, &target = include.target;
      INFO(file << " includes " << target);
      if (target.starts_with("nlohmann/"))
        CHECK(((file.starts_with("core/scene/") && file.ends_with(".cpp")) || json.contains(file)));
      if (target.starts_with("CLI/")) CHECK((file.starts_with("app/cli/") || file == "app/window/options.cpp"));
    }
}

TEST_CASE("Panels and widgets see no graphics library, pictures no user interface, the command line neither") {
  static const std::regex graphics(R"(.*(epoxy|glfw|GL/|opengl).*)", std::regex::icase);
  static const std::regex interface(R"(.*imgui.*)", std::regex::icase);
  const auto in = [](const std::string& file, std::initializer_list<const char*> folders) {
    return std::ranges::any_of(folders, [&](const char* folder) { return file.starts_with(folder); });
  };
  for (const auto& include : includes_below("app")) {
    const auto &file = include.file, &target = include.target;
    INFO(file << " includes " << target);
    if (std::regex_match(target, graphics)) CHECK(in(file, {"app/render/", "app/window/"}));
    if (std::regex_match(target, interface)) CHECK(!in(file, {"app/render/", "app/session/", "app/cli/"}));
    if (in(file, {"app/render/"})) CHECK((!target.starts_with("app/") || target.starts_with("app/render/")));
    if (in(file, {"app/cli/"})) CHECK((!target.starts_with("app/") || target.starts_with("app/cli/")));
    if (in(file, {"app/widgets/"})) CHECK(!in(target, {"app/panels/", "app/labs/", "app/window/"}));
    if (in(file, {"app/session/"})) CHECK(!in(target, {"app/panels/", "app/labs/", "app/window/"}));
  }
}

}  // namespace
