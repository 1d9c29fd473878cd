// The way of numbers from the rank that computed them to the rank that stores them, checked without MPI.
#include "io/block_exchange.hpp"
#include "io/twin_buffer.hpp"

#include <gtest/gtest.h>

namespace kohort::io {
namespace {

TEST(TwinBuffer, pieces_are_joined_in_ascending_order_whatever_their_arrival) {
    TwinBuffer buffer({1, 2});
    const auto piece = [](std::int64_t first, std::int64_t count) {
        std::vector<std::vector<double>> values(2);
        for (std::int64_t twin = first; twin < first + count; ++twin) values[0].push_back(static_cast<double>(twin));
        for (int row = 0; row < 2; ++row) {
            for (std::int64_t twin = first; twin < first + count; ++twin)
                values[1].push_back(static_cast<double>(100 * row + twin));
        }
        return values;
    };
    buffer.add(6, 4, piece(6, 4));
    buffer.add(0, 3, piece(0, 3));
    buffer.add(3, 2, piece(3, 2));
    const BlockPart part = buffer.take({1, 8});
    EXPECT_EQ(part.runs, (std::vector<TwinRange>{{1, 5}, {6, 8}}));
    EXPECT_EQ(part.values[0], (std::vector<double>{1, 2, 3, 4, 6, 7}));
    EXPECT_EQ(part.values[1], (std::vector<double>{1, 2, 3, 4, 6, 7, 101, 102, 103, 104, 106, 107}));
    const BlockPart rest = buffer.take({0, 10});
    EXPECT_EQ(rest.runs, (std::vector<TwinRange>{{0, 1}, {8, 10}}));
    EXPECT_EQ(rest.values[1], (std::vector<double>{0, 8, 9, 100, 108, 109}));
    EXPECT_TRUE(buffer.empty());
}

TEST(BlockExchange, shares_cut_a_block_between_whole_chunks_and_leave_nothing_out) {
    const ChunkGrid grid{.n_rows = 2 * 7, .group_rows = 7, .chunk_rows = 3, .chunk_twins = 10};
    const TwinRange block{20, 55};
    for (int n_shares : {1, 2, 3, 5, 8, 40}) {
        std::vector<int> times(static_cast<std::size_t>(14 * 35), 0);
        std::size_t last_chunk = 0;
        for (int share = 0; share < n_shares; ++share) {
            for (const Slab& slab : slabs_of_share(grid, block, share, n_shares)) {
                EXPECT_EQ(slab.first_row % 7 % 3, 0U);
                EXPECT_EQ((slab.twins.first - block.first) % 10, 0);
                const std::size_t chunk = (slab.first_row / 7 * 3 + slab.first_row % 7 / 3) * 4 +
                                          static_cast<std::size_t>(slab.twins.first - 20) / 10;
                EXPECT_GE(chunk + 1, last_chunk + 1);  // shares follow the order of the chunks
                last_chunk = chunk;
                for (std::size_t row = slab.first_row; row < slab.last_row; ++row) {
                    for (std::int64_t twin = slab.twins.first; twin < slab.twins.last; ++twin)
                        ++times[row * 35 + static_cast<std::size_t>(twin - 20)];
                }
            }
        }
        EXPECT_EQ(times, std::vector<int>(14 * 35, 1)) << n_shares;
    }
}

TEST(BlockExchange, one_rank_gets_its_own_numbers_in_chunk_order) {
    const ChunkGrid grid{.n_rows = 2, .group_rows = 2, .chunk_rows = 1, .chunk_twins = 2};
    const std::vector<double> mine{1, 2, 3, 11, 12, 13};
    EXPECT_EQ(exchange(MPI_COMM_SELF, grid, {0, 3}, {{{0, 3}}}, mine), mine);
}

}  // namespace
}  // namespace kohort::io
