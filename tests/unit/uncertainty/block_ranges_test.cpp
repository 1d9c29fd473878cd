#include "uncertainty/block_ranges.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kohort::uncertainty {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Ranges = std::vector<BlockRange>;

TEST(BlockRanges, WhatIsMissingIsBetweenAndAroundWhatIsDone) {
    EXPECT_THAT(without({10, 20}, Ranges{}), ElementsAre(BlockRange{10, 20}));
    EXPECT_THAT(without({10, 20}, Ranges{{12, 13}, {15, 18}}),
                ElementsAre(BlockRange{10, 12}, BlockRange{13, 15}, BlockRange{18, 20}));
    EXPECT_THAT(without({10, 20}, Ranges{{10, 20}}), IsEmpty());
}

TEST(BlockRanges, JoinedWhereTheyTouch) {
    EXPECT_THAT(joined(Ranges{{0, 4}, {8, 9}}, Ranges{{4, 6}, {9, 12}, {20, 21}}),
                ElementsAre(BlockRange{0, 6}, BlockRange{8, 12}, BlockRange{20, 21}));
}

TEST(BlockRanges, WhatIsDoneAndWhatIsMissingAreTheWhole) {
    const Ranges done{{3, 5}, {7, 8}, {90, 100}};
    EXPECT_THAT(joined(done, without({0, 100}, done)), ElementsAre(BlockRange{0, 100}));
    EXPECT_EQ(total_of(done) + total_of(without({0, 100}, done)), 100);
}

TEST(Pieces, AreWholeRangesCutInOrder) {
    const Pieces pieces({{0, 5}, {9, 10}, {20, 24}}, 2);
    ASSERT_EQ(pieces.count(), 6);
    Ranges all;
    for (std::int64_t piece = 0; piece < pieces.count(); ++piece) all.push_back(pieces[piece]);
    EXPECT_THAT(all, ElementsAre(BlockRange{0, 2}, BlockRange{2, 4}, BlockRange{4, 5}, BlockRange{9, 10},
                                 BlockRange{20, 22}, BlockRange{22, 24}));
}

TEST(Pieces, NothingIsNoPiece) { EXPECT_EQ(Pieces({}, 3).count(), 0); }

}  // namespace
}  // namespace kohort::uncertainty
