// Numbers of twins that wait until their block of the file is complete.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace kohort::io {

/// Twins [first, last).
struct TwinRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
    [[nodiscard]] std::int64_t size() const { return last - first; }
    bool operator==(const TwinRange&) const = default;
};

/// The part of a block that this rank has: its twins in ascending order, and their numbers side by side.
struct BlockPart {
    std::vector<TwinRange> runs;              // ascending, not touching
    std::vector<std::vector<double>> values;  // per variable: (n_rows, twins in all runs), twin fastest
};

class TwinBuffer {
public:
    /// rows[v]: how many numbers variable v has for each twin.
    explicit TwinBuffer(std::vector<std::size_t> rows) : rows_(std::move(rows)) {}

    /// values[v]: (rows[v], count), twin fastest, of twins first, first + 1, ...
    void add(std::int64_t first, std::int64_t count, std::span<const std::vector<double>> values);

    /// Takes out everything of twins [first, last).
    [[nodiscard]] BlockPart take(TwinRange block);

    [[nodiscard]] bool empty() const { return pieces_.empty(); }

private:
    struct Piece {
        std::int64_t count = 0;
        std::vector<std::vector<double>> values;
    };
    std::vector<std::size_t> rows_;
    std::map<std::int64_t, Piece> pieces_;  // by first twin
};

}  // namespace kohort::io
