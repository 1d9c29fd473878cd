#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kohort {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

}  // namespace

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string joined;
    for (const std::string& part : parts) {
        if (&part != parts.data()) joined += separator;
        joined += part;
    }
    return joined;
}

int edit_distance(std::string_view one, std::string_view other) {
    // rows of the dynamic programme: the one before last, the last, this one
    std::array<std::vector<int>, 3> row;
    for (auto& r : row) r.assign(other.size() + 1, 0);
    for (std::size_t j = 0; j <= other.size(); ++j) row[1][j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= one.size(); ++i) {
        row[2][0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const bool same = lower(one[i - 1]) == lower(other[j - 1]);
            row[2][j] = std::min({row[1][j] + 1, row[2][j - 1] + 1, row[1][j - 1] + (same ? 0 : 1)});
            const bool swapped = i > 1 && j > 1 && lower(one[i - 1]) == lower(other[j - 2]) &&
                                 lower(one[i - 2]) == lower(other[j - 1]);
            if (swapped) row[2][j] = std::min(row[2][j], row[0][j - 2] + 1);
        }
        std::rotate(row.begin(), row.begin() + 1, row.end());
    }
    return row[1][other.size()];
}

std::string nearest_name(std::string_view wrong, std::span<const std::string> known) {
    std::string nearest;
    int least = -1;
    for (const std::string& name : known) {
        const int distance = edit_distance(wrong, name);
        const int allowed = std::max(1, static_cast<int>(std::max(wrong.size(), name.size()) / 3));
        if (distance > allowed || distance >= static_cast<int>(std::max(wrong.size(), name.size()))) continue;
        if (least >= 0 && distance >= least) continue;
        least = distance;
        nearest = name;
    }
    return nearest;
}

std::string suggest(std::string_view wrong, std::span<const std::string> known) {
    constexpr std::size_t most = 12;
    if (known.empty()) return {};
    if (const std::string near = nearest_name(wrong, known); !near.empty()) return "did you mean '" + near + "'?";
    return "known are '" + join(known.first(std::min(known.size(), most)), "', '") + "'" +
           (known.size() > most ? ", ..." : "");
}

std::string shortest(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

}  // namespace kohort
