#include "base/lanes.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace kohort {
namespace {

template <class V>
class LanesOf : public testing::Test {};
using Widths = testing::Types<double, Lanes<2>, Lanes<4>, Lanes<8>, Lanes<16>>;
TYPED_TEST_SUITE(LanesOf, Widths);

/// 1, 2, 3, ...
template <class V>
V counting() {
    V value(0.0);
    for (int lane = 0; lane < width_of<V>; ++lane) set_lane(value, lane, lane + 1.0);
    return value;
}

TYPED_TEST(LanesOf, a_number_fills_every_lane_with_its_sign_of_zero) {
    const TypeParam minus_zero(-0.0);
    for (int lane = 0; lane < width_of<TypeParam>; ++lane) EXPECT_TRUE(std::signbit(get_lane(minus_zero, lane)));
}

TYPED_TEST(LanesOf, operators_work_lane_by_lane) {
    const TypeParam x = counting<TypeParam>();
    const TypeParam y = (x * x - TypeParam(1.0)) / (x + TypeParam(1.0));
    for (int lane = 0; lane < width_of<TypeParam>; ++lane) EXPECT_EQ(get_lane(y, lane), lane);
}

TYPED_TEST(LanesOf, fma_rounds_once) {
    const TypeParam a(1.0 + 0x1p-30);
    const TypeParam product = a * a;
    const TypeParam lost = fma(a, a, -product);
    for (int lane = 0; lane < width_of<TypeParam>; ++lane) EXPECT_EQ(get_lane(lost, lane), 0x1p-60);
}

TYPED_TEST(LanesOf, select_takes_each_lane_from_its_own_side) {
    const TypeParam x = counting<TypeParam>();
    const TypeParam y = select(x > TypeParam(1.0), x, -x);
    EXPECT_EQ(get_lane(y, 0), -1.0);
    for (int lane = 1; lane < width_of<TypeParam>; ++lane) EXPECT_EQ(get_lane(y, lane), lane + 1.0);
}

TYPED_TEST(LanesOf, gather_and_scatter_move_each_lane_from_and_to_its_own_place) {
    constexpr int width = width_of<TypeParam>;
    double from[3 * width];
    double to[3 * width];
    for (int place = 0; place < 3 * width; ++place) {
        from[place] = 100.0 + place;
        to[place] = -1.0;
    }
    const TypeParam place = TypeParam(3.0) * (counting<TypeParam>() - TypeParam(1.0));  // 0, 3, 6, ...
    const TypeParam found = gather<TypeParam>(from, to_index(place));
    scatter(to, to_index(place), found, place != TypeParam(0.0));
    for (int lane = 0; lane < width; ++lane) {
        EXPECT_EQ(get_lane(found, lane), 100.0 + 3 * lane);
        EXPECT_EQ(to[3 * lane], lane == 0 ? -1.0 : 100.0 + 3 * lane);
        EXPECT_EQ(to[3 * lane + 1], -1.0);
    }
}

TYPED_TEST(LanesOf, replace_changes_the_lanes_of_its_mask) {
    TypeParam x = counting<TypeParam>();
    replace(x, x > TypeParam(1.0), TypeParam(-5.0));
    EXPECT_EQ(get_lane(x, 0), 1.0);
    for (int lane = 1; lane < width_of<TypeParam>; ++lane) EXPECT_EQ(get_lane(x, lane), -5.0);
}

TYPED_TEST(LanesOf, bits_of_a_mask_are_its_lanes) {
    const TypeParam x = counting<TypeParam>();
    for (int marked = 0; marked < width_of<TypeParam>; ++marked) {
        const MaskOf<TypeParam> mask = x == TypeParam(marked + 1.0);
        EXPECT_EQ(bits(mask), 1U << marked);
        EXPECT_TRUE(any(mask));
        EXPECT_EQ(all(mask), width_of<TypeParam> == 1);
        EXPECT_TRUE(get_lane(mask, marked));
    }
    EXPECT_FALSE(any(x < TypeParam(0.0)));
    EXPECT_TRUE(all(x > TypeParam(0.0)));
}

TYPED_TEST(LanesOf, comparisons_with_nan_are_false_except_unequal) {
    const TypeParam nan(std::numeric_limits<double>::quiet_NaN());
    const TypeParam one(1.0);
    EXPECT_FALSE(any(nan < one) || any(nan <= one) || any(nan > one) || any(nan >= one) || any(nan == nan));
    EXPECT_TRUE(all(nan != nan));
    EXPECT_TRUE(all(is_true(nan)));
    EXPECT_EQ(get_lane(truth<TypeParam>(one == one), 0), 1.0);
    EXPECT_EQ(get_lane(truth<TypeParam>(one != one), 0), 0.0);
}

TYPED_TEST(LanesOf, setting_one_lane_leaves_the_others) {
    TypeParam x = counting<TypeParam>();
    set_lane(x, width_of<TypeParam> - 1, 100.0);
    for (int lane = 0; lane + 1 < width_of<TypeParam>; ++lane) EXPECT_EQ(get_lane(x, lane), lane + 1.0);
    EXPECT_EQ(get_lane(x, width_of<TypeParam> - 1), 100.0);
    MaskOf<TypeParam> mask = x < TypeParam(0.0);
    set_lane(mask, 0, true);
    EXPECT_EQ(bits(mask), 1U);
}

TYPED_TEST(LanesOf, words_and_back_is_the_same_number) {
    const TypeParam x = counting<TypeParam>();
    EXPECT_TRUE(all(from_words<TypeParam>(words(x)) == x));
}

}  // namespace
}  // namespace kohort
