#include "engine/tiled_rows.hpp"

#include <gtest/gtest.h>

namespace kohort::engine {
namespace {

TEST(TiledRows, are_read_row_by_row_in_pieces) {
    constexpr std::size_t n_rows = 4;
    constexpr std::size_t n_twins = 21;
    const TiledRows rows(n_rows, n_twins);
    for (std::size_t row = 0; row < n_rows; ++row)
        for (std::size_t twin = 0; twin < n_twins; ++twin) rows(row, twin) = static_cast<double>(100 * row + twin);
    for (std::size_t row = 0; row < n_rows; ++row) {
        std::vector<double> found;
        for (std::size_t twin = 3; twin < 20;) {
            const std::span<const double> piece = rows.side_by_side(row, twin, 20 - twin);
            ASSERT_GE(piece.size(), 1U);
            found.insert(found.end(), piece.begin(), piece.end());
            twin += piece.size();
        }
        ASSERT_EQ(found.size(), 17U);
        for (std::size_t at = 0; at < found.size(); ++at) EXPECT_EQ(found[at], static_cast<double>(100 * row + 3 + at));
    }
}

}  // namespace
}  // namespace kohort::engine
