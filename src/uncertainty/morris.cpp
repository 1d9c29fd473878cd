#include "uncertainty/morris.hpp"

#include "uncertainty/permutation.hpp"

#include "base/errors.hpp"

#include <algorithm>
#include <utility>

namespace kohort::uncertainty {

namespace {

// what a number of Purpose::design is for, as the occasion of its DrawId (0 and 1 are unit_points.cpp's); never renumber
constexpr std::uint32_t for_order = 2;
constexpr std::uint32_t for_start = 3;
constexpr std::uint32_t for_direction = 4;

}  // namespace

MorrisDesign::MorrisDesign(Options options) : options_(std::move(options)), key_(random_key(options_.seed)) {
    KOHORT_CHECK(!options_.group_of.empty() && options_.levels >= 2 && options_.levels % 2 == 0);
    groups_ = *std::max_element(options_.group_of.begin(), options_.group_of.end()) + 1;
    for (int group = 0; group < groups_; ++group) {
        KOHORT_CHECK(std::find(options_.group_of.begin(), options_.group_of.end(), group) != options_.group_of.end());
    }
}

int MorrisDesign::changed_group(std::int64_t trajectory, int place) const {
    KOHORT_CHECK(place >= 0 && place < groups_);
    const DrawId id{.twin = trajectory, .purpose = Purpose::design, .occasion = for_order};
    return static_cast<int>(permuted(place, groups_, random_bits(key_, id)));
}

std::int64_t MorrisDesign::place_of(std::int64_t trajectory, int group) const {
    for (int place = 0; place < groups_; ++place) {
        if (changed_group(trajectory, place) == group) return place;
    }
    KOHORT_CHECK(false);
    return 0;
}

int MorrisDesign::direction(std::int64_t trajectory, int input) const {
    const DrawId id{
        .twin = trajectory, .purpose = Purpose::design, .occasion = for_direction, .draw = static_cast<std::uint32_t>(input)};
    return random_bits(key_, id) >> 63U != 0 ? 1 : -1;
}

double MorrisDesign::at(std::int64_t trajectory, int point, int input) const {
    KOHORT_CHECK(point >= 0 && point < points() && input >= 0 && input < inputs());
    const DrawId id{
        .twin = trajectory, .purpose = Purpose::design, .occasion = for_start, .draw = static_cast<std::uint32_t>(input)};
    const int half = options_.levels / 2;
    const auto low = static_cast<int>(uniform_below(key_, id, static_cast<std::uint64_t>(half)));
    const bool changed = place_of(trajectory, options_.group_of[static_cast<std::size_t>(input)]) < point;
    const bool high = (direction(trajectory, input) > 0) == changed;  // starts low and goes up, or the other way
    return (low + (high ? half : 0)) / static_cast<double>(options_.levels - 1);
}

}  // namespace kohort::uncertainty
