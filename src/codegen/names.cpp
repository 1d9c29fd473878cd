#include "codegen/names.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace kohort::codegen {
namespace {

constexpr std::size_t longest_identifier = 60;
constexpr std::size_t longest_comment = 160;

// not <cctype>, which depends on the locale
bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// no backslash (would continue the line), no question mark (trigraphs), no asterisk (*/), no quotes
bool is_harmless(char c) {
    return is_letter_or_digit(c) || std::string_view(" _.,:;()[]<>{}+-=/%^&|!~@").find(c) != std::string_view::npos;
}

std::string identifier(std::string_view prefix, std::string_view name) {
    std::string text(prefix);
    for (const char c : name.substr(0, longest_identifier)) {
        if (is_letter_or_digit(c))
            text += c;
        else if (text.empty() || text.back() != '_')
            text += '_';
    }
    return text;
}

}  // namespace

std::string Names::unique(std::string_view prefix, std::string_view name) {
    const std::string plain = identifier(prefix, name);
    std::string candidate = plain;
    for (int number = 2; !taken_.insert(candidate).second; ++number) {
        candidate = plain + (plain.back() == '_' ? "" : "_") + std::to_string(number);
    }
    return candidate;
}

std::string comment_text(std::string_view text) {
    std::string clean;
    for (const char c : text.substr(0, longest_comment)) {
        if (c == '*')
            clean += '.';
        else
            clean += is_harmless(c) ? c : '_';
    }
    if (text.size() > longest_comment) clean += " ...";
    return clean;
}

std::string number_text(double value) {
    if (std::isnan(value)) return "std::numeric_limits<double>::quiet_NaN()";
    if (std::isinf(value)) {
        return value > 0.0 ? "std::numeric_limits<double>::infinity()" : "-std::numeric_limits<double>::infinity()";
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    std::string text(digits.data(), end);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

}  // namespace kohort::codegen
