#include "base/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>
#include <vector>

namespace kohort {

namespace {

constexpr int whole_edit = 2;   // costs are in half edits
constexpr int case_edit = 1;
constexpr std::size_t longest = 256;  // bytes; beyond that nobody mistypes, and the cost is quadratic

char lower(char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); }

int replacement_cost(char a, char b) {
    if (a == b) {
        return 0;
    }
    return lower(a) == lower(b) ? case_edit : whole_edit;
}

// Optimal string alignment distance, in half edits; three rows of the dynamic programme.
int distance(std::string_view a, std::string_view b) {
    std::vector<int> before(b.size() + 1);
    std::vector<int> above(b.size() + 1);
    std::vector<int> here(b.size() + 1);
    for (std::size_t column = 0; column <= b.size(); ++column) {
        above[column] = whole_edit * static_cast<int>(column);
    }
    for (std::size_t row = 1; row <= a.size(); ++row) {
        here[0] = whole_edit * static_cast<int>(row);
        for (std::size_t column = 1; column <= b.size(); ++column) {
            here[column] = std::min({above[column] + whole_edit, here[column - 1] + whole_edit,
                                     above[column - 1] + replacement_cost(a[row - 1], b[column - 1])});
            const bool swapped = row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1];
            if (swapped) {
                here[column] = std::min(here[column], before[column - 2] + whole_edit);
            }
        }
        std::swap(before, above);
        std::swap(above, here);
    }
    return above[b.size()];
}

}  // namespace

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
    const std::string* best = nullptr;
    int best_distance = std::max(whole_edit, whole_edit * static_cast<int>(std::min(name.size(), longest)) / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t apart = name.size() > candidate.size() ? name.size() - candidate.size() : candidate.size() - name.size();
        if (name.size() > longest || candidate.size() > longest || whole_edit * static_cast<int>(apart) >= best_distance) {
            continue;
        }
        const int candidate_distance = distance(name, candidate);
        // A name of one letter is not "near" every other letter.
        const bool nothing_left = candidate_distance >= whole_edit * static_cast<int>(std::max(name.size(), candidate.size()));
        if (candidate_distance < best_distance && !nothing_left) {
            best = &candidate;
            best_distance = candidate_distance;
        }
    }
    return best == nullptr ? std::string{} : *best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates, std::string otherwise) {
    const std::string near_name = nearest(name, candidates);
    return near_name.empty() ? std::move(otherwise) : "did you mean `" + near_name + "`?";
}

}  // namespace kohort
