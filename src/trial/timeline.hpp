// One input over time, set by overlapping pieces: which value holds at each moment.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <vector>

namespace kohort::trial {

/// A place in the order of things: a moment, and the phase within it (see schedule.hpp).
struct Moment {
    double time = 0.0;  // [model time]
    int phase = 0;
    friend auto operator<=>(const Moment&, const Moment&) = default;
};

/// From begin until end the value holds, or is added.
struct Piece {
    Moment begin;
    Moment end{std::numeric_limits<double>::infinity(), 0};
    double value = 0.0;  // [model unit]
};

/// The moments at which a value changes; no value: back to what it is without any piece.
using Changes = std::vector<std::pair<Moment, std::optional<double>>>;

/// The piece that began last holds; of two that began together, the later in the list.
[[nodiscard]] Changes latest_holds(std::vector<Piece> pieces);

/// All pieces add up (infusions): exactly 0 when none is left, because sums are made anew at each change.
[[nodiscard]] Changes all_add(std::vector<Piece> pieces);

}  // namespace kohort::trial
