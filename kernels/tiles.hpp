// Where observations lie. A long row of twins would put every time of one twin on a page of memory of its own; so the twins are cut into
// tiles of 8 neighbours, which lanes integrate at about the same time, and each tile has its rows one after another.
#pragma once

#include "base/macros.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace kohort::kernels {

inline constexpr std::int64_t twins_a_tile = 8;  // the doubles of a line of cache; the last tile may have fewer twins

/// A twin's place in tiles: row r is at start + r * stride.
struct TilePlace {
    std::int64_t start;
    std::int64_t stride;  // twins of this tile
};

[[nodiscard]] KOHORT_FUNCTION constexpr TilePlace place_in_tiles(std::int64_t twin, std::int64_t n_twins,
                                                                 std::int64_t n_rows) {
    const std::int64_t first = twin / twins_a_tile * twins_a_tile;
    const std::int64_t width = n_twins - first < twins_a_tile ? n_twins - first : twins_a_tile;
    return {first * n_rows + twin - first, width};
}

/// The same numbers as (n_rows, n_twins), twin fastest.
[[nodiscard]] inline std::vector<double> rows_of_tiles(std::span<const double> tiled, std::int64_t n_twins) {
    std::vector<double> rows(tiled.size());
    const std::int64_t n_rows = n_twins == 0 ? 0 : static_cast<std::int64_t>(tiled.size()) / n_twins;
    for (std::int64_t twin = 0; twin < n_twins; ++twin) {
        const TilePlace place = place_in_tiles(twin, n_twins, n_rows);
        for (std::int64_t row = 0; row < n_rows; ++row)
            rows[static_cast<std::size_t>(row * n_twins + twin)] = tiled[static_cast<std::size_t>(place.start +
                                                                                                  row * place.stride)];
    }
    return rows;
}

}  // namespace kohort::kernels
