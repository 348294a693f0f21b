// Choices as text, beyond parse_choice of schedule.h. Internal to core/schedules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// "linear(span=5) @5 cosine" → its words; spaces inside brackets and quotes do not separate.
/// InputError at `place` if brackets or quotes are not closed, or nested too deep, or the text is too long.
std::vector<std::string> split_words(std::string_view text, std::string_view place);

}  // namespace steplab
