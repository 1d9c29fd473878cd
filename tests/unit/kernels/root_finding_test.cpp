// Changes of sign, narrowed down to neighbouring numbers.
#include "kernels/root_finding.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

namespace kohort::kernels::test {
namespace {

TEST(RootFinding, ends_on_neighbouring_numbers) {
    int calls = 0;
    const auto g = [&](double t) {
        ++calls;
        return std::exp(t) - 2.0;
    };
    const SignChange change = narrow_sign_change(0.0, g(0.0), 3.0, g(3.0), g);
    EXPECT_EQ(std::nextafter(change.before, 4.0), change.after);
    EXPECT_NEAR(change.after, std::log(2.0), 1e-15);
    EXPECT_LT(calls, 40);
}

TEST(RootFinding, flat_steep_and_jumping_functions_are_found_too) {
    const std::vector<std::function<double(double)>> functions = {
        [](double t) { return std::pow(t - 0.3, 9.0); }, [](double t) { return t < 0.3 ? -1e-300 : 1e300; },
        [](double t) { return t < 0.3 ? -1.0 : 0.0; }, [](double t) { return t <= 0.3 ? 0.0 : 1e-30; },
        [](double t) { return std::atan(1e12 * (t - 0.3)); }};
    for (const auto& g : functions) {
        const SignChange change = narrow_sign_change(0.0, g(0.0), 1.0, g(1.0), g);
        EXPECT_NE(sign_class(g(change.before)), sign_class(g(change.after)));
        EXPECT_LE(change.after - change.before, 1.2e-16);
        EXPECT_NEAR(change.after, 0.3, 1e-15);
    }
}

TEST(RootFinding, a_time_that_is_a_number_is_met_exactly) {
    const auto g = [](double t) { return t - 10.0; };
    const SignChange change = narrow_sign_change(0.1, g(0.1), 31.7, g(31.7), g);
    EXPECT_EQ(change.after, 10.0);
    EXPECT_EQ(change.before, std::nextafter(10.0, 0.0));
}

TEST(RootFinding, times_at_which_rounding_leaves_nothing_cost_little) {
    int calls = 0;
    const auto g = [&](double day) {
        ++calls;
        return (day * 1440.0 - 262080.3) / 60.0;  // hours since a meal; 0 at more than one time
    };
    const SignChange change = narrow_sign_change(181.0, g(181.0), 185.0, g(185.0), g);
    EXPECT_LT(g(change.before), 0.0);
    EXPECT_EQ(g(change.after), 0.0);
    EXPECT_EQ(std::nextafter(change.before, 185.0), change.after);
    EXPECT_LT(calls, 25);
}

}  // namespace
}  // namespace kohort::kernels::test
