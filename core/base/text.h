// Text from outside (names, ids, file names, values) made fit to be shown: on a terminal, in a table, a tooltip, a
// title.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace steplab {

/// Bytes of the UTF-8 character (RFC 3629) at the front of `text`; 0 if there is none.
std::size_t utf8_length(std::string_view text);

/// The same text without what moves a cursor, breaks a line or turns the direction of writing: control characters
/// become \n, \t, \x1b, \u009b …, bytes that are no UTF-8 \xff. Characters of `keep` stay.
std::string printable(std::string_view text, std::string_view keep = "");

/// At most `most` (3 or more) characters: of longer text the middle gives way to "…".
std::string shortened(std::string_view text, std::size_t most);

/// A message for a person: printable(), and shortened() to 300 characters.
std::string message_line(std::string_view text);

/// A number as people write it, for std::from_chars: without the spaces around it (no-break ones among them) and a
/// leading '+', with '-' for the typographic minus and '.' for a decimal comma. A comma that may part thousands as well
/// ("1,000") stays.
std::string plain_number(std::string_view text);

/// True for "1,000": a comma that may part thousands.
bool may_part_thousands(std::string_view number);

/// What a list that seems to have decimal commas may have meant, "0.5 and 1.5" for "0,5,1,5"; else "". It seems so
/// where whole numbers taken in two or more pairs rise or fall all the way and one by one do not.
std::string decimal_commas(std::string_view list);

}  // namespace steplab
