// The difference of two independent proportions.
#pragma once

#include "trial/effect.hpp"

namespace kohort::trial {

struct Responders {
    std::int64_t responders = 0;
    std::int64_t n = 0;
};

enum class ProportionInterval {
    wald,  // estimate +- z * standard error; poor for few participants or extreme proportions
    newcombe,  // from the two Wilson score intervals, no continuity correction: Newcombe 1998, Stat Med 17:873-890, method 10
};

enum class ProportionTest {
    z,       // two-sided z with the pooled proportion's variance, no continuity correction (the chi-square test)
    fisher,  // exact: all tables with these margins that are no more likely than the one seen
};

/// The standard error is the unpooled (Wald) one, also where the interval is Newcombe's. The interval has level 1 - alpha.
/// Where nobody or everybody responds in both arms, p is 1. No effect with an empty arm.
[[nodiscard]] Effect difference_of_proportions(Responders arm, Responders reference, ProportionInterval interval,
                                               ProportionTest test, double alpha);

}  // namespace kohort::trial
