// The numbers that a model is integrated in.
#pragma once

#include <cstdint>

namespace kohort {

enum class Precision : std::uint8_t {
    double_only,
    mixed,  // states, times and sums are doubles, the stages of steps are floats
};

}  // namespace kohort
