// Letters of any alphabet in UTF-8 text: which characters may stand in a name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kohort::model {

/// The number of characters (code points) in text, counting each broken byte as one.
[[nodiscard]] std::size_t characters_in(std::string_view text);

/// The length in bytes of the name that text starts with; 0 when it starts with none.
[[nodiscard]] std::size_t name_length(std::string_view text);

/// What text starts with, for a message: "`$`", "the character U+2212 (a minus sign that is not `-`)", "a byte that is not UTF-8".
[[nodiscard]] std::string describe_character(std::string_view text);

}  // namespace kohort::model
