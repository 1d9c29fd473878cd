// The two-sample t-test.
#pragma once

#include "trial/effect.hpp"

#include <span>

namespace kohort::trial {

enum class Variance {
    pooled,  // Student: one variance for both arms
    welch,   // a variance for each arm; Satterthwaite's degrees of freedom
};

/// Compares the means of two arms; missing values have been left out before. The interval has level 1 - alpha.
/// No effect with fewer than 2 values in an arm, or where nothing varies.
[[nodiscard]] Effect t_test(std::span<const double> arm, std::span<const double> reference, Variance variance, double alpha);

}  // namespace kohort::trial
