#include "trial/timeline.hpp"

#include <algorithm>
#include <set>

namespace kohort::trial {

namespace {

std::set<Moment> boundaries(const std::vector<Piece>& pieces) {
    std::set<Moment> moments;
    for (const Piece& piece : pieces) {
        moments.insert(piece.begin);
        if (piece.end.time < std::numeric_limits<double>::infinity()) moments.insert(piece.end);
    }
    return moments;
}

// Calls value_of(active pieces, in the order of their beginnings) at each boundary and keeps what changes.
template <class ValueOf>
Changes changes(std::vector<Piece> pieces, ValueOf&& value_of) {
    std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
    Changes result;
    std::optional<double> current;
    std::vector<Piece> active;
    auto next = pieces.begin();
    for (const Moment& moment : boundaries(pieces)) {
        std::erase_if(active, [&](const Piece& piece) { return piece.end <= moment; });
        for (; next != pieces.end() && next->begin <= moment; ++next) {
            if (next->end > moment) active.push_back(*next);
        }
        const std::optional<double> value = value_of(active);
        if (value == current) continue;
        result.emplace_back(moment, value);
        current = value;
    }
    return result;
}

}  // namespace

Changes latest_holds(std::vector<Piece> pieces) {
    return changes(std::move(pieces), [](const std::vector<Piece>& active) -> std::optional<double> {
        if (active.empty()) return std::nullopt;
        return active.back().value;
    });
}

Changes all_add(std::vector<Piece> pieces) {
    return changes(std::move(pieces), [](const std::vector<Piece>& active) -> std::optional<double> {
        if (active.empty()) return std::nullopt;
        double sum = 0.0;
        for (const Piece& piece : active) sum += piece.value;
        return sum;
    });
}

}  // namespace kohort::trial
