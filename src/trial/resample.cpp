#include "trial/resample.hpp"

#include "base/errors.hpp"

#include <numeric>
#include <utility>

namespace kohort::trial {

Resampler::Resampler(std::int64_t n_members) : order_(static_cast<std::size_t>(n_members)) {
    std::iota(order_.begin(), order_.end(), 0);
}

void Resampler::draw(RandomKey key, std::int64_t trial, std::span<std::int64_t> members) {
    const std::size_t n_members = order_.size();
    KOHORT_CHECK(n_members > 0);
    const auto below = [&](std::size_t position, std::size_t n) {
        const DrawId id{
            .twin = trial, .purpose = Purpose::resampling, .occasion = 0, .draw = static_cast<std::uint32_t>(position)};
        return static_cast<std::size_t>(uniform_below(key, id, n));
    };
    if (members.size() > n_members) {
        for (std::size_t position = 0; position < members.size(); ++position) {
            members[position] = static_cast<std::int64_t>(below(position, n_members));
        }
        return;
    }
    // Fisher-Yates, stopped after n exchanges, which are then undone.
    std::vector<std::size_t> other(members.size());
    for (std::size_t position = 0; position < members.size(); ++position) {
        other[position] = position + below(position, n_members - position);
        std::swap(order_[position], order_[other[position]]);
        members[position] = order_[position];
    }
    for (std::size_t position = members.size(); position-- > 0;) std::swap(order_[position], order_[other[position]]);
}

}  // namespace kohort::trial
