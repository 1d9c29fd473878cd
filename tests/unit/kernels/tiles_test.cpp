#include "kernels/tiles.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace kohort::kernels {
namespace {

TEST(Tiles, have_their_rows_one_after_another_and_the_last_is_as_wide_as_twins_are_left) {
    constexpr std::int64_t n_twins = 19;
    constexpr std::int64_t n_rows = 5;
    EXPECT_EQ(place_in_tiles(0, n_twins, n_rows).start, 0);
    EXPECT_EQ(place_in_tiles(0, n_twins, n_rows).stride, 8);
    EXPECT_EQ(place_in_tiles(7, n_twins, n_rows).start, 7);
    EXPECT_EQ(place_in_tiles(8, n_twins, n_rows).start, 8 * n_rows);
    EXPECT_EQ(place_in_tiles(18, n_twins, n_rows).start, 16 * n_rows + 2);
    EXPECT_EQ(place_in_tiles(18, n_twins, n_rows).stride, 3);
}

TEST(Tiles, of_at_most_eight_twins_are_plain_rows) {
    for (std::int64_t n_twins = 1; n_twins <= twins_a_tile; ++n_twins) {
        for (std::int64_t twin = 0; twin < n_twins; ++twin) {
            EXPECT_EQ(place_in_tiles(twin, n_twins, 3).start, twin);
            EXPECT_EQ(place_in_tiles(twin, n_twins, 3).stride, n_twins);
        }
    }
}

TEST(Tiles, use_every_place_once) {
    for (const std::int64_t n_twins : {0, 1, 8, 9, 16, 31}) {
        constexpr std::int64_t n_rows = 3;
        std::vector<double> tiled(static_cast<std::size_t>(n_rows * n_twins), -1.0);
        for (std::int64_t twin = 0; twin < n_twins; ++twin) {
            const TilePlace place = place_in_tiles(twin, n_twins, n_rows);
            for (std::int64_t row = 0; row < n_rows; ++row)
                tiled.at(static_cast<std::size_t>(place.start + row * place.stride)) = static_cast<double>(row * n_twins +
                                                                                                           twin);
        }
        std::vector<double> expected(tiled.size());
        std::iota(expected.begin(), expected.end(), 0.0);
        EXPECT_EQ(rows_of_tiles(tiled, n_twins), expected);
    }
}

}  // namespace
}  // namespace kohort::kernels
