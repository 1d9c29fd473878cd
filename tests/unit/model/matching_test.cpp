#include "model/matching.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kohort::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<int> alike(std::size_t n) { return std::vector<int>(n, 0); }

TEST(Matching, gives_up_a_first_choice_where_another_equation_needs_it) {
    const Matching matching = match({{0, 1}, {0}, {1, 2}}, alike(3));
    EXPECT_THAT(matching.unknown_of, ElementsAre(1, 0, 2));
    EXPECT_THAT(matching.equation_of, ElementsAre(1, 0, 2));
}

TEST(Matching, leaves_out_an_equation_that_has_nothing_left) {
    const Matching matching = match({{0}, {0}}, alike(1));
    EXPECT_NE(matching.unknown_of[0].has_value(), matching.unknown_of[1].has_value());
}

TEST(Matching, takes_an_unknown_of_low_reluctance) {
    EXPECT_THAT(match({{0, 1}}, {1, 0}).unknown_of, ElementsAre(1));
    EXPECT_THAT(interchangeable({{0, 1}}, {1, 0}, match({{0, 1}}, {1, 0})), IsEmpty());
}

TEST(Matching, names_what_it_could_have_chosen_as_well) {
    const std::vector<Indices> unknowns_in{{0, 1}, {1, 2}, {3}};
    EXPECT_THAT(interchangeable(unknowns_in, alike(4), match(unknowns_in, alike(4))), ElementsAre(0, 1, 2));
    EXPECT_THAT(interchangeable({{0}}, alike(1), match({{0}}, alike(1))), IsEmpty());
}

TEST(Matching, orders_blocks_by_need_and_keeps_circles_together) {
    // 0 needs 1; 1 and 2 need each other; 3 stands alone
    const std::vector<Indices> unknowns_in{{0, 1}, {1, 2}, {1, 2}, {3}};
    EXPECT_THAT(blocks_of(unknowns_in, match(unknowns_in, alike(4))),
                ElementsAre(ElementsAre(1, 2), ElementsAre(0), ElementsAre(3)));
}

TEST(Matching, a_chain_of_many_needs_no_deep_stack) {
    constexpr std::size_t n = 20000;
    std::vector<Indices> unknowns_in;
    for (std::size_t equation = 0; equation < n; ++equation)
        unknowns_in.push_back(equation + 1 < n ? Indices{equation, equation + 1} : Indices{equation});
    const auto blocks = blocks_of(unknowns_in, match(unknowns_in, alike(n)));
    ASSERT_EQ(blocks.size(), n);
    EXPECT_THAT(blocks.front(), ElementsAre(n - 1));
}

}  // namespace
}  // namespace kohort::model
