#include "app/cli/refusals.h"

#include "core/base/error.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <vector>

namespace steplab {

void refuse_leftovers(const CLI::App& app, const std::string& place, bool top) {
  const auto rest = app.remaining();
  if (rest.empty()) return;
  const bool flag = rest[0].starts_with("-");
  std::vector<std::string> names;
  if (flag)
    for (const auto* option : app.get_options([](const CLI::Option* o) { return !o->get_lnames().empty(); }))
      names.push_back("--" + option->get_lnames()[0]);
  else if (top)
    for (const auto* sub : app.get_subcommands({})) names.push_back(sub->get_name());
  std::string allowed;
  for (const auto& name : names) allowed += (allowed.empty() ? "" : ", ") + name;
  const std::string word = rest[0].substr(0, flag ? std::min<std::size_t>(rest[0].find('='), 80) : 80);
  const std::string what = flag ? "unknown flag" : top ? "unknown subcommand" : "unexpected argument";
  throw InputError(place, what + " '" + word + "'" + did_you_mean(word, names) +
                              "; allowed: " + (allowed.empty() ? "flags (see --help)" : allowed));
}

void refuse(const CLI::ParseError& error, const std::string& program) {
  const std::string what = error.what();
  const auto colon = what.find(':');
  if (what.starts_with("--") && colon != what.npos)
    throw InputError(what.substr(0, colon), what.find("missing") != what.npos
                                                ? "needs a value; allowed: one value"
                                                : "is given more than once; allowed: once");
  throw InputError(program, what + "; allowed: see --help");
}

}  // namespace steplab
