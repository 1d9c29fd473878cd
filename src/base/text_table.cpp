#include "base/text_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace kohort {

std::string TextTable::text(const std::string& indent) const {
    std::vector<std::size_t> width;
    for (const auto& row : rows_) {
        width.resize(std::max(width.size(), row.size()), 0);
        for (std::size_t column = 0; column < row.size(); ++column)
            width[column] = std::max(width[column], row[column].size());
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line = indent;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const std::string blanks(width[column] - row[column].size(), ' ');
            if (column > 0) line += "  ";
            line += column == 0 ? row[column] + blanks : blanks + row[column];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string with_decimals(double value, int decimals) {
    if (std::isnan(value)) return "-";
    std::array<char, 400> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
    std::string text(buffer.data(), static_cast<std::size_t>(length));
    const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
    return is_zero && text.front() == '-' ? text.substr(1) : text;  // no "-0.00"
}

std::string known_to(double value, double error) {
    if (std::isnan(value)) return "-";
    if (!(error > 0) || std::isinf(error)) {
        std::array<char, 40> buffer{};
        const int length = std::snprintf(buffer.data(), buffer.size(), "%.4g", value);
        return {buffer.data(), static_cast<std::size_t>(length)};
    }
    return with_decimals(value, std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 12));
}

std::string p_words(double p_value) {
    if (std::isnan(p_value)) return "-";
    return p_value < 1e-4 ? "<0.0001" : with_decimals(p_value, 4);
}

}  // namespace kohort
