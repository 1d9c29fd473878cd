// Which of a model's hoisted values a change of a parameter or an input makes out of date.
#pragma once

#include <cstdint>

namespace kohort {

enum class Stale : std::uint8_t {
    none,
    few,  // at most those that hoist_few computes
    all,
};

}  // namespace kohort
