// The words of a formula: numbers, names and signs, each with its place.
#pragma once

#include "base/errors.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kohort::model {

struct Token {
    enum class Kind : std::uint8_t { number, name, sign, end };
    Kind kind = Kind::end;
    std::string_view text;  // a piece of the text that was cut up; "" at the end
    double value = 0.0;     // Kind::number only
    int line = 0;
    int column = 0;  // in characters, from 1
};

/// Cuts text up. start is the place of its first character. The last token is always Kind::end. Names are letters of any
/// alphabet, digits and underscores, and do not start with a digit. Signs are + - * / ^ ** < <= > >= == != && || ! ? : ( )
/// [ ] , ; @. Throws InputError for anything else, for broken UTF-8, and for numbers that run into a name (2a).
/// The tokens refer to text, which must outlive them.
[[nodiscard]] std::vector<Token> tokenise(std::string_view text, const Place& start);

/// True when the whole text is one name.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace kohort::model
