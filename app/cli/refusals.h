// What CLI11 would say of a slip, in this project's words.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace steplab {

/// InputError about the first word that is left over when every flag is taken, with the nearest spelling; nothing if
/// there is none. `place` names the command; `top`: words that are no flags should have been subcommands of it.
void refuse_leftovers(const CLI::App& app, const std::string& place, bool top);

/// InputError about a flag without its value, or given twice; else at `program`.
[[noreturn]] void refuse(const CLI::ParseError& error, const std::string& program);

}  // namespace steplab
