#include "base/unit_text.hpp"

#include "base/text.hpp"

namespace kohort {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '%' || static_cast<unsigned char>(c) >= 0x80;
}

/// UDUNITS would take an origin ("m @ 3", "days since 2001") or a logarithm ("lg(re 1 mW)").
bool has_origin_or_logarithm(std::string_view unit) {
    if (unit.find('@') != std::string_view::npos || unit.find(':') != std::string_view::npos) return true;
    std::string words(unit);
    for (char& c : words) c = is_letter(c) ? c : ' ';
    for (const std::string_view word : split(words, ' ')) {
        for (const std::string_view refused : {"since", "after", "from", "ref", "re"}) {
            if (word == refused) return true;
        }
    }
    return false;
}

}  // namespace

bool is_ambiguous_unit(std::string_view unit) {
    bool divided = false;
    bool after_operand = false;
    const auto skip = [&](std::size_t& at, auto belongs) {
        while (at < unit.size() && belongs(unit[at])) ++at;
    };
    const auto skip_exponent = [&](std::size_t& at) {
        if (at + 1 < unit.size() && (unit[at] == '-' || unit[at] == '+') && is_digit(unit[at + 1])) ++at;
        skip(at, is_digit);
    };
    for (std::size_t at = 0; at < unit.size();) {
        const char c = unit[at];
        const bool operand = is_letter(c) || is_digit(c) || c == '(';
        if (operand && after_operand && divided) return true;
        if (operand) after_operand = true;
        if (c == '/') divided = true;
        if (c == '/' || c == '*' || c == '.') after_operand = false;
        if (is_letter(c)) {
            skip(at, is_letter);
            skip_exponent(at);
        } else if (is_digit(c)) {
            skip(at, [](char d) { return is_digit(d) || d == '.'; });
        } else if (c == '(') {
            int depth = 0;
            do depth += unit[at] == '(' ? 1 : unit[at] == ')' ? -1 : 0;
            while (++at < unit.size() && depth > 0);
        } else if (c == '^') {
            skip_exponent(++at);
        } else {
            ++at;
        }
    }
    return false;
}

std::optional<std::string> complaint_about_unit_text(std::string_view unit) {
    if (trim(unit).empty()) return "a unit is missing";
    const std::string quoted = "'" + std::string(unit) + "'";
    if (unit != trim(unit)) return "the unit " + quoted + " begins or ends with a blank";
    if (has_origin_or_logarithm(unit)) return quoted + " has an origin or a logarithm, which no quantity here may have";
    if (is_ambiguous_unit(unit))
        return "the unit " + quoted + " multiplies after a division, which can be read in two ways";
    const bool begins_with_number = is_digit(unit[0]) || unit[0] == '.' || unit[0] == '-' || unit[0] == '+';
    const bool usual_number = unit == "1" || unit.starts_with("1/") || unit.starts_with("10^");
    if (begins_with_number && !usual_number) return "the unit " + quoted + " begins with a number";
    return std::nullopt;
}

}  // namespace kohort
