// What a fuzzer calls: any bytes as a scene file, any words as a command line. Nothing may happen but a result or a
// refusal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace steplab::testing {

/// "" if all is well, else what went wrong.
std::string try_scene_text(std::string_view text);
std::string try_command(const std::vector<std::string>& args);
/// Words separated by zero bytes.
std::vector<std::string> words_of(std::string_view bytes);

}  // namespace steplab::testing
