#include "model/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace kohort::model {

namespace {

struct Character {
    std::uint32_t code = 0;
    std::size_t length = 0;  // [bytes]; 0: not UTF-8
};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The Unicode Standard 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
Character decode(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4 || text.size() < length) return {};
    std::uint32_t code = first & (0xFFU >> (length + 1));
    for (std::size_t byte = 1; byte < length; ++byte) {
        if (!continues(text[byte])) return {};
        code = (code << 6U) | (static_cast<unsigned char>(text[byte]) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < smallest[length] || surrogate || code > 0x10FFFF ? Character{} : Character{code, length};
}

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// Blocks of the Unicode Standard beyond ASCII that hold punctuation, spaces, signs or nothing printable instead of letters.
constexpr auto not_letters = std::to_array<Range>({
    {0x0080, 0x00A9},
    {0x00AB, 0x00B4},
    {0x00B6, 0x00B9},
    {0x00BB, 0x00BF},
    {0x00D7, 0x00D7},
    {0x00F7, 0x00F7},
    {0x2000, 0x2070},
    {0x2072, 0x20CF},
    {0x2190, 0x2BFF},
    {0x3000, 0x3004},
    {0x3008, 0x3020},
    {0xE000, 0xF8FF},
    {0xFE00, 0xFE6F},
    {0xFEFF, 0xFF20},
    {0xFFF0, 0xFFFF},
    {0x1F000, 0x1FAFF},
    {0xE0000, 0x10FFFF},
});

bool is_letter(std::uint32_t code) {
    if (code < 0x80) return code == '_' || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
    return std::none_of(not_letters.begin(), not_letters.end(),
                        [code](Range range) { return code >= range.first && code <= range.last; });
}

std::string_view what_is(std::uint32_t code) {
    switch (code) {
        case 0x2212:
        case 0x2013:
        case 0x2014:
        case 0x2010:
        case 0x2011: return "a dash that is not the minus sign `-`";
        case 0x00D7:
        case 0x00B7:
        case 0x22C5: return "a multiplication sign; write `*`";
        case 0x00F7: return "a division sign; write `/`";
        case 0x00B2: return "a raised two; write `^2`";
        case 0x00B3: return "a raised three; write `^3`";
        case 0x2264: return "write `<=`";
        case 0x2265: return "write `>=`";
        case 0x00A0:
        case 0x202F:
        case 0x2009:
        case 0x3000: return "a space that is not the ordinary one";
        case 0x200B:
        case 0x200C:
        case 0x200D:
        case 0xFEFF: return "invisible";
        default: return {};
    }
}

}  // namespace

std::size_t characters_in(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t position = 0; position < text.size(); ++count) {
        position += std::max<std::size_t>(1, decode(text.substr(position)).length);
    }
    return count;
}

std::size_t name_length(std::string_view text) {
    std::size_t position = 0;
    while (position < text.size()) {
        const Character character = decode(text.substr(position));
        const bool digit = character.code >= '0' && character.code <= '9';
        if (character.length == 0 || !(is_letter(character.code) || (digit && position > 0))) break;
        position += character.length;
    }
    return position;
}

std::string describe_character(std::string_view text) {
    const Character character = decode(text);
    if (character.length == 0) return "a byte that is not UTF-8";
    if (character.code > 0x20 && character.code < 0x7F) return "`" + std::string(text.substr(0, 1)) + "`";
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "U+%04X", static_cast<unsigned>(character.code));
    const std::string_view explanation = what_is(character.code);
    std::string description = std::string("the character ") + number.data();
    if (!explanation.empty()) description += " (" + std::string(explanation) + ")";
    return description;
}

}  // namespace kohort::model
