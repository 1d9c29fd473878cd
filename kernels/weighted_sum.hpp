// Sums with the constants of a tableau, written out by the compiler; terms with weight 0 vanish.
#pragma once

#include "base/lanes.hpp"

#include <cstddef>

namespace kohort::kernels {

/// start + sum over first <= j < last of Weights::at(j) * terms[j * stride]
template <class Weights, int first, int last, class V>
KOHORT_INLINE V add_weighted(V start, const V* terms, std::ptrdiff_t stride) {
    if constexpr (first == last) {
        return start;
    } else {
        constexpr double weight = Weights::at(first);
        if constexpr (weight != 0.0) start = fma(V(weight), terms[first * stride], start);
        return add_weighted<Weights, first + 1, last>(start, terms, stride);
    }
}

/// sum over 0 <= j < count of Weights::at(j) * terms[j * stride]
template <class Weights, int count, class V>
KOHORT_INLINE V weighted_sum(const V* terms, std::ptrdiff_t stride) {
    constexpr double weight = Weights::at(0);
    return add_weighted<Weights, 1, count>(V(weight) * terms[0], terms, stride);
}

}  // namespace kohort::kernels
