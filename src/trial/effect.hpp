// What a comparison of two arms gives: an effect with its uncertainty, or the reason why there is none.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace kohort::trial {

struct Effect {
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();

    double estimate = none;        // arm minus reference [endpoint's unit]
    double standard_error = none;  // [endpoint's unit]; NaN for an exact test
    double statistic = none;       // t or z; NaN for an exact test
    double df = none;              // degrees of freedom of t; NaN for z
    double p_value = none;         // two-sided
    double lower = none;           // confidence limits [endpoint's unit]
    double upper = none;
    std::int64_t n_arm = 0;  // participants analysed
    std::int64_t n_reference = 0;
    double value_arm = none;  // mean, adjusted mean or proportion [endpoint's unit]
    double value_reference = none;
    std::string reason{};  // why there is no effect; empty when there is one

    [[nodiscard]] bool estimable() const { return reason.empty(); }
};

}  // namespace kohort::trial
